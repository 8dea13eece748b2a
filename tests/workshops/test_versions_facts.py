"""What became of a programme between two versions, and how that is said."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import SessionFactory
from workshops.models import Session, Workshop
from workshops.versions.facts import Shown, Snapshot, changes, snapshot
from workshops.versions.words import Line, lines

GUID = "7a0fc001-e587-47e1-b378-b6ec7e666337"


def at(hour: int, minute: int = 0, day: int = 21) -> str:
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC).isoformat()


def shown(**fields: Any) -> Shown:
    """A session from nine to ten at the venue in Sweden, except for what is given."""
    usual: Shown = {
        "title": "Opening",
        "day": "",
        "starts_at": at(8),
        "ends_at": at(9),
        "room": "Main hall",
        "is_cancelled": False,
    }
    return Shown(**{**usual, **fields})  # type: ignore[typeddict-item]


def said(before: Shown | None, after: Shown | None, workshop: Workshop) -> list[str]:
    states: list[Snapshot] = [{GUID: state} if state else {} for state in (before, after)]
    return [line.text for line in lines(changes(*states), workshop)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("before", "after", "sentences"),
    [
        (None, shown(), ["“Opening” is new: Thursday 21 January, 09:00–10:00"]),
        (shown(), shown(starts_at=at(9, 30), ends_at=at(10)), ["“Opening” moved to 10:30–11:00"]),
        (shown(), shown(ends_at=at(9, 30)), ["“Opening” moved to 09:00–10:30"]),
        (
            shown(),
            shown(starts_at=at(8, day=22), ends_at=at(9, day=22)),
            ["“Opening” moved to Friday 22 January, 09:00–10:00"],
        ),
        (
            shown(),
            shown(starts_at="", ends_at="", day="2027-01-22"),
            ["“Opening” moved to Friday 22 January"],
        ),
        (
            shown(),
            shown(starts_at="", ends_at=""),
            ["“Opening” moved to a time that is not known yet"],
        ),
        (shown(), shown(room="Foyer"), ["“Opening” is in another room: Foyer"]),
        (shown(), shown(room=""), ["“Opening” is not in a certain room any more"]),
        (shown(), shown(title="Welcome"), ["“Opening” is now called “Welcome”"]),
        (
            shown(),
            shown(is_cancelled=True, room="Foyer"),
            ["“Opening” is cancelled: Thursday 21 January, 09:00–10:00"],
        ),
        (
            shown(is_cancelled=True),
            shown(room="Foyer"),
            [
                "“Opening” is in another room: Foyer",
                "“Opening” takes place after all: Thursday 21 January, 09:00–10:00",
            ],
        ),
        (
            shown(),
            None,
            ["“Opening” is no longer part of the programme: Thursday 21 January, 09:00–10:00"],
        ),
        (shown(day="2027-01-21"), shown(), []),
        (shown(is_cancelled=True), shown(is_cancelled=True, room="Foyer"), []),
        (None, shown(is_cancelled=True), []),
        (shown(is_cancelled=True), None, []),
    ],
)
def test_each_change_is_said_in_words(
    malmo: Workshop, before: Shown | None, after: Shown | None, sentences: list[str]
) -> None:
    assert said(before, after, malmo) == sentences


@pytest.mark.django_db
def test_days_are_named_in_the_language_of_the_reader(malmo: Workshop) -> None:
    with override("de"):
        [sentence] = said(None, shown(), malmo)

    assert "Donnerstag" in sentence


@pytest.mark.django_db
def test_a_title_with_signs_of_formats_is_said_as_it_is(malmo: Workshop) -> None:
    [sentence] = said(None, shown(title="100 %(room)s %s {0}"), malmo)

    assert sentence.startswith("“100 %(room)s %s {0}” is new")


@pytest.mark.django_db
def test_a_change_leads_to_its_session_while_that_is_there(malmo: Workshop) -> None:
    session = SessionFactory.create(workshop=malmo, guid=GUID)
    path = session.get_absolute_url()
    found = changes({}, {GUID: shown()})

    [there] = lines(found, malmo)
    session.delete()
    [gone] = lines(found, malmo)

    assert there.path == path
    assert gone == Line(there.kind, there.text, "")


def test_changes_stand_in_the_order_of_the_programme() -> None:
    later, untimed = (
        shown(title="Panel", starts_at=at(9), ends_at=at(10)),
        shown(title="At some time", starts_at="", ends_at=""),
    )

    found = changes({}, {"a": untimed, "b": later, "c": shown()})

    assert [change["after"]["title"] for change in found] == ["Opening", "Panel", "At some time"]


def test_a_snapshot_holds_what_calendars_show() -> None:
    session = Session(
        guid=GUID,
        title="Opening",
        day=date(2027, 1, 21),
        room="Main hall",
        starts_at=datetime.fromisoformat("2027-01-21T09:00:00+01:00"),
        ends_at=datetime.fromisoformat("2027-01-21T09:00:00+00:00"),
    )

    assert snapshot([session]) == {GUID: shown(day="2027-01-21")}


STATES = st.builds(
    shown,
    title=st.sampled_from(["Opening", "Welcome"]),
    starts_at=st.sampled_from([at(8), at(9)]),
    room=st.sampled_from(["", "Foyer"]),
    is_cancelled=st.booleans(),
)
PROGRAMMES = st.dictionaries(st.sampled_from("abc"), STATES)


@given(before=PROGRAMMES, after=PROGRAMMES)
def test_nothing_is_announced_if_and_only_if_what_takes_place_is_the_same(
    before: Snapshot, after: Snapshot
) -> None:
    def on(programme: Snapshot) -> Snapshot:
        return {guid: row for guid, row in programme.items() if not row["is_cancelled"]}

    assert (changes(before, after) == []) == (on(before) == on(after))
