"""Workshops in people's own calendars."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
import time_machine
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from tests.factories import RegionFactory, SessionFactory, WorkshopFactory
from workshops.models import Workshop

pytestmark = pytest.mark.django_db


def events(content: bytes) -> list[dict[str, Any]]:
    """The events of a calendar file, each with its decoded properties."""
    return [
        {name.lower(): event.decoded(name) for name in event}
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]


def test_a_workshop_without_times_is_one_event_of_whole_days(client: Client) -> None:
    WorkshopFactory.create(
        slug="malmo",
        key="malmo-2016",
        title="Open workshop",
        summary="Seven inputs.",
        starts_on=date(2016, 6, 20),
        ends_on=date(2016, 6, 22),
        city="Malmö",
        region=RegionFactory.create(code="SE224"),
    )
    changed = datetime(2026, 11, 1, 12, tzinfo=UTC)
    Workshop.objects.update(updated_at=changed)

    response = client.get("/workshops/malmo/calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="malmo.ics"'
    assert events(response.content) == [
        {
            "uid": "workshop-malmo-2016@testserver",
            "dtstamp": changed,
            "last-modified": changed,
            "sequence": 0,
            "status": "CONFIRMED",
            "summary": "Open workshop",
            "dtstart": date(2016, 6, 20),
            "dtend": date(2016, 6, 23),
            "description": "Seven inputs.",
            "location": "Malmö, Sweden",
            "url": "http://testserver/workshops/malmo/",
        }
    ]


def test_a_workshop_with_times_is_one_event_by_the_clock_of_its_venue(client: Client) -> None:
    WorkshopFactory.create(
        slug="malmo",
        starts_on=date(2027, 1, 21),
        start_time=time(9),
        end_time=time(16),
        time_zone="Europe/Stockholm",
    )

    content = client.get("/workshops/malmo/calendar.ics").content

    assert b"DTSTART;TZID=Europe/Stockholm:20270121T090000\r\n" in content
    assert b"DTEND;TZID=Europe/Stockholm:20270121T160000\r\n" in content
    assert b"BEGIN:VTIMEZONE\r\nTZID:Europe/Stockholm\r\n" in content


def test_sessions_with_times_are_events_of_their_own(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", title="Open workshop", venue="Town hall", time_zone="Europe/Stockholm"
    )
    session = SessionFactory.create(
        workshop=workshop,
        title="Opening",
        abstract="Who *we* are,\n\nand [why](https://example.org/).",
        room="Main hall",
        track="Policy, money",
        starts_at=datetime(2027, 1, 21, 8, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
    )
    SessionFactory.create(workshop=workshop, title="At some time")

    [event] = events(client.get("/workshops/malmo/calendar.ics").content)

    assert event["uid"] == f"{session.guid}@testserver"
    assert event["summary"] == "Opening"
    assert event["description"] == "Who we are, and why.\nOpen workshop"
    assert event["categories"] == ["Policy, money"]
    assert event["location"] == "Main hall, Town hall"
    assert event["dtstart"].isoformat() == "2027-01-21T09:00:00+01:00"
    assert event["dtend"].isoformat() == "2027-01-21T10:00:00+01:00"
    assert event["url"] == f"http://testserver/workshops/malmo/sessions/{session.pk}/"


@time_machine.travel("2027-01-01 12:00+00:00")
def test_the_calendar_to_subscribe_to_holds_the_real_workshops_of_a_year_back_and_to_come(
    client: Client,
) -> None:
    WorkshopFactory.create(title="Next", starts_on=date(2027, 6, 1))
    WorkshopFactory.create(title="Recent", starts_on=date(2026, 1, 2))
    WorkshopFactory.create(title="Long ago", starts_on=date(2025, 12, 31))
    WorkshopFactory.create(title="Example", starts_on=date(2027, 6, 1), is_example=True)
    WorkshopFactory.create(title="Canary", starts_on=date(2027, 6, 1), state="draft")

    response = client.get("/workshops/calendar.ics")

    titles = [event["summary"] for event in events(response.content)]
    assert titles == ["Recent", "Next"]
    assert response["Content-Disposition"] == 'attachment; filename="clusterix.ics"'


def test_a_calendar_without_workshops_is_a_calendar_all_the_same(client: Client) -> None:
    content = client.get("/workshops/calendar.ics").content

    assert events(content) == []
    assert content.startswith(b"BEGIN:VCALENDAR\r\n")


def test_text_cannot_pose_as_another_property(client: Client) -> None:
    attack = "Title\r\nBEGIN:VALARM\rATTACH:http://evil.example\n\u2028END:VEVENT"
    workshop = WorkshopFactory.create(
        slug="malmo", title=attack, summary=attack, venue=attack, city=attack
    )

    whole = client.get("/workshops/malmo/calendar.ics").content
    SessionFactory.create(
        workshop=workshop,
        title=attack,
        room=attack[:90],
        starts_at=datetime(2027, 1, 21, 8, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
    )
    with_session = client.get("/workshops/malmo/calendar.ics").content

    for content in (whole, with_session):
        lines = content.split(b"\r\n")
        assert not [line for line in lines if line.startswith((b"BEGIN:VALARM", b"ATTACH"))]
        assert lines.count(b"END:VEVENT") == 1
        assert b"\r" not in content.replace(b"\r\n", b"")
        assert b"\n" not in content.replace(b"\r\n", b"")
    assert events(whole)[0]["summary"] == (
        "Title BEGIN:VALARM ATTACH:http://evil.example END:VEVENT"
    )


def test_long_lines_are_folded(client: Client) -> None:
    WorkshopFactory.create(slug="malmo", title="å" * 200, summary="ö" * 300)

    content = client.get("/workshops/malmo/calendar.ics").content

    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert events(content)[0]["summary"] == "å" * 200


def test_whoever_subscribed_under_a_former_address_is_led_on(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="old")
    workshop.slug = "new"
    workshop.save()

    response = client.get("/workshops/old/calendar.ics")

    assert (response.status_code, response["Location"]) == (301, "/workshops/new/calendar.ics")


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_public_workshops_have_a_calendar(client: Client, state: str) -> None:
    WorkshopFactory.create(slug="malmo", title="Canary", state=state)

    response = client.get("/workshops/malmo/calendar.ics")

    assert response.status_code == 404
    assert b"Canary" not in response.content


@pytest.mark.parametrize("path", ["/workshops/calendar.ics", "/workshops/malmo/calendar.ics"])
def test_calendars_are_read_only(client: Client, path: str) -> None:
    WorkshopFactory.create(slug="malmo")

    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_calendars_cost_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    workshops = [
        WorkshopFactory.create(region=RegionFactory.create(code="SE")) for _ in range(rows)
    ]
    for hour in range(rows):
        SessionFactory.create(
            workshop=workshops[0],
            starts_at=datetime(2027, 1, 21, hour, tzinfo=UTC),
            ends_at=datetime(2027, 1, 21, hour + 1, tzinfo=UTC),
        )

    with django_assert_num_queries(2):
        client.get(f"/workshops/{workshops[0].slug}/calendar.ics")
    with django_assert_num_queries(1):
        client.get("/workshops/calendar.ics")
