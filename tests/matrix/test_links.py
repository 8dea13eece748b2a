"""What somebody opens by the link of a mail, whoever is signed in."""

from http import HTTPStatus
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from clusterix.curation.freshness.answering import token_for
from clusterix.curation.freshness.models import Ask
from clusterix.lib.secret_links import hashed
from tests.factories import CommentFactory, ExpertRequestFactory, InvitationFactory
from tests.matrix.access import BY_LINK
from tests.matrix.world import World
from tests.test_addresses import client_of

pytestmark = pytest.mark.django_db


def links(world: World) -> dict[str, str]:
    """For each address that a link opens, the key that a mail has."""
    ask = Ask.objects.create(
        entry=world.initiative, partner=world.agency, version=world.initiative.version,
        asked_at=timezone.now(),
    )  # fmt: skip
    CommentFactory.create(initiative=world.initiative, secret_hash=hashed("of a comment"))
    InvitationFactory.create(secret_hash=hashed("of an invitation"))
    ExpertRequestFactory.create(proposal=world.proposal, secret_hash=hashed("of a request"))
    return {
        "comments:write": "of a comment",
        "freshness:answer": token_for(ask, world.publisher),
        "invitations:accept": "of an invitation",
        "proposals:expert": "of a request",
        "proposed_beside": "of a request",
        "proposed_page": "of a request",
    }


@pytest.mark.parametrize("role", ["visitor", "nobody's", "rival", "editor", "secretariat"])
def test_a_link_opens_by_its_key_and_by_no_role(
    role: str, settings: Settings, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    world = World()
    client, keys = client_of(world.user(role)), links(world)
    world.initiative.refresh_from_db()

    known = {name: client.get(reverse(name, args=[key])).status_code for name, key in keys.items()}
    numbers = {client.get(reverse(name, args=["1"])).status_code for name in keys}
    guessed = {client.get(reverse(name, args=[32 * "x"])).status_code for name in keys}

    assert known == dict.fromkeys(BY_LINK, HTTPStatus.OK)
    assert numbers == guessed == {HTTPStatus.NOT_FOUND}
