"""The catalogue, and what its initiatives are made of."""

import factory
from factory.django import DjangoModelFactory

from initiatives.models import (
    Ecosystem,
    Evidence,
    Initiative,
    Involvement,
    TargetGroup,
    Theme,
    Transfer,
)
from tests.factories.curation import EntryFactory, TermFactory
from tests.factories.people import OrganisationFactory


class ThemeFactory(TermFactory):
    class Meta:
        model = Theme


class EcosystemFactory(TermFactory):
    class Meta:
        model = Ecosystem


class TargetGroupFactory(TermFactory):
    class Meta:
        model = TargetGroup


class InitiativeFactory(EntryFactory):
    class Meta:
        model = Initiative

    slug = factory.Sequence(lambda n: f"initiative-{n}")
    title = factory.Sequence(lambda n: f"Initiative {n}")
    kind = Initiative.Kind.INITIATIVE
    level = Initiative.Level.REGIONAL
    summary = "Brings clusters together."


class InvolvementFactory(DjangoModelFactory[Involvement]):
    class Meta:
        model = Involvement

    initiative = factory.SubFactory(InitiativeFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = Involvement.Role.OWNER


class EvidenceFactory(DjangoModelFactory[Evidence]):
    class Meta:
        model = Evidence

    initiative = factory.SubFactory(InitiativeFactory)
    indicator = "Companies founded"
    value = 29


class TransferFactory(DjangoModelFactory[Transfer]):
    class Meta:
        model = Transfer

    initiative = factory.SubFactory(InitiativeFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    stage = Transfer.Stage.ADOPTED
