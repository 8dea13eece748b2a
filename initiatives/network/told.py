"""A network in words: each initiative with who takes part as what, and what it continues."""

from collections.abc import Iterator
from dataclasses import dataclass

from initiatives.network.graph import Manner, Network, Node


@dataclass(frozen=True, slots=True)
class Other:
    """One that something is tied to, and how."""

    words: str
    node: Node


@dataclass(frozen=True, slots=True)
class Row:
    """One of the network with all that it is tied to."""

    node: Node
    others: list[Other]


def told(network: Network) -> list[Row]:
    """Initiatives in the order of the network, then organisations that continue each other."""
    others: dict[Node, list[Other]] = {node: [] for node in network.nodes}
    for node, other in spoken(network):
        others[node].append(other)
    return [Row(node, rows) for node, rows in others.items() if rows]


def spoken(network: Network) -> Iterator[tuple[Node, Other]]:
    """Each tie from where it is read: involvements from the initiative, the others from both."""
    by_key = {node.key: node for node in network.nodes}
    for tie in network.ties:
        one, other = by_key[tie.one], by_key[tie.other]
        if tie.manner == Manner.FOLLOWS:
            yield one, Other(tie.words, other)
            yield other, Other(tie.back, one)
        elif tie.manner == Manner.THEME:
            yield one, Other(tie.words, other)
        else:
            yield other, Other(tie.words, one)
