"""Terms, registrations, and what hangs on them."""

import datetime
import uuid

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from tests.factories.curation import TermFactory
from tests.factories.workshops import WorkshopFactory
from workshops.registration.models import (
    AudienceCategory,
    ConsentText,
    LetterText,
    Offer,
    Question,
    Quota,
    Registration,
    RegistrationSettings,
)


class AudienceCategoryFactory(TermFactory):
    class Meta:
        model = AudienceCategory


class ConsentTextFactory(DjangoModelFactory[ConsentText]):
    class Meta:
        model = ConsentText

    version = factory.Sequence(lambda n: f"version-{n}")
    text = "I agree that the organiser keeps what I write here."


class RegistrationSettingsFactory(DjangoModelFactory[RegistrationSettings]):
    """Open since yesterday, for ten people, each alone; nobody waits."""

    class Meta:
        model = RegistrationSettings

    workshop = factory.SubFactory(WorkshopFactory)
    opens_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(days=1))
    closes_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=20))
    capacity = 10
    has_waiting_list = False
    consent = factory.SubFactory(ConsentTextFactory)
    contact_email = "host@agency.example"


class RegistrationFactory(DjangoModelFactory[Registration]):
    """Confirmed, for a workshop with open registration."""

    class Meta:
        model = Registration

    workshop = factory.LazyAttribute(lambda _: RegistrationSettingsFactory.create().workshop)
    name = "Bo Berg"
    email = factory.Sequence(lambda n: f"bo{n}@example.org")
    language = "en"
    consent = factory.LazyAttribute(lambda row: row.workshop.registration_settings.consent)
    consented_at = factory.LazyFunction(timezone.now)
    created_at = factory.LazyFunction(timezone.now)
    idempotency_key = factory.LazyFunction(uuid.uuid4)
    waiting_since = factory.LazyAttribute(
        lambda row: row.created_at if getattr(row, "state", "") == "waiting" else None
    )


class QuotaFactory(DjangoModelFactory[Quota]):
    """For two people of a category."""

    class Meta:
        model = Quota

    terms = factory.SubFactory(RegistrationSettingsFactory)
    audience = factory.SubFactory(AudienceCategoryFactory)
    places = 2


class QuestionFactory(DjangoModelFactory[Question]):
    """A line of text, asked of everyone who registers, which they may leave out."""

    class Meta:
        model = Question

    terms = factory.SubFactory(RegistrationSettingsFactory)
    text = factory.Sequence(lambda n: f"Question {n}?")


class LetterTextFactory(DjangoModelFactory[LetterText]):
    """An organiser's words for the confirmation, in English."""

    class Meta:
        model = LetterText

    terms = factory.SubFactory(RegistrationSettingsFactory)
    kind = "registration_confirmed"
    language = "en"
    text = "Good that you come."


class OfferFactory(DjangoModelFactory[Offer]):
    """Made an hour ago, for two days."""

    class Meta:
        model = Offer

    registration = factory.SubFactory(RegistrationFactory, state="offered")
    made_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(hours=1))
    expires_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(hours=47))
