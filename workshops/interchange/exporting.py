"""The public programme of a workshop, as schedule files hold it."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from django.conf import settings

from workshops.interchange.programme import (
    WEB,
    Attachment,
    Day,
    Event,
    Link,
    Person,
    Programme,
    Slot,
)
from workshops.models import Contribution, Material, Session, Workshop

LONGEST = timedelta(hours=99, minutes=59)
"""What the formats can say of how long a session is."""

ATTACHED = {Material.Kind.SLIDES, Material.Kind.PAPER}
SHORTEST_ACRONYM = 4


def programme(workshop: Workshop, sessions: Iterable[Session]) -> Programme:
    """What is public of those sessions, as `for_files()` loads them, that have times.

    The formats have no words for what is cancelled: it is left out.
    """
    slots = [
        slot(session, session.starts_at, session.ends_at, workshop)
        for session in sessions
        if session.starts_at and session.ends_at and not session.is_cancelled
        if session.ends_at - session.starts_at <= LONGEST
    ]
    return Programme(
        title=workshop.title,
        acronym=acronym(workshop),
        version=workshop.version,
        language=workshop.language,
        time_zone=workshop.time_zone,
        starts_on=workshop.starts_on,
        ends_on=workshop.ends_on,
        url=settings.SITE_URL + workshop.get_absolute_url(),
        tracks=sorted({slot.event.track for slot in slots} - {""}),
        days=days(slots, workshop),
    )


def acronym(workshop: Workshop) -> str:
    """A short name of the signs that the formats allow in one."""
    name = workshop.slug.lower().replace("-", "_")
    return name if len(name) >= SHORTEST_ACRONYM else f"workshop_{name}"


def days(slots: Iterable[Slot], workshop: Workshop) -> list[Day]:
    """The days on which anything is known to be on; where nothing is, the first without rooms."""
    by_day = defaultdict[date, list[Slot]](list)
    for one in slots:
        by_day[one.event.day].append(one)
    return [day(on, by_day[on], workshop) for on in sorted(by_day) or [workshop.starts_on]]


def day(on: date, slots: list[Slot], workshop: Workshop) -> Day:
    """A day from midnight to midnight, or to the end of the last session that goes on longer."""
    first, last = (
        datetime.combine(on + timedelta(days=n), time.min, workshop.zone) for n in (0, 1)
    )
    rooms = defaultdict[str, list[Slot]](list)
    for one in slots:
        rooms[one.event.room].append(one)
    return Day(on, first, max([last, *(one.end for one in slots)]), dict(rooms))


def slot(session: Session, starts_at: datetime, ends_at: datetime, workshop: Workshop) -> Slot:
    """A session by the clock of the venue."""
    start, end = starts_at.astimezone(workshop.zone), ends_at.astimezone(workshop.zone)
    materials = [row for row in session.materials.all() if row.web_address.startswith(WEB)]
    attached = [row for row in materials if row.kind in ATTACHED]
    linked = [row for row in materials if row.kind not in ATTACHED]
    event = Event(
        guid=session.guid,
        title=session.title,
        kind=session.kind,
        day=start.date(),
        start=start,
        end=end,
        room=session.room,
        track=session.track,
        abstract=session.abstract,
        people=tuple(person(row) for row in session.contributions.all()),
        links=tuple(Link(row.web_address, row.title, row.kind) for row in linked),
        attachments=tuple(Attachment(row.web_address, row.title, row.kind) for row in attached),
        number=session.pk,
        url=settings.SITE_URL + session.get_absolute_url(),
    )
    return Slot(start, end, event)


def person(row: Contribution) -> Person:
    """Somebody as the programme prints the name, with their page where there is one."""
    page = row.person.get_absolute_url() if row.person.has_page else ""
    return Person(row.public_name, settings.SITE_URL + page if page else "")
