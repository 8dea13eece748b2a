"""Where the nodes of a network stand, and which names find room."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from initiatives.network.layout import GAP, arranged
from initiatives.network.names import box, shortened, written

Pairs = list[tuple[int, int]]


@st.composite
def connected(draw: st.DrawFn) -> tuple[int, Pairs]:
    """A network that hangs together: each node is tied to an earlier one, and some to others."""
    size = draw(st.integers(2, 80))
    tree = [(node, draw(st.integers(0, node - 1))) for node in range(1, size)]
    number = st.integers(0, size - 1)
    others = draw(
        st.lists(st.tuples(number, number).filter(lambda pair: pair[0] != pair[1]), max_size=40)
    )
    return size, tree + others


@settings(max_examples=25)
@given(connected())
def test_every_node_has_a_place_of_its_own(network: tuple[int, Pairs]) -> None:
    size, pairs = network

    places = arranged(size, pairs)

    assert places.shape == (size, 2)
    assert np.isfinite(places).all()
    assert len({tuple(place) for place in places.round(1).tolist()}) == size


@settings(max_examples=25)
@given(connected(), st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_does_not_matter(network: tuple[int, Pairs], rng: object) -> None:
    size, pairs = network
    shuffled = [pair[::-1] for pair in pairs]
    rng.shuffle(shuffled)  # type: ignore[attr-defined]

    assert (arranged(size, pairs) == arranged(size, shuffled)).all()


def test_one_alone_stands_in_the_middle() -> None:
    assert arranged(1, []).tolist() == [[0, 0]]


@pytest.mark.parametrize("size", [5, 40, 80])
def test_the_nodes_of_a_star_keep_clear_of_each_other(size: int) -> None:
    places = arranged(size, [(0, node) for node in range(1, size)])

    apart = [
        np.hypot(*((places[one] - places[other]) / GAP))
        for one, other in combinations(range(size), 2)
    ]

    assert min(apart) > 0.9


def test_a_long_chain_lies_across() -> None:
    places = arranged(6, [(node, node + 1) for node in range(5)])

    width, height = np.ptp(places, axis=0)
    assert width > 10 * height


def test_tied_nodes_stand_nearer_than_others() -> None:
    places = arranged(6, [(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)])

    assert np.hypot(*(places[0] - places[1])) < np.hypot(*(places[0] - places[5])) / 3


def test_names_that_find_room_do_not_meet() -> None:
    places = arranged(60, [(0, node) for node in range(1, 60)])
    labels = [f"Organisation number {node}" for node in range(60)]

    names = written(labels, places, np.full(60, 8.0), range(60))

    boxes = [box(name) for name in names if name.has_room]
    meeting = [
        (one, other)
        for one, other in combinations(boxes, 2)
        if one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    ]
    assert meeting == []
    assert len(boxes) >= 20


def test_a_name_goes_to_the_other_side_or_is_spared_where_others_stand() -> None:
    alone, pair = np.array([[0, 0]], float), np.array([[0, 0], [0, 24]], float)
    crowd = np.array([[0, 0], [0, 24], [0, -24], [24, 0], [-24, 0]], float)

    below = written(["Somebody"], alone, np.full(1, 8.0), [0])[0]
    above = written(["Somebody"] * 2, pair, np.full(2, 8.0), range(2))[0]
    spared = written(["Somebody"] * 5, crowd, np.full(5, 8.0), range(5))[0]

    assert (below.y > 0, below.has_room) == (True, True)
    assert (above.y < 0, above.has_room) == (True, True)
    assert not spared.has_room


def test_a_long_name_is_shortened() -> None:
    assert shortened("Regional Council of Auvergne-Rhône-Alpes") == "Regional Council of Auver…"
    assert shortened("VLAIO") == "VLAIO"
