"""Workshops, their programme, and what came of them."""

import datetime

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from clusterix.curation.models import Membership
from tests.factories.curation import EntryFactory, TermFactory, UserFactory, member
from tests.factories.initiatives import InitiativeFactory
from tests.factories.invitations import InvitationFactory
from tests.factories.people import PersonFactory
from workshops.models import (
    Contribution,
    Material,
    Organiser,
    Outcome,
    OutcomeStep,
    Presentation,
    ScheduleVersion,
    Series,
    Session,
    Workshop,
)


class SeriesFactory(TermFactory):
    class Meta:
        model = Series


class WorkshopFactory(EntryFactory):
    """In a month, for one day, unless `starts_on` says otherwise."""

    class Meta:
        model = Workshop

    slug = factory.Sequence(lambda n: f"workshop-{n}")
    title = factory.Sequence(lambda n: f"Workshop {n}")
    summary = "Regions compare notes."
    starts_on = factory.LazyFunction(lambda: timezone.localdate() + datetime.timedelta(days=30))
    ends_on = factory.SelfAttribute("starts_on")


class OrganiserFactory(DjangoModelFactory[Organiser]):
    class Meta:
        model = Organiser

    workshop = factory.SubFactory(WorkshopFactory)
    user = factory.SubFactory(UserFactory)


class WaitingOrganiserFactory(OrganiserFactory):
    """Somebody is invited by a publisher of the workshop, and has not come yet."""

    user = None
    given_by = factory.LazyAttribute(
        lambda row: member(row.workshop.owner, Membership.Role.PUBLISHER)
    )
    invitation = factory.SubFactory(
        InvitationFactory,
        partner=None,
        role="",
        purpose=factory.LazyAttribute(lambda row: f"workshop {row.factory_parent.workshop.pk}"),
        invited_by=factory.SelfAttribute("..given_by"),
    )


class SessionFactory(DjangoModelFactory[Session]):
    class Meta:
        model = Session

    workshop = factory.SubFactory(WorkshopFactory)
    title = factory.Sequence(lambda n: f"Session {n}")


class ScheduleVersionFactory(DjangoModelFactory[ScheduleVersion]):
    """The first of an empty programme, unless a snapshot says otherwise."""

    class Meta:
        model = ScheduleVersion

    workshop = factory.SubFactory(WorkshopFactory)
    number = factory.LazyAttribute(lambda row: row.workshop.versions.count() + 1)
    published_at = factory.LazyFunction(timezone.now)
    snapshot = factory.LazyFunction(dict)
    changes = factory.LazyFunction(list)


class PresentationFactory(DjangoModelFactory[Presentation]):
    class Meta:
        model = Presentation

    session = factory.SubFactory(SessionFactory)
    initiative = factory.SubFactory(InitiativeFactory)


class ContributionFactory(DjangoModelFactory[Contribution]):
    class Meta:
        model = Contribution

    session = factory.SubFactory(SessionFactory)
    person = factory.SubFactory(PersonFactory)


class MaterialFactory(DjangoModelFactory[Material]):
    """A link to slides."""

    class Meta:
        model = Material

    workshop = factory.SubFactory(WorkshopFactory)
    kind = Material.Kind.SLIDES
    title = "Slides of the day"
    url = "https://slides.example/"


class OutcomeFactory(DjangoModelFactory[Outcome]):
    class Meta:
        model = Outcome

    workshop = factory.SubFactory(WorkshopFactory)
    what = "Write a joint call"


class OutcomeStepFactory(DjangoModelFactory[OutcomeStep]):
    """Begun, nobody knows when, unless a test says otherwise."""

    class Meta:
        model = OutcomeStep

    outcome = factory.SubFactory(OutcomeFactory)
    state = Outcome.State.IN_PROGRESS
