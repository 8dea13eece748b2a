"""A partner, who publishes for it, and an entry of it that nobody checked for years."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache

from clusterix.curation.models import Membership, Partner, User
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, PartnerFactory, member

NOW = datetime(2026, 12, 1, 6, 23, tzinfo=UTC)
LONG_AGO = datetime(2024, 3, 5, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def publisher(agency: Partner) -> User:
    return member(
        agency,
        Membership.Role.PUBLISHER,
        email="bo@agency.example",
        first_name="Bo",
        last_name="Ek",
    )


def stale(partner: Partner, title: str = "Bridges", **fields: Any) -> Initiative:
    row: Initiative = InitiativeFactory.create(
        owner=partner, title=title, **{"published_at": LONG_AGO} | fields
    )
    return row
