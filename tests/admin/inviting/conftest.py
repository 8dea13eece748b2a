"""A workshop, and somebody who is invited to run it and has no account."""

from typing import Any

import pytest
from django.core.cache import cache

from clusterix.curation.models import Partner
from clusterix.lib.secret_links import hashed
from tests.curation.invitations.steps import SECRET
from tests.factories import WaitingOrganiserFactory, WorkshopFactory
from workshops.models import Organiser, Workshop

ADD = "/admin/workshops/organiser/add/"
LIST = "/admin/workshops/organiser/"
ADA = "ada@host.example"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def workshop(agency: Partner) -> Workshop:
    made: Workshop = WorkshopFactory.create(owner=agency, title="Open days")
    return made


def waiting(workshop: Workshop, **fields: Any) -> Organiser:
    """She is invited, by the link that is `HERE` in `curation/invitations/steps.py`."""
    invited = {"invitation__email": ADA, "invitation__secret_hash": hashed(SECRET)}
    row: Organiser = WaitingOrganiserFactory.create(workshop=workshop, **(invited | fields))
    return row


def change(row: Organiser) -> str:
    """Where it is told of."""
    return f"{LIST}{row.pk}/change/"


def delete(row: Organiser) -> str:
    """Where it is taken."""
    return f"{LIST}{row.pk}/delete/"
