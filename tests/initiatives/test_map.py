"""The selection on the map: counts by place, links that choose it, and the same as a table."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from initiatives.models import Initiative
from people.models import Boundary, Region
from tests.factories import InitiativeFactory, RegionFactory
from tests.initiatives.pages import Ask, between, links, plain

pytestmark = pytest.mark.django_db

MAP = "view=map"


def placed(*codes: str, **fields: object) -> Initiative:
    """A public initiative in those regions."""
    initiative: Initiative = InitiativeFactory.create(**fields)
    initiative.regions.add(*(RegionFactory.create(code=code) for code in codes))
    return initiative


def on_the_map(html: str) -> dict[str, str]:
    """The links of the first map, by their names."""
    picture = between(html, '<svg class="map map--choropleth"', "</svg>")
    found = re.findall(r'<a class="map__link" href="([^"]*)" aria-label="([^"]*)"', picture)
    return {label: url.replace("&amp;", "&") for url, label in found}


def in_the_table(html: str) -> list[str]:
    """The rows of the tables beside the maps."""
    body = re.findall(r"<tbody>(.*?)</tbody>", html, re.DOTALL)
    return [plain(row) for rows in body for row in re.findall(r"<tr>(.*?)</tr>", rows, re.DOTALL)]


def test_each_country_is_a_link_named_with_its_count_and_a_row_of_the_table(see: Ask) -> None:
    placed("SE22", "SE11", level="local")
    placed("SE", "EL30", level="local")
    placed("AT", level="national")

    html = see(f"{MAP}&level=local&page=2")

    assert on_the_map(html) == {
        "Sweden: 2": "?view=map&level=local&country=SE",
        "Greece: 1": "?view=map&level=local&country=EL",
    }
    assert in_the_table(html) == ["Sweden 2", "Greece 1"]
    assert links(html)["Greece"] == "/initiatives/?view=map&level=local&country=EL"


def test_a_chosen_country_does_not_hide_the_others_and_can_be_given_up(see: Ask) -> None:
    placed("SE", level="local")
    placed("AT", level="local")
    placed("DE", level="national")

    html = see(f"{MAP}&level=local&country=SE&country=DE")

    assert on_the_map(html) == {
        "Austria: 1": "?view=map&level=local&country=SE&country=DE&country=AT",
        "Germany: 0, chosen": "?view=map&level=local&country=SE",
        "Sweden: 1, chosen": "?view=map&level=local&country=DE",
    }
    assert in_the_table(html) == ["Austria 1", "Sweden chosen 1", "Germany chosen 0"]
    assert html.count(" map__country--chosen") == 2


def test_a_legend_says_what_the_shades_stand_for(see: Ask) -> None:
    for _time in range(5):
        placed("SE")
    placed("AT")

    html = see(MAP)

    steps = between(html, '<ul class="sheet__steps"', "</ul>")
    assert re.findall(r"</svg> ([^<]*)</li>", steps) == ["1", "2 – 3", "4 – 5"]


def test_those_without_a_place_are_counted_and_said(see: Ask) -> None:
    placed("SE", level="local")
    InitiativeFactory.create(level="local")
    InitiativeFactory.create(level="national")
    InitiativeFactory.create(level="local", state="draft")

    one, two, none = see(f"{MAP}&level=local"), see(MAP), see(f"{MAP}&country=SE")

    assert "1 of these initiatives has no place on record" in plain(one)
    assert "2 of these initiatives have no place on record" in plain(two)
    assert "no place on record" not in none


def test_a_place_that_the_drawing_lacks_is_in_the_table(see: Ask) -> None:
    placed("XX")

    html = see(MAP)

    assert on_the_map(html) == {}
    assert in_the_table(html) == ["XX 1"]


def test_many_countries_are_listed_behind_a_disclosure(see: Ask) -> None:
    codes = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU"]
    placed(*codes)

    html = see(MAP)

    disclosed = html[html.index("<summary>2 more</summary>") :]
    assert len(in_the_table(html)) == 14
    assert len(in_the_table(disclosed)) == 2


def test_the_map_is_no_list_so_it_has_no_pages_and_no_order(see: Ask) -> None:
    for _row in range(21):
        placed("SE")

    html = see(f"{MAP}&sort=newest")

    assert 'class="pagination"' not in html
    assert 'id="sort"' not in html
    assert '<input type="hidden" name="sort" value="newest">' in html


def test_drafts_are_on_no_map(see: Ask) -> None:
    placed("SE", level="local")
    placed("AT", state="draft")

    html = see(MAP)

    assert list(on_the_map(html)) == ["Sweden: 1"]


@pytest.mark.parametrize("number", [1, 3])
def test_the_map_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _row in range(number):
        placed("SE", "AT")
        InitiativeFactory.create()

    with django_assert_num_queries(1):
        client.get(f"/initiatives/?{MAP}")


# Regions


@pytest.fixture
def shapes() -> None:
    """Sweden's regions of two sizes and a retired one have shapes, drawn by two hands."""
    for place, code in enumerate(["SE2", "SE21", "SE22", "SE99"]):
        boundary(RegionFactory.create(code=code, name=f"Part {code}"), place)
    boundary(RegionFactory.create(code="AT12"), 0)
    RegionFactory.create(code="SE23", name="Part SE23")
    Region.objects.filter(code="SE99").update(is_retired=True)
    Boundary.objects.filter(pk="SE21").update(attribution="© Another")


