"""The agency that invites, and limits that nobody used up."""

import pytest
from django.core.cache import cache

from clusterix.curation.models import Partner
from tests.factories import PartnerFactory


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner
