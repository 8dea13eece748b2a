"""Programmes as tables: rooms across, moments down, and nothing in them that is not true."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from workshops.models import Session
from workshops.timetable import Cell, Timetable, days, timetable

START = datetime(2027, 1, 21, 8, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def session(title: str, start: int, end: int, room: str = "") -> Session:
    """From so many quarters of an hour after eight until so many."""
    quarter = timedelta(minutes=15)
    return Session(
        title=title, room=room, starts_at=START + start * quarter, ends_at=START + end * quarter
    )


def drawn(table: Timetable[Session] | None) -> list[list[str]]:
    """A table as words: the time, then each cell with its size where it is larger than one."""
    assert table is not None
    return [
        [f"{row.starts_at:%H:%M}", *(cell_words(cell) for cell in row.cells)] for row in table.rows
    ]


def cell_words(cell: Cell[Session]) -> str:
    """A cell's title, and its size where it is larger than one."""
    title = cell.session.title if cell.session else "-"
    return title if (cell.rows, cell.columns) == (1, 1) else f"{title} {cell.rows}x{cell.columns}"


def test_rooms_stand_side_by_side_and_breaks_go_across() -> None:
    table = timetable(
        [
            session("Coffee", 0, 2),
            session("Pilots", 2, 6, "Hall"),
            session("Evidence", 2, 4, "Room 2"),
            session("Peer review", 4, 8, "Room 2"),
            session("Agencies", 6, 8, "Hall"),
            session("Lunch", 8, 12),
        ]
    )

    assert table is not None
    assert table.rooms == ["Hall", "Room 2"]
    assert drawn(table) == [
        ["08:00", "Coffee 1x2"],
        ["08:30", "Pilots 2x1", "Evidence"],
        ["09:00", "Peer review 2x1"],
        ["09:30", "Agencies"],
        ["10:00", "Lunch 1x2"],
    ]


def test_an_hour_in_which_nothing_happens_has_no_row() -> None:
    table = timetable(
        [
            session("Early", 0, 4, "Hall"),
            session("Later", 3, 5, "Room 2"),
            session("Evening", 40, 44),
        ]
    )

    assert drawn(table) == [
        ["08:00", "Early 2x1", "-"],
        ["08:45", "Later 2x1"],
        ["09:00", "-"],
        ["18:00", "Evening 1x2"],
    ]


def test_a_session_that_is_alone_goes_across_whatever_its_room() -> None:
    table = timetable(
        [
            session("Opening", 0, 1, "Hall"),
            session("One", 1, 2, "Room 1"),
            session("Two", 1, 2, "Room 2"),
        ]
    )

    assert table is not None
    assert table.rooms == ["Room 1", "Room 2"]
    assert drawn(table) == [["08:00", "Opening 1x2"], ["08:15", "One", "Two"]]


def test_sessions_one_after_the_other_make_a_list() -> None:
    assert timetable([session("One", 0, 1, "Hall"), session("Two", 1, 2, "Room 2")]) is None


def test_a_day_with_an_unknown_time_makes_a_list() -> None:
    known = [session("One", 0, 1, "Hall"), session("Two", 0, 1, "Room 2")]

    assert timetable([*known, Session(title="Some time")]) is None


def test_a_session_without_a_room_beside_another_makes_a_list() -> None:
    rooms = [session("One", 0, 2, "Hall"), session("Two", 0, 2, "Room 2")]

    assert timetable([*rooms, session("Somewhere", 1, 3)]) is None


def test_sessions_are_sorted_into_the_days_of_the_venue() -> None:
    late = Session(
        title="Late",
        starts_at=datetime(2027, 1, 21, 23, 30, tzinfo=UTC),
        ends_at=datetime(2027, 1, 22, 0, 30, tzinfo=UTC),
    )
    unknown = Session(title="Unknown")
    first = Session(title="First", day=date(2027, 1, 20))
    timed = session("Timed", 0, 1)

    programme = days([unknown, timed, late, first], BERLIN)

    assert [(day.date, [each.title for each in day.sessions]) for day in programme] == [
        (date(2027, 1, 20), ["First"]),
        (date(2027, 1, 21), ["Timed"]),
        (date(2027, 1, 22), ["Late"]),
        (None, ["Unknown"]),
    ]
    assert [day.has_times for day in programme] == [False, True, True, False]


programmes = st.lists(st.tuples(st.integers(0, 3), st.integers(1, 8)), min_size=1, max_size=6)


def in_a_row(room: str, programme: list[tuple[int, int]]) -> list[Session]:
    """Sessions of one room, each so long after the one before and so long itself."""
    sessions, now = [], 0
    for pause, length in programme:
        sessions.append(session(f"{room} {now}", now + pause, now + pause + length, room))
        now += pause + length
    return sessions


@given(programmes, programmes, programmes)
def test_a_table_holds_each_session_once_and_leaves_no_hole(
    hall: list[tuple[int, int]], second: list[tuple[int, int]], third: list[tuple[int, int]]
) -> None:
    sessions = [
        *in_a_row("Hall", hall), *in_a_row("Room 2", second), *in_a_row("Room 3", third),
        session("Excursion", 80, 84, "Bus"),
        session("Talk", 80, 84, "Hall"),
        session("Dinner", 90, 92),
    ]  # fmt: skip

    table = timetable(sessions)

    assert table is not None
    cells = [cell for row in table.rows for cell in row.cells]
    assert sorted(cell.session.title for cell in cells if cell.session) == sorted(
        each.title for each in sessions
    )
    assert sum(cell.rows * cell.columns for cell in cells) == len(table.rows) * len(table.rooms)
