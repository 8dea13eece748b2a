"""What schedule files need of sessions: an identity that lasts, and a track."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from tests.factories import SessionFactory, WorkshopFactory
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db


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
