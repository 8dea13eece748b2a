"""Schedules in each of the formats become sessions."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

from tests.workshops.conftest import GUID, Take, as_json, event
from workshops.models import Material, Session

pytestmark = pytest.mark.django_db

IN_JSON = as_json(
    event(
        subtitle="How to start",
        abstract="Who we are.",
        description="And who *you* are.",
        room="Foyer",
        track="Policy",
        type="Panel discussion",
        persons=[{"name": "Bo Berg"}, {"public_name": "Al Ahl"}, "Cy Cruz"],
        links=[{"url": "https://example.org/film", "title": "Film", "type": "media"}],
        attachments=[{"url": "https://example.org/a.pptx", "title": "Slides"}],
    ),
    time_zone_name="Europe/Stockholm",
    tracks=[{"name": "Policy"}],
)
IN_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<schedule xmlns:x="urn:x"><conference><track name="Policy"/></conference>
<day date="2027-01-21"><room name="Foyer"><event guid="{GUID}" id="7">
<title>Opening</title><subtitle>How to start</subtitle><abstract>Who we are.</abstract>
<description>And who *you* are.</description><track>Policy</track><type>Panel discussion</type>
<date>2027-01-21T09:00:00+01:00</date><start>09:00</start><duration>01:00</duration>
<persons><person id="1">Bo Berg</person><x:person>Al Ahl</x:person>
<person>Cy Cruz</person></persons>
<links><link href="https://example.org/film" type="media">Film</link></links>
<attachments><attachment href="https://example.org/a.pptx">Slides</attachment></attachments>
</event></room></day></schedule>""".encode()


def in_lines(*properties: str) -> bytes:
    """A calendar of one event with those properties."""
    lines = ["BEGIN:VCALENDAR", "X-WR-TIMEZONE:Europe/Stockholm", "BEGIN:VEVENT", *properties]
    return "\r\n".join([*lines, "END:VEVENT", "END:VCALENDAR", ""]).encode()


IN_CALENDAR = in_lines(
    f"UID:{GUID}@pretalx.example",
    "SUMMARY:Opening",
    "DESCRIPTION:How to start\\n\\nWho we are.\\n\\nAnd who *you* are.",
    "LOCATION:Foyer",
    "CATEGORIES:Policy,More",
    "DTSTART;TZID=Europe/Stockholm:20270121T090000",
    "DURATION:PT1H",
    "ATTENDEE;ROLE=CHAIR;CN=Bo Berg:mailto:bo@example.org",
    "ATTENDEE;ROLE=CHAIR;CN=Al Ahl:mailto:al@example.org",
    "ATTENDEE;ROLE=CHAIR;CN=Cy",
    "  Cruz:mailto:cy@example.org",
    "ATTACH:https://example.org/a.pptx",
    "BEGIN:VALARM",
    "SUMMARY:Canary",
    "END:VALARM",
)


def materials(session: Session) -> list[tuple[Any, ...]]:
    return list(session.materials.order_by("position").values_list("kind", "title", "url"))


@pytest.mark.parametrize(
    ("content", "name"), [(IN_JSON, "JSON"), (IN_XML, "XML"), (IN_CALENDAR, "iCalendar")]
)
def test_an_event_becomes_a_session_whatever_the_format(
    take: Take, content: bytes, name: str
) -> None:
    report = take(content)

    session = Session.objects.get()
    assert next(report.lines()) == f"Read as {name}, 1 events."
    assert session.guid == UUID(GUID)
    assert (session.title, session.room, session.track) == ("Opening", "Foyer", "Policy")
    assert session.abstract == "How to start\n\nWho we are.\n\nAnd who *you* are."
    assert session.starts_at == datetime(2027, 1, 21, 8, tzinfo=UTC)
    assert session.ends_at == datetime(2027, 1, 21, 9, tzinfo=UTC)
    people = session.contributions.order_by("position")
    assert [row.person.name for row in people] == ["Bo Berg", "Al Ahl", "Cy Cruz"]
    assert [row.role for row in people] == ["speaker"] * 3


@pytest.mark.parametrize("content", [IN_JSON, IN_XML])
def test_type_links_and_attachments_are_taken_from_schedules(take: Take, content: bytes) -> None:
    take(content)

    session = Session.objects.get()
    assert session.kind == Session.Kind.PANEL
    assert materials(session) == [
        (Material.Kind.SLIDES, "Slides", "https://example.org/a.pptx"),
        (Material.Kind.RECORDING, "Film", "https://example.org/film"),
    ]


