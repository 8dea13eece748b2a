"""How the outlines of the map are made from a world of shared borders."""

import json
import re
from pathlib import Path

import pytest

from clusterix.lib.data.prepare_europe import (
    COUNTRIES,
    HEIGHT,
    WIDTH,
    Topology,
    area,
    clipped,
    decoded,
    europe,
    innermost,
    joined,
    main,
    on_canvas,
    path,
    simplified,
    within,
)
from clusterix.lib.maps import outlines

SQUARE = [(100.0, 100.0), (300.0, 100.0), (300.0, 300.0), (100.0, 300.0)]


def box(west: float, south: float, east: float, north: float) -> list[list[int]]:
    """A closed arc round a box of whole degrees, as steps."""
    corners = [(west, south), (west, north), (east, north), (east, south), (west, south)]
    before = (0.0, 0.0)
    steps = []
    for x, y in corners:
        steps.append([int(x - before[0]), int(y - before[1])])
        before = (x, y)
    return steps


WORLD: Topology = {
    "transform": {"scale": [1, 1], "translate": [0, 0]},
    "arcs": [
        box(11, 46, 17, 49),
        box(12, 56, 18, 68),
        box(33, 44, 36, 46),
        box(26, 47, 36, 52),
        box(9, 47, 10, 48),
        box(-8, 25, 10, 33),
    ],
    "objects": {
        "countries": {
            "geometries": [
                {
                    "type": "Polygon",
                    "id": "040",
                    "properties": {"name": "Austria"},
                    "arcs": [[0]],
                },
                {
                    "type": "MultiPolygon",
                    "id": "752",
                    "properties": {"name": "Sweden"},
                    "arcs": [[[1]]],
                },
                {
                    "type": "MultiPolygon",
                    "id": "643",
                    "properties": {"name": "Russia"},
                    "arcs": [[[2]]],
                },
                {
                    "type": "Polygon",
                    "id": "804",
                    "properties": {"name": "Ukraine"},
                    "arcs": [[3]],
                },
                {"type": "Polygon", "properties": {"name": "Kosovo"}, "arcs": [[4]]},
                {
                    "type": "Polygon",
                    "id": "012",
                    "properties": {"name": "Algeria"},
                    "arcs": [[5]],
                },
            ]
        }
    },
}


def test_countries_go_by_their_nuts_codes() -> None:
    drawing = europe(WORLD)

    assert [country["code"] for country in drawing["countries"]] == ["AT", "SE", "UA", "XK"]


def test_the_land_around_is_one_piece() -> None:
    drawing = europe(WORLD)

    assert drawing["surroundings"].count("M") == 1


def test_crimea_is_drawn_with_ukraine() -> None:
    drawing = europe(WORLD)

    ukraine = next(country for country in drawing["countries"] if country["code"] == "UA")

    assert ukraine["path"].count("M") == 2


def test_specks_are_left_out_but_no_small_country_is() -> None:
    specks: Topology = {
        "transform": {"scale": [0.05, 0.05], "translate": [14, 36]},
        "arcs": [box(0, 0, 2, 2), box(10, 10, 12, 12)],
        "objects": {
            "countries": {
                "geometries": [
                    {
                        "type": "Polygon",
                        "id": identifier,
                        "properties": {"name": name},
                        "arcs": [[number]],
                    }
                    for number, (identifier, name) in enumerate(
                        [("470", "Malta"), ("380", "Italy")]
                    )
                ]
            }
        },
    }

    drawing = europe(specks)

    assert [country["code"] for country in drawing["countries"]] == ["MT"]


def test_the_point_of_a_country_lies_inside_it() -> None:
    drawing = europe(WORLD)

    austria = drawing["countries"][0]
    left, bottom = on_canvas(11, 46)
    right, top = on_canvas(17, 49)

    assert left < austria["x"] < right
    assert top < austria["y"] < bottom


def test_a_border_walked_backwards_is_the_same_border() -> None:
    border = [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)]

    ring = joined([0, ~0], [border])

    assert ring == [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0), (1.0, 1.0), (0.0, 0.0)]


def test_steps_add_up_to_degrees() -> None:
    arcs = decoded([[[1, 2], [3, -1]]], scale=[0.5, 2], translate=[-180, -90])

    assert arcs == [[(-179.5, -86), (-178, -88)]]


def test_points_that_hardly_bend_a_line_are_left_out() -> None:
    line = [(0.0, 0.0), (10.0, 0.3), (20.0, 0.0), (30.0, 15.0), (40.0, 0.0)]

    assert simplified(line) == [(0.0, 0.0), (20.0, 0.0), (30.0, 15.0), (40.0, 0.0)]


def test_a_line_that_returns_to_its_start_keeps_its_far_end() -> None:
    island = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)]

    assert (10.0, 10.0) in simplified(island)


def test_what_lies_outside_the_drawing_is_cut_off() -> None:
    ring = clipped([(-50.0, 10.0), (50.0, 10.0), (50.0, 60.0), (-50.0, 60.0)])

    assert area(ring) == pytest.approx(50 * 50)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in ring)


def test_what_lies_wholly_outside_is_gone() -> None:
    assert clipped([(-50.0, 10.0), (-20.0, 10.0), (-20.0, 60.0)]) == []


def test_paths_are_whole_steps_without_standing_still() -> None:
    data = path([[(0.2, 0.1), (0.4, 0.3), (10.0, 5.0), (4.0, 9.0)]])

    assert data == "M0 0l10 5-6 4z"


def test_innermost_is_far_from_every_edge() -> None:
    assert innermost(SQUARE) == pytest.approx((200, 200), abs=10)
    assert within((200, 200), SQUARE) == 100
    assert within((200, 50), SQUARE) == -50


def test_the_program_writes_the_file(tmp_path: Path) -> None:
    source, target = tmp_path / "world.json", tmp_path / "europe.json"
    source.write_text(json.dumps(WORLD))

    main([str(source), str(target)])

    assert json.loads(target.read_text()) == europe(WORLD)


def test_without_a_target_it_writes_beside_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "world.json"
    source.write_text(json.dumps(WORLD))
    monkeypatch.setattr(main.__globals__["Path"], "with_name", lambda _path, name: tmp_path / name)

    main([str(source)])

    assert json.loads((tmp_path / "europe.json").read_text()) == europe(WORLD)


def test_the_drawing_that_ships_is_small_and_has_every_country() -> None:
    drawing = outlines()

    codes = {country["code"] for country in drawing["countries"]}
    size = sum(len(country["path"]) for country in drawing["countries"])

    assert codes == set(COUNTRIES.values())
    assert size + len(drawing["surroundings"]) < 30_000
    assert all(re.fullmatch(r"[MLlz0-9 -]+", country["path"]) for country in drawing["countries"])
