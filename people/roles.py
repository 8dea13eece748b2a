"""The roles that somebody held, on a line through time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from clusterix.lib.axis import Axis, Kind, Piece, Tick, bar, fitted, line
from people.models import Affiliation


@dataclass(frozen=True, slots=True)
class Held:
    """A role, and its bar where it has dates."""

    role: Affiliation
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Career:
    """Roles in the order given, the years behind them, and the day that is looked at."""

    axis: Axis
    day: Tick
    roles: list[Held]

    @property
    def is_drawn(self) -> bool:
        """Some role has dates."""
        return any(held.pieces for held in self.roles)


def career(roles: Sequence[Affiliation], today: date) -> Career:
    """The roles on an axis that holds them and the day."""
    axis = fitted((when for role in roles for when in (role.start, role.end)), today)
    return Career(
        axis,
        line(axis, today, is_today=True),
        [Held(role, pieces(role, axis)) for role in roles],
    )


def countries(roles: Sequence[Affiliation]) -> list[str]:
    """The countries of the organisations, by their NUTS codes; `for_page()` loads the regions."""
    regions = [role.organisation.region for role in roles if role.organisation]
    return sorted({region.country for region in regions if region})


def pieces(role: Affiliation, axis: Axis) -> list[Piece]:
    """The bar of a role; an open end counts as held, and without dates there is none."""
    if not (role.start or role.end):
        return []
    middle: Kind = "unknown" if not role.start else "sure" if role.end else "open"
    return bar(role.start, role.end, middle, axis)
