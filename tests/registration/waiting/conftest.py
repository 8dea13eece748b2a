"""A workshop with two places and a line for more, who asks, and what became of them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from clusterix.mail.models import Message
from tests.factories import RegistrationSettingsFactory, WorkshopFactory
from workshops.registration import places
from workshops.registration.models import AudienceCategory, Registration, RegistrationSettings
from workshops.registration.places import Application, Details, Outcome

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def terms() -> RegistrationSettings:
    """Two places, groups of three at most, and a waiting list."""
    workshop = WorkshopFactory.create(starts_on=(NOW + timedelta(days=30)).date())
    made = RegistrationSettingsFactory.create(
        workshop=workshop, capacity=2, max_party_size=3, has_waiting_list=True
    )
    return RegistrationSettings.objects.get(pk=made.pk)


def set_terms(terms: RegistrationSettings, **fields: object) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(**fields)


def ask(
    terms: RegistrationSettings,
    name: str,
    people: int = 1,
    category: AudienceCategory | None = None,
) -> Outcome:
    """Somebody sends the form."""
    application = Application(
        details=Details(name, "", category, "", people, ""),
        email=f"{name}@example.org",
        language="en",
        consent=terms.consent,
        idempotency_key=uuid4(),
    )
    return places.register(terms.workshop, application, NOW)


def row(name: str) -> Registration:
    return Registration.objects.get(name=name)


def states() -> dict[str, str]:
    return dict(Registration.objects.order_by("pk").values_list("name", "state"))


def kinds(name: str) -> list[str]:
    return list(row(name).events.order_by("pk").values_list("kind", flat=True))


def mails() -> list[tuple[str, str]]:
    """To whom we wrote, and what of."""
    sent = Message.objects.order_by("pk").values_list("to", "subject")
    return [(to.partition("@")[0], subject.partition(":")[0]) for to, subject in sent]
