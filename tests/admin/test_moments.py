"""Moments in the admin are written and read by the clock of the workshop's place."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Partner
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import RegistrationSettingsFactory, SessionFactory, WorkshopFactory
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db

ADD = "/admin/workshops/session/add/"


@pytest.fixture
def brussels(agency: Partner) -> Workshop:
    """A workshop in Brussels, on the day when its clocks go back."""
    workshop: Workshop = WorkshopFactory.create(
        owner=agency, state="draft", time_zone="Europe/Brussels", starts_on=date(2027, 10, 31)
    )
    return workshop


def change(session: Session) -> str:
    return reverse("admin:workshops_session_change", args=[session.pk])


def at(day: str, start: str, end: str) -> dict[str, str]:
    """What somebody writes into the boxes of a session."""
    return {
        "starts_at_0": day,
        "starts_at_1": start,
        "ends_at_0": day,
        "ends_at_1": end,
    }


def add(client: Client, workshop: Workshop, **changes: str) -> str:
    """What a browser gets that sends the form of a new session."""
    data = filled(client.get(ADD), workshop=str(workshop.pk), title="Opening", **changes)
    return client.post(ADD, data, follow=True).content.decode()


def test_a_new_session_begins_by_the_clock_of_the_place(
    signed_in: SignedIn, brussels: Workshop
) -> None:
    add(signed_in("editor"), brussels, **at("2027-07-01", "09:00", "10:00"))

    session = brussels.sessions.get()
    assert session.starts_at == datetime(2027, 7, 1, 7, tzinfo=UTC)
    assert session.ends_at == datetime(2027, 7, 1, 8, tzinfo=UTC)


def test_a_form_that_is_sent_as_it_came_moves_nothing(
    signed_in: SignedIn, brussels: Workshop
) -> None:
    moments: dict[str, Any] = {
        "starts_at": datetime(2027, 7, 1, 7, tzinfo=UTC),
        "ends_at": datetime(2027, 7, 1, 8, tzinfo=UTC),
    }
    session = SessionFactory.create(workshop=brussels, **moments)
    client = signed_in("editor")
    form = filled(client.get(change(session)))

    client.post(change(session), form)

    session.refresh_from_db()
    assert form["starts_at_1"] == ["09:00:00"]
    assert (session.starts_at, session.ends_at) == tuple(moments.values())


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [("2027-10-31", "02:30", "04:00"), ("2027-03-28", "02:30", "04:00")],
    ids=["an hour that there is twice", "an hour that there is not"],
)
def test_a_time_that_the_change_of_clocks_makes_unclear_is_refused_with_a_word(
    signed_in: SignedIn, brussels: Workshop, day: str, start: str, end: str
) -> None:
    page = add(signed_in("editor"), brussels, **at(day, start, end))

    assert f"{day} {start}:00" in page
    assert "be interpreted in time zone Europe/Brussels" in page
    assert "it may be ambiguous or it may not exist" in page
    assert f'value="{start}"' in page
    assert not brussels.sessions.exists()


def test_the_hours_around_the_change_of_clocks_are_what_they_say(
    signed_in: SignedIn, brussels: Workshop
) -> None:
    add(signed_in("editor"), brussels, **at("2027-10-31", "01:30", "03:30"))

    session = brussels.sessions.get()
    assert session.starts_at == datetime(2027, 10, 30, 23, 30, tzinfo=UTC)
    assert session.ends_at == datetime(2027, 10, 31, 2, 30, tzinfo=UTC)


def test_who_may_only_read_reads_by_the_same_clock(signed_in: SignedIn, brussels: Workshop) -> None:
    Workshop.unscoped.update(state="published", published_at=datetime(2027, 1, 1, tzinfo=UTC))
    session = SessionFactory.create(
        workshop=brussels,
        starts_at=datetime(2027, 7, 1, 7, tzinfo=UTC),
        ends_at=datetime(2027, 7, 1, 8, tzinfo=UTC),
    )
    client = signed_in("editor")

    form = client.get(change(session)).content.decode()
    listed = client.get("/admin/workshops/session/").content.decode()

    assert "1 July 2027, 09:00" in listed
    assert '<div class="readonly">1 July 2027, 09:00</div>' in form


@pytest.mark.parametrize("workshop", ["rival", "", "x", "9" * 40])
def test_the_clock_of_a_workshop_of_others_tells_nothing(
    signed_in: SignedIn, agency: Partner, rival: Partner, workshop: str
) -> None:
    theirs = WorkshopFactory.create(owner=rival, time_zone="Pacific/Auckland")
    chosen = str(theirs.pk) if workshop == "rival" else workshop
    client = signed_in("editor")
    times = at("2027-09-26", "02:30", "04:00")

    page = client.post(ADD, filled(client.get(ADD), title="T", workshop=chosen, **times))

    assert page.status_code == 200
    assert "Auckland" not in page.content.decode()
    assert not Session.objects.exists()


@pytest.mark.parametrize("number", ["x", str(10**9), "9" * 40])
def test_a_session_that_there_is_not_has_no_clock(signed_in: SignedIn, number: str) -> None:
    response = signed_in("editor").get(f"/admin/workshops/session/{number}/change/")

    assert response.status_code == 302


def test_registration_opens_and_closes_by_the_clock_of_the_place(
    signed_in: SignedIn, brussels: Workshop
) -> None:
    terms = RegistrationSettingsFactory.create(
        workshop=brussels,
        opens_at=datetime(2027, 7, 1, 7, tzinfo=UTC),
        closes_at=datetime(2027, 12, 1, 7, tzinfo=UTC),
    )
    address = reverse("admin:registration_registrationsettings_change", args=[terms.pk])
    client = signed_in("editor")
    form = filled(client.get(address))

    client.post(address, form | {"closes_at_1": ["09:00"]})

    terms.refresh_from_db()
    assert (form["opens_at_1"], form["closes_at_1"]) == (["09:00:00"], ["08:00:00"])
    assert terms.opens_at == datetime(2027, 7, 1, 7, tzinfo=UTC)
    assert terms.closes_at == datetime(2027, 12, 1, 8, tzinfo=UTC)
