"""Workshops as iCalendar (RFC 5545), for the calendars that people keep."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from icalendar import Calendar, Event

from clusterix.lib import markdown
from workshops.models import Session, Workshop
from workshops.time_zones import rules

PRODUCT = "-//Clusterix//Workshops//EN"


def calendar(events: Sequence[Event], name: str, method: str = "") -> bytes:
    """A calendar file of those events, with the time zones that they use in their years."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    if method:
        file.add("method", method)
    file.add("x-wr-calname", one_line(name))
    for zone, years in zones(events).items():
        file.add_component(rules(zone, years))
    for event in events:
        file.add_component(event)
    content: bytes = file.to_ical()
    return content


def zones(events: Iterable[Event]) -> dict[ZoneInfo, set[int]]:
    """The time zones that events name, each with the years in which they do."""
    found = defaultdict[ZoneInfo, set[int]](set)
    for event in events:
        for when in (event.start, event.end):
            zone = when.tzinfo if isinstance(when, datetime) else None
            if isinstance(zone, ZoneInfo) and zone.key != "UTC":
                found[zone].add(when.year)
    return found


def programme(workshop: Workshop, sessions: Iterable[Session]) -> list[Event]:
    """An event for each session whose times are known, or else one for the whole workshop."""
    return timed(workshop, sessions) or [workshop_event(workshop)]


def timed(workshop: Workshop, sessions: Iterable[Session]) -> list[Event]:
    """An event for each of the sessions whose times are known."""
    return [
        session_event(session, session.starts_at, session.ends_at, workshop)
        for session in sessions
        if session.starts_at and session.ends_at
    ]


def workshop_event(workshop: Workshop) -> Event:
    """The whole workshop: whole days unless both of its times are known."""
    event = new_event(f"workshop-{workshop.key}", workshop.title, workshop.updated_at)
    event.add("sequence", workshop.sequence)
    event.add("status", "CONFIRMED")
    if workshop.start_time and workshop.end_time:
        event.add("dtstart", workshop.starts_at)
        event.add("dtend", workshop.ends_at)
    else:
        event.add("dtstart", workshop.starts_on)
        event.add("dtend", workshop.ends_on + timedelta(days=1))
    event.add("description", one_line(workshop.summary))
    event.add("location", one_line(", ".join(filter(None, [workshop.venue, workshop.place]))))
    event.add("url", settings.SITE_URL + workshop.get_absolute_url())
    return event


def session_event(session: Session, start: datetime, end: datetime, workshop: Workshop) -> Event:
    """One session, in the time zone of the venue.

    It also shows where its workshop is, so that both of their counts of changes make up its own.
    """
    changed = max(session.changed_at, workshop.updated_at)
    event = new_event(str(session.guid), session.title, changed)
    event.add("sequence", session.sequence + workshop.sequence)
    event.add("status", "CANCELLED" if session.is_cancelled else "CONFIRMED")
    event.add("dtstart", by_the_clock(start, workshop.zone))
    event.add("dtend", by_the_clock(end, workshop.zone))
    event.add("description", description(session, workshop))
    place = [session.room, workshop.venue, workshop.place]
    event.add("location", one_line(", ".join(filter(None, place))))
    if session.track:
        event.add("categories", [one_line(session.track)])
    event.add("url", settings.SITE_URL + session.get_absolute_url())
    return event


def by_the_clock(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment in that zone; in UTC where the clock shows that time twice."""
    local = moment.astimezone(zone)
    is_twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    return moment.astimezone(UTC) if is_twice else local


def description(session: Session, workshop: Workshop) -> str:
    """Why it is cancelled, what the session is about, and the workshop's name, a line each."""
    told = [session.cancelled_because, markdown.plain(session.abstract), workshop.title]
    return "\n".join(one_line(text) for text in told if text)


def new_event(name: str, title: str, changed: datetime) -> Event:
    """An event that keeps its identity over changes, so that calendars update rather than add."""
    event = Event()
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", changed.astimezone(UTC))
    event.add("last-modified", changed.astimezone(UTC))
    event.add("summary", one_line(title))
    return event


def one_line(text: str) -> str:
    """The text without the line breaks and control signs by which it could pose as a property."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
