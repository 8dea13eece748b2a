"""The projection agrees with the European grid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.projection import project


def test_the_centre_of_the_grid_is_the_origin() -> None:
    assert project(10, 52) == pytest.approx((0, 0))


def test_east_is_right_and_south_is_down() -> None:
    malmo, athens = project(13.0, 55.6), project(23.7, 38.0)

    assert malmo[0] < athens[0]
    assert malmo[1] < athens[1]


@given(latitude=st.floats(min_value=30, max_value=80))
def test_west_mirrors_east(latitude: float) -> None:
    west, east = project(0, latitude), project(20, latitude)

    assert west == pytest.approx((-east[0], east[1]))
