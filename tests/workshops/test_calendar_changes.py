"""What calendars learn when a programme changes, and the sessions that people choose for theirs."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from tests.factories import SessionFactory, WorkshopFactory
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db

ADDRESS = "/workshops/malmo/calendar.ics"
START = datetime(2027, 1, 21, 8, tzinfo=UTC)
END = datetime(2027, 1, 21, 9, tzinfo=UTC)


def events(content: bytes) -> list[dict[str, Any]]:
    """The events of a calendar file, each with its decoded properties."""
    return [
        {name.lower(): event.decoded(name) for name in event}
        for event in Calendar.from_ical(content).walk("VEVENT")
    ]


def session_of(workshop: Workshop, **fields: Any) -> Session:
    session: Session = SessionFactory.create(
        workshop=workshop, **{"starts_at": START, "ends_at": END} | fields
    )
    return session


def test_a_change_keeps_the_identity_of_an_event_and_raises_its_sequence(
    client: Client, malmo: Workshop
) -> None:
    session = session_of(malmo)

    [before] = events(client.get(ADDRESS).content)
    Session.objects.update(room="Main hall")
    Workshop.unscoped.update(venue="Town hall")
    [after] = events(client.get(ADDRESS).content)

    assert before["uid"] == after["uid"] == f"{session.guid}@testserver"
    assert (before["sequence"], after["sequence"]) == (0, 2)


def test_it_says_when_either_the_session_or_its_workshop_last_changed(
    client: Client, malmo: Workshop
) -> None:
    session = session_of(malmo)
    later, earlier = datetime(2098, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)

    Workshop.objects.update(updated_at=earlier)
    [of_the_session] = events(client.get(ADDRESS).content)
    Workshop.objects.update(updated_at=later)
    [of_the_workshop] = events(client.get(ADDRESS).content)

    assert of_the_session["last-modified"] == session.changed_at.replace(microsecond=0)
    assert of_the_workshop["last-modified"] == of_the_workshop["dtstamp"] == later


def test_a_cancelled_session_is_sent_as_cancelled(client: Client, malmo: Workshop) -> None:
    session = session_of(malmo, title="Opening")

    session.cancel(at=START)
    session.cancelled_because = "Strike"
    session.save()
    [event] = events(client.get(ADDRESS).content)

    assert (event["status"], event["sequence"]) == ("CANCELLED", 1)
    assert event["description"] == f"Strike\n{malmo.title}"


def test_people_take_the_sessions_that_they_choose(client: Client, malmo: Workshop) -> None:
    chosen = [session_of(malmo, title=title) for title in ("Opening", "Panel")]
    session_of(malmo, title="Not chosen")
    untimed = SessionFactory.create(workshop=malmo, title="At some time")

    query = "&".join(f"session={row.guid}" for row in (*chosen, untimed))
    response = client.get(f"{ADDRESS}?{query}")

    assert [event["summary"] for event in events(response.content)] == ["Opening", "Panel"]
    assert response["Cache-Control"] == "public, max-age=0, s-maxage=1"


@pytest.mark.parametrize(
    "odd",
    ["", "x", "%00", "9" * 40, "00000000-0000-0000-0000-000000000000", "%F0%9F%92%A9"],
)
def test_what_names_no_session_of_the_workshop_is_ignored(
    client: Client, malmo: Workshop, odd: str
) -> None:
    session = session_of(malmo, title="Opening")
    elsewhere = session_of(WorkshopFactory.create(state="draft"), title="Canary")

    alone = client.get(f"{ADDRESS}?session={odd}&session={elsewhere.guid}")
    beside = client.get(f"{ADDRESS}?session={odd}&session={session.guid}")

    statuses = {alone.status_code, beside.status_code}
    assert statuses == ({400} if odd == "%00" else {200})
    assert b"Canary" not in alone.content
    assert odd == "%00" or [row["summary"] for row in events(beside.content)] == ["Opening"]


def test_of_too_many_the_first_count(client: Client, malmo: Workshop) -> None:
    session = session_of(malmo)
    others = [f"session={number:032x}" for number in range(100)]
    mine = f"session={session.guid}"

    first = client.get(f"{ADDRESS}?{'&'.join([mine, *others])}")
    last = client.get(f"{ADDRESS}?{'&'.join([*others, mine])}")

    assert [len(events(first.content)), len(events(last.content))] == [1, 0]


def test_a_former_address_leads_on_with_the_same_choice(client: Client, malmo: Workshop) -> None:
    session = session_of(malmo)
    malmo.slug = "new"
    malmo.save()

    response = client.get(f"{ADDRESS}?session={session.guid}")

    expected = f"/workshops/new/calendar.ics?session={session.guid}"
    assert (response.status_code, response["Location"]) == (301, expected)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_choice_costs_the_same_for_one_and_for_three(
    client: Client, malmo: Workshop, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    guids = [session_of(malmo).guid for _ in range(rows)]

    with django_assert_num_queries(2):
        client.get(f"{ADDRESS}?{'&'.join(f'session={guid}' for guid in guids)}")


def test_a_time_that_the_clock_shows_twice_is_told_in_utc(client: Client, malmo: Workshop) -> None:
    Workshop.unscoped.update(time_zone="Europe/Brussels")
    session_of(
        malmo,
        starts_at=datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        ends_at=datetime(2027, 10, 31, 2, 0, tzinfo=UTC),
    )

    content = client.get(ADDRESS).content

    assert b"DTSTART:20271031T003000Z\r\n" in content
    assert b"DTEND;TZID=Europe/Brussels:20271031T030000\r\n" in content


def test_a_workshop_by_universal_time_needs_no_rules(client: Client, malmo: Workshop) -> None:
    Workshop.unscoped.update(time_zone="UTC")
    session_of(malmo)

    content = client.get(ADDRESS).content

    assert b"DTSTART:20270121T080000Z\r\n" in content
    assert b"VTIMEZONE" not in content
