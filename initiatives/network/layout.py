"""Where the nodes of a network stand, and which of their names find room.

Distances on paper follow those in the network: a tree drawn in rings around the start, which
stress majorisation then evens out. The same network gives the same picture, whatever the order in
which its rows come.
"""

from collections.abc import Iterable
from math import pi

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.float64]
"""A row for each node: x and y."""

STEP = 120.0
"""How far apart two stand that are tied, in units of the drawing."""

GAP = np.array([64.0, 46.0])
"""The room that each needs for itself: names are wider than high."""

ROUNDS = 40
ALMOST_ROUND = 0.1

NARROW, SHARE = 0.05, 0.4
"""How much of the room may lack, and how much of that each of two gives way in a round."""


def arranged(size: int, pairs: Iterable[tuple[int, int]]) -> Places:
    """The places of so many nodes, the first in the middle; all hang together by the pairs."""
    tied = np.eye(size, dtype=bool)
    for one, other in pairs:
        tied[one, other] = tied[other, one] = True
    if size == 1:
        return np.zeros((1, 2))
    distances = steps(tied)
    places = smoothed(in_rings(tied, distances[0]), distances) * STEP
    return spread(level(places - places[0]))


def steps(tied: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How many steps lie between each two."""
    distances = np.where(tied, 1.0, np.inf)
    np.fill_diagonal(distances, 0)
    for middle in range(len(tied)):
        around = distances[:, middle, np.newaxis] + distances[np.newaxis, middle]
        distances = np.minimum(distances, around)
    return distances


def in_rings(tied: NDArray[np.bool_], depth: NDArray[np.float64]) -> Places:
    """A tree around the first, each ring a step further out; who has many below gets more room."""
    outward = np.lexsort((np.arange(len(depth)), depth)).tolist()
    parents = {
        node: next(other for other in outward if tied[node, other] and depth[other] < depth[node])
        for node in outward[1:]
    }
    below = np.ones(len(depth))
    for node in reversed(outward[1:]):
        below[parents[node]] += below[node]
    begins, width = np.zeros(len(depth)), np.zeros(len(depth))
    width[outward[0]], taken = 2 * pi, np.zeros(len(depth))
    for node in outward[1:]:
        parent = parents[node]
        width[node] = width[parent] * below[node] / (below[parent] - 1)
        begins[node] = begins[parent] + taken[parent]
        taken[parent] += width[node]
    angles = begins + width / 2
    return np.column_stack([np.cos(angles), np.sin(angles)]) * depth[:, np.newaxis]


def smoothed(places: Places, distances: NDArray[np.float64]) -> Places:
    """Moved so that what lies between them on paper follows their distances (SMACOF)."""
    size = len(places)
    weights = 1 / np.where(distances, distances, np.inf) ** 2
    inverse = np.linalg.inv(np.diag(weights.sum(axis=1)) - weights + 1 / size) - 1 / size
    wanted = weights * distances
    for _round in range(ROUNDS):
        _across, _down, far = between(places)
        pull = wanted / far
        places = inverse @ (places * pull.sum(axis=1)[:, np.newaxis] - pull @ places)
    return places


def between(places: Places) -> tuple[Places, Places, Places]:
    """What lies between each two: across, down, and as the crow flies; none is 0 from itself."""
    x, y = places.T.copy()
    across, down = x[:, np.newaxis] - x, y[:, np.newaxis] - y
    far = np.sqrt(across * across + down * down)
    return across, down, np.where(far, far, 1.0)


def level(places: Places) -> Places:
    """Turned so that it is wider than high, as screens are; what is about round stays as it is."""
    x, y = (places - places.mean(axis=0)).T
    across, along = x @ x - y @ y, 2 * (x @ y)
    if np.hypot(across, along) < ALMOST_ROUND * (x @ x + y @ y):
        return places
    angle = np.arctan2(along, across) / 2
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned: Places = places @ turn
    return turned


def spread(places: Places) -> Places:
    """Pushed apart where two stand too close."""
    places = places / GAP
    itself = np.eye(len(places))
    for _round in range(ROUNDS):
        across, down, far = between(places)
        lacking = np.maximum(0, 1 - far - itself)
        if lacking.max() < NARROW:
            break
        push = SHARE * lacking / far
        places = places + np.column_stack([(push * across).sum(axis=1), (push * down).sum(axis=1)])
    spaced: Places = places * GAP
    return spaced
