"""An organiser cancels, approves, refuses or puts first, and the person is told."""

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clusterix.curation.models import User
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.admin.registrations.conftest import page
from tests.factories import RegistrationFactory
from workshops.registration import places, registration_admin
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db


def test_an_organiser_cancels_and_the_person_is_told(
    signed_in: SignedIn, registration: Registration
) -> None:
    client = signed_in("editor")

    assert page(registration, "cancel") in client.get(page(registration)).content.decode()
    asked = client.get(page(registration, "cancel"))
    done = client.post(page(registration, "cancel"))

    assert "holds 2 places" in asked.content.decode()
    assert (done.status_code, done["Location"]) == (302, page(registration))
    registration.refresh_from_db()
    assert registration.state == "cancelled"
    kinds = registration.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["registered", "cancelled-by-organiser"]
    assert Message.objects.get().subject == "Cancelled: Ours"
    after = client.get(page(registration)).content.decode()
    assert "Cancelled; a mail tells them so." in after
    assert page(registration, "cancel") not in after


def test_what_is_cancelled_cannot_be_cancelled_again(
    signed_in: SignedIn, registration: Registration
) -> None:
    places.cancel(registration, timezone.now())

    response = signed_in("editor").post(page(registration, "cancel"))

    assert response.status_code == 403
    assert Message.objects.count() == 1


def test_a_cancellation_from_another_site_is_refused(
    editor: User, registration: Registration
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)

    assert client.post(page(registration, "cancel")).status_code == 403
    registration.refresh_from_db()
    assert registration.is_active


@pytest.mark.django_db(transaction=True)
def test_when_many_register_at_once_cancelling_is_tried_again(
    signed_in: SignedIn, registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")
    client = signed_in("editor")
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        other.execute("SELECT FROM registration_registrationsettings FOR UPDATE")

        response = client.post(page(registration, "cancel"), follow=True)
        other.rollback()

    assert "Nothing is lost" in response.content.decode()
    registration.refresh_from_db()
    assert registration.is_active


@pytest.mark.parametrize(
    ("verb", "states", "told"),
    [
        ("approve", ("pending", "confirmed"), "Approved; a mail tells them so."),
        ("refuse", ("pending", "declined"), "Refused; a mail tells them so."),
        ("prioritise", ("waiting", "waiting"), "First in the line from now on."),
    ],
)
def test_organisers_decide_about_registrations(
    signed_in: SignedIn, terms: RegistrationSettings, verb: str, states: tuple[str, str], told: str
) -> None:
    before, after = states
    row = RegistrationFactory.create(workshop=terms.workshop, state=before)
    client = signed_in("editor")

    offered = client.get(page(row)).content.decode()
    asked = client.get(page(row, verb))
    done = client.post(page(row, verb), {"reason": "Speaks on the day"}, follow=True)

    assert page(row, verb) in offered
    assert (asked.status_code, told in done.content.decode()) == (200, True)
    row.refresh_from_db()
    assert row.state == after
    assert row.priority_reason == ("Speaks on the day" if verb == "prioritise" else "")


def test_priority_needs_a_reason(signed_in: SignedIn, terms: RegistrationSettings) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    response = signed_in("editor").post(page(row, "prioritise"), {"reason": " "})

    assert "This field is required." in response.content.decode()
    row.refresh_from_db()
    assert not row.has_priority


@pytest.mark.parametrize("verb", ["approve", "refuse", "prioritise"])
def test_rivals_decide_about_nobody(
    signed_in: SignedIn, terms: RegistrationSettings, verb: str
) -> None:
    state = "waiting" if verb == "prioritise" else "pending"
    row = RegistrationFactory.create(workshop=terms.workshop, state=state)

    response = signed_in("rival").post(page(row, verb), {"reason": "Mine"})

    assert response.status_code == 404
    row.refresh_from_db()
    assert (row.state, row.has_priority) == (state, False)


@pytest.mark.parametrize(
    ("has_waiting_list", "state", "told"),
    [
        (True, "waiting", "they wait for one now"),
        (False, "pending", "No place is left. Offer more"),
    ],
)
def test_whom_there_is_no_place_for_is_not_let_in(
    signed_in: SignedIn,
    terms: RegistrationSettings,
    has_waiting_list: bool,
    state: str,
    told: str,
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state="pending")
    RegistrationFactory.create(workshop=terms.workshop)
    RegistrationSettings.objects.update(capacity=1, has_waiting_list=has_waiting_list)

    done = signed_in("editor").post(page(row, "approve"), follow=True)

    assert told in done.content.decode()
    row.refresh_from_db()
    assert row.state == state


def test_of_two_organisers_who_decide_the_second_is_told(
    signed_in: SignedIn, terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state="pending")
    approve = places.approve

    def after_another(registration: Registration, at: Any) -> places.Outcome:
        places.refuse(registration, at)
        return approve(registration, at)

    step = replace(registration_admin.STEPS["approve"], action=after_another)
    monkeypatch.setitem(registration_admin.STEPS, "approve", step)

    done = signed_in("editor").post(page(row, "approve"), follow=True)

    assert "Somebody was faster" in done.content.decode()
    row.refresh_from_db()
    assert row.state == "declined"
