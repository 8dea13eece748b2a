"""Outlines become shapes of the map: on a grid that neighbours share, as short paths."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.shapes import FINE, box, drawn, gridded, is_in_europe, step_for

SQUARE = array("i", [0, 0, 50, 0, 100, 0, 100, 100, 0, 100, 0, 0])


def test_a_ring_goes_onto_the_grid_each_crossing_once_in_a_row() -> None:
    ring = gridded([(10.005, 52.005), (10.0051, 52.0051), (11, 52, 300), (10.005, 52.005)])

    assert len(ring) == 6
    assert ring[:2] == ring[4:]
    assert 497 < ring[2] / FINE < 498


def test_points_on_the_straight_way_are_left_out() -> None:
    assert drawn([SQUARE], 1).path == "M0 0l100 0 0 100-100 0z"
    assert drawn([SQUARE], 1).box == (0, 0, 100, 100)


def test_a_coarser_grid_makes_smaller_numbers() -> None:
    assert drawn([SQUARE], 10).path == "M0 0l10 0 0 10-10 0z"


def test_islands_that_vanish_are_left_out_but_not_the_last() -> None:
    islet = array("i", [200, 200, 201, 200, 201, 201, 200, 200])

    assert drawn([SQUARE, islet], 10).path == drawn([SQUARE], 10).path
    assert drawn([islet], 10).path == "M20 19l1 1-1 1-1-1z"


def test_the_grid_follows_the_size_of_the_country() -> None:
    large = array("i", [0, 0, 9000, 0, 9000, 3000])

    assert (step_for([large]), step_for([SQUARE]), step_for([SQUARE, large])) == (15, 1, 15)


def test_only_what_lies_on_the_drawing_is_in_europe() -> None:
    places = {"Malmö": (13, 55), "Guadeloupe": (-61, 16), "Azores": (-28, 38), "Crete": (25, 35)}

    inside = {name for name, place in places.items() if is_in_europe(gridded([place]))}

    assert inside == {"Malmö", "Crete"}


def test_a_box_holds_all_rings() -> None:
    assert box([SQUARE, array("i", [-5, 7, 300, 8])]) == (-5, 0, 300, 100)


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99)), min_size=1), st.integers(1, 50))
def test_any_ring_becomes_an_outline_within_its_box(
    points: list[tuple[int, int]], step: int
) -> None:
    ring = array("i", [number for point in points for number in point])

    shape = drawn([ring], step)

    west, north, east, south = shape.box
    assert set(shape.path) <= set("-0123456789Mlz ")
    assert west <= east
    assert north <= south
