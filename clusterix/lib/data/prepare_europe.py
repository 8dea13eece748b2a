"""Makes `europe.json`, the map's outlines, from Natural Earth's countries at 1:50 million.

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python -m clusterix.lib.data.prepare_europe package/countries-50m.json

The input is TopoJSON: borders are arcs that neighbours share. Each arc is simplified by itself,
so that neighbours still meet afterwards.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import dist
from pathlib import Path
from typing import Literal, NotRequired, TypedDict

from clusterix.lib.projection import project

Point = tuple[float, float]
Ring = list[Point]

SOURCE = "Natural Earth 4.1, 1:50m countries (public domain), by way of world-atlas 2.0.2"
WIDTH, HEIGHT = 1000, 860
WEST, NORTH, SCALE = -0.375, -0.355, 1290.0
TOLERANCE = 0.8
SMALLEST_AREA = 9.0
SURROUNDINGS = ""

COUNTRIES = {
    "008": "AL", "020": "AD", "040": "AT", "056": "BE", "070": "BA", "100": "BG", "191": "HR",
    "196": "CY", "203": "CZ", "208": "DK", "233": "EE", "246": "FI", "250": "FR", "276": "DE",
    "300": "EL", "348": "HU", "352": "IS", "372": "IE", "380": "IT", "428": "LV", "438": "LI",
    "440": "LT", "442": "LU", "470": "MT", "498": "MD", "499": "ME", "528": "NL", "578": "NO",
    "616": "PL", "620": "PT", "642": "RO", "688": "RS", "703": "SK", "705": "SI", "724": "ES",
    "752": "SE", "756": "CH", "792": "TR", "804": "UA", "807": "MK", "826": "UK", "248": "FI",
    "Kosovo": "XK", "N. Cyprus": "CY",
}  # fmt: skip
CRIMEA = (34.4, 45.3)
CLOSE = 20
KEPT_HOWEVER_SMALL = {"AD", "LI", "LU", "MT"}


class Properties(TypedDict):
    """What the input says of a country beside its outline."""

    name: str


class Polygon(TypedDict):
    """A country in one piece: rings of arcs by number; one below zero is walked backwards."""

    type: Literal["Polygon"]
    id: NotRequired[str]
    properties: Properties
    arcs: list[list[int]]


class MultiPolygon(TypedDict):
    """A country in several pieces."""

    type: Literal["MultiPolygon"]
    id: NotRequired[str]
    properties: Properties
    arcs: list[list[list[int]]]


Shape = Polygon | MultiPolygon


class Transform(TypedDict):
    """How whole units become degrees."""

    scale: list[float]
    translate: list[float]


class Shapes(TypedDict):
    """A collection of countries."""

    geometries: list[Shape]


class Topology(TypedDict):
    """What this program reads of a TopoJSON file."""

    transform: Transform
    arcs: list[list[list[int]]]
    objects: dict[str, Shapes]


class Country(TypedDict):
    """A country as the map draws it: its outline and the point that stands for it."""

    code: str
    path: str
    x: int
    y: int


class Europe(TypedDict):
    """The whole picture: countries one by one, and the land around them in one piece."""

    source: str
    width: int
    height: int
    west: float
    north: float
    scale: float
    surroundings: str
    countries: list[Country]


def on_canvas(longitude: float, latitude: float) -> Point:
    """A point in degrees, in units of the drawing."""
    x, y = project(longitude, latitude)
    return (x - WEST) * SCALE, (y - NORTH) * SCALE


def decoded(
    arcs: Iterable[Sequence[Sequence[int]]], scale: Sequence[float], translate: Sequence[float]
) -> list[Ring]:
    """Every arc in degrees; the input gives steps from point to point in whole units."""
    result = []
    for arc in arcs:
        x = y = 0
        ring = []
        for step in arc:
            x, y = x + step[0], y + step[1]
            ring.append((x * scale[0] + translate[0], y * scale[1] + translate[1]))
        result.append(ring)
    return result


def simplified(line: Ring) -> Ring:
    """The line with the points left out that no reader would miss (Douglas and Peucker)."""
    if len(line) < 3:  # noqa: PLR2004 - a line of two points has none to leave out
        return line
    start, end = line[0], line[-1]
    distances = [off_line(point, start, end) for point in line[1:-1]]
    furthest = max(range(len(distances)), key=distances.__getitem__)
    if distances[furthest] < TOLERANCE:
        return [start, end]
    middle = furthest + 1
    return simplified(line[: middle + 1])[:-1] + simplified(line[middle:])


def off_line(point: Point, start: Point, end: Point) -> float:
    """How far a point is from a line, or from its start where the line is closed."""
    length = dist(start, end)
    if length == 0:
        return dist(point, start)
    (x, y), (x1, y1), (x2, y2) = point, start, end
    return abs((x2 - x1) * (y1 - y) - (x1 - x) * (y2 - y1)) / length


def joined(numbers: Iterable[int], arcs: Sequence[Ring]) -> Ring:
    """The arcs of one ring, end to end."""
    ring: Ring = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def area(ring: Ring) -> float:
    """The area inside a ring, whichever way round it goes."""
    return abs(sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in pairwise([*ring, *ring[:1]]))) / 2


def clipped(ring: Ring) -> Ring:
    """The part of a ring inside the drawing (Sutherland and Hodgman, one edge after another)."""
    for axis, limit, sign in ((0, 0, 1), (0, WIDTH, -1), (1, 0, 1), (1, HEIGHT, -1)):
        kept: Ring = []
        for before, after in pairwise([*ring[-1:], *ring]):
            inside = [(point[axis] - limit) * sign >= 0 for point in (before, after)]
            if inside[0] != inside[1]:
                part = (limit - before[axis]) / (after[axis] - before[axis])
                x, y = (before[i] + part * (after[i] - before[i]) for i in (0, 1))
                kept.append((x, y))
            if inside[1]:
                kept.append(after)
        ring = kept
    return ring


def path(rings: Iterable[Ring]) -> str:
    """Rings as SVG path data: whole units, each point relative to the one before."""
    parts = []
    for ring in rings:
        points = [(round(x), round(y)) for x, y in ring]
        steps = [
            (x2 - x1, y2 - y1) for (x1, y1), (x2, y2) in pairwise(points) if (x1, y1) != (x2, y2)
        ]
        numbers = "".join(f" {number}" if number >= 0 else str(number)
                          for step in steps for number in step)  # fmt: skip
        parts.append(f"M{points[0][0]} {points[0][1]}l{numbers.lstrip()}z")
    return "".join(parts)


def innermost(ring: Ring) -> Point:
    """The point of a ring that is furthest from its edge, to a fifteenth of its size."""
    xs, ys = zip(*ring, strict=True)
    steps = 15
    grid = [
        (min(xs) + (max(xs) - min(xs)) * i / steps, min(ys) + (max(ys) - min(ys)) * j / steps)
        for i in range(1, steps)
        for j in range(1, steps)
    ]
    return max(grid, key=lambda point: within(point, ring))


def within(point: Point, ring: Ring) -> float:
    """How far a point is inside a ring; negative outside."""
    x, y = point
    inside, nearest = False, float("inf")
    for (x1, y1), (x2, y2) in pairwise([*ring, *ring[:1]]):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
            inside = not inside
        span = (x2 - x1) ** 2 + (y2 - y1) ** 2 or 1
        along = max(0.0, min(1.0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / span))
        nearest = min(nearest, dist(point, (x1 + along * (x2 - x1), y1 + along * (y2 - y1))))
    return nearest if inside else -nearest


def code_of(shape: Shape) -> str:
    """The NUTS code of a country; the input numbers countries as ISO does, where ISO does."""
    return COUNTRIES.get(shape.get("id", shape["properties"]["name"]), SURROUNDINGS)


def is_crimea(ring: Ring) -> bool:
    """Whether a ring is Crimea, which the input gives to Russia and European maps to Ukraine."""
    return dist(innermost(ring), on_canvas(*CRIMEA)) < CLOSE


def outlines(shape: Shape, arcs: Sequence[Ring]) -> Iterator[Ring]:
    """The rings of one country that the drawing shows, the largest first; lakes are left out."""
    polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
    rings = [clipped(joined(polygon[0], arcs)) for polygon in polygons]
    small = code_of(shape) in KEPT_HOWEVER_SMALL
    for number, ring in enumerate(sorted(rings, key=area, reverse=True)):
        if area(ring) > SMALLEST_AREA or (small and number == 0):
            yield ring


def europe(topology: Topology) -> Europe:
    """The drawing of Europe that a world of arcs and shapes gives."""
    transform = topology["transform"]
    degrees = decoded(topology["arcs"], transform["scale"], transform["translate"])
    arcs = [simplified([on_canvas(*point) for point in arc]) for arc in degrees]
    rings: dict[str, list[Ring]] = {}
    for shape in topology["objects"]["countries"]["geometries"]:
        for ring in outlines(shape, arcs):
            code = "UA" if is_crimea(ring) else code_of(shape)
            rings.setdefault(code, []).append(ring)
    surroundings = path(rings.pop(SURROUNDINGS, []))
    return Europe(
        source=SOURCE,
        width=WIDTH,
        height=HEIGHT,
        west=WEST,
        north=NORTH,
        scale=SCALE,
        surroundings=surroundings,
        countries=[country(code, rings[code]) for code in sorted(rings)],
    )


def country(code: str, rings: Sequence[Ring]) -> Country:
    """One country of the drawing; its point lies well inside its largest part."""
    x, y = innermost(max(rings, key=area))
    return Country(code=code, path=path(rings), x=round(x), y=round(y))


def main(arguments: Sequence[str]) -> None:
    """Reads the TopoJSON named on the command line and writes `europe.json` beside this file."""
    topology: Topology = json.loads(Path(arguments[0]).read_text(encoding="utf-8"))
    target = Path(arguments[1]) if arguments[1:] else Path(__file__).with_name("europe.json")
    target.write_text(json.dumps(europe(topology), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
