"""One search across every kind of thing."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry
from people.models import Person
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db


def search(client: Client, query: str) -> str:
    """The page of results."""
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    return response.content.decode()


def sections(html: str) -> list[str]:
    """The kinds of which something was found."""
    return re.findall(r'<h2 id="(\w+)">', html)


def test_a_word_finds_every_kind_of_thing(client: Client) -> None:
    InitiativeFactory.create(title="Cross-Cluster Skåne")
    WorkshopFactory.create(title="Meeting in Skåne", city="Malmö")
    OrganisationFactory.create(name="Region Skåne")
    PersonFactory.create(family_name="Skåne", headline="Cluster manager")
    RegionFactory.create(code="SE", name="Skåne")

    html = search(client, "skane")

    assert sections(html) == ["initiatives", "workshops", "organisations", "people", "regions"]


def test_a_session_is_found_by_way_of_its_workshop(client: Client) -> None:
    SessionFactory.create(title="Peer review", workshop=WorkshopFactory.create(title="Open day"))

    html = search(client, "peer review")

    assert sections(html) == ["workshops"]
    assert ">Open day</a>" in html


def test_a_former_name_finds_its_organisation(client: Client) -> None:
    AliasFactory.create(
        name="TIS innovation park", organisation=OrganisationFactory.create(name="IDM Südtirol")
    )

    assert ">IDM Südtirol</a>" in search(client, "TIS")


def test_nothing_found_says_what_to_try(client: Client) -> None:
    html = search(client, "<b>xylophone</b>")

    assert "Nothing matches “&lt;b&gt;xylophone&lt;/b&gt;”" in html
    assert sections(html) == []


@pytest.mark.parametrize("address", ["/search/", "/search/?q=", "/search/?q=%20"])
def test_without_words_it_says_what_it_looks_through(client: Client, address: str) -> None:
    InitiativeFactory.create()

    html = client.get(address).content.decode()

    assert "Search looks through" in html
    assert sections(html) == []


def test_many_matches_lead_on_to_the_list_of_their_kind(client: Client) -> None:
    for _number in range(9):
        InitiativeFactory.create(title="Food & Cross-Cluster")
        WorkshopFactory.create(title="Food & Cross-Cluster")
        OrganisationFactory.create(name="Food & Cross-Cluster")
        PersonFactory.create(headline="Food & Cross-Cluster")

    html = search(client, "food & cross-cluster")

    assert html.count('<article class="card">') == 32
    for kind in ("initiatives", "workshops", "organisations", "people"):
        assert f'<a href="/{kind}/?q=food%20%26%20cross-cluster">All {kind}' in html


def test_a_long_query_is_cut(client: Client) -> None:
    html = search(client, "x" * 2_000)

    assert "x" * 200 in html
    assert "x" * 201 not in html


def test_drafts_and_unlisted_people_are_not_found(client: Client) -> None:
    draft = {"state": Entry.State.DRAFT, "summary": "canary"}
    InitiativeFactory.create(title="canary", **draft)
    WorkshopFactory.create(title="canary", **draft)
    OrganisationFactory.create(name="canary", state=Entry.State.DRAFT)
    PersonFactory.create(family_name="canary", visibility=Person.Visibility.NAME_ONLY)
    PersonFactory.create(family_name="canary", state=Entry.State.DRAFT)

    assert "Nothing matches" in search(client, "canary")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_takes_the_same_queries_whatever_is_found(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        InvolvementFactory.create(initiative=InitiativeFactory.create(title="Food"))
        workshop = WorkshopFactory.create(title="Food")
        ContributionFactory.create(
            session__workshop=workshop, organisation=OrganisationFactory.create(name="Food")
        )
        AliasFactory.create(organisation=OrganisationFactory.create(name="Food"))
        AffiliationFactory.create(person=PersonFactory.create(headline="Food"))
        RegionFactory.create(code=("SE", "BE", "AT")[number], name="Food")

    with django_assert_num_queries(11):
        search(client, "food")


def test_results_are_not_for_search_engines(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in search(client, "x")


def test_search_is_only_read(client: Client) -> None:
    assert client.post("/search/").status_code == 405
