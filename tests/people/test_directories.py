"""The facets of the directories: what they count, how they narrow down, and the ways out."""

import pytest
from django.test import Client

from tests.factories import (
    AffiliationFactory,
    ContributionFactory,
    InvolvementFactory,
    OrganisationFactory,
    PersonFactory,
    RegionFactory,
    WorkshopFactory,
)
from tests.people.pages import facet, names

pytestmark = pytest.mark.django_db


def chips(page: str) -> list[str]:
    """The filters that a page says are set."""
    parts = page.split("Remove the filter:</span>")[1:]
    return [part.split("<")[0].strip() for part in parts]


def test_a_region_has_all_that_lies_in_it(client: Client) -> None:
    for code, name in (("SE22", "Skåne agency"), ("SE224", "Malmö agency"), ("SE11", "Stockholm")):
        OrganisationFactory.create(name=name, region=RegionFactory.create(code=code))

    page = client.get("/organisations/").content.decode()
    chosen = client.get("/organisations/?region=SE22").content.decode()
    inside = client.get("/organisations/?region=SE224").content.decode()

    assert facet(page, "region") == [("SE11", "1", False), ("SE22", "2", False)]
    assert names(chosen) == ["Malmö agency", "Skåne agency"]
    assert facet(chosen, "region") == [("SE22", "2", True), ("SE224", "1", False)]
    assert names(inside) == ["Malmö agency"]


def test_a_country_narrows_the_regions_that_are_offered(client: Client) -> None:
    for code in ("SE22", "AT12"):
        OrganisationFactory.create(region=RegionFactory.create(code=code))

    page = client.get("/organisations/?country=AT").content.decode()

    assert facet(page, "region") == [("AT12", "1", False)]
    assert facet(page, "country") == [("AT", "1", True), ("SE", "1", False)]


def test_organisations_are_found_by_their_part_in_public_initiatives(client: Client) -> None:
    owner = InvolvementFactory.create(organisation__name="Owner").organisation
    InvolvementFactory.create(organisation=owner)
    InvolvementFactory.create(organisation=owner, role="funder")
    InvolvementFactory.create(organisation__name="Funder", role="funder")
    InvolvementFactory.create(role="funder", initiative__state="draft")

    page = client.get("/organisations/").content.decode()
    found = client.get("/organisations/?role=funder").content.decode()

    assert facet(page, "role") == [("owner", "1", False), ("funder", "2", False)]
    assert names(found) == ["Funder", "Owner"]


def test_organisations_are_found_by_their_label(client: Client) -> None:
    OrganisationFactory.create(name="Gold", esca_label="gold", esca_awarded_on="2015-01-01")
    OrganisationFactory.create(name="None")

    page = client.get("/organisations/?label=gold").content.decode()

    assert names(page) == ["Gold"]
    assert facet(page, "label") == [("gold", "1", True)]


def test_people_are_found_by_organisation_country_role_and_workshop(client: Client) -> None:
    agency = OrganisationFactory.create(
        slug="skane", name="Skåne", region=RegionFactory.create(code="SE22")
    )
    malmo = WorkshopFactory.create(slug="malmo", title="Malmö")
    ada, eva = (PersonFactory.create(family_name=name) for name in ("Ada", "Eva"))
    AffiliationFactory.create(person=ada, organisation=agency)
    AffiliationFactory.create(person=ada, organisation=agency, role="Founder")
    AffiliationFactory.create(person=eva, organisation=OrganisationFactory.create(state="draft"))
    ContributionFactory.create(person=ada, session__workshop=malmo)
    ContributionFactory.create(person=eva, role="moderator", session__workshop=malmo)
    ContributionFactory.create(person=eva, session__workshop__state="draft")

    page = client.get("/people/").content.decode()
    queries = ("organisation=skane", "country=SE", "role=moderator", "workshop=malmo")
    found = [names(client.get(f"/people/?{query}").content.decode()) for query in queries]

    assert facet(page, "organisation") == [("skane", "1", False)]
    assert facet(page, "country") == [("SE", "1", False)]
    assert facet(page, "role") == [("speaker", "1", False), ("moderator", "1", False)]
    assert facet(page, "workshop") == [("malmo", "2", False)]
    assert found == [["Ada Ada"], ["Ada Ada"], ["Ada Eva"], ["Ada Ada", "Ada Eva"]]


