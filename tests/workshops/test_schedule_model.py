"""What schedule files need of sessions: an identity that lasts, and a track."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client

from tests.factories import SessionFactory, WorkshopFactory
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db

BEFORE = [("workshops", "0002_search_in_every_language")]
SINCE = [("workshops", "0003_sessions_for_schedule_files")]


def test_sessions_that_were_there_before_get_an_identity_each() -> None:
    workshop = WorkshopFactory.create()
    SessionFactory.create_batch(3, workshop=workshop)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    MigrationExecutor(connection).migrate(BEFORE)
    MigrationExecutor(connection).migrate(SINCE)

    guids = set(Session.objects.values_list("guid", flat=True))
    assert len(guids) == 3
    assert {type(guid) for guid in guids} == {UUID}
    assert set(Session.objects.values_list("track", flat=True)) == {""}


def test_the_release_before_can_still_add_sessions() -> None:
    workshop: Workshop = WorkshopFactory.create()
    with connection.cursor() as cursor:
        for title in ("One", "Another"):
            cursor.execute(
                "INSERT INTO workshops_session (workshop_id, kind, title, abstract, room, position)"
                " VALUES (%s, 'talk', %s, '', '', 0)",
                [workshop.pk, title],
            )

    one, another = Session.objects.order_by("pk")

    assert one.guid != another.guid
    assert (one.track, another.track) == ("", "")


def test_no_two_sessions_have_one_identity() -> None:
    session = SessionFactory.create()

    with pytest.raises(IntegrityError, match="guid"):
        SessionFactory.create(guid=session.guid)


def test_the_track_stands_with_the_session_where_there_is_one(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="malmo")
    times = [datetime(2027, 1, 21, hour, tzinfo=UTC) for hour in (8, 9, 10)]
    SessionFactory.create(
        workshop=workshop, track="Policy & money", starts_at=times[0], ends_at=times[1]
    )
    SessionFactory.create(workshop=workshop, starts_at=times[1], ends_at=times[2])

    page = client.get("/workshops/malmo/").content.decode()

    assert page.count('<span lang="en">Policy &amp; money</span>') == 1
    assert '<span lang="en"></span>' not in page
