"""A facet of many values can be searched for the one that somebody has in mind."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import (
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
)
from tests.initiatives.pages import between, links, plain
from tests.test_addresses import HOSTILE

pytestmark = pytest.mark.django_db

PAGE = "/initiatives/choices/organisation/"


def agencies(number: int) -> None:
    """So many organisations, each with an initiative of its own."""
    for count in range(number):
        InvolvementFactory.create(
            initiative__level="local",
            organisation=OrganisationFactory.create(
                name=f"Örebro agency {count:02}", slug=f"agency-{count:02}"
            ),
        )


def test_a_choice_is_found_by_a_part_of_its_name_and_leads_to_its_initiatives(
    client: Client,
) -> None:
    agencies(3)

    html = client.get(f"{PAGE}?level=local&find=orebro+02").content.decode()

    found = links(between(html, '<ul class="plain choices">', "</ul>"))
    assert found == {
        "Örebro agency 02": "/initiatives/?level=local&organisation=agency-02",
    }


def test_a_choice_that_is_made_can_be_taken_back(client: Client) -> None:
    agencies(2)

    html = client.get(f"{PAGE}?organisation=agency-00&find=nothing").content.decode()

    found = links(between(html, '<ul class="plain choices">', "</ul>"))
    assert found == {"Remove the filter: Örebro agency 00": "/initiatives/?"}


def test_a_name_that_nobody_has_is_said_not_to_be_there(client: Client) -> None:
    html = client.get(f"{PAGE}?find=nobody").content.decode()

    assert "Nothing of that name among the results." in html


def test_the_list_offers_the_largest_and_where_to_find_the_others(client: Client) -> None:
    agencies(13)

    html = client.get("/initiatives/?level=local&page=2").content.decode()

    facet = between(html, 'id="facet-organisation"', "</fieldset>")
    assert facet.count("facet__choice") == 10
    assert links(facet) == {"Find: Organisation": f"{PAGE}?level=local"}


def test_htmx_gets_the_facet_with_a_box_to_type_in(client: Client) -> None:
    agencies(2)

    response = client.get(f"{PAGE}?find=01", headers={"HX-Request": "true"})

    html = response.content.decode()
    assert "<html" not in html
    assert plain(between(html, '<div id="choices-organisation"', "</div>")) == "Örebro agency 01 1"
    assert f'hx-get="{PAGE}?"' in html


def test_regions_are_offered_as_parts_of_the_chosen_ones(client: Client) -> None:
    for code in ("SE11", "SE221", "SE224", "SE23", "DE1", "AT1"):
        InitiativeFactory.create().regions.add(RegionFactory.create(code=code))
    InitiativeFactory.create().regions.add(RegionFactory.create(code="SE2"))
    for count in range(9):
        InitiativeFactory.create().regions.add(RegionFactory.create(code=f"PL{count}1"))

    def offered(query: str) -> list[str]:
        html = client.get(f"/initiatives/?{query}").content.decode()
        facet = between(html, 'id="facet-region"', "</fieldset>")
        return [part[: part.index('"')] for part in facet.split('value="')[1:]]

    assert offered("country=SE") == ["SE11", "SE2", "SE22", "SE23"]
    assert offered("region=SE2") == ["SE2", "SE22", "SE23"]
    assert offered("region=SE22") == ["SE22", "SE221", "SE224"]
    assert len(offered("")) == 10


def test_a_draft_names_nobody(client: Client) -> None:
    InvolvementFactory.create(organisation__name="Canary", organisation__state="draft")
    InvolvementFactory.create(organisation__name="Canary 2", initiative__state="draft")

    html = client.get(PAGE).content.decode()

    assert "Canary" not in html


def test_only_facets_have_choices(client: Client) -> None:
    assert client.get("/initiatives/choices/q/").status_code == 404
    assert client.post(PAGE).status_code == 405


def test_nothing_that_is_asked_breaks_the_choices(client: Client) -> None:
    statuses = {query[:40]: client.get(f"{PAGE}?{query}&find=%00").status_code for query in HOSTILE}

    assert {query for query, status in statuses.items() if status >= 500} == set()


@pytest.mark.parametrize("rows", [1, 3])
def test_choices_cost_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    agencies(rows)

    with django_assert_num_queries(1):
        client.get(PAGE)
