"""Cluster marks: the emblem of an entry, a constellation drawn from its own organisations."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from math import cos, dist, pi, sin
from typing import Protocol

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

GOLDEN_ANGLE = pi * (3 - 5**0.5)
GOLDEN_RATIO = (5**0.5 - 1) / 2
CENTRE = 50.0
INNER, OUTER = 25.0, 42.0
MOST_NODES = 14
FEWEST_NODES = 6

HUES = {
    "cluster": "inter-regional",
    "cluster-network": "inter-regional",
    "public-authority": "national",
    "managing-authority": "national",
    "innovation-agency": "national",
    "business": "regional",
    "business-support": "regional",
    "eu-body": "european",
    "international-network": "european",
}

INVENTED = ("eu-body", "cluster", "public-authority", "business")

FILLS = {
    "european": "#4f8fc0",
    "inter-regional": "#2f9a8e",
    "national": "#a56fb2",
    "regional": "#c9862b",
    "neutral": "#7d89a0",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One organisation in a mark: who, which type (colours it) and how much of it (sizes it)."""

    key: str
    kind: str
    weight: int = 1


SITE = (
    Node("clusterix", "eu-body"),
    Node("network", "cluster-network"),
    Node("authority", "public-authority"),
    Node("business", "business"),
    Node("cluster", "cluster"),
    Node("agency", "innovation-agency"),
    Node("research", "research"),
)


class Marked(Protocol):
    """What has a mark: an entry whose key sets the pattern and whose first node is the owner.

    Where nothing is known of the organisations, `mark_nodes` is empty and the key alone draws.
    """

    key: str

    def mark_nodes(self) -> Sequence[Node]:
        """The owner first, then whoever else takes part; loaded by the view, not queried here."""
        ...


@dataclass(frozen=True, slots=True)
class Dot:
    """A node with its place on a square of 100 by 100."""

    x: float
    y: float
    radius: float
    hue: str
    echo: bool = False


def mark(key: str, nodes: Sequence[Node], *, size: int = 48, label: str = "") -> SafeString:
    """The emblem as SVG, `size` CSS pixels wide: decorative, or a picture named by `label`."""
    dots = constellation(key, nodes)
    naming = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    # But for the label it is made of numbers and of our own words; lists have hundreds of nodes.
    return SafeString(
        f'<svg class="mark" viewBox="0 0 100 100" width="{size:d}" height="{size:d}" {naming}>'
        f'<path class="mark__links" d="{links(dots)}"/>{"".join(map(circle, dots))}</svg>'
    )


def circle(dot: Dot) -> str:
    """A node as SVG."""
    echo = " mark__node--echo" if dot.echo else ""
    return (
        f'<circle class="mark__node mark__node--{dot.hue}{echo}"'
        f' cx="{number(dot.x)}" cy="{number(dot.y)}" r="{number(dot.radius)}"/>'
    )


def standalone(key: str, nodes: Sequence[Node]) -> str:
    """The mark as a file of its own, with colours that hold on light and on dark."""
    dots = constellation(key, nodes)
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
        '<path d="{}" fill="none" stroke="#7d89a0" stroke-width="2.5"/>{}</svg>',
        links(dots),
        format_html_join(
            "",
            '<circle cx="{}" cy="{}" r="{}" fill="{}"/>',
            (
                (number(dot.x), number(dot.y), number(dot.radius * 1.35), FILLS[dot.hue])
                for dot in dots
            ),
        ),
    )


def constellation(key: str, nodes: Sequence[Node]) -> list[Dot]:
    """The owner in the middle, the others on golden-angle rings, faint echoes where they are few.

    The others stand in an order of their own keys, so that how they were loaded does not matter.
    """
    owner, *others = nodes or [Node(key, invented(key, "owner"))]
    rest = sorted(
        {node.key: node for node in others}.values(),
        key=lambda node: (-node.weight, chance(key, node.key), node.key),
    )[: MOST_NODES - 1]
    echoes = FEWEST_NODES - len(rest) + int(2 * chance(key, "echoes"))
    turn = 2 * pi * chance(key, "turn")
    middle = Dot(CENTRE, CENTRE, 10.5, hue(owner.kind))
    known = [placed(key, place, turn, node) for place, node in enumerate(rest)]
    faint = [
        placed(key, place, turn, Node(f"echo {place}", echo_kind(key, place, owner)), echo=True)
        for place in range(len(rest), len(rest) + max(echoes, 0))
    ]
    return [middle, *known, *faint]


def placed(key: str, place: int, turn: float, node: Node, *, echo: bool = False) -> Dot:
    """A node at its place on the rings; the entry's key decides how far out and how large."""
    angle = turn + place * GOLDEN_ANGLE
    out = (place * GOLDEN_RATIO + chance(key, "out")) % 1
    distance = INNER + (OUTER - INNER) * out
    return Dot(
        x=CENTRE + distance * cos(angle),
        y=CENTRE + distance * sin(angle),
        radius=4.4 + 1.6 * chance(key, node.key) + 0.6 * min(node.weight - 1, 3),
        hue=hue(node.kind),
        echo=echo,
    )


def echo_kind(key: str, place: int, owner: Node) -> str:
    """Echoes have the owner's hue; around one without a hue they have hues of their own."""
    return owner.kind if owner.kind in HUES else invented(key, f"echo {place}")


def invented(key: str, purpose: str) -> str:
    """A type that gives a hue where no organisation does."""
    return INVENTED[int(chance(key, purpose) * len(INVENTED))]


def hue(kind: str) -> str:
    """The colour class of an organisation type; types without a hue of their own are neutral."""
    return HUES.get(kind, "neutral")


def links(dots: Sequence[Dot]) -> str:
    """Path data: from each node to the owner, and to the nearest of the other nodes."""
    middle, *others = (f"{number(dot.x)} {number(dot.y)}" for dot in dots)
    pairs = {tuple(sorted((place, nearest(place, dots[1:])))) for place in range(len(others))}
    lines = [f"M{middle}L{other}" for other in others]
    lines += [f"M{others[one]}L{others[other]}" for one, other in sorted(pairs)]
    return "".join(lines)


def nearest(place: int, dots: Sequence[Dot]) -> int:
    """Which of the dots is closest to the one at `place`."""
    here = dots[place]
    return min(
        (other for other in range(len(dots)) if other != place),
        key=lambda other: dist((here.x, here.y), (dots[other].x, dots[other].y)),
    )


def number(value: float) -> str:
    """A coordinate with the one decimal that can be seen."""
    return f"{value:.1f}".removesuffix(".0")


@lru_cache(maxsize=1_024)
def chance(key: str, purpose: str) -> float:
    """A number from 0 to 1 that is always the same for the same key and purpose."""
    digest = blake2b(f"{key}\n{purpose}".encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48
