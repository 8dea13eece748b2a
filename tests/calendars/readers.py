"""Three programs that read calendars and know nothing of each other."""

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import icalendar
import vobject

from tests.calendars import ical_js

SCRIPT = Path(__file__).with_name("read.cjs")


class Moment(NamedTuple):
    """By the clock of the place, and in UTC; the latter is empty for a mere day."""

    local: str
    utc: str


class Read(NamedTuple):
    """What a program understands of an event."""

    uid: str
    sequence: int
    status: str
    summary: str
    description: str
    location: str
    start: Moment
    end: Moment


Reader = Callable[[bytes], list[Read]]


def moment(value: date) -> Moment:
    """What Python makes of a moment."""
    if not isinstance(value, datetime):
        return Moment(value.isoformat(), "")
    utc = value.astimezone(UTC)
    return Moment(value.replace(tzinfo=None).isoformat(), utc.replace(tzinfo=None).isoformat())


def by_icalendar(content: bytes) -> list[Read]:
    """The library that the calendars are written with."""
    return [
        Read(
            uid=str(event["uid"]),
            sequence=event.decoded("sequence"),
            status=str(event["status"]),
            summary=str(event["summary"]),
            description=str(event["description"]),
            location=str(event["location"]),
            start=moment(event.decoded("dtstart")),
            end=moment(event.decoded("dtend")),
        )
        for event in icalendar.Calendar.from_ical(content).walk("VEVENT")
    ]


def by_vobject(content: bytes) -> list[Read]:
    """A library that goes by the rules of time zones in the file, which it must not remember."""
    names = [line[5:] for line in content.decode().split("\r\n") if line.startswith("TZID:")]
    for name in names:
        vobject.icalendar.registerTzid(name, None)
    whole: Any = vobject.readOne(content.decode())
    return [
        Read(
            uid=event.uid.value,
            sequence=int(event.sequence.value),
            status=event.status.value,
            summary=event.summary.value,
            description=event.description.value,
            location=event.location.value,
            start=moment(event.dtstart.value),
            end=moment(event.dtend.value),
        )
        for event in whole.contents.get("vevent", [])
    ]


def by_ical_js(content: bytes) -> list[Read]:
    """What many programs in browsers read with."""
    command = [ical_js.node(), str(SCRIPT), str(ical_js.KEPT)]
    answer = subprocess.run(command, input=content, capture_output=True, check=True).stdout
    return [
        Read(**{**event, "start": Moment(**event["start"]), "end": Moment(**event["end"])})
        for event in json.loads(answer)
    ]


READERS: dict[str, Reader] = {"icalendar": by_icalendar, "vobject": by_vobject}
if ical_js.find():
    READERS["ical.js"] = by_ical_js
