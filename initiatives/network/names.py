"""Which names of a network find room in its picture, and on which side of their nodes."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]
"""A row for each box: left, top, right, bottom."""

LONGEST = 26
LETTER, LINE = 7.8, 16.0
"""How wide a letter and how high a line is, in units of the drawing."""

AIR = 5.0


class Name(NamedTuple):
    """A name as it is written: where it begins, is centred or ends, and if it finds room."""

    text: str
    x: float
    y: float
    anchor: Literal["start", "middle", "end"]
    has_room: bool


def shortened(label: str) -> str:
    """As much of a name as a picture can hold."""
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"


def written(
    labels: Sequence[str],
    places: NDArray[np.float64],
    radii: NDArray[np.float64],
    order: Iterable[int],
) -> list[Name]:
    """The names of all nodes; those that come first in the order find room first."""
    half = radii[:, np.newaxis]
    taken = np.hstack([places - half, places + half])
    names: dict[int, Name] = {}
    for node in order:
        text = shortened(labels[node])
        x, y = places[node].tolist()
        around = sides(text, x, y, float(radii[node]))
        boxes = np.array([box(name) for name in around])
        free = [name for name, one in zip(around, boxes, strict=True) if is_free(one, taken)]
        if free:
            taken = np.vstack([taken, box(free[0])])
        names[node] = free[0] if free else around[0]._replace(has_room=False)
    return [names[node] for node in range(len(labels))]


def sides(text: str, x: float, y: float, radius: float) -> list[Name]:
    """Where a name may stand: below its node, above it, after it, before it."""
    out = radius + AIR
    return [
        Name(text, x, y + out + LINE * 0.7, "middle", has_room=True),
        Name(text, x, y - out, "middle", has_room=True),
        Name(text, x + out, y + LINE * 0.3, "start", has_room=True),
        Name(text, x - out, y + LINE * 0.3, "end", has_room=True),
    ]


def box(name: Name) -> tuple[float, float, float, float]:
    """The room that a name takes."""
    width = len(name.text) * LETTER
    left = name.x - {"start": 0, "middle": width / 2, "end": width}[name.anchor]
    return left, name.y - LINE * 0.75, left + width, name.y + LINE * 0.25


def is_free(wanted: Boxes, taken: Boxes) -> bool:
    """Whether a box meets none of those that are taken."""
    left, top, right, bottom = wanted
    meets = (
        (taken[:, 0] < right) & (left < taken[:, 2]) & (taken[:, 1] < bottom) & (top < taken[:, 3])
    )
    return not meets.any()
