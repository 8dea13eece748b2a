"""Programmes as `schedule.json`, strictly as the schema of c3voc has it."""

import json
import re
from typing import Any

from workshops.interchange.programme import Day, Link, Person, Programme, Slot
from workshops.interchange.spelling import PRODUCT, TIMESLOT, duration, event_slug, link_type

SCHEMA = "https://c3voc.de/schedule/schema.json"
SAYABLE_ZONE = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC$")
"""The schema has no words for all zones; times say their offset anyway."""


def written(programme: Programme) -> bytes:
    """The file, in UTF-8."""
    content = {
        "$schema": SCHEMA,
        "generator": {"name": PRODUCT},
        "schedule": {"version": programme.version, "conference": conference(programme)},
    }
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def conference(programme: Programme) -> dict[str, Any]:
    """The workshop and its days."""
    has_zone = SAYABLE_ZONE.match(programme.time_zone)
    return {
        "acronym": programme.acronym,
        "title": programme.title,
        "start": programme.starts_on.isoformat(),
        "end": programme.ends_on.isoformat(),
        "daysCount": len(programme.days),
        "timeslot_duration": TIMESLOT,
        **({"time_zone_name": programme.time_zone} if has_zone else {}),
        "url": programme.url,
        "tracks": [{"name": track} for track in programme.tracks],
        "days": [day(index, one, programme) for index, one in enumerate(programme.days, start=1)],
    }


def day(index: int, one: Day, programme: Programme) -> dict[str, Any]:
    """A day and its rooms."""
    return {
        "index": index,
        "date": one.date.isoformat(),
        "day_start": one.start.isoformat(),
        "day_end": one.end.isoformat(),
        "rooms": {
            room: [event(slot, programme) for slot in slots] for room, slots in one.rooms.items()
        },
    }


def event(slot: Slot, programme: Programme) -> dict[str, Any]:
    """A session."""
    one = slot.event
    return {
        "guid": str(one.guid),
        "id": one.number,
        "date": slot.start.isoformat(),
        "start": f"{slot.start:%H:%M}",
        "end": slot.end.isoformat(),
        "duration": duration(slot),
        "room": one.room,
        "slug": event_slug(one, programme),
        "url": one.url,
        "title": one.title,
        "subtitle": "",
        "track": one.track,
        "type": one.kind,
        "language": programme.language,
        "abstract": one.abstract,
        "persons": [person(somebody) for somebody in one.people],
        "links": [reference(link) for link in one.links],
        "attachments": [reference(link) for link in one.attachments],
    }


def person(somebody: Person) -> dict[str, str]:
    """Somebody by name, with a page where there is one."""
    return {"name": somebody.name, **({"url": somebody.url} if somebody.url else {})}


def reference(link: Link) -> dict[str, str]:
    """A link or an attachment."""
    return {"url": link.url, "title": link.title, "type": link_type(link)}
