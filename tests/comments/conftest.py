"""A partner with a public initiative, and who does what for it."""

from collections.abc import Callable

import pytest
from django.test import Client

from clusterix.curation.models import Membership, Partner
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, PartnerFactory, member, secretariat

Browse = Callable[[str], Client]


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def practice(agency: Partner) -> Initiative:
    entry: Initiative = InitiativeFactory.create(title="Vanguard", slug="vanguard", owner=agency)
    return entry


@pytest.fixture
def browse(agency: Partner) -> Browse:
    """A browser in which somebody of that role is signed in; a rival publishes for another."""

    def browser(role: str) -> Client:
        client = Client()
        if role == "secretariat":
            client.force_login(secretariat())
        elif role == "rival":
            client.force_login(member(role=Membership.Role.PUBLISHER))
        else:
            client.force_login(member(agency, role))
        return client

    return browser
