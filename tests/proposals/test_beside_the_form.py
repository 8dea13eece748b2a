"""Whoever opens the form of an entry sees what is proposed for it already."""

import pytest
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.models import Partner, User
from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.models import Proposal
from initiatives.models import Initiative
from tests.factories import InitiativeFactory
from tests.proposals.conftest import browser, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(bridge: Initiative, editor: User) -> Proposal:
    return proposed(bridge, editor, title="Tunnels under the Sound")


def form_of(entry: Initiative, name: str = "initiatives_initiative_change") -> str:
    return reverse(f"admin:{name}", args=[entry.pk])


def test_an_open_proposal_is_named_with_who_made_it_and_by_when(
    bridge: Initiative, proposal: Proposal, publisher: User, editor: User
) -> None:
    form = browser(publisher).get(form_of(bridge)).text
    proposing = browser(editor).get(
        reverse(
            "admin:proposals_proposal_propose", args=["initiatives", "initiative", bridge.pk]
        )
    ).text  # fmt: skip

    link = reverse("admin:proposals_proposal_change", args=[proposal.pk])
    for page in (form, proposing):
        assert f'<a href="{link}">A tunnel it is</a>' in page
        assert str(editor) in page
        assert f"due on {proposal.due_on:%-d %B %Y}, waiting for a decision" in page


def test_what_is_decided_or_of_another_entry_is_not_named(
    bridge: Initiative, agency: Partner, proposal: Proposal, editor: User, publisher: User
) -> None:
    deciding.withdraw(proposal.pk, timezone.now(), editor)
    proposed(InitiativeFactory.create(owner=agency), editor, title="Ferries")

    form = browser(publisher).get(form_of(bridge)).text

    assert "Beside it" not in form
    assert "A tunnel it is" not in form


def test_a_draft_has_nothing_beside_it(agency: Partner, publisher: User) -> None:
    draft = InitiativeFactory.create(owner=agency, state="draft")

    assert "Beside it" not in browser(publisher).get(form_of(draft)).text


def test_a_rival_sees_neither_form_nor_proposal(
    bridge: Initiative, proposal: Proposal, rival: User
) -> None:
    assert browser(rival).get(form_of(bridge)).status_code in {302, 404}
