"""The page before and after a proposal, in two frames that no other site may show."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.models import User
from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.models import ExpertRequest, Proposal
from clusterix.lib.secret_links import hashed
from initiatives.models import Initiative
from tests.factories import ExpertRequestFactory
from tests.proposals.conftest import browser, proposed

pytestmark = pytest.mark.django_db


@pytest.fixture
def proposal(bridge: Initiative, editor: User) -> Proposal:
    return proposed(bridge, editor, title="Tunnels under the Sound")


def frames(client: Client, address: str) -> list[str]:
    """Where the frames of a page lead."""
    page = client.get(address)
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    return re.findall(r'<iframe [^>]*src="([^"]+)"', page.text)


def heading(client: Client, address: str) -> str:
    """The heading of a page in a frame of this site, which has neither header nor footer."""
    page = client.get(address)
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in page.headers["Content-Security-Policy"]
    assert '<base target="_top">' in page.text
    assert "site-header" not in page.text
    assert "site-footer" not in page.text
    found = re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", page.text)
    assert found
    return found[1]


def test_both_pages_stand_side_by_side(proposal: Proposal, editor: User) -> None:
    client = browser(editor)

    before, after = frames(client, reverse("proposal_beside", args=[proposal.pk]))

    assert heading(client, before) == "Bridges across the Sound"
    assert heading(client, after) == "Tunnels under the Sound"


def test_an_expert_sees_both_by_the_link(proposal: Proposal, publisher: User) -> None:
    deciding.ask(
        ExpertRequest(proposal=proposal, name="Ada", email="ada@example.org", asked_by=publisher),
        timezone.now(),
    )
    ExpertRequestFactory.create(proposal=proposal, secret_hash=hashed("a key"))
    client = Client()

    address = reverse("proposed_beside", args=["a key"])
    before, after = frames(client, address)

    assert client.get(address).headers["X-Robots-Tag"] == "noindex"
    assert heading(client, before) == "Bridges across the Sound"
    assert heading(client, after) == "Tunnels under the Sound"


def test_a_link_that_is_over_shows_neither(proposal: Proposal, editor: User) -> None:
    ExpertRequestFactory.create(proposal=proposal, secret_hash=hashed("a key"))
    address = reverse("proposed_beside", args=["a key"])
    deciding.withdraw(proposal.pk, timezone.now(), editor)

    assert Client().get(address).status_code == 404


def test_a_rival_sees_neither(proposal: Proposal, rival: User) -> None:
    client = browser(rival)
    page = reverse("proposal_preview", args=[proposal.pk])

    answers = {
        client.get(address).status_code
        for address in (
            reverse("proposal_beside", args=[proposal.pk]),
            f"{page}?side=live",
            f"{page}?side=proposed",
        )
    }

    assert answers == {404}


def test_other_pages_still_stand_in_no_frame(proposal: Proposal, editor: User) -> None:
    address = reverse("proposal_preview", args=[proposal.pk])
    client = browser(editor)

    pages = [client.get(address), client.get(f"{address}?side=elsewhere"), client.get("/")]

    assert {page.headers["X-Frame-Options"] for page in pages} == {"DENY"}
    assert all("site-header" in page.text for page in pages)
