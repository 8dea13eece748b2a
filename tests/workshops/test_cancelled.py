"""A cancelled session keeps its line in the programme and gives up everything else."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.test import Client

from tests.factories import (
    ContributionFactory,
    PersonFactory,
    PresentationFactory,
    SessionFactory,
    WorkshopFactory,
)
from tests.workshops.conftest import GUID, Take
from workshops.arranging import clashes
from workshops.models import Session, Workshop
from workshops.programme_page import ArrangementForm
from workshops.timetable import on_now, timetable, up_next

pytestmark = pytest.mark.django_db

NOON = datetime(2027, 1, 20, 12, tzinfo=UTC)


def at(hour: int) -> datetime:
    return datetime(2027, 1, 21, hour, tzinfo=UTC)


def in_hall(workshop: Workshop, title: str, start: int, end: int, **fields: object) -> Session:
    session: Session = SessionFactory.create(
        workshop=workshop,
        title=title,
        room="Main hall",
        starts_at=at(start),
        ends_at=at(end),
        **fields,
    )
    return session


def as_calendar(*lines: str) -> bytes:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    ).encode()


def test_its_room_is_free_for_another(malmo: Workshop) -> None:
    in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON)

    replacement = in_hall(malmo, "Welcome", 8, 9)

    replacement.validate_constraints()
    assert malmo.sessions.taking_place().get() == replacement


def test_it_comes_back_only_while_its_room_is_free(malmo: Workshop) -> None:
    session = in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON, cancelled_because="Strike")
    in_hall(malmo, "Welcome", 8, 9)

    session.restore()

    assert session.cancelled_because == ""
    with pytest.raises(ValidationError, match="The room is taken"):
        session.validate_constraints()
    with pytest.raises(IntegrityError, match="session_room_is_free"):
        session.save()


def test_only_a_cancelled_session_has_a_reason_for_that(malmo: Workshop) -> None:
    session = in_hall(malmo, "Opening", 8, 9)
    session.cancelled_because = "Strike"

    with pytest.raises(ValidationError, match="Only what is cancelled has a reason"):
        session.validate_constraints()
    with pytest.raises(IntegrityError, match="session_reason_is_of_a_cancelled_one"):
        session.save()


def test_who_cancels_twice_does_not_change_since_when_it_is_cancelled() -> None:
    session = Session()

    session.cancel(at=NOON)
    session.cancel(at=at(8))

    assert session.cancelled_at == NOON


def test_it_is_never_on_and_nobody_is_expected_at_it(malmo: Workshop) -> None:
    cancelled = in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON)
    other = in_hall(malmo, "Welcome", 8, 9)
    ContributionFactory.create(session=cancelled)
    expected = ContributionFactory.create(session=other)

    assert on_now([cancelled, other], at=at(8)) == [other]
    assert list(in_hall(malmo, "Next", 9, 10).contributions_beside()) == []
    assert list(cancelled.contributions_beside()) == []
    assert list(Session(workshop=malmo, **times(8, 9)).contributions_beside()) == [expected]


def times(start: int, end: int) -> dict[str, datetime]:
    return {"starts_at": at(start), "ends_at": at(end)}


def test_the_page_strikes_it_through_and_says_so_in_words(client: Client, malmo: Workshop) -> None:
    in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON, cancelled_because="Strike & storm")

    page = client.get("/workshops/malmo/").content.decode()

    assert "session session--talk session--cancelled" in page
    assert '<strong>Cancelled</strong>: <span lang="en">Strike &amp; storm</span>' in page


def test_it_is_not_in_the_timetable(malmo: Workshop) -> None:
    in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON)
    in_hall(malmo, "Welcome", 8, 9)
    SessionFactory.create(workshop=malmo, title="Visit", room="Bus", **times(8, 9))

    table = timetable(list(malmo.sessions.in_order()))

    assert table is not None
    titles = [cell.session.title for row in table.rows for cell in row.cells if cell.session]
    assert titles == ["Welcome", "Visit"]


def test_its_own_page_says_so_to_people_and_to_search_engines(
    client: Client, malmo: Workshop
) -> None:
    session = in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON, cancelled_because="Strike")

    page = client.get(session.get_absolute_url()).content.decode()

    assert '<strong>Cancelled</strong>: <span lang="en">Strike</span>' in page
    assert "https://schema.org/EventCancelled" in page


def test_it_is_not_called_next_and_overlaps_with_nothing(client: Client, malmo: Workshop) -> None:
    cancelled = in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON)
    welcome = in_hall(malmo, "Welcome", 9, 10)

    page = client.get("/workshops/malmo/").content.decode()

    assert up_next([cancelled, welcome], at=at(7)) == [welcome]
    assert page.count("data-starts=") == 1


def test_it_has_no_place_in_the_order_of_a_programme(malmo: Workshop) -> None:
    person = PersonFactory.create()
    ContributionFactory.create(
        session=in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON), person=person
    )
    elsewhere = WorkshopFactory.create()
    ContributionFactory.create(
        session=in_hall(elsewhere, "Abroad", 8, 9, cancelled_at=NOON), person=person
    )
    moved = in_hall(malmo, "Welcome", 8, 9)
    ContributionFactory.create(session=moved, person=person)

    form = ArrangementForm(None, malmo)

    assert form.order == [moved]
    assert clashes(malmo, form.order, form.order) == []


def test_pages_that_lead_to_it_say_so(client: Client, malmo: Workshop) -> None:
    session = in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON)
    initiative = PresentationFactory.create(session=session).initiative
    person = ContributionFactory.create(session=session).person

    pages = [client.get(row.get_absolute_url()).content.decode() for row in (initiative, person)]

    said = '<span class="badge badge--cancelled">cancelled</span>'
    assert [page.count(said) for page in pages] == [1, 1]


def test_schedule_files_leave_it_out(client: Client, malmo: Workshop) -> None:
    in_hall(malmo, "Canary", 8, 9, cancelled_at=NOON)
    in_hall(malmo, "Welcome", 8, 9)

    files = [client.get(f"/workshops/malmo/schedule.{kind}").content for kind in ("json", "xml")]

    assert [(b"Canary" in file, b"Welcome" in file) for file in files] == [(False, True)] * 2


def test_programs_are_told_when_and_why(client: Client, malmo: Workshop) -> None:
    in_hall(malmo, "Opening", 8, 9, cancelled_at=NOON, cancelled_because="Strike")

    [session] = client.get("/api/v1/workshops/malmo/").json()["sessions"]

    assert session["cancelled_at"] == "2027-01-20T12:00:00Z"
    assert session["cancelled_because"] == "Strike"


def test_a_calendar_cancels_the_session_of_its_uid(take: Take, malmo: Workshop) -> None:
    session = in_hall(malmo, "Opening", 8, 9, guid=GUID)
    content = as_calendar(
        f"UID:{GUID}@testserver", "SUMMARY:Opening", "STATUS:CANCELLED", "DTSTART:20270121T080000Z"
    )

    first, second = take(content), take(content)

    session.refresh_from_db()
    assert session.is_cancelled
    assert [report.results[0].outcome.value for report in (first, second)] == [
        "updated",
        "unchanged",
    ]
    assert first.results[0].changed == ("cancelled_at",)


def test_a_calendar_that_cancels_one_session_gives_its_room_to_another(
    take: Take, malmo: Workshop
) -> None:
    in_hall(malmo, "Opening", 8, 9, guid=GUID)
    new = f"1{GUID[1:]}"
    content = as_calendar(
        *(f"UID:{new}", "SUMMARY:Welcome", "LOCATION:Main hall"),
        *("DTSTART:20270121T080000Z", "DTEND:20270121T090000Z", "END:VEVENT", "BEGIN:VEVENT"),
        *(f"UID:{GUID}", "SUMMARY:Opening", "STATUS:CANCELLED", "DTSTART:20270121T080000Z"),
    )

    report = take(content)

    assert [result.outcome.value for result in report.results] == ["created", "updated"]
    assert malmo.sessions.taking_place().get().title == "Welcome"


def test_what_is_cancelled_here_stays_so_and_takes_no_room_from_a_file(
    take: Take, malmo: Workshop
) -> None:
    in_hall(malmo, "Opening", 8, 9, guid=GUID, cancelled_at=NOON)
    in_hall(malmo, "Welcome", 8, 9)
    content = as_calendar(
        *(f"UID:{GUID}", "SUMMARY:Opening day", "LOCATION:Main hall"),
        *("DTSTART:20270121T083000Z", "DTEND:20270121T093000Z"),
    )

    report = take(content)

    session = Session.objects.get(guid=GUID)
    assert report.results[0].outcome.value == "updated"
    assert (session.title, session.is_cancelled) == ("Opening day", True)
