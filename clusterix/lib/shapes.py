"""Outlines in degrees as shapes of the map: projected, on a grid, and as SVG paths.

Points go to the nearest crossing of a grid, so that neighbours that share a border keep sharing it.
"""

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeAlias

from clusterix.lib.data.prepare_europe import HEIGHT, WIDTH, on_canvas, path

FINE = 50
"""Steps of the grid on which outlines are kept, in a unit of the drawing: each is about 100 m."""

FURTHER_EAST = 250
"""The drawing of Europe ends within Türkiye; this is how far that goes on, in its units."""

CELLS = 600
"""As many cells of the grid that is drawn lie along the longer side of a country."""

SMALLEST_RING = 3

Ring: TypeAlias = "array[int]"
"""Crossings of the fine grid: x, y, x, y…"""

Box = tuple[int, int, int, int]
"""West, north, east, south."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A shape as SVG draws it, with the box around it."""

    path: str
    box: Box


def gridded(degrees: Iterable[Sequence[float]]) -> Ring:
    """A ring of longitudes and latitudes on the fine grid."""
    ring = array("i")
    for longitude, latitude, *_height in degrees:
        x, y = on_canvas(longitude, latitude)
        point = (round(x * FINE), round(y * FINE))
        if not ring or point != (ring[-2], ring[-1]):
            ring.extend(point)
    return ring


def box(rings: Iterable[Ring]) -> Box:
    """The box around some rings, of which there is at least one."""
    listed = list(rings)
    xs = [x for ring in listed for x in (min(ring[::2]), max(ring[::2]))]
    ys = [y for ring in listed for y in (min(ring[1::2]), max(ring[1::2]))]
    return min(xs), min(ys), max(xs), max(ys)


def is_in_europe(ring: Ring) -> bool:
    """Whether the middle of a ring lies on the drawing of Europe, or in the east of Türkiye."""
    west, north, east, south = box([ring])
    x, y = (west + east) / 2 / FINE, (north + south) / 2 / FINE
    return 0 <= x <= WIDTH + FURTHER_EAST and 0 <= y <= HEIGHT


def step_for(rings: Iterable[Ring]) -> int:
    """How many fine steps one step of the drawing takes, where those rings make up a country."""
    west, north, east, south = box(rings)
    return max(1, max(east - west, south - north) // CELLS)


def drawn(rings: Sequence[Ring], step: int) -> Drawn:
    """Rings on the coarser grid of that step; of those that vanish the largest stays, as a dot."""
    coarse = [kept for ring in rings if (kept := straightened(coarsened(ring, step)))]
    if not coarse:
        west, north, east, south = box(rings)
        x, y = round((west + east) / 2 / step), round((north + south) / 2 / step)
        coarse = [[(x, y - 1), (x + 1, y), (x, y + 1), (x - 1, y)]]
    flat = [array("i", [number for point in ring for number in point]) for ring in coarse]
    return Drawn(path([[(float(x), float(y)) for x, y in ring] for ring in coarse]), box(flat))


def coarsened(ring: Ring, step: int) -> list[tuple[int, int]]:
    """A ring on the coarser grid, each crossing once in a row, not closed."""
    points: list[tuple[int, int]] = []
    for x, y in zip(ring[::2], ring[1::2], strict=True):
        point = (round(x / step), round(y / step))
        if not points or point != points[-1]:
            points.append(point)
    while len(points) > 1 and points[0] == points[-1]:
        points.pop()
    return points


def straightened(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A ring without the points that lie on the straight way; nothing if it has no inside."""
    around = [*points[-1:], *points, *points[:1]]
    kept = [
        here
        for (before, here), (_here, after) in pairwise(pairwise(around))
        if turns(before, here, after)
    ]
    return kept if len(kept) >= SMALLEST_RING else []


def turns(before: tuple[int, int], here: tuple[int, int], after: tuple[int, int]) -> bool:
    """Whether the way bends at a point."""
    (x1, y1), (x2, y2), (x3, y3) = before, here, after
    return (x2 - x1) * (y3 - y2) != (y2 - y1) * (x3 - x2)
