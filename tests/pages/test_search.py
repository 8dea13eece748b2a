"""One search across every kind of thing."""

import re
from urllib.parse import quote

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


def test_a_session_is_found_with_its_workshop(client: Client) -> None:
    SessionFactory.create(title="Peer review", workshop=WorkshopFactory.create(title="Open day"))

    html = search(client, "peer review")

    assert sections(html) == ["workshops", "sessions"]
    assert ">Open day</a>" in html
    assert "><mark>Peer</mark> <mark>review</mark></a>" in html


def test_what_the_words_find_is_marked(client: Client) -> None:
    InitiativeFactory.create(title="Food & <b>drink</b>", summary="All of it.")
    WorkshopFactory.create(title="Open day", summary="Food is served.")
    OrganisationFactory.create(name="Food agency")
    PersonFactory.create(given_name="Ada", family_name="Foodle", headline="Grows food")
    RegionFactory.create(code="SE", name="Food")

    html = search(client, "food")

    assert "><mark>Food</mark> &amp; &lt;b&gt;drink&lt;/b&gt;</a>" in html
    assert "><mark>Food</mark> is served.</p>" in html
    assert "><mark>Food</mark> agency</a>" in html
    assert ">Ada <mark>Foodle</mark></a>" in html
    assert ">Grows <mark>food</mark></p>" in html


def test_each_kind_says_how_many_there_are(client: Client) -> None:
    for _number in range(9):
        OrganisationFactory.create(name="Food agency")

    html = search(client, "food")

    assert 'Organisations <span class="soft">9</span></h2>' in html
    assert "All 9 organisations that match</a>" in html


def test_a_former_name_finds_its_organisation(client: Client) -> None:
    AliasFactory.create(
        name="TIS innovation park", organisation=OrganisationFactory.create(name="IDM Südtirol")
    )

    assert ">IDM Südtirol</a>" in search(client, "TIS")


def test_nothing_found_says_what_to_try(client: Client) -> None:
    html = search(client, "<b>xylophone</b>")

    assert "Nothing matches “&lt;b&gt;xylophone&lt;/b&gt;”" in html
    assert sections(html) == []
    assert "Did you mean" not in html


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("lighthuose", "lighthouse"), ("Bergstorm", "Bergström"), ("zebar", "zebra")],
)
def test_a_mistyped_word_leads_to_the_one_that_was_meant(
    client: Client, typed: str, meant: str
) -> None:
    InitiativeFactory.create(title="Lighthouse")
    WorkshopFactory.create(title="Zebra")
    PersonFactory.create(given_name="Åsa", family_name="Bergström")

    html = search(client, typed)

    assert f'<a href="/search/?q={quote(meant)}" rel="nofollow">{meant}</a>?' in html


@pytest.mark.parametrize(
    ("page", "typed", "meant"),
    [
        ("people", "Bergstorm", "Bergström"),
        ("organisations", "zebar", "zebra"),
        ("workshops", "lighthuose", "lighthouse"),
    ],
)
def test_an_empty_list_says_what_may_have_been_meant(
    client: Client, page: str, typed: str, meant: str
) -> None:
    PersonFactory.create(given_name="Åsa", family_name="Bergström")
    OrganisationFactory.create(name="Zebra")
    WorkshopFactory.create(title="Lighthouse")

    html = client.get(f"/{page}/?q={typed}&page=2").content.decode()

    assert f'<a href="/{page}/?q={quote(meant)}" rel="nofollow">{meant}</a>?' in html


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
        assert f'<a href="/{kind}/?q=food%20%26%20cross-cluster">All 9 {kind}' in html


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
    assert "Did you mean" not in search(client, "canray")


def test_a_workshop_is_found_by_its_speakers_as_far_as_its_page_names_them(client: Client) -> None:
    said = {"headline": "canary", "biography": "canary"}
    for visibility in Person.Visibility:
        ContributionFactory.create(
            person=PersonFactory.create(
                given_name="", family_name=f"Speaker{visibility}", visibility=visibility, **said
            ),
            session__workshop=WorkshopFactory.create(title=f"With {visibility}"),
        )

    assert ">With listed</a>" in search(client, "speakerlisted")
    assert ">With name</a>" in search(client, "speakername")
    assert "Nothing matches" in search(client, "speakerwithheld")
    assert sections(search(client, "canary")) == ["people"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_takes_the_same_queries_whatever_is_found(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(rows):
        InvolvementFactory.create(initiative=InitiativeFactory.create(title="Food"))
        workshop = WorkshopFactory.create(title="Food")
        SessionFactory.create(workshop=workshop, title="Food")
        ContributionFactory.create(
            session__workshop=workshop, organisation=OrganisationFactory.create(name="Food")
        )
        AliasFactory.create(organisation=OrganisationFactory.create(name="Food"))
        AffiliationFactory.create(person=PersonFactory.create(headline="Food"))
        RegionFactory.create(code=("SE", "BE", "AT")[number], name="Food")

    with django_assert_num_queries(23):
        search(client, "food")


def test_results_are_not_for_search_engines(client: Client) -> None:
    assert '<meta name="robots" content="noindex">' in search(client, "x")


def test_search_is_only_read(client: Client) -> None:
    assert client.post("/search/").status_code == 405
