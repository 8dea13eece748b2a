"""Schedules as JSON, as c3voc defined it and frab, pretalx and others write it."""

import json
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from clusterix.curation.imports.tables import UnreadableError
from workshops.interchange.told import MOST_EVENTS, Reference, Source, Told, too_many_events

DEEPEST = 40
MOST_PARTS = 400_000
"""Lists and objects in a file; a schedule has some twenty for each event."""

TEXT_OR_BRACKET = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{]|[\]}]', re.DOTALL)

Object = dict[str, Any]


def read(text: str) -> Source:
    """What such a file tells; UnreadableError for what is no schedule, or more than one can be."""
    check_shape(text)
    try:
        document = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    except ValueError as error:
        raise UnreadableError(_("It is not JSON: %(reason)s.") % {"reason": error}) from error
    schedule = an_object(an_object(document).get("schedule"))
    conference = an_object(schedule.get("conference"))
    days = conference.get("days")
    if not isinstance(days, list):
        raise UnreadableError(_("It is JSON, but there are no days of a conference in it."))
    found = tuple(islice(events(days), MOST_EVENTS + 1))
    if len(found) > MOST_EVENTS:
        raise too_many_events()
    return Source(
        format="JSON",
        zone=said(conference.get("time_zone_name")),
        base_url=said(schedule.get("base_url")) or said(conference.get("base_url")),
        tracks=frozenset(said(track.get("name")) for track in objects(conference.get("tracks"))),
        events=found,
    )


def check_shape(text: str) -> None:
    """UnreadableError where the text nests deeper, or has more parts, than a schedule does."""
    depth = parts = 0
    for found in TEXT_OR_BRACKET.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth, parts = depth + 1, parts + 1
            if depth > DEEPEST or parts > MOST_PARTS:
                raise UnreadableError(_("It is nested too deeply, or has too many parts."))
        elif sign in "]}":
            depth -= 1


def events(days: list[Any]) -> Iterator[Told]:
    """The events of all days and rooms, in the order of the file."""
    for day in objects(days):
        for room, rows in an_object(day.get("rooms")).items():
            for row in objects(rows):
                yield event(row, room, said(day.get("date")))


def event(row: Object, room: str, day: str) -> Told:
    """One event, listed under that room and day."""
    return Told(
        title=said(row.get("title")),
        guid=said(row.get("guid")),
        own_id=next(filter(None, (said(row.get(name)) for name in ("id", "slug", "code"))), ""),
        kind=said(row.get("type")),
        subtitle=said(row.get("subtitle")),
        abstract=said(row.get("abstract")),
        description=said(row.get("description")),
        room=said(row.get("room")) or room,
        track=said(row.get("track")),
        day=day,
        date=said(row.get("date")),
        start=said(row.get("start")),
        end=said(row.get("end")),
        duration=said(row.get("duration")),
        people=tuple(person(entry) for entry in a_list(row.get("persons"))),
        links=tuple(reference(link) for link in objects(row.get("links"))),
        attachments=tuple(reference(link) for link in objects(row.get("attachments"))),
    )


def person(entry: Any) -> str:
    """The name of somebody, who is an object or a name alone."""
    if not isinstance(entry, dict):
        return said(entry)
    return said(entry.get("name")) or said(entry.get("public_name"))


def reference(link: Object) -> Reference:
    """A link or an attachment."""
    return Reference(said(link.get("url")), said(link.get("title")), said(link.get("type")))


def said(value: Any) -> str:
    """A text; of texts by language the English or else the first, and nothing for what is none."""
    if isinstance(value, dict):
        return said(value.get("en") or next(iter(value.values()), ""))
    return value if isinstance(value, str) else ""


def an_object(value: Any) -> Object:
    """The same where it is an object, an empty one otherwise."""
    return value if isinstance(value, dict) else {}


def a_list(value: Any) -> list[Any]:
    """The same where it is a list, an empty one otherwise."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> Iterator[Object]:
    """The objects in a list; none where it is no list."""
    return (item for item in a_list(value) if isinstance(item, dict))
