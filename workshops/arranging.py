"""A programme put into another order: which sessions can change places, and what that does.

Sessions of one room on one day change places within the time that they take up together: each
keeps its length, and the pauses stay where they are, so no room is ever taken twice. Sessions
without times only follow one another.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.translation import gettext

from clusterix.curation.models import Entry
from workshops.models import Contribution, Session, Workshop
from workshops.timetable import days


class Timed(NamedTuple):
    """A session with the times it is known to have."""

    session: Session
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Stretch:
    """The sessions of a room on a day, or those of a day whose times are not known, in order."""

    day: date | None
    room: str
    sessions: list[Session]

    @property
    def timed(self) -> list[Timed]:
        """Its sessions with their times; none of them where those are not known."""
        return [
            Timed(session, session.starts_at, session.ends_at)
            for session in self.sessions
            if session.starts_at and session.ends_at
        ]

    @property
    def can_move(self) -> bool:
        """There are two to change places, and none that takes place beside another."""
        follow = all(one.end <= other.start for one, other in pairwise(self.timed))
        return len(self.sessions) > 1 and follow

    def put(self, places: Mapping[int, float]) -> "Stretch":
        """The same in the order of the places given by the sessions' numbers."""
        order = sorted(self.sessions, key=lambda session: places.get(session.pk, 0))
        if self.can_move and order != self.sessions:
            deal(self.timed, order)
        return Stretch(self.day, self.room, order if self.can_move else self.sessions)


def deal(before: Sequence[Timed], order: Sequence[Session]) -> None:
    """Give sessions that follow one another new times in another order."""
    if not before:
        return
    pauses = [after.start - one.end for one, after in pairwise(before)]
    lengths = {each.session.pk: each.end - each.start for each in before}
    start = before[0].start
    for session, pause in zip(order, [*pauses, timedelta(0)], strict=True):
        session.starts_at, session.ends_at = start, start + lengths[session.pk]
        start = session.ends_at + pause


def stretches(sessions: Iterable[Session], zone: ZoneInfo) -> Iterator[Stretch]:
    """A programme day by day and room by room, each with the sessions that can change places."""
    for day in days(sessions, zone):
        timed = [session for session in day.sessions if session.starts_at]
        for room in dict.fromkeys(session.room for session in timed):
            yield Stretch(day.date, room, [each for each in timed if each.room == room])
        untimed = [session for session in day.sessions if not session.starts_at]
        if untimed:
            yield Stretch(day.date, "", untimed)


def in_order(arranged: Iterable[Stretch]) -> list[Session]:
    """All sessions by their times, as they were put where those are alike, and then the others."""
    listed = [session for stretch in arranged for session in stretch.sessions]
    timed = sorted((each.starts_at, place) for place, each in enumerate(listed) if each.starts_at)
    return [
        *(listed[place] for _start, place in timed),
        *(each for each in listed if not each.starts_at),
    ]


def clashes(workshop: Workshop, sessions: Sequence[Session], moved: Sequence[Session]) -> list[str]:
    """Who would be in two places at once since sessions were moved, in words."""
    rows = [(row, each) for each in sessions for row in each.contributions.all()]
    elsewhere = Contribution.objects.filter(
        person__in={row.person_id for row, session in rows if session in moved},
        session__workshop__state=Entry.State.PUBLISHED,
        session__starts_at__isnull=False,
        session__cancelled_at=None,
    ).exclude(session__workshop=workshop.pk)
    others = elsewhere.select_related("person", "session__workshop").in_order()
    everywhere = [*rows, *((row, row.session) for row in others)]
    pairs = {
        (str(row.person), *sorted((str(one), str(other))))
        for row, one in rows
        for also, other in everywhere
        if one in moved and one != other and row.person_id == also.person_id and meet(one, other)
    }
    told = gettext("%(person)s takes part in “%(one)s” and in “%(other)s” at the same time.")
    return [
        told % {"person": person, "one": one, "other": other}
        for person, one, other in sorted(pairs)
    ]


def meet(one: Session, other: Session) -> bool:
    """Whether two sessions take place at the same time, as far as their times are known."""
    if not (one.starts_at and one.ends_at and other.starts_at and other.ends_at):
        return False
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def save(sessions: Sequence[Session], moved: Sequence[Session]) -> None:
    """Keep the order of a whole programme, and the times of those moved, in one transaction."""
    for position, session in enumerate(sessions):
        session.position = position
    numbers = [session.pk for session in moved]
    Session.objects.filter(pk__in=numbers).update(starts_at=None, ends_at=None)
    Session.objects.bulk_update(sessions, ["position", "starts_at", "ends_at"])
