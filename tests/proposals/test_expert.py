"""An expert without an account decides by a link, once."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from clusterix.curation.models import Membership, User
from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.models import TIME_TO_ANSWER, ExpertRequest, Proposal
from clusterix.mail.models import Message
from initiatives.models import Initiative
from tests.factories import OrganisationFactory
from tests.proposals.conftest import proposed

pytestmark = pytest.mark.django_db

State = Proposal.State


@pytest.fixture
def proposal(bridge: Initiative, editor: User) -> Proposal:
    return proposed(bridge, editor, title="Tunnels under the Sound")


@pytest.fixture
def link(proposal: Proposal, publisher: User) -> str:
    """The path in the mail to the expert."""
    request = ExpertRequest(
        proposal=proposal, name="Ada Åström", email="ada@example.org", asked_by=publisher
    )
    deciding.ask(request, timezone.now())
    mail = Message.objects.get(to="ada@example.org")
    found = re.search(r"/proposals/[\w-]+/", mail.text)
    assert found
    return found[0]


def decide(link: str, proposal: Proposal, decision: str = "approve", **said: str) -> Any:
    data = {"seen": proposal.revision, "decision": decision, "comment": ""} | said
    return Client().post(link, data)


def test_the_link_shows_what_is_to_be_different_and_changes_nothing(
    bridge: Initiative, link: str
) -> None:
    response = Client().get(link)
    page = Client().get(f"{link}page/")

    bridge.refresh_from_db()
    assert "<del>Bridges across</del><ins>Tunnels under</ins>" in response.text
    assert "Tunnels under the Sound" in page.text
    assert response.headers["X-Robots-Tag"] == page.headers["X-Robots-Tag"] == "noindex"
    assert bridge.title == "Bridges across the Sound"


def test_an_expert_approves_by_name_for_who_asked(
    bridge: Initiative, proposal: Proposal, publisher: User, link: str
) -> None:
    response = decide(link, proposal, comment="Well dug.")

    bridge.refresh_from_db()
    step = proposal.steps.latest("pk")
    assert "Your decision is kept" in response.text
    assert bridge.title == "Tunnels under the Sound"
    assert (step.kind, step.name, step.by, step.comment) == (
        "approved", "Ada Åström", publisher, "Well dug.",
    )  # fmt: skip


def test_a_link_works_once(proposal: Proposal, link: str) -> None:
    decide(link, proposal, "send_back", comment="Deeper.")

    again = decide(link, proposal, "approve")

    proposal.refresh_from_db()
    assert again.status_code == Client().get(link).status_code == 404
    assert Client().get(f"{link}page/").status_code == 404
    assert proposal.state == State.RETURNED


def test_a_refusal_needs_a_word_and_the_link_stays_open(proposal: Proposal, link: str) -> None:
    response = decide(link, proposal, "decline")

    assert response.status_code == 422
    assert "Say why" in response.text
    assert Client().get(link).status_code == 200


@pytest.mark.parametrize("why", ["over", "guessed", "no right", "left", "archived"])
def test_what_is_not_open_answers_alike(
    bridge: Initiative, proposal: Proposal, publisher: User, link: str, why: str
) -> None:
    if why == "over":
        ExpertRequest.objects.update(
            made_at=timezone.now() - 2 * TIME_TO_ANSWER, expires_at=timezone.now()
        )
    if why == "no right":
        publisher.memberships.update(role=Membership.Role.EDITOR)
    if why == "left":
        User.objects.filter(pk=publisher.pk).update(is_active=False)
    if why == "archived":
        bridge.archive(reason="Over")

    response = decide("/proposals/guessed/" if why == "guessed" else link, proposal)

    proposal.refresh_from_db()
    assert (response.status_code, proposal.state) == (404, State.WAITING)
    assert "This link is not open" in response.text


def test_what_moved_on_waits_for_who_asked(
    bridge: Initiative, proposal: Proposal, link: str
) -> None:
    Initiative.unscoped.filter(pk=bridge.pk).update(title="Ferries")

    shown = Client().get(link).text
    response = decide(link, proposal)

    assert "has to settle that first" in shown
    assert 'name="decision"' not in shown
    assert response.status_code == 409
    assert Client().get(link).status_code == 200


def test_an_expert_sees_no_name_that_is_not_public(
    bridge: Initiative, proposal: Proposal, link: str
) -> None:
    hidden = OrganisationFactory.create(state="draft", name="Canary works")
    part: Any = {"link": "initiative", "fields": ["organisation"], "rows": {}}
    proposal.base = {**proposal.base, "parts": {"initiatives.Involvement": part}}
    rows = {"900001": {"organisation": hidden.pk}}
    proposal.proposed = {
        **proposal.proposed, "parts": {"initiatives.Involvement": part | {"rows": rows}},
    }  # fmt: skip
    proposal.save()

    page = Client().get(link).text

    assert "Organisation: (not shown)" in page
    assert "Canary" not in page
