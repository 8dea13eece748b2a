// Beside each moment at the venue, the same moment on the visitor's own clock where that differs.

{
  const told = (venue) => venue.closest(".session__when, dd");

  const tell = (venue) => {
    const moment = new Date(venue.dateTime);
    const here = new Date(moment.getTime() - moment.getTimezoneOffset() * 60000);
    if (here.toISOString().slice(0, 16) === venue.dateTime.slice(0, 16)) {
      return;
    }
    const sameDay = here.toISOString().slice(0, 10) === venue.dateTime.slice(0, 10);
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: sameDay ? undefined : "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    const own = document.createElement("span");
    own.className = "soft own-time";
    own.textContent = ` (${venue.dataset.ownTime.replace("{time}", clock.format(moment))})`;
    told(venue).append(own);
  };

  const tellAll = () => {
    const venues = [...document.querySelectorAll("time[data-own-time]")];
    venues.filter((venue) => !told(venue).querySelector(".own-time")).forEach(tell);
  };

  document.addEventListener("htmx:afterSwap", tellAll);
  tellAll();
}