def boundary(region: Region, place: int) -> None:
    """A shape for a region."""
    Boundary.objects.create(
        region=region,
        path=f"M{place} 0l1 0 0 1z",
        west=place,
        north=0,
        east=place + 100,
        south=80,
        attribution="© Somebody",
    )


@pytest.mark.usefixtures("shapes")
def test_a_chosen_country_opens_into_its_regions(see: Ask) -> None:
    placed("SE22", level="local")
    placed("SE224", "SE21", level="local")
    placed("SE23", "AT12", level="local")

    html = see(f"{MAP}&level=local&country=SE")

    here = "?view=map&level=local&country=SE&region="
    assert on_the_map(html) == {"Part SE21: 1": f"{here}SE21", "Part SE22: 2": f"{here}SE22"}
    assert in_the_table(html)[:3] == ["Part SE22 2", "Part SE21 1", "Part SE23 1"]
    assert in_the_table(html)[3:] == ["Sweden chosen 3", "Austria 1"]
    assert 'viewBox="-2 -3 108 86"' in html
    assert "© Another · © Somebody" in html
    assert html.count('class="sheet"') == 2


@pytest.mark.usefixtures("shapes")
def test_a_chosen_region_does_not_hide_the_others_and_can_be_given_up(see: Ask) -> None:
    placed("SE22")
    placed("SE21")

    html = see(f"{MAP}&region=SE22")

    assert on_the_map(html) == {
        "Part SE21: 1": "?view=map&region=SE22&region=SE21",
        "Part SE22: 1, chosen": "?view=map",
    }


@pytest.mark.usefixtures("shapes")
@pytest.mark.parametrize(
    ("nuts", "shown"), [("1", "Major region"), ("2", "Region"), ("3", "Region"), ("x", "Region")]
)
def test_the_size_of_the_regions_can_be_chosen(see: Ask, nuts: str, shown: str) -> None:
    placed("SE22")

    html = see(f"{MAP}&country=SE&nuts={nuts}")

    sizes = between(html, '<ul class="tabs" aria-label="Regions of which size"', "</ul>")
    assert links(sizes) == {
        "Major region": "/initiatives/?view=map&country=SE&nuts=1",
        "Region": "/initiatives/?view=map&country=SE&nuts=2",
    }
    assert plain(between(sizes, 'aria-current="true">', "</a>")).endswith(shown)


@pytest.mark.usefixtures("shapes")
@pytest.mark.parametrize("query", ["", "country=SE&country=AT", "country=DE", "country=XX"])
def test_without_one_country_whose_shapes_are_known_europe_is_all(see: Ask, query: str) -> None:
    placed("SE22", "AT", "DE")

    html = see(f"{MAP}&{query}")

    assert html.count('class="sheet"') == 1
    assert "© Somebody" not in html


def test_the_finest_regions_are_shown_where_the_usual_have_no_shapes(see: Ask) -> None:
    boundary(RegionFactory.create(code="SE224", name="Skåne"), 0)
    placed("SE224")

    html = see(f"{MAP}&country=SE")

    assert on_the_map(html) == {"Skåne: 1": "?view=map&country=SE&region=SE224"}


@pytest.mark.usefixtures("shapes")
def test_drafts_are_in_no_region(see: Ask) -> None:
    placed("SE22", state="draft")
    placed("SE21")

    html = see(f"{MAP}&country=SE")

    assert list(on_the_map(html)) == ["Part SE21: 1"]


@pytest.mark.usefixtures("shapes")
@pytest.mark.parametrize("number", [1, 3])
def test_a_zoomed_map_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for _row in range(number):
        placed("SE22", "SE21")

    with django_assert_num_queries(3):
        client.get(f"/initiatives/?{MAP}&country=SE")
