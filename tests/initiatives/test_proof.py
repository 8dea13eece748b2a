"""The catalogue can be asked for what is shown to work."""

import re

import pytest
from django.test import Client

from tests.factories import EvidenceFactory, InitiativeFactory, TransferFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _record() -> None:
    """One of each sort, one of both, one of neither, and one that was only planned elsewhere."""
    both = InitiativeFactory.create(title="Double")
    EvidenceFactory.create(initiative=InitiativeFactory.create(title="Measured"))
    EvidenceFactory.create(initiative=both)
    TransferFactory.create(initiative=InitiativeFactory.create(title="Adopted"))
    TransferFactory.create(initiative=both)
    TransferFactory.create(initiative=InitiativeFactory.create(title="Planned"), stage="planning")
    InitiativeFactory.create(title="Untried")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("proof=evidence", ["Double", "Measured"]),
        ("proof=adopted", ["Adopted", "Double"]),
        ("proof=evidence&proof=adopted", ["Adopted", "Double", "Measured"]),
        ("proof=adopted&q=double", ["Double"]),
    ],
)
def test_proofs_add_up(client: Client, query: str, found: list[str]) -> None:
    html = client.get(f"/initiatives/?{query}").content.decode()

    titles = re.findall(r'card__title"[^>]*><a[^>]*>(.*?)</a>', html)
    assert [re.sub("</?mark>", "", title) for title in titles] == found


def test_the_facet_counts_each_proof(client: Client) -> None:
    html = client.get("/initiatives/").content.decode()

    facet = html[html.index("<span>Proof</span>") :]
    assert re.findall(r'facet__count">(\d+)<', facet) == ["2", "2"]


def test_a_proof_is_a_filter_that_can_be_dropped(client: Client) -> None:
    html = client.get("/initiatives/?proof=evidence").content.decode()

    assert re.search(r'chip--filter" href="\?">.*?</span> Results recorded <svg', html)
