"""A mark is drawn from its entry's data, always the same way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.marks import (
    CENTRE,
    FEWEST_NODES,
    MOST_NODES,
    Node,
    constellation,
    mark,
    standalone,
)

OWNER = Node("region-skane", "public-authority")
PARTNERS = [Node(f"partner-{n}", "cluster", weight=n) for n in range(1, 5)]

nodes = st.lists(
    st.builds(Node, st.text(), st.text(), st.integers(min_value=1, max_value=9)), max_size=30
)


def test_the_same_data_give_the_same_mark() -> None:
    first = mark("vanguard", [OWNER, *PARTNERS])

    again = mark("vanguard", [OWNER, *PARTNERS])

    assert first == again


def test_how_the_others_were_ordered_does_not_matter() -> None:
    forwards = mark("vanguard", [OWNER, *PARTNERS])

    backwards = mark("vanguard", [OWNER, *reversed(PARTNERS)])

    assert forwards == backwards


def test_entries_with_the_same_organisations_have_marks_of_their_own() -> None:
    first = mark("vanguard", [OWNER, *PARTNERS])

    second = mark("nextstep", [OWNER, *PARTNERS])

    assert first != second


def test_the_owner_stands_in_the_middle_in_the_hue_of_its_type() -> None:
    dots = constellation("vanguard", [OWNER, *PARTNERS])

    assert (dots[0].x, dots[0].y, dots[0].hue) == (CENTRE, CENTRE, "national")


def test_an_organisation_with_two_roles_is_one_node() -> None:
    dots = constellation("vanguard", [OWNER, *PARTNERS, *PARTNERS])

    assert len([dot for dot in dots if not dot.echo]) == 5


@pytest.mark.parametrize("others", [0, 1, 4])
def test_few_organisations_are_filled_up_with_faint_echoes(others: int) -> None:
    dots = constellation("nextstep", [OWNER, *PARTNERS[:others]])

    assert len(dots) in {FEWEST_NODES + 1, FEWEST_NODES + 2}
    assert len([dot for dot in dots if dot.echo]) == len(dots) - 1 - others


def test_an_entry_without_organisations_is_drawn_from_its_key() -> None:
    first, second = constellation("cluster-games", []), constellation("hackathons", [])

    assert len(first) >= FEWEST_NODES
    assert [(dot.x, dot.hue) for dot in first] != [(dot.x, dot.hue) for dot in second]


def test_around_an_owner_without_a_hue_echoes_have_hues_of_their_own() -> None:
    dots = constellation("cluster-games", [Node("university", "research")])

    assert dots[0].hue == "neutral"
    assert "neutral" not in {dot.hue for dot in dots[1:]}


@given(key=st.text(), others=nodes)
def test_any_data_stay_inside_the_drawing(key: str, others: list[Node]) -> None:
    dots = constellation(key, others)

    assert len(dots) <= MOST_NODES
    assert all(dot.x - dot.radius > 0 and dot.x + dot.radius < 100 for dot in dots)
    assert all(dot.y - dot.radius > 0 and dot.y + dot.radius < 100 for dot in dots)


@given(key=st.text(), others=nodes)
def test_no_key_or_type_reaches_the_markup(key: str, others: list[Node]) -> None:
    svg = mark(key, others)

    assert re.fullmatch(r"[A-Za-z0-9 .\-_<>/=\"]+", svg)


def test_a_mark_is_decoration_unless_it_is_named() -> None:
    silent = mark("vanguard", [OWNER])
    named = mark("vanguard", [OWNER], label='The "Vanguard" & others')

    assert 'aria-hidden="true"' in silent
    assert 'role="img" aria-label="The &quot;Vanguard&quot; &amp; others"' in named


def test_a_mark_as_a_file_brings_its_own_colours() -> None:
    svg = standalone("clusterix", [OWNER])

    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    assert 'fill="#a56fb2"' in svg
    assert "class" not in svg
