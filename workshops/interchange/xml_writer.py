"""Programmes as `schedule.xml`, strictly as the schema of c3voc has it."""

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from clusterix.lib.xml_text import xml_text
from workshops.interchange.programme import Day, Link, Programme, Slot
from workshops.interchange.spelling import PRODUCT, TIMESLOT, duration, event_slug, link_type

PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


def written(programme: Programme) -> bytes:
    """The file, in UTF-8."""
    days = [day(index, one, programme) for index, one in enumerate(programme.days, start=1)]
    inner = [
        element("generator", [], name=PRODUCT),
        text("version", programme.version),
        element("conference", conference(programme)),
        *days,
    ]
    return (PROLOGUE + element("schedule", inner)).encode()


def conference(programme: Programme) -> Iterable[str]:
    """The workshop as a whole."""
    yield text("title", programme.title)
    yield text("acronym", programme.acronym)
    yield text("start", programme.starts_on.isoformat())
    yield text("end", programme.ends_on.isoformat())
    yield text("days", str(len(programme.days)))
    yield text("timeslot_duration", TIMESLOT)
    yield text("url", programme.url)
    yield text("time_zone_name", programme.time_zone)
    for track in programme.tracks:
        yield element("track", [], name=track)


def day(index: int, one: Day, programme: Programme) -> str:
    """A day and its rooms."""
    rooms = [
        element("room", [event(slot, programme) for slot in slots], name=room)
        for room, slots in one.rooms.items()
    ]
    times = {"start": one.start.isoformat(), "end": one.end.isoformat()}
    return element("day", rooms, index=str(index), date=one.date.isoformat(), **times)


def event(slot: Slot, programme: Programme) -> str:
    """A session."""
    one = slot.event
    inner = [
        text("room", one.room),
        text("title", one.title),
        text("subtitle", ""),
        text("type", one.kind),
        text("date", slot.start.isoformat()),
        text("start", f"{slot.start:%H:%M}"),
        text("duration", duration(slot)),
        text("abstract", one.abstract),
        text("slug", event_slug(one, programme)),
        text("track", one.track),
        element("persons", [text("person", somebody.name) for somebody in one.people]),
        text("language", programme.language),
        element("links", [reference("link", link) for link in one.links]),
        element("attachments", [reference("attachment", link) for link in one.attachments]),
        text("url", one.url),
    ]
    return element("event", inner, id=str(one.number), guid=str(one.guid))


def reference(name: str, link: Link) -> str:
    """A link or an attachment."""
    return text(name, link.title, href=link.url, type=link_type(link))


def text(tag: str, content: str, /, **attributes: str) -> str:
    """An element that holds words; line breaks in them survive every reader."""
    words = escape(xml_text(content), {"\r": "&#13;"})
    return element(tag, [words], **attributes)


def element(tag: str, inner: Iterable[str], /, **attributes: str) -> str:
    """An element that holds others."""
    said = "".join(f" {key}={quoteattr(xml_text(value))}" for key, value in attributes.items())
    return f"<{tag}{said}>{''.join(inner)}</{tag}>"