def test_who_is_unlisted_is_neither_counted_nor_found(client: Client) -> None:
    for fields in ({"visibility": "name"}, {"visibility": "withheld"}, {"state": "draft"}):
        person = PersonFactory.create(family_name="Canary", **fields)
        AffiliationFactory.create(person=person, organisation__slug=f"of-{person.pk}")
        ContributionFactory.create(person=person)

    page = client.get("/people/").content.decode()

    assert 'class="facet"' not in page
    assert "Canary" not in client.get("/people/?role=speaker").content.decode()


def test_the_largest_are_shown_of_many_and_those_that_are_chosen(client: Client) -> None:
    for number in range(14):
        workshop = WorkshopFactory.create(slug=f"w{number:02}", title=f"Workshop {number:02}")
        for _ in range(2 if number == 13 else 1):
            ContributionFactory.create(session__workshop=workshop)

    page = client.get("/people/?workshop=w12").content.decode()

    shown = [value for value, _count, _chosen in facet(page, "workshop")]
    assert shown == [*(f"w{number:02}" for number in range(11)), "w12", "w13"]


def test_each_filter_that_is_set_can_be_dropped(client: Client) -> None:
    OrganisationFactory.create(name="Food cluster", region=RegionFactory.create(code="SE22"))

    page = client.get("/organisations/?q=food&kind=cluster&country=SE&page=1").content.decode()

    assert chips(page) == ["“food”", "Cluster organisation", "Sweden"]
    assert 'href="?q=food&amp;kind=cluster"' in page
    assert '<a class="catalogue__clear" href="/organisations/">' in page
    assert 'content="noindex, follow"' in page


def test_where_nothing_fits_it_says_what_to_drop(client: Client) -> None:
    OrganisationFactory.create(name="Food cluster")
    OrganisationFactory.create(name="Food research", kind="research")
    OrganisationFactory.create(name="Metal", kind="eu-body")

    page = client.get("/organisations/?q=food&kind=eu-body").content.decode()

    text = " ".join(page.split())
    assert "No organisation found" in text
    assert text.index("Without EU body</a>") < text.index("Without “food”</a>")
    assert "gives 2 entries" in text


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/organisations/", "region=XX9"),
        ("/organisations/", "role=speaker"),
        ("/organisations/", "label=platinum"),
        ("/people/", "organisation=nobody"),
        ("/people/", "country=XX"),
        ("/people/", "role=owner"),
        ("/people/", "workshop=never"),
    ],
)
def test_what_is_none_of_the_values_is_said_and_narrows_nothing(
    client: Client, path: str, query: str
) -> None:
    PersonFactory.create()
    OrganisationFactory.create()

    page = client.get(f"{path}?{query}").content.decode()

    assert "is not one of the available choices" in page
    assert len(names(page)) == 1


def test_htmx_gets_people_and_facets_alone(client: Client) -> None:
    PersonFactory.create(family_name="Berg")

    page = client.get("/people/", headers={"HX-Request": "true"}).content.decode()

    assert names(page) == ["Ada Berg"]
    assert '<div id="facets" hx-swap-oob="true">' in page
    assert "<h1" not in page


def test_programs_ask_the_same(client: Client) -> None:
    OrganisationFactory.create(slug="skane", region=RegionFactory.create(code="SE22"))
    OrganisationFactory.create()

    answer = client.get("/api/v1/organisations/?region=SE").json()

    assert [row["slug"] for row in answer["results"]] == ["skane"]
