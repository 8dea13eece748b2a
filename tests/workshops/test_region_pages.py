"""The pages of regions: where they lie, and what is known in them."""

import re
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.partial_dates import PartialDate
from people.models import Boundary, Region
from tests.factories import (
    AliasFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    ThemeFactory,
    TransferFactory,
    WorkshopFactory,
)
from tests.initiatives.pages import between, linked_data, links, plain
from tests.people.pages import names

pytestmark = pytest.mark.django_db


def test_a_region_says_what_it_is_and_where_it_lies(client: Client) -> None:
    RegionFactory.create(code="SE", name="Sverige")
    RegionFactory.create(code="SE2", name="Södra Sverige")
    RegionFactory.create(code="SE22", name="Sydsverige")
    RegionFactory.create(code="SE224", name="Skåne län")
    RegionFactory.create(code="SE22Z", name="Retired part", is_retired=True)

    page = client.get("/regions/SE22/").content.decode()

    assert "<h1>Sydsverige</h1>" in page
    assert "Region</span>" in page
    assert "NUTS SE22" in page
    assert '<a href="/regions/SE/">Sweden</a>' in page
    assert '<a href="/regions/SE2/">Södra Sverige</a>' in page
    assert '<a href="/regions/SE224/">Skåne län</a>' in page
    assert "Retired part" not in page
    assert "Nothing is recorded here yet." in page


def test_a_country_goes_by_its_name_in_the_language_of_the_page(client: Client) -> None:
    RegionFactory.create(code="EL", name="Elláda")

    page = client.get("/regions/EL/").content.decode()

    assert "<h1>Greece</h1>" in page
    assert "Lies in" not in page
    assert '<a href="/regions/">See which regions have something</a>' in page


def test_a_region_gathers_what_is_known_in_its_parts(client: Client) -> None:
    part = RegionFactory.create(code="SE224")
    elsewhere = RegionFactory.create(code="SE110")
    practice = InitiativeFactory.create(slug="health", title="Mobile Health")
    practice.regions.add(part)
    InitiativeFactory.create(title="Canary").regions.add(elsewhere)
    OrganisationFactory.create(name="Region Skåne", region=part)
    OrganisationFactory.create(name="Canary", region=elsewhere)
    WorkshopFactory.create(title="Open workshop", region=part, starts_on=date(2016, 6, 21))
    WorkshopFactory.create(title="Canary", region=elsewhere)
    TransferFactory.create(
        region=part,
        organisation=None,
        initiative__title="Peer review",
        date=PartialDate("2017"),
        what_changed="Run by students.",
    )
    TransferFactory.create(region=elsewhere, initiative__title="Canary")

    page = client.get("/regions/SE22/").content.decode()

    assert '<a href="/initiatives/health/" lang="en">Mobile Health</a>' in page
    assert names(page) == ["Region Skåne", "Open workshop"]
    assert ">Peer review</a>" in page
    assert '<a href="/regions/SE224/">Region SE224</a>' in page
    assert "Run by students." in page
    assert "Canary" not in page


def test_drafts_do_not_show_in_a_region(client: Client) -> None:
    region = RegionFactory.create(code="SE")
    InitiativeFactory.create(title="Canary", state="draft").regions.add(region)
    OrganisationFactory.create(name="Canary", region=region, state="draft")
    WorkshopFactory.create(title="Canary", region=region, state="draft")
    TransferFactory.create(region=region, initiative__title="Canary", initiative__state="draft")
    TransferFactory.create(
        region=region, organisation=OrganisationFactory.create(name="Canary", state="draft")
    )

    assert "Canary" not in client.get("/regions/SE/").content.decode()


def test_a_retired_code_says_so_and_leads_to_its_successor(client: Client) -> None:
    successor = RegionFactory.create(code="NL35", name="Utrecht")
    RegionFactory.create(
        code="NL31", name="Utrecht", version=2021, is_retired=True, successor=successor
    )
    RegionFactory.create(code="NL33", version=2021, is_retired=True)

    followed = " ".join(client.get("/regions/NL31/").content.decode().split())
    split = client.get("/regions/NL33/").content.decode()
    new = client.get("/regions/NL35/").content.decode()

    assert "the classification of 2021 was the last to have it" in followed
    assert 'now belongs to <a href="/regions/NL35/">Utrecht (NL35)</a>' in followed
    assert "the classification of 2021 was the last to have it" in split
    assert "now belongs to" not in split
    assert "Former codes" in new
    assert '<a href="/regions/NL31/">Utrecht</a>' in new


