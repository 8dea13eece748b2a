"""An organiser registers somebody who asked in another way: stages are passed, places are not."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from clusterix.mail.models import Message
from tests.factories import RegistrationFactory, RegistrationSettingsFactory
from workshops.registration import places
from workshops.registration.models import Registration, RegistrationSettings
from workshops.registration.places import Application, Details

pytestmark = pytest.mark.django_db


def application(terms: RegistrationSettings, **others: Any) -> Application:
    told = {
        "name": "Ada Andersson",
        "organisation": "",
        "audience": None,
        "country": "SE",
        "party_size": 1,
        "needs": "",
    }
    details = Details(**told | {name: others.pop(name) for name in told.keys() & others.keys()})
    fields: dict[str, Any] = {"email": "ada@example.org", "idempotency_key": uuid.uuid4()} | others
    return Application(details=details, language="en", consent=terms.consent, **fields)


def offered(**terms: object) -> RegistrationSettings:
    made = RegistrationSettingsFactory.create(**terms)
    return RegistrationSettings.objects.get(pk=made.pk)


def test_no_stage_has_to_be_passed_and_the_usual_mail_comes() -> None:
    terms = offered(confirms_address=True, needs_approval=True)

    outcome = places.enter(terms.workshop, application(terms), timezone.now())

    row = Registration.objects.get()
    assert (outcome.answer, outcome.state, row.state) == ("kept", "confirmed", "confirmed")
    assert [event.kind for event in row.events.all()] == ["entered"]
    assert Message.objects.get().subject == f"Registered: {terms.workshop}"


@pytest.mark.parametrize(("has_waiting_list", "told"), [(False, "full"), (True, "kept")])
def test_places_and_the_line_are_as_for_everyone(has_waiting_list: bool, told: str) -> None:
    terms = offered(capacity=1, has_waiting_list=has_waiting_list)
    RegistrationFactory.create(workshop=terms.workshop)

    outcome = places.enter(terms.workshop, application(terms), timezone.now())

    assert outcome.answer == told
    rows = Registration.objects.filter(name="Ada Andersson")
    assert [row.state for row in rows] == ["waiting"] * has_waiting_list


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-3, -2)])
def test_the_organiser_may_while_registration_is_closed(opens: int, closes: int) -> None:
    now = timezone.now()
    terms = offered(opens_at=now + timedelta(days=opens), closes_at=now + timedelta(days=closes))

    in_time = places.enter(terms.workshop, application(terms), now)
    afterwards = places.enter(
        terms.workshop, application(terms, email="bo@example.org"), terms.workshop.ends_at
    )

    assert (in_time.answer, afterwards.answer) == ("kept", "closed")


def test_a_known_address_is_told_to_the_organiser_and_not_by_mail() -> None:
    terms = offered()
    RegistrationFactory.create(workshop=terms.workshop, email="Ada@example.org")

    outcome = places.enter(terms.workshop, application(terms), timezone.now())

    assert outcome.answer == "already-registered"
    assert (Registration.objects.count(), Message.objects.count()) == (1, 0)


def test_the_same_form_sent_twice_enters_once() -> None:
    terms = offered()
    form = application(terms)

    answers = [places.enter(terms.workshop, form, timezone.now()).answer for _ in range(2)]

    assert answers == ["kept", "repeated"]
    assert Registration.objects.count() == 1


def test_nobody_is_entered_for_a_draft() -> None:
    terms = offered(workshop__state="draft")

    outcome = places.enter(terms.workshop, application(terms), timezone.now())

    assert outcome.answer == "no-registration"
