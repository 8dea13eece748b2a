"""Two partners, and who does what for them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from clusterix.curation.models import Membership, Partner, User
from tests.factories import PartnerFactory, UserFactory, member, secretariat

SignedIn = Callable[[str], Client]


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def rival() -> Partner:
    partner: Partner = PartnerFactory.create(name="Rival agency")
    return partner


@pytest.fixture
def editor(agency: Partner) -> User:
    return member(agency, Membership.Role.EDITOR, email="editor@agency.example")


@pytest.fixture
def publisher(agency: Partner) -> User:
    return member(agency, Membership.Role.PUBLISHER, email="publisher@agency.example")


@pytest.fixture
def signed_in(agency: Partner, rival: Partner) -> SignedIn:
    """A browser in which somebody of that role is signed in; nobody for `visitor`."""

    def user(role: str) -> Any:
        if role in {"editor", "publisher"}:
            return member(agency, role)
        if role == "rival":
            return member(rival, Membership.Role.PUBLISHER)
        if role == "secretariat":
            return secretariat()
        if role == "operator":
            return UserFactory.create(is_superuser=True)
        return UserFactory.create() if role == "nobody's" else None

    def browser(role: str) -> Client:
        client = Client()
        who: User | None = user(role)
        if who:
            client.force_login(who)
        return client

    return browser
