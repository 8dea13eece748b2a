"""A workshop as the template for the next: its shape, and nothing of what happened at it."""

from datetime import datetime, timedelta
from typing import Any

from django.forms import model_to_dict

from workshops.models import Host, Session, Workshop

COPIED = (
    *("title", "theme", "summary", "description", "start_time", "end_time", "time_zone", "format"),
    *("venue", "city", "region", "audience", "languages", "owner", "language", "is_example"),
    "series",
)


def shape(workshop: Workshop) -> dict[str, Any]:
    """What a form for the next workshop begins with; its days and its address are its own."""
    return model_to_dict(workshop, COPIED)


def copy_programme(source: Workshop, workshop: Workshop) -> int:
    """Give a new workshop the hosts and the sessions of another; how many sessions that were.

    Sessions move by whole days and keep their hours by the clock of the place. Who contributed,
    what was presented, what is said of it in abstracts and what was cancelled belong to the other
    workshop.
    """
    present = workshop.host_rows.values("organisation")
    hosts = source.host_rows.exclude(organisation__in=present)
    Host.objects.bulk_create(
        Host(workshop=workshop, organisation_id=host.organisation_id, position=host.position)
        for host in hosts
    )
    taking_place = source.sessions.taking_place().in_order()
    sessions = [moved(session, source, workshop) for session in taking_place]
    return len(Session.objects.bulk_create(sessions))


def copy_terms(source: Workshop, workshop: Workshop) -> None:
    """Give a new workshop the terms of registration of another, which come from a higher app."""
    terms = getattr(source, "registration_settings", None)
    if terms:
        terms.copy_to(workshop)


def moved(session: Session, source: Workshop, workshop: Workshop) -> Session:
    """A session of one workshop at the same hour, and so many days on, in another."""
    days = workshop.starts_on - source.starts_on
    return Session(
        workshop=workshop,
        kind=session.kind,
        title=session.title,
        day=session.day and session.day + days,
        starts_at=session.starts_at and later(session.starts_at, days, source, workshop),
        ends_at=session.ends_at and later(session.ends_at, days, source, workshop),
        room=session.room,
        track=session.track,
        position=session.position,
    )


def later(moment: datetime, days: timedelta, source: Workshop, workshop: Workshop) -> datetime:
    """The same hour on the clock of the other workshop's place, so many days on."""
    there = moment.astimezone(source.zone)
    return datetime.combine(there.date() + days, there.time(), workshop.zone)
