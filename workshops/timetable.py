"""A day of a programme as a table: moments down the side, rooms across the top."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, product
from typing import NamedTuple
from zoneinfo import ZoneInfo

from workshops.models import Session

SOON = timedelta(hours=12)
"""What begins within that time is called next."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A square of the table, perhaps several rows or columns large; empty without a session."""

    session: Session | None
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """What begins at a moment."""

    starts_at: datetime
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The rooms that run side by side, in the order of their first sessions, and the rows."""

    rooms: list[str]
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Day:
    """The sessions of a day (none where it is not known), with a table where one helps."""

    date: date | None
    sessions: list[Session]
    timetable: Timetable | None

    @property
    def has_times(self) -> bool:
        """The record says when at least one of the sessions was."""
        return any(session.starts_at for session in self.sessions)


def days(sessions: Iterable[Session], zone: ZoneInfo) -> list[Day]:
    """Sessions in order by their day at the venue; those of an unknown day stand last."""

    def day_of(session: Session) -> date | None:
        return session.starts_at.astimezone(zone).date() if session.starts_at else session.day

    def place(session: Session) -> tuple[bool, date]:
        day = day_of(session)
        return day is None, day or date.max

    grouped = groupby(sorted(sessions, key=place), key=day_of)
    return [Day(day, rows := list(group), timetable(rows)) for day, group in grouped]


def around(session: Session, programme: Iterable[Day]) -> tuple[Session | None, Session | None]:
    """What comes before a session in its programme, and what after; None at either end."""
    row = [None, *(each for day in programme for each in day.sessions), None]
    place = row.index(session)
    return row[place - 1], row[place + 1]


def up_next(sessions: Iterable[Session], at: datetime) -> list[Session]:
    """What begins next, at one moment, unless that is further away than one waits for."""
    on = (each for each in sessions if not each.is_cancelled)
    timed = [(each.starts_at, each) for each in on if each.starts_at]
    later = [(start, each) for start, each in timed if at < start <= at + SOON]
    first = min((start for start, _ in later), default=None)
    return [each for start, each in later if start == first]


class Slot(NamedTuple):
    """A session with the times it is known to have; alone where nothing else is on meanwhile."""

    session: Session
    start: datetime
    end: datetime
    alone: bool

    def across(self, rooms: Sequence[str]) -> Sequence[str]:
        """The columns it takes: all of them, or that of its room."""
        return rooms if self.alone else [self.session.room]

    def lasts(self, moments: Sequence[datetime]) -> list[datetime]:
        """The moments from its start that lie before its end."""
        return [moment for moment in moments if self.start <= moment < self.end]


def timetable(sessions: Sequence[Session]) -> Timetable | None:
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
    taken: Mapping[tuple[datetime, str], Slot],
) -> list[Cell]:
    """The cells of a row; a session that began in an earlier row or column fills its own."""
    row = []
    for room in rooms:
        slot = taken.get((moment, room))
        if slot is None:
            row.append(Cell(None))
        elif slot.start == moment and room == slot.across(rooms)[0]:
            height, width = len(slot.lasts(moments)), len(slot.across(rooms))
            row.append(Cell(slot.session, height, width))
    return row
