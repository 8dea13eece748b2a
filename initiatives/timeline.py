"""Initiatives on a line through time; what is known of a date only roughly is drawn as such."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clusterix.lib.axis import Axis, Kind, Piece, Tick, bar, fitted, line
from initiatives.models import Initiative


@dataclass(frozen=True, slots=True)
class Bar:
    """An initiative on the line."""

    initiative: Initiative
    period: str
    status: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What is drawn, the day that is looked at, and what cannot be drawn."""

    axis: Axis
    day: Tick
    bars: list[Bar]
    undated: list[Initiative]


def timeline(initiatives: Iterable[Initiative], day: date, *, is_today: bool) -> Timeline:
    """The initiatives in the order given, on an axis that holds them and the day."""
    rows = list(initiatives)
    dated = [row for row in rows if row.start or row.end]
    axis = fitted((when for row in dated for when in (row.start, row.end)), day)
    return Timeline(
        axis,
        line(axis, day, is_today=is_today),
        [Bar(row, row.period(day), str(row.status(day).label), pieces(row, axis)) for row in dated],
        [row for row in rows if not (row.start or row.end)],
    )


def pieces(initiative: Initiative, axis: Axis) -> list[Piece]:
    """The bar of an initiative that has a start or an end."""
    return bar(initiative.start, initiative.end, between(initiative), axis)


def between(initiative: Initiative) -> Kind:
    """How sure its middle is."""
    if initiative.start and initiative.end:
        return "sure"
    return "open" if initiative.open_ended and initiative.start else "unknown"
