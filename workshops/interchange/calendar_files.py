"""Schedules as iCalendar (RFC 5545): each event is taken out of the file and read by itself."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from icalendar import Component, Event

from clusterix.curation.imports.tables import UnreadableError
from workshops.interchange.told import MOST_EVENTS, Reference, Source, Told, too_many_events

MOST_LINES = 60_000
LONGEST_LINE = 100_000

NEW_LINE = re.compile(r"\r?\n")
FOLD = re.compile(r"\r?\n[ \t]")
NAME = re.compile(r"[A-Za-z0-9-]+")
ZONE = re.compile(r';TZID=(?:"[^"]*"|[^;:]*)', re.IGNORECASE)
WANTED = {
    *("UID", "SUMMARY", "DESCRIPTION", "LOCATION", "CATEGORIES", "STATUS", "RRULE"),
    *("DTSTART", "DTEND", "DURATION", "ATTENDEE", "ATTACH"),
}
"""Properties that are read; neither alarms nor the rules of time zones are looked at."""


def read(text: str) -> Source:
    """What such a file tells; UnreadableError where it is more than a schedule can be."""
    lines = NEW_LINE.split(FOLD.sub("", text))
    if len(lines) > MOST_LINES or max(map(len, lines)) > LONGEST_LINE:
        raise UnreadableError(_("It has too many lines, or one that is too long."))
    zones = (line.partition(":")[2] for line in lines if line.upper().startswith("X-WR-TIMEZONE"))
    blocks = list(event_lines(lines))
    if len(blocks) > MOST_EVENTS:
        raise too_many_events()
    return Source(
        format="iCalendar",
        zone=next(zones, "").strip(),
        base_url="",
        tracks=frozenset(),
        events=tuple(event(block) for block in blocks),
    )


def event_lines(lines: list[str]) -> Iterator[list[str]]:
    """The properties of each event that are wanted, without those of what lies within it."""
    around: list[str] = []
    block: list[str] = []
    for line in lines:
        found = NAME.match(line)
        name = found[0].upper() if found else ""
        what = line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            around.append(what)
        elif name == "END":
            if around[-1:] == ["VEVENT"]:
                yield block
                block = []
            around = around[:-1]
        elif around[-1:] == ["VEVENT"] and name in WANTED:
            block.append(line)


def event(lines: list[str]) -> Told:
    """One event; values that the library cannot read count as not being there."""
    found = parsed(["BEGIN:VEVENT", *lines, "END:VEVENT", ""])
    start, end = moment(found, "DTSTART"), moment(found, "DTEND")
    uid = str(first(found, "UID") or "")
    tracks = getattr(first(found, "CATEGORIES"), "cats", [])
    attendees = several(found, "ATTENDEE")
    chairs = [one for one in attendees if parameter(one, "ROLE").upper() == "CHAIR"]
    return Told(
        title=str(first(found, "SUMMARY") or ""),
        guid=uid.partition("@")[0],
        own_id=uid,
        description=str(first(found, "DESCRIPTION") or ""),
        room=str(first(found, "LOCATION") or ""),
        track=str(next(iter(tracks), "")),
        date=start.isoformat() if start else "",
        end=end.isoformat() if isinstance(end, datetime) else "",
        duration=span(found),
        people=tuple(parameter(one, "CN") for one in chairs),
        attachments=tuple(Reference(str(one), "", "") for one in several(found, "ATTACH")),
        remarks=tuple(remarks(found, start, end, left_out=len(attendees) - len(chairs))),
        is_cancelled=is_cancelled(found),
    )


def parsed(lines: list[str]) -> Component:
    """The event; without its zones where one is called as a folder of zones is, such as Europe."""
    try:
        return Event.from_ical("\r\n".join(lines))
    except OSError:
        return Event.from_ical("\r\n".join(ZONE.sub("", line) for line in lines))


def parameter(value: Any, name: str) -> str:
    """A parameter of a property, the first of several; empty for none."""
    found = value.params.get(name, "")
    return str(next(iter(found), "") if isinstance(found, list) else found)


def remarks(event: Component, start: date | None, end: date | None, left_out: int) -> Iterator[str]:
    """What of an event does not come in, in words."""
    if first(event, "RRULE"):
        yield _("it repeats: only the first time was taken")
    whole_days = not isinstance(start, datetime) and not isinstance(end, datetime)
    if start and end and whole_days and end - start > timedelta(days=1):
        yield _("it goes on for several days: only the first was taken")
    if left_out:
        yield _("people who only attend were left out: %(count)d") % {"count": left_out}


def is_cancelled(event: Component) -> bool:
    """The calendar says that it does not take place."""
    return str(first(event, "STATUS")).upper() == "CANCELLED"


def several(event: Component, name: str) -> list[Any]:
    """The values of a property, however often it stands there."""
    value = event.get(name, [])
    return value if isinstance(value, list) else [value]


def first(event: Component, name: str) -> Any:
    """The value of a property, the first where there are several; None for none."""
    return next(iter(several(event, name)), None)


def value_of(event: Component, name: str) -> Any:
    """What a property of times means; None where that is nothing."""
    try:
        return getattr(first(event, name), "dt", None)
    except ValueError:
        return None


def moment(event: Component, name: str) -> date | None:
    """The moment or day that a property says; None where it says none."""
    value = value_of(event, name)
    return value if isinstance(value, date) else None


def span(event: Component) -> str:
    """How long it lasts in ISO 8601, where it says so."""
    value = value_of(event, "DURATION")
    return f"PT{int(value.total_seconds())}S" if isinstance(value, timedelta) else ""
