"""A published practice of an agency, with an editor who proposes and a publisher who decides."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clusterix.curation.models import Membership, Partner, User
from clusterix.curation.proposals import documents
from clusterix.curation.proposals.deciding import propose
from clusterix.curation.proposals.documents import Document, Draft, Shape
from clusterix.curation.proposals.models import Proposal
from initiatives.models import Initiative
from tests.factories import EvidenceFactory, InitiativeFactory, PartnerFactory, ThemeFactory, member

SHAPE = Shape(
    ("title", "summary", "start", "website", "themes"),
    {"initiatives.Evidence": ("initiative", ("indicator", "value", "unit"))},
)


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def editor(agency: Partner) -> User:
    return member(agency, email="editor@agency.example")


@pytest.fixture
def publisher(agency: Partner) -> User:
    return member(agency, Membership.Role.PUBLISHER, email="publisher@agency.example")


@pytest.fixture
def rival() -> User:
    return member(PartnerFactory.create(), Membership.Role.PUBLISHER)


@pytest.fixture
def bridge(agency: Partner) -> Initiative:
    """With one theme and one piece of evidence."""
    entry: Initiative = InitiativeFactory.create(
        owner=agency, title="Bridges across the Sound", summary="They are long."
    )
    entry.themes.add(ThemeFactory.create(key="building", labels={"en": "Building"}))
    EvidenceFactory.create(initiative=entry, indicator="Jobs made", value="12")
    return entry


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def drafted(entry: Initiative, reason: str = "A tunnel it is", **fields: Any) -> Draft:
    """What somebody would type to have these fields otherwise."""
    base = documents.read(entry, SHAPE)
    changes: dict[Any, Any] = {(name,): value for name, value in fields.items()}
    return Draft(base, documents.changed(base, changes), reason)


def proposed(entry: Initiative, author: User, **fields: Any) -> Proposal:
    """A proposal that waits to have these fields otherwise."""
    return propose(entry, author, drafted(entry, **fields), timezone.now())


def live(entry: Initiative) -> Document:
    """The entry as the database has it."""
    return documents.read(entry, SHAPE)
