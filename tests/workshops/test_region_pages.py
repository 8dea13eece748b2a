"""The pages of regions: where they lie, and what is known in them."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.partial_dates import PartialDate
from tests.factories import (
    AliasFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    TransferFactory,
    WorkshopFactory,
)
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

    with django_assert_num_queries(13):
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
    assert '<a href="/initiatives/?country=SE">All initiatives in Sweden</a>' in page
    assert '<a href="/organisations/?country=SE">All organisations in Sweden</a>' in page
    assert '<a href="/workshops/">All workshops</a>' in page
