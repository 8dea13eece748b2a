// Reads a calendar from standard input with ical.js, named first, and prints its events as JSON.
const ICAL = require(process.argv[2]);

const whole = new ICAL.Component(ICAL.parse(require("node:fs").readFileSync(0, "utf8")));
ICAL.TimezoneService.reset();
whole.getAllSubcomponents("vtimezone").forEach((zone) => ICAL.TimezoneService.register(zone));

const moment = (time) => ({
  local: time.toString().replace(/Z$/, ""),
  utc: time.isDate ? "" : new Date(time.toUnixTime() * 1000).toISOString().slice(0, 19),
});
const events = whole.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    sequence: event.sequence,
    status: component.getFirstPropertyValue("status"),
    summary: event.summary,
    description: event.description,
    location: event.location,
    start: moment(event.startDate),
    end: moment(event.endDate),
  };
});
console.log(JSON.stringify(events));