def test_what_a_calendar_attaches_is_called_by_its_address(take: Take) -> None:
    take(IN_CALENDAR)

    assert materials(Session.objects.get()) == [
        (Material.Kind.SLIDES, "a.pptx", "https://example.org/a.pptx")
    ]


def test_texts_by_language_are_read_in_english_or_else_in_the_first(take: Take) -> None:
    title, room = {"de": "Beginn", "en": "Opening"}, {"sv": "Sal"}

    take(as_json(event(title=title, room=room, track={}, abstract=["no text"])))

    session = Session.objects.get()
    assert (session.title, session.room, session.track, session.abstract) == (
        *("Opening", "Sal", ""),
        "",
    )


def test_a_schedule_can_be_empty_or_hold_what_is_none(take: Take) -> None:
    days = [{"rooms": {"A": [1, None]}}, {"rooms": []}, "day"]

    report = take(json.dumps({"schedule": {"conference": {"days": days}}}).encode())

    assert list(report.lines()) == [
        "Read as JSON, 0 events.",
        "0 created, 0 updated, 0 unchanged, 0 refused.",
    ]


def test_the_room_under_which_an_event_is_listed_counts_where_it_names_none(take: Take) -> None:
    take(as_json(event()))

    assert Session.objects.get().room == "Main hall"


def test_whole_days_of_a_calendar_are_kept_as_days(take: Take) -> None:
    report = take(
        in_lines("SUMMARY:Visit", "DTSTART;VALUE=DATE:20270121", "DTEND;VALUE=DATE:20270123")
    )

    session = Session.objects.get()
    assert (session.day, session.starts_at) == (date(2027, 1, 21), None)
    assert report.results[0].remarks == (
        "it goes on for several days: only the first was taken",
        "it has no time: kept for its day, 2027-01-21",
        "guid was missing: made from its title and start",
    )


def test_what_a_calendar_says_beyond_a_programme_is_left_out_in_words(take: Take) -> None:
    report = take(
        in_lines(
            f"UID:{GUID}",
            "SUMMARY:Opening",
            "DTSTART:20270121T080000Z",
            "DTEND:20270121T090000Z",
            "RRULE:FREQ=DAILY",
            "ATTENDEE;CN=Canary:mailto:canary@example.org",
        )
    )

    assert report.results[0].remarks == (
        "it repeats: only the first time was taken",
        "people who only attend were left out: 1",
    )
    assert not Session.objects.get().contributions.exists()


def test_a_cancelled_event_of_a_calendar_is_refused_where_no_session_has_its_uid(
    take: Take,
) -> None:
    report = take(in_lines("SUMMARY:Opening", "STATUS:CANCELLED", "DTSTART:20270121T080000Z"))

    assert list(report.lines())[1:3] == [
        "“Opening”: refused",
        "  It is cancelled, and no session here has its guid.",
    ]


@pytest.mark.parametrize(
    "odd",
    [
        "DTSTART:soon",
        "DTSTART;VALUE=TIME:080000",
        "DTSTART;VALUE=DURATION:PT1H",
        'DTSTART;TZID="x:20270121T080000',
        "X-CANARY:1",
        ":",
    ],
)
def test_a_calendar_event_without_a_start_that_can_be_read_is_refused(take: Take, odd: str) -> None:
    report = take(in_lines("SUMMARY:Opening", odd))

    assert report.results[0].remarks[0] == "It does not say on which day it is."


@pytest.mark.parametrize("zone", ["Europe", '"Europe"', "Mars/Base", "../../etc/passwd"])
def test_a_zone_of_a_calendar_that_is_none_is_that_of_the_file(take: Take, zone: str) -> None:
    report = take(
        in_lines(
            f"UID:{GUID}", "SUMMARY:A", f"DTSTART;TZID={zone}:20270121T090000", "DURATION:PT1H"
        )
    )

    assert report.results[0].remarks == ("time without zone read as Europe/Stockholm",)
    assert Session.objects.get().starts_at == datetime(2027, 1, 21, 8, tzinfo=UTC)


def test_of_several_roles_and_names_of_somebody_the_first_counts(take: Take) -> None:
    take(
        in_lines(
            f"UID:{GUID}",
            "SUMMARY:A",
            "DTSTART:20270121T080000Z",
            "DURATION:PT1H",
            "ATTENDEE;ROLE=CHAIR,REQ-PARTICIPANT;CN=Bo Berg,Canary:mailto:bo@example.org",
        )
    )

    contribution = Session.objects.get().contributions.get()
    assert contribution.person.name == "Bo Berg"
