"""A line through time, and bars on it; what is known of a date only roughly is drawn as such."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusterix.lib.partial_dates import PartialDate

YEARS_BACK, YEARS_AHEAD = 60, 30
"""What lies further from the day is cut off, so that one odd date does not squeeze the others."""

STEPS = (1, 2, 5, 10, 20, 50)
MOST_TICKS = 7
LAST_THIRD = 66

Kind = Literal["sure", "maybe", "open", "unknown"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a bar: how sure it is, and from where to where in per cent of the axis."""

    kind: Kind
    start: str
    width: str
    end: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on the axis with its word."""

    at: str
    label: str
    anchor: Literal["start", "middle", "end"] = "start"


@dataclass(frozen=True, slots=True)
class Axis:
    """Whole years, from the first day of one to the last of another."""

    first: int
    last: int

    @property
    def start(self) -> int:
        """Its first day, as a number."""
        return date(self.first, 1, 1).toordinal()

    @property
    def end(self) -> int:
        """The day after its last, as a number."""
        return date(self.last, 12, 31).toordinal() + 1

    def at(self, day: int) -> float:
        """Where a day begins, in per cent; what lies beyond is at the edge."""
        return min(1.0, max(0.0, (day - self.start) / (self.end - self.start))) * 100

    @property
    def ticks(self) -> list[Tick]:
        """Where years begin: some round ones, so that their words do not run into each other."""
        years = self.last - self.first + 1
        step = next((step for step in STEPS if years / step <= MOST_TICKS), STEPS[-1])
        round_ones = range(-(-self.first // step) * step, self.last + 1, step)
        days = ((year, date(year, 1, 1).toordinal()) for year in round_ones if year)
        return [Tick(per_cent(self.at(day)), str(year)) for year, day in days]


def fitted(dates: Iterable[PartialDate | None], day: date) -> Axis:
    """The years in which something begins or ends, and that of the day."""
    known = [when for when in dates if when]
    first = min([day, *(when.earliest for when in known)]).year
    last = max([day, *(when.latest for when in known)]).year
    return Axis(
        max(first, day.year - YEARS_BACK, date.min.year),
        min(last, day.year + YEARS_AHEAD, date.max.year),
    )


def line(axis: Axis, day: date, *, is_today: bool) -> Tick:
    """The day that is looked at, its word on the side where there is room."""
    place = axis.at(day.toordinal())
    label = _("today") if is_today else date_format(day)
    return Tick(per_cent(place), label, "end" if place > LAST_THIRD else "start")


def bar(
    begin: PartialDate | None, until: PartialDate | None, middle: Kind, axis: Axis
) -> list[Piece]:
    """What has a start or an end, as a bar: roughly, as sure as its middle is, roughly."""
    surely_from = begin.latest.toordinal() if begin else axis.start
    surely_to = until.earliest.toordinal() + 1 if until else axis.end
    first = begin.earliest.toordinal() if begin else surely_from
    last = until.latest.toordinal() + 1 if until else surely_to
    if begin and until and surely_from >= surely_to:
        return drawn(axis, ("maybe", first, last))
    return drawn(
        axis,
        ("maybe", first, surely_from),
        (middle, surely_from, surely_to),
        ("maybe", surely_to, last),
    )


def drawn(axis: Axis, *parts: tuple[Kind, int, int]) -> list[Piece]:
    """The parts, given in days, that lie on the axis."""
    places = [(kind, axis.at(start), axis.at(end)) for kind, start, end in parts]
    return [
        Piece(kind, per_cent(start), per_cent(end - start), per_cent(end))
        for kind, start, end in places
        if end > start
    ]


def per_cent(place: float) -> str:
    """As SVG writes it, whatever the language."""
    return f"{place:.2f}%"