def test_a_code_in_small_letters_leads_to_the_region(client: Client) -> None:
    RegionFactory.create(code="SE22")

    response = client.get("/regions/se22/")

    assert (response.status_code, response["Location"]) == (301, "/regions/SE22/")


@pytest.mark.parametrize("code", ["XX", "xx", "SE999", "S" * 300, "SE-22"])
def test_an_unknown_code_is_not_found(client: Client, code: str) -> None:
    RegionFactory.create(code="SE22")

    assert client.get(f"/regions/{code}/").status_code == 404


def test_pages_of_regions_are_read_only(client: Client) -> None:
    RegionFactory.create(code="SE")

    assert client.post("/regions/SE/").status_code == 405
    assert client.head("/regions/SE/").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_regions_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    region = RegionFactory.create(code="SE22")
    for number in range(1, rows + 1):
        part = RegionFactory.create(code=f"SE22{number}")
        RegionFactory.create(code=f"SE23{number}", is_retired=True, successor=region)
        initiative = InitiativeFactory.create()
        initiative.regions.add(part)
        InvolvementFactory.create(initiative=initiative)
        AliasFactory.create(organisation=OrganisationFactory.create(region=part))
        WorkshopFactory.create(region=part)
        TransferFactory.create(region=part)

    with django_assert_num_queries(21):
        client.get("/regions/SE22/")


