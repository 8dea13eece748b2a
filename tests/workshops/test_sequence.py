"""How often what calendars show has changed: the database counts, whoever makes the change."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection

from tests.factories import RegionFactory, SessionFactory, WorkshopFactory
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db

START = datetime(2027, 1, 21, 8, tzinfo=UTC)
END = datetime(2027, 1, 21, 9, tzinfo=UTC)


def count_of(row: Session | Workshop) -> int:
    row.refresh_from_db(fields=["sequence"])
    return row.sequence


@pytest.mark.parametrize(
    "shown",
    [
        {"title": "Welcome"},
        {"abstract": "More of it."},
        {"starts_at": START, "ends_at": END},
        {"day": date(2027, 1, 22)},
        {"room": "Main hall"},
        {"track": "Policy"},
        {"cancelled_at": START},
    ],
    ids=lambda shown: next(iter(shown)),
)
def test_it_rises_with_what_a_calendar_shows_of_a_session(shown: dict[str, Any]) -> None:
    session = SessionFactory.create()
    before = session.sequence

    Session.objects.update(**shown)
    after_update = count_of(session)
    Session.objects.update(**shown)

    assert (before, after_update, count_of(session)) == (0, 1, 1)


@pytest.mark.parametrize(
    "shown",
    [
        {"title": "Cluster days"},
        {"summary": "Other words."},
        {"slug": "elsewhere"},
        {"ends_on": date(2099, 1, 1)},
        {"start_time": time(9)},
        {"time_zone": "Europe/Lisbon"},
        {"venue": "Town hall"},
        {"city": "Malmö"},
    ],
    ids=lambda shown: next(iter(shown)),
)
def test_it_rises_with_what_a_calendar_shows_of_a_workshop(shown: dict[str, Any]) -> None:
    workshop = WorkshopFactory.create()

    Workshop.unscoped.update(**shown)

    assert count_of(workshop) == 1


def test_it_rises_with_the_country_too() -> None:
    workshop = WorkshopFactory.create()

    workshop.region = RegionFactory.create(code="SE")
    workshop.save()

    assert count_of(workshop) == 1


def test_it_stays_where_a_calendar_shows_nothing_new() -> None:
    session = SessionFactory.create()

    session.save()
    Session.objects.update(position=7, kind="panel")
    Workshop.unscoped.update(report="We met.", audience="All")

    assert (count_of(session), count_of(session.workshop)) == (0, 0)


def test_an_older_copy_of_a_row_that_is_saved_cannot_turn_it_back() -> None:
    session = SessionFactory.create()
    older = Session.objects.get(pk=session.pk)
    Session.objects.update(room="Main hall")
    Workshop.unscoped.update(venue="Town hall")

    older.save()
    session.workshop.save()

    assert (count_of(session), count_of(session.workshop)) == (2, 2)


def test_nobody_sets_it_by_hand() -> None:
    session = SessionFactory.create()

    Session.objects.update(sequence=900, changed_at=START)
    Workshop.unscoped.update(sequence=900)

    assert (count_of(session), count_of(session.workshop)) == (0, 0)
    assert Session.objects.get().changed_at == session.changed_at


def test_the_moment_of_the_last_change_is_kept_with_it() -> None:
    session = SessionFactory.create()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE workshops_session SET changed_at = '2020-01-01'")
        cursor.execute("SET LOCAL session_replication_role = origin")

    Session.objects.update(position=3)
    unmoved = Session.objects.get(pk=session.pk).changed_at
    Session.objects.update(room="Main hall")

    assert unmoved == datetime(2020, 1, 1, tzinfo=UTC)
    assert Session.objects.get(pk=session.pk).changed_at > unmoved
