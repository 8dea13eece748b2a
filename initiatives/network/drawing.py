"""A network as SVG: shapes that are links, lines between them, and the names that find room."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from numpy.typing import NDArray

from clusterix.lib.marks import number
from initiatives.network.graph import Key, Network, Node
from initiatives.network.layout import arranged
from initiatives.network.names import Name, box, written

SMALLEST, LARGEST, OF_START = 7.0, 13.0, 17.0
SMALLEST_FRAME = 960.0, 240.0
AIR = 24.0

SHAPES = {
    "organisation": '<circle class="mark__node" r="{r}"/>',
    "initiative": '<path class="mark__node" d="M-{r}-{r}H{r}V{r}H-{r}z"/>',
    "theme": '<path class="mark__node" d="M0-{r}L{r} 0 0 {r}-{r} 0z"/>',
}


class Drawn(NamedTuple):
    """A node with its place, its size, its name in the picture, and how many it is tied to."""

    node: Node
    x: float
    y: float
    radius: float
    name: Name
    ties: int


def picture(network: Network, *, title: str) -> SafeString:
    """The network; a click on a node puts that one into the middle."""
    drawn = placed(network)
    at = {one.node.key: one for one in drawn}
    return format_html(
        '<svg class="network" id="network" viewBox="{}" role="group" aria-label="{}">'
        '<g aria-hidden="true">{}</g>{}</svg>',
        " ".join(number(value) for value in frame(drawn)),
        title,
        format_html_join(
            "",
            '<path class="network__line network__line--{}" d="{}"/>',
            ((manner.value, lines(network, manner, at)) for manner in network.manners),
        ),
        format_html_join("", "{}", ((shape(one, is_start=one is drawn[0]),) for one in drawn)),
    )


def placed(network: Network) -> list[Drawn]:
    """Every node in its place, the start first, the others by their keys."""
    start, *others = network.nodes
    nodes = [start, *sorted(others, key=lambda node: node.key)]
    numbers = {node.key: place for place, node in enumerate(nodes)}
    pairs = [(numbers[one], numbers[other]) for one, other in network.lines]
    ties = np.bincount(np.array(pairs, np.int64).ravel(), minlength=len(nodes))
    radii = sizes(ties)
    places = arranged(len(nodes), pairs)
    order = [0, *(1 + np.argsort(-ties[1:], kind="stable"))]
    names = written([node.label for node in nodes], places, radii, order)
    return [
        Drawn(node, x, y, radius, name, count)
        for node, (x, y), radius, name, count in zip(
            nodes, places.tolist(), radii.tolist(), names, ties.tolist(), strict=True
        )
    ]


def sizes(ties: NDArray[np.int64]) -> NDArray[np.float64]:
    """How large each stands: its area follows its ties; the start is the largest."""
    radii = np.clip(SMALLEST * np.sqrt(ties / 2), SMALLEST, LARGEST)
    radii[0] = OF_START
    return radii


def frame(drawn: Sequence[Drawn]) -> tuple[float, float, float, float]:
    """The view box: all of the nodes and the names that find room, with air around them."""
    named = [box(one.name) for one in drawn if one.name.has_room]
    bodies = [
        (one.x - one.radius, one.y - one.radius, one.x + one.radius, one.y + one.radius)
        for one in drawn
    ]
    boxes = np.array(named + bodies)
    first, last = boxes[:, :2].min(axis=0) - AIR, boxes[:, 2:].max(axis=0) + AIR
    size = np.maximum(last - first, SMALLEST_FRAME)
    x, y = ((first + last - size) / 2).tolist()
    return x, y, *size.tolist()


def lines(network: Network, manner: str, at: dict[Key, Drawn]) -> str:
    """Path data of all the lines of a kind."""
    pairs = sorted(pair for pair, other in network.lines.items() if other == manner)
    ends = [[f"{number(at[key].x)} {number(at[key].y)}" for key in pair] for pair in pairs]
    return "".join(f"M{one}L{other}" for one, other in ends)


def shape(drawn: Drawn, *, is_start: bool) -> SafeString:
    """A node as a link: the start's to its page, the others' to the network around them."""
    node, name = drawn.node, drawn.name
    return format_html(
        '<a class="network__node network__node--{} mark__node--{}{}" href="{}" aria-label="{}">'
        '<title>{}</title><g transform="translate({} {})">{}</g>'
        '<text class="network__name{}" x="{}" y="{}" text-anchor="{}">{}</text></a>',
        node.key.question,
        node.hue,
        " network__node--start" if is_start else "",
        node.url if is_start else node.key.url,
        said(drawn),
        said(drawn),
        number(drawn.x),
        number(drawn.y),
        format_html(SHAPES[node.key.question], r=number(drawn.radius)),
        "" if name.has_room else " network__name--spare",
        number(name.x),
        number(name.y),
        name.anchor,
        name.text,
    )


def said(drawn: Drawn) -> str:
    """A node in words, for those who point at it and those who do not see it."""
    connections = ngettext("%(count)s connection", "%(count)s connections", drawn.ties)
    return _("%(name)s (%(kind)s): %(connections)s") % {
        "name": drawn.node.name,
        "kind": drawn.node.kind,
        "connections": connections % {"count": drawn.ties},
    }
