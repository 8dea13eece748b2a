"""What somebody reviews beyond their own partner."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """What somebody reviews for others: codes of regions with all that lies in them, and themes."""

    regions: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.regions or self.themes)
