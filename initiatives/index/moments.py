"""When initiatives run, in columns of days: where each stands on a day, and which ran in a time."""

from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from clusterix.lib.bits import Bits, pack
from initiatives.index.columns import Dense
from initiatives.models import Status

Days: TypeAlias = NDArray[np.int32]
"""Days since the start of 2000, as PostgreSQL counts them."""

UNKNOWN = np.int32(np.iinfo(np.int32).min)
"""Stands for a day that is not known."""

FIRST = date(2000, 1, 1).toordinal()


def number(day: date) -> np.int32:
    """The day as the columns count it."""
    return np.int32(day.toordinal() - FIRST)


@dataclass(frozen=True, slots=True)
class Moments:
    """For each initiative the first day its start may mean, and so on; in order of titles."""

    start: Days
    end: Days
    """The last day that the end may mean."""
    first: Days
    """The first day on which it may have been under way: of its end where no start is known."""
    last: Days
    """The last such day: of its start where no end is known and it is not open."""
    is_open: NDArray[np.bool_]

    def standing(self, day: date) -> Dense:
        """A row for each Status: the initiatives that stand so, by the rule of `status_on`."""
        today = number(day)
        upcoming = self.start > today
        over = (self.end != UNKNOWN) & (self.end < today) & ~upcoming
        sure = (self.start != UNKNOWN) & (self.is_open | (self.end != UNKNOWN))
        running = sure & ~upcoming & ~over
        unknown = ~(upcoming | over | running)
        rows = {
            Status.RUNNING: running,
            Status.UPCOMING: upcoming,
            Status.ENDED: over,
            Status.UNKNOWN: unknown,
        }
        return Dense(pack(np.stack([rows[status] for status in Status])))

    def since(self, day: date) -> Bits:
        """Those that may have been under way on that day or later."""
        return pack(self.last >= number(day))

    def until(self, day: date) -> Bits:
        """Those that may have been under way on that day or earlier."""
        return pack((self.first != UNKNOWN) & (self.first <= number(day)))
