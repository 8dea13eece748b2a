"""Days that are relative to the day of the load, so that what is to come stays to come."""

from datetime import UTC, date, datetime

import pytest

from tests.content.conftest import Load
from tests.content.records import MEETING, PARTNER, mistakes
from workshops.models import Session, Workshop


def test_days_and_times_can_be_relative_to_the_day_of_the_load(load: Load) -> None:
    load(PARTNER + MEETING, today=date(2026, 5, 4))

    meeting = Workshop.objects.get()
    opening, visit = Session.objects.in_order()
    assert (meeting.starts_on, meeting.ends_on) == (date(2026, 7, 3), date(2026, 7, 4))
    assert opening.starts_at == datetime(2026, 7, 3, 7, 30, tzinfo=UTC)
    assert visit.day == date(2026, 7, 4)


def test_a_relative_day_stays_put_until_it_is_over(load: Load) -> None:
    load(PARTNER + MEETING, today=date(2026, 5, 4))

    report = load(PARTNER + MEETING, today=date(2026, 7, 4))

    assert report.did_nothing
    assert Workshop.objects.get().starts_on == date(2026, 7, 3)


def test_a_relative_day_that_is_over_moves_on_and_its_sessions_with_it(load: Load) -> None:
    load(PARTNER + MEETING, today=date(2026, 5, 4))
    opening = Session.objects.get(title="Opening")

    report = load(PARTNER + MEETING, today=date(2026, 7, 5))

    moved = Session.objects.get(title="Opening")
    assert Workshop.objects.get().starts_on == date(2026, 9, 3)
    assert moved.pk == opening.pk
    assert moved.starts_at == datetime(2026, 9, 3, 7, 30, tzinfo=UTC)
    assert [change.given for change in report.changes] == [("starts_on", "ends_on", "sessions")]


def test_a_date_can_lie_some_days_before_the_first(load: Load) -> None:
    text = MEETING.replace("day: day 2", "day: 7 days before")

    load(PARTNER + text, today=date(2026, 5, 4))

    assert Session.objects.get(title="Visit").day == date(2026, 6, 26)


def test_a_time_can_carry_its_own_offset(load: Load) -> None:
    text = MEETING.replace("day 1 09:30", "2026-07-03T08:30+01:00")

    load(PARTNER + text)

    opening = Session.objects.get(title="Opening")
    assert opening.starts_at == datetime(2026, 7, 3, 7, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("relative", "calendar", "mistake"),
    [
        ("in 60 days", "9999-12-31", (10, "ends_on: “day 2” is no date or time.")),
        (
            "day 1 10:00",
            "1 day before noon",
            (13, "ends_at: “1 day before noon” is no date or time."),
        ),
    ],
)
def test_a_day_that_no_calendar_has_is_a_mistake(
    load: Load, relative: str, calendar: str, mistake: tuple[int, str]
) -> None:
    text = MEETING.replace(relative, calendar)

    found = mistakes(load, PARTNER + text)

    assert mistake in found
