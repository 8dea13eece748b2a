"""What the database keeps of invitations to run a workshop."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from clusterix.curation.invitations.handling import forget
from tests.admin.conftest import SignedIn
from tests.admin.inviting.conftest import ADA, waiting
from tests.factories import (
    InvitationFactory,
    OrganiserFactory,
    UserFactory,
    WaitingOrganiserFactory,
)
from workshops.models import Organiser, Workshop

pytestmark = pytest.mark.django_db


def test_a_row_is_of_somebody_or_of_an_invitation(workshop: Workshop) -> None:
    both = waiting(workshop)
    both.user = UserFactory.create()

    with pytest.raises(IntegrityError, match="there_or_invited"), transaction.atomic():
        both.save()
    with pytest.raises(IntegrityError, match="there_or_invited"), transaction.atomic():
        Organiser.objects.create(workshop=workshop)


def test_an_address_has_one_open_invitation_to_a_workshop(workshop: Workshop) -> None:
    row = waiting(workshop).invitation

    with pytest.raises(IntegrityError, match="one_open_for_it"), transaction.atomic():
        WaitingOrganiserFactory.create(workshop=workshop, invitation__email=ADA.upper())

    row.accepted_at = timezone.now()  # type: ignore[union-attr]
    row.save()  # type: ignore[union-attr]
    WaitingOrganiserFactory.create(workshop=workshop, invitation__email=ADA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"partner": None},
        {"partner": None, "role": ""},
        {"partner": None, "purpose": "workshop 1"},
        {"role": ""},
        {"purpose": "workshop 1"},
    ],
)
def test_an_invitation_is_to_a_partner_or_to_something_else(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="to_one_thing"), transaction.atomic():
        InvitationFactory.create(**wrong)


def test_forgotten_invitations_take_along_who_waited_and_leave_who_came(
    workshop: Workshop,
) -> None:
    long_ago = timezone.now() - timedelta(days=29)
    WaitingOrganiserFactory.create(workshop=workshop, invitation__made_at=long_ago)
    came = OrganiserFactory.create(workshop=workshop)

    gone = forget(timezone.now())

    assert gone == 1
    assert list(Organiser.objects.all()) == [came]


def test_invitations_to_a_workshop_are_not_among_those_to_a_partner(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    waiting(workshop)

    lists = [
        signed_in(role).get("/admin/invitations/invitation/").content.decode()
        for role in ("publisher", "secretariat")
    ]

    assert [page for page in lists if ADA in page] == []
