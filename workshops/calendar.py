"""Workshops as iCalendar (RFC 5545), for the calendars that people keep."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event

from workshops.models import Session, Workshop

PRODUCT = "-//Clusterix//Workshops//EN"


def calendar(events: Sequence[Event], name: str, method: str = "") -> bytes:
    """A calendar file of those events, with the time zones that they use in their years."""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    if method:
        file.add("method", method)
    file.add("x-wr-calname", one_line(name))
    for event in events:
        file.add_component(event)
    years = [event.start.year for event in events]
    if years:
        file.add_missing_timezones(date(min(years), 1, 1), date(max(years) + 1, 12, 31))
    content: bytes = file.to_ical()
    return content


def programme(workshop: Workshop, sessions: Iterable[Session]) -> list[Event]:
    """An event for each session whose times are known, or else one for the whole workshop."""
    timed = [
        session_event(session, session.starts_at, session.ends_at, workshop)
        for session in sessions
        if session.starts_at and session.ends_at
    ]
    return timed or [workshop_event(workshop)]


def workshop_event(workshop: Workshop) -> Event:
    """The whole workshop: whole days unless both of its times are known."""
    event = new_event(f"workshop-{workshop.key}", workshop.title, workshop)
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
    """One session, in the time zone of the venue."""
    event = new_event(f"session-{session.pk}", session.title, workshop)
    event.add("dtstart", start.astimezone(workshop.zone))
    event.add("dtend", end.astimezone(workshop.zone))
    event.add("description", one_line(workshop.title))
    place = [session.room, workshop.venue, workshop.place]
    event.add("location", one_line(", ".join(filter(None, place))))
    event.add("url", settings.SITE_URL + session.get_absolute_url())
    return event


def new_event(name: str, title: str, workshop: Workshop) -> Event:
    """An event that keeps its identity over changes, so that calendars update rather than add."""
    event = Event()
    event.add("uid", f"{name}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("dtstamp", workshop.updated_at.astimezone(UTC))
    event.add("last-modified", workshop.updated_at.astimezone(UTC))
    event.add("summary", one_line(title))
    return event


def one_line(text: str) -> str:
    """The text without the line breaks and control signs by which it could pose as a property."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())
