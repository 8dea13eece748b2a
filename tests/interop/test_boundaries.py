"""The official NUTS file becomes regions of the map, all of them."""

import pytest

from people.boundaries import load_boundaries
from people.models import Boundary, Region
from people.regions import load_regions
from tests.interop.conftest import SHARED

NUTS_2 = SHARED / "data" / "boundaries" / "NUTS_RG_60M_2021_4326_LEVL_2.geojson"

pytestmark = pytest.mark.django_db


def test_the_official_file_is_taken_whole() -> None:
    load_regions()

    first, second = load_boundaries(NUTS_2), load_boundaries(NUTS_2)

    overseas = ["ES70", "FRY1", "FRY2", "FRY3", "FRY4", "FRY5", "PT20", "PT30"]
    assert first.beyond == overseas
    assert first.created == 334 - len(overseas)
    assert (second.created, second.changed, second.removed) == (0, 0, 0)
    assert set(Boundary.objects.values_list("region__level", flat=True)) == {2}


def test_the_shapes_of_a_country_are_small_enough_for_a_page() -> None:
    load_regions()
    load_boundaries(NUTS_2)

    sizes = {
        country: sum(len(row.path) for row in Boundary.objects.filter(region__country=country))
        for country in Region.objects.values_list("country", flat=True).distinct()
    }

    assert max(sizes.values()) < 20_000