def test_a_region_with_very_much_in_it_leads_to_the_lists_of_its_country(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshops.views.MOST_IN_REGION", 1)
    region = RegionFactory.create(code="SE22")
    for name in ("First", "Second"):
        InitiativeFactory.create(title=f"{name} initiative").regions.add(region)
        OrganisationFactory.create(name=f"{name} organisation", region=region)
    for day, name in enumerate(("Second", "First"), start=1):
        WorkshopFactory.create(title=name, region=region, starts_on=date(2016, 6, day))

    page = client.get("/regions/SE22/").content.decode()

    assert names(page) == ["First organisation", "First"]
    assert "Second" not in page
    assert '<a href="/initiatives/?region=SE22">All initiatives in Region SE22</a>' in page
    assert ">2 initiatives</a>" in page
    assert ">2 organisations</a>" in page
    assert '<a href="/organisations/?country=SE">All organisations in Sweden</a>' in page
    assert '<a href="/workshops/">All workshops</a>' in page


def test_what_was_taken_over_says_from_where_and_what_went_elsewhere_says_to_whom(
    client: Client,
) -> None:
    here, there = RegionFactory.create(code="SE224"), RegionFactory.create(code="ITH1")
    sitting_here = OrganisationFactory.create(name="Sitting here", region=here)
    received = InitiativeFactory.create(title="Received")
    received.regions.add(there)
    TransferFactory.create(initiative=received, organisation=sitting_here)
    given = InitiativeFactory.create(title="Given")
    given.regions.add(here)
    TransferFactory.create(initiative=given, organisation=None, region=there)
    TransferFactory.create(
        initiative=given, organisation=OrganisationFactory.create(name="Far away")
    )
    hidden = OrganisationFactory.create(name="Canary", state="draft", region=here)
    TransferFactory.create(initiative=received, organisation=hidden)

    page = client.get("/regions/SE22/").content.decode()

    taken = plain(between(page, '<section aria-labelledby="transfers">', "</section>"))
    gone = plain(between(page, '<section aria-labelledby="given">', "</section>"))
    assert taken == ("Taken over from others Received adopted Sitting here from Region ITH1")
    assert gone == (
        "What others take over from here Given adopted Far away Given adopted Region ITH1"
    )
    assert "Canary" not in page


def test_what_a_region_works_on_leads_into_the_catalogue(client: Client) -> None:
    region = RegionFactory.create(code="SE224")
    skills, food = (
        ThemeFactory.create(key=key, labels={"en": key.capitalize()}) for key in ("skills", "food")
    )
    for themes in ([skills], [skills, food]):
        initiative = InitiativeFactory.create()
        initiative.regions.add(region)
        initiative.themes.add(*themes)
    InitiativeFactory.create().themes.add(food)

    page = client.get("/regions/SE22/").content.decode()

    found = links(between(page, '<section aria-labelledby="themes">', "</section>"))
    assert list(found.items()) == [
        ("Skills 2", "/initiatives/?region=SE22&theme=skills"),
        ("Food 1", "/initiatives/?region=SE22&theme=food"),
    ]
    assert "SE224, 2 initiatives" in plain(page)


def test_search_engines_are_told_where_a_region_lies(client: Client) -> None:
    RegionFactory.create(code="SE22", name="Sydsverige")

    told = linked_data(client.get("/regions/SE22/").content.decode())

    assert (told["@type"], told["name"]) == ("AdministrativeArea", "Sydsverige")
    assert told["identifier"]["value"] == "SE22"
    assert [place["@type"] for place in told["containedInPlace"]] == [
        "AdministrativeArea",
        "Country",
    ]


# On the map


def drawn(code: str) -> Region:
    """A region that has a shape."""
    region: Region = RegionFactory.create(code=code, name=f"Part {code}")
    Boundary.objects.create(
        region=region, path="M0 0l9 0 0 9z", west=0, north=0, east=9, south=9,
        attribution="© Somebody",
    )  # fmt: skip
    return region


def test_a_region_is_shown_among_the_others_of_its_size(client: Client) -> None:
    here, beside = drawn("SE22"), drawn("SE21")
    drawn("SE11")
    drawn("SE224")
    for region in (here, beside):
        InitiativeFactory.create().regions.add(region)

    page = client.get("/regions/SE22/").content.decode()

    picture = between(page, '<svg class="map map--choropleth"', "</svg>")
    assert 'aria-label="Part SE22 on the map of Sweden"' in picture
    assert re.findall(r'href="([^"]*)" aria-label="([^"]*)"', picture) == [
        ("/regions/SE21/", "Part SE21: 1")
    ]
    assert picture.count("<path") == 4
    assert picture.count("map__country--chosen") == 1
    assert "© Somebody" in page
    assert "map--locator" not in page


def test_a_country_is_shown_with_its_regions(client: Client) -> None:
    InitiativeFactory.create().regions.add(drawn("SE22"))

    page = client.get("/regions/SE/").content.decode()

    picture = between(page, '<svg class="map map--choropleth"', "</svg>")
    assert re.findall(r'href="([^"]*)"', picture) == ["/regions/SE22/"]


@pytest.mark.parametrize("most", [0, 130])
def test_without_shapes_or_with_too_many_the_country_is_shown_on_europe(
    client: Client, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("workshops.territory.MOST_SHAPES", most)
    if not most:
        drawn("SE22")
    RegionFactory.create(code="SE22")

    page = client.get("/regions/SE22/").content.decode()

    assert 'aria-label="Sweden on the map of Europe"' in page
    assert "map--choropleth" not in page


# All regions


def test_the_list_names_countries_with_their_regions_and_how_much_is_known(client: Client) -> None:
    for code, times in (("SE224", 2), ("SE11", 1), ("IT", 1)):
        for _time in range(times):
            InitiativeFactory.create().regions.add(RegionFactory.create(code=code))
    InitiativeFactory.create(state="draft").regions.add(RegionFactory.create(code="AT12"))

    page = client.get("/regions/").content.decode()

    listed = plain(between(page, '<div class="region-list">', "</div>"))
    others = links(between(page, '<section aria-labelledby="others">', "</section>"))
    assert listed == "Italy 1 Sweden 3 Region SE22 2 Region SE11 1"
    assert others == {"Austria": "/regions/AT/"}
    assert links(page)["Region SE22"] == "/regions/SE22/"


def test_a_country_with_many_regions_lists_the_first(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workshops.territory.LISTED", 1)
    for code in ("SE22", "SE11", "SE12"):
        InitiativeFactory.create().regions.add(RegionFactory.create(code=code))

    page = client.get("/regions/").content.decode()

    assert links(page)["2 more regions"] == "/regions/SE/"


def test_an_empty_record_lists_countries_alone(client: Client) -> None:
    RegionFactory.create(code="SE")

    page = client.get("/regions/").content.decode()

    assert '<h2 id="others">Countries</h2>' in page
    assert "Nothing recorded yet" not in page


def test_the_list_asks_only_if_the_index_is_of_this_moment(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    InitiativeFactory.create().regions.add(RegionFactory.create(code="SE22"))

    with django_assert_num_queries(1):
        client.get("/regions/")
