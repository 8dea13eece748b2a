"""What goes because its time is over: the same that the worker lets go, each at its hour."""

from collections.abc import Iterator
from datetime import datetime

from clusterix.lib.personal import Purge
from clusterix.privacy.registry import HOLDINGS

Counted = list[tuple[str, int]]
"""What is over, in words, and how many of it there are."""


def purges() -> Iterator[Purge]:
    """All there are, in the order of the registry."""
    return (purge for holding in HOLDINGS for purge in holding.purges)


def due(at: datetime) -> Counted:
    """How much is over at that moment and still there."""
    return [(str(purge.what), purge.rows(at).count()) for purge in purges()]


def purge(at: datetime) -> Counted:
    """Let go of all of it; how much that was."""
    return [(str(each.what), each.run(at)) for each in purges()]
