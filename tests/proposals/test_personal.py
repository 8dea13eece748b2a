"""What proposals hold about people goes when they ask for it."""

import pytest
from django.utils import timezone

from clusterix.curation.models import User
from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.models import ExpertRequest, Proposal, Step
from clusterix.lib.personal import Subject
from clusterix.privacy.erasing import erase
from initiatives.models import Initiative
from tests.proposals.conftest import proposed

pytestmark = pytest.mark.django_db


def test_an_expert_is_forgotten_with_address_and_name(
    bridge: Initiative, editor: User, publisher: User
) -> None:
    proposal = proposed(bridge, editor, title="Tunnels")
    request = ExpertRequest(
        proposal=proposal, name="Ada Åström", email="Ada@example.org", asked_by=publisher
    )
    deciding.ask(request, timezone.now())
    said = {"seen": proposal.revision, "decision": "decline", "comment": "Ask ada@example.org."}
    deciding.answer(request, said, timezone.now())

    erase(Subject.of("ada@example.org"), timezone.now())

    assert not ExpertRequest.objects.exists()
    assert not Step.objects.filter(name__contains="Ada").exists()
    assert not Step.objects.filter(comment__contains="ada@").exists()
    assert Proposal.objects.filter(pk=proposal.pk).exists()


def test_a_proposal_that_has_an_address_goes(bridge: Initiative, editor: User) -> None:
    named = proposed(bridge, editor, summary="Write to ada@example.org.")
    other = proposed(bridge, editor, summary="Write to bo@example.org.")

    erase(Subject.of("ada@example.org"), timezone.now())

    assert list(Proposal.objects.all()) == [other]
    assert named.pk != other.pk
