"""Schedules as XML, as c3voc defined it and frab, pretalx and others write it."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from django.utils.translation import gettext as _

from clusterix.curation.imports.tables import UnreadableError
from workshops.interchange.told import MOST_EVENTS, Reference, Source, Told, too_many_events

DEEPEST = 40
MOST_ELEMENTS = 400_000
"""Elements in a file; a schedule has some thirty for each event."""


def read(text: str) -> Source:
    """What such a file tells; UnreadableError for what is no schedule, or more than one can be."""
    schedule = Tree().parsed(text)
    if schedule.tag != "schedule":
        raise UnreadableError(
            _("It is XML, but “%(name)s” and no schedule.") % {"name": schedule.tag[:40]}
        )
    found = tuple(islice(events(schedule), MOST_EVENTS + 1))
    if len(found) > MOST_EVENTS:
        raise too_many_events()
    return Source(
        format="XML",
        zone=said(schedule, "conference/time_zone_name"),
        base_url=said(schedule, "conference/base_url"),
        tracks=frozenset(track.get("name", "") for track in schedule.iterfind("conference/track")),
        events=found,
    )


class Tree:
    """Makes elements of XML that declares no document type and is neither deep nor endless."""

    def __init__(self) -> None:
        self.builder = TreeBuilder()
        self.depth = self.count = 0

    def parsed(self, text: str) -> Element:
        """The outermost element; UnreadableError where the text is broken or made to do harm."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self.refuse
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.builder.data
        try:
            parser.Parse(text, True)
        except expat.ExpatError as error:
            raise UnreadableError(_("It is not XML: %(reason)s.") % {"reason": error}) from error
        root: Element = self.builder.close()
        return root

    def refuse(self, *_declared: Any) -> None:
        """A document type, which is where entities are declared."""
        raise UnreadableError(_("It has a document type declaration: that is refused."))

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; its name counts without the prefix of a namespace."""
        self.depth += 1
        self.count += 1
        if self.depth > DEEPEST or self.count > MOST_ELEMENTS:
            raise UnreadableError(_("It is nested too deeply, or has too many parts."))
        self.builder.start(name.rpartition(":")[2], attributes)

    def end(self, name: str) -> None:
        """An element ends."""
        self.depth -= 1
        self.builder.end(name.rpartition(":")[2])


def events(schedule: Element) -> Iterator[Told]:
    """The events of all days and rooms, in the order of the file."""
    for day in schedule.iterfind("day"):
        for room in day.iterfind("room"):
            for row in room.iterfind("event"):
                yield event(row, room.get("name", ""), day.get("date", ""))


def event(row: Element, room: str, day: str) -> Told:
    """One event, listed under that room and day."""
    return Told(
        title=said(row, "title"),
        guid=row.get("guid", ""),
        own_id=row.get("id", "") or said(row, "slug") or row.get("code", ""),
        kind=said(row, "type"),
        subtitle=said(row, "subtitle"),
        abstract=said(row, "abstract"),
        description=said(row, "description"),
        room=said(row, "room") or room,
        track=said(row, "track"),
        day=day,
        date=said(row, "date"),
        start=said(row, "start"),
        end=said(row, "end"),
        duration=said(row, "duration"),
        people=tuple(words(person) for person in row.iterfind("persons/person")),
        links=tuple(reference(link) for link in row.iterfind("links/link")),
        attachments=tuple(reference(link) for link in row.iterfind("attachments/attachment")),
    )


def reference(link: Element) -> Reference:
    """A link or an attachment."""
    return Reference(link.get("href", ""), words(link), link.get("type", ""))


def said(parent: Element, path: str) -> str:
    """The words of the first element there; nothing where there is none."""
    found = parent.find(path)
    return "" if found is None else words(found)


def words(element: Element) -> str:
    """The text of an element and of all in it."""
    return "".join(element.itertext()).strip()
