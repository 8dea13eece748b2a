"""A day of a programme as a table: moments down the side, rooms across the top."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, product
from typing import Generic, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from workshops.agenda import Item
from workshops.models import Session

SOON = timedelta(hours=12)
"""What begins within that time is called next."""


S = TypeVar("S", bound=Session | Item)
"""Sessions as rows, or as a programme has them; what is said of them here is true of both."""


@dataclass(frozen=True, slots=True)
class Cell(Generic[S]):
    """A square of the table, perhaps several rows or columns large; empty without a session."""

    session: S | None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row(Generic[S]):
    """What begins at a moment."""

    starts_at: datetime
    cells: list[Cell[S]]


@dataclass(frozen=True, slots=True)
class Timetable(Generic[S]):
    """The rooms that run side by side, in the order of their first sessions, and the rows."""

    rooms: list[str]
    rows: list[Row[S]]


@dataclass(frozen=True, slots=True)
class Day(Generic[S]):
    """The sessions of a day (none where it is not known)."""

    date: date | None
    sessions: list[S]

    @property
    def has_times(self) -> bool:
        """The record says when at least one of the sessions was."""
        return any(session.starts_at for session in self.sessions)


def days(sessions: Iterable[S], zone: ZoneInfo) -> list[Day[S]]:
    """Sessions in order by their day at the venue; those of an unknown day stand last."""

    def day_of(session: S) -> date | None:
        return session.starts_at.astimezone(zone).date() if session.starts_at else session.day

    def place(session: S) -> tuple[bool, date]:
        day = day_of(session)
        return day is None, day or date.max

    grouped = groupby(sorted(sessions, key=place), key=day_of)
    return [Day(day, list(group)) for day, group in grouped]


def around(session: S, programme: Iterable[Day[S]]) -> tuple[S | None, S | None]:
    """What comes before a session in its programme, and what after; None at either end."""
    row: list[S | None] = [None, *(each for day in programme for each in day.sessions), None]
    place = row.index(session)
    return row[place - 1], row[place + 1]


def on_now(sessions: Iterable[S], at: datetime) -> list[S]:
    """What is under way at that moment."""
    on = (each for each in sessions if not each.is_cancelled)
    return [
        each
        for each in on
        if each.starts_at and each.ends_at and each.starts_at <= at < each.ends_at
    ]


def up_next(sessions: Iterable[S], at: datetime) -> list[S]:
    """What begins next, at one moment, unless that is further away than one waits for."""
    on = (each for each in sessions if not each.is_cancelled)
    timed = [(each.starts_at, each) for each in on if each.starts_at]
    later = [(start, each) for start, each in timed if at < start <= at + SOON]
    first = min((start for start, _ in later), default=None)
    return [each for start, each in later if start == first]


class Slot(NamedTuple, Generic[S]):
    """A session with the times it is known to have; alone where nothing else is on meanwhile."""

    session: S
    start: datetime
    end: datetime
    alone: bool

    def across(self, rooms: Sequence[str]) -> Sequence[str]:
        """The columns it takes: all of them, or that of its room."""
        return rooms if self.alone else [self.session.room]

    def lasts(self, moments: Sequence[datetime]) -> list[datetime]:
        """The moments from its start that lie before its end."""
        return [moment for moment in moments if self.start <= moment < self.end]


def timetable(sessions: Sequence[S]) -> Timetable[S] | None:
    """The table of a day whose times are all known and on which rooms run side by side.

    What is alone, such as lunch, goes across. What is not has to have a room, or no table could
    be true; two sessions of one room never overlap, which the database sees to. What is cancelled
    stands in the list alone.
    """
    sessions = [session for session in sessions if not session.is_cancelled]
    timed = [
        (session, session.starts_at, session.ends_at)
        for session in sessions
        if session.starts_at and session.ends_at
    ]
    slots = [
        Slot(session, start, end, alone=sum(a < end and start < z for _, a, z in timed) == 1)
        for session, start, end in timed
    ]
    rooms = list(dict.fromkeys(slot.session.room for slot in slots if not slot.alone))
    if not rooms or not all(rooms) or len(timed) < len(sessions):
        return None
    moments = sorted({moment for slot in slots for moment in (slot.start, slot.end)})
    taken = {
        square: slot
        for slot in slots
        for square in product(slot.lasts(moments), slot.across(rooms))
    }
    busy = [moment for moment in moments if any((moment, room) in taken for room in rooms)]
    return Timetable(rooms, [Row(moment, cells(moment, rooms, busy, taken)) for moment in busy])


def cells(
    moment: datetime,
    rooms: Sequence[str],
    moments: Sequence[datetime],
    taken: Mapping[tuple[datetime, str], Slot[S]],
) -> list[Cell[S]]:
    """The cells of a row; a session that began in an earlier row or column fills its own."""
    row: list[Cell[S]] = []
    for room in rooms:
        slot = taken.get((moment, room))
        if slot is None:
            row.append(Cell(None))
        elif slot.start == moment and room == slot.across(rooms)[0]:
            height, width = len(slot.lasts(moments)), len(slot.across(rooms))
            row.append(Cell(slot.session, height, width))
    return row
