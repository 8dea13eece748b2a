"""What is left of an erased registration counts somebody, and leads to nobody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from tests.factories import AudienceCategoryFactory, RegistrationSettingsFactory
from workshops.models import Workshop
from workshops.registration import places
from workshops.registration.models import Offer, Registration, RegistrationSettings
from workshops.registration.places import Answer, Application, Details
from workshops.registration.tasks import erase_old

pytestmark = pytest.mark.django_db

REGISTERED = datetime(2026, 3, 3, 14, 15, 16, 171819, UTC)
CHANGED = REGISTERED + timedelta(hours=5)
ERASED = REGISTERED + timedelta(days=9, minutes=7)


def midnight(moment: datetime) -> datetime:
    """The beginning of its day."""
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


@pytest.fixture
def terms(db: None) -> RegistrationSettings:
    """Open at that time."""
    with time_machine.travel(REGISTERED, tick=False):
        made = RegistrationSettingsFactory.create(
            workshop__starts_on=(REGISTERED + timedelta(days=5)).date(), max_party_size=5
        )
    return RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)


@pytest.fixture
def application(terms: RegistrationSettings) -> Application:
    category = AudienceCategoryFactory.create()
    details = Details("Zephyrine", "Zephyr Works", category, "SE", 2, "A ramp")
    return Application(details, "z@example.org", "sv", terms.consent, uuid4())


@pytest.fixture
def registration(terms: RegistrationSettings, application: Application) -> Registration:
    """Confirmed, then changed."""
    with time_machine.travel(REGISTERED, tick=False):
        places.register(terms.workshop, application, REGISTERED)
    registration = Registration.objects.get()
    more = Details(**{**vars(application.details), "party_size": 3})
    with time_machine.travel(CHANGED, tick=False):
        places.change(registration, more, CHANGED)
    return Registration.objects.get()


def row() -> dict[str, Any]:
    """All columns of the only registration."""
    return dict(Registration.objects.values().get())


def by_hand(registration: Registration) -> None:
    """As who registered or an operator erases it, once the workshop is over."""
    assert places.erase(registration, ERASED)


def by_time(_registration: Registration) -> None:
    """As the worker erases it."""
    RegistrationSettings.objects.update(retention_days=1)
    assert erase_old(ERASED) == 1


@pytest.mark.parametrize("erase", [by_hand, by_time])
def test_nothing_is_left_but_what_is_counted(
    registration: Registration, erase: Callable[[Registration], None]
) -> None:
    before = row()

    with time_machine.travel(ERASED, tick=False):
        erase(registration)

    after = row()
    replaced = {after.pop(name) != before.pop(name) for name in ("reference", "idempotency_key")}
    assert replaced == {True}
    assert after == {
        "id": before["id"],
        "workshop_id": before["workshop_id"],
        "state": "confirmed",
        "party_size": 3,
        "name": "",
        "email": "",
        "email_normalised": "",
        "organisation": "",
        "audience_id": before["audience_id"],
        "country": "SE",
        "language": "",
        "needs": "",
        "consent_id": before["consent_id"],
        "consented_at": midnight(REGISTERED),
        "waiting_since": None,
        "has_priority": False,
        "priority_reason": "",
        "fingerprint": "",
        "revision": 0,
        "created_at": midnight(REGISTERED),
        "updated_at": midnight(ERASED),
        "cancelled_at": None,
        "erased_at": midnight(ERASED),
    }


@pytest.mark.parametrize("erase", [by_hand, by_time])
def test_what_became_of_it_is_known_by_the_day(
    registration: Registration, erase: Callable[[Registration], None]
) -> None:
    with time_machine.travel(ERASED, tick=False):
        erase(registration)

    assert list(registration.events.order_by("pk").values_list("kind", "at")) == [
        ("registered", midnight(REGISTERED)),
        ("changed", midnight(CHANGED)),
        ("erased", midnight(ERASED)),
    ]


def test_two_of_a_kind_cannot_be_told_apart(
    terms: RegistrationSettings, application: Application
) -> None:
    for minutes, email in ((0, "z@example.org"), (73, "y@example.org")):
        at = REGISTERED + timedelta(minutes=minutes)
        each = Application(application.details, email, "sv", application.consent, uuid4())
        with time_machine.travel(at, tick=False):
            places.register(terms.workshop, each, at)
    with time_machine.travel(ERASED, tick=False):
        for registration in Registration.objects.all():
            places.erase(registration, ERASED)

    unique = {"id", "reference", "idempotency_key"}
    one, other = map(dict, Registration.objects.order_by("pk").values())
    assert {name for name in one if one[name] != other[name]} == unique


def test_neither_link_nor_form_leads_to_it(
    client: Client, registration: Registration, application: Application
) -> None:
    key, link = application.idempotency_key, registration.get_absolute_url()
    with time_machine.travel(ERASED, tick=False):
        places.erase(registration, ERASED)

    erased = Registration.objects.get()
    answer = places.register(erased.workshop, application, ERASED).answer
    assert client.get(link).status_code == 404
    assert client.get(erased.get_absolute_url()).status_code == 404
    assert not Registration.objects.filter(idempotency_key=key).exists()
    assert not Registration.objects.of(application.email).exists()
    assert answer == Answer.CLOSED


def test_erasing_twice_is_erasing_once(registration: Registration) -> None:
    with time_machine.travel(ERASED, tick=False):
        first = places.erase(registration, ERASED)
        before = row()
        second = places.erase(registration, ERASED + timedelta(days=1))

    assert (first, second) == (True, False)
    assert row() == before
    assert registration.events.filter(kind="erased").count() == 1


def test_given_up_places_stay_counted_as_given_up() -> None:
    made = RegistrationSettingsFactory.create()
    terms = RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)
    details = Details("Zephyrine", "", None, "DE", 1, "")
    application = Application(details, "z@example.org", "en", terms.consent, uuid4())
    places.register(terms.workshop, application, timezone.now())

    places.erase(Registration.objects.get(), timezone.now())

    after = row()
    today = midnight(timezone.now())
    assert (after["state"], after["country"]) == ("cancelled", "DE")
    assert (after["cancelled_at"], after["created_at"]) == (today, today)
    assert Workshop.objects.get().registrations.active().places() == 0


def test_what_became_of_an_offer_is_known_by_the_day(registration: Registration) -> None:
    offer = registration.offers.create(
        made_at=REGISTERED, expires_at=REGISTERED + timedelta(hours=1)
    )
    Offer.objects.update(answer="declined", answered_at=REGISTERED + timedelta(minutes=9))
    with time_machine.travel(ERASED, tick=False):
        places.erase(registration, ERASED)

    offer.refresh_from_db()
    day = midnight(REGISTERED)
    moments = (offer.made_at, offer.answered_at, offer.expires_at)
    assert (offer.answer, moments) == ("declined", (day, day, day + timedelta(days=1)))
