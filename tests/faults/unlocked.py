"""The site as it would be if nobody waited for a turn: the control of the last place's test."""

import time
from collections.abc import Callable

from clusterix.wsgi import application
from workshops.registration import places
from workshops.registration.places import Outcome

ANY_PLACE, LAST_PLACE = 0.1, 3.0
"""Seconds: somebody else comes for the last place while it is not committed yet."""

__all__ = ["application"]

in_turn = places.in_turn


def hold_nothing(workshop: int) -> None:
    """Give places without locking anything."""


def side_by_side(workshop: int, action: Callable[[], Outcome]) -> Outcome:
    """Have what was counted wait a moment before it counts for others, the last place longest."""

    def slowly() -> Outcome:
        outcome = action()
        is_last = outcome.terms is not None and outcome.terms.places_left == 1
        time.sleep(LAST_PLACE if is_last else ANY_PLACE)
        return outcome

    return in_turn(workshop, slowly)


places.hold = hold_nothing
places.in_turn = side_by_side  # type: ignore[assignment]
