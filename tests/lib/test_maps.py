"""The map of Europe shades countries, counts at places, and can be read without eyes."""

import re

import pytest

from clusterix.lib.maps import Area, Frame, Point, choropleth, europe, locator, shade, steps

TITLE = "Initiatives running now, by country"


def test_the_map_has_a_title_and_says_its_numbers_in_words() -> None:
    svg = europe({"SE": 5, "BE": 7, "EL": 0}, title=TITLE)

    assert f'<title id="map-title">{TITLE}</title>' in svg
    assert '<desc id="map-description">Belgium: 7; Sweden: 5</desc>' in svg


def test_an_empty_map_says_so() -> None:
    svg = europe({}, title=TITLE)

    assert ">No country has any.</desc>" in svg
    assert "map__circle" not in svg


def test_a_description_of_the_page_replaces_the_numbers() -> None:
    svg = europe({"SE": 5}, title=TITLE, description="Sweden leads.")

    assert '<desc id="map-description">Sweden leads.</desc>' in svg


def test_a_country_with_an_address_is_a_named_link() -> None:
    svg = europe({"EL": 2, "UK": 1}, title=TITLE, urls={"EL": "/?country=EL&status=running"})

    assert 'href="/?country=EL&amp;status=running" aria-label="Greece: 2"' in svg
    assert svg.count("<a ") == 1


def test_a_country_without_a_count_is_no_link() -> None:
    svg = europe({"SE": 1}, title=TITLE, urls={"SE": "/se/", "NO": "/no/"})

    assert "/no/" not in svg


def test_without_places_each_counted_country_has_a_circle() -> None:
    svg = europe({"SE": 5, "BE": 7, "EL": 0}, title=TITLE)

    assert re.findall(r"map__number[^>]*>([^<]*)<", svg) == ["7", "5"]


def test_places_stand_where_they_are() -> None:
    malmo = Point(13.0, 55.6, 5, "Skåne")
    rome = Point(12.5, 41.9, 2, "Lazio", "/regions/ITI4/")

    svg = europe({}, title=TITLE, points=[rome, malmo])

    circles = re.findall(r'<circle class="map__circle" cx="(\d+)" cy="(\d+)"', svg)
    assert circles == [("522", "376"), ("526", "684")]
    assert 'href="/regions/ITI4/" aria-label="Lazio: 2"' in svg
    assert 'aria-label="Skåne' not in svg


def test_labels_cannot_break_out_of_the_picture() -> None:
    point = Point(13.0, 55.6, 1, '"><script>alert(1)</script>', "/x/")

    svg = europe({}, title="<b>&", description="</desc>", points=[point])

    assert "<script" not in svg
    assert "&lt;b&gt;&amp;" in svg
    assert svg.count("</desc>") == 1


def test_shades_follow_the_count() -> None:
    assert [shade(count, 16) for count in (0, 1, 4, 9, 16)] == [0, 1, 2, 3, 4]


def test_a_locator_picks_out_countries() -> None:
    svg = locator(["SE", "XX"], title="Where it is at home: Sweden")

    assert svg.count("map__country--4") == 1
    assert 'role="img" aria-label="Where it is at home: Sweden"' in svg


@pytest.mark.parametrize("largest", [1, 2, 3, 5, 16, 64, 1000, 4093])
def test_the_steps_of_a_choropleth_are_the_counts_that_get_a_shade(largest: int) -> None:
    shades = {
        count: step.shade for step in steps(largest) for count in range(step.fewest, step.most + 1)
    }

    assert shades == {count: shade(count, largest) for count in range(1, largest + 1)}


def test_without_counts_there_are_no_steps() -> None:
    assert steps(0) == []


def test_a_choropleth_draws_what_is_chosen_last_and_escapes_names() -> None:
    hostile = '"><script>alert(1)</script>'
    areas = [Area("M0 0z", 4, hostile, "?a=1&b=2", is_chosen=True), Area("M1 1z", 1, "Land")]

    svg = choropleth(areas, Frame(1, 2, 30, 40), title=hostile)

    assert 'viewBox="1 2 30 40"' in svg
    assert svg.index("M1 1z") < svg.index("M0 0z")
    assert 'href="?a=1&amp;b=2"' in svg
    assert "<script" not in svg
    assert svg.count("<a ") == 1
