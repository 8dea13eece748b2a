"""How much is asked of the site: a little in `make test`, a hard day in `make faults`."""

import os
from dataclasses import dataclass

IS_LONG = os.environ.get("FAULTS") == "long"


@dataclass(frozen=True)
class HardDay:
    """So many people ask for so many places, while processes are killed."""

    attempts: int
    places: int
    kills: int
    restarts: int


@dataclass(frozen=True)
class HardPost:
    """So many mails, and what happens to them on the way."""

    mails: int
    refusals: int
    kills: int


DAY = HardDay(20_000, 100, 200, 20) if IS_LONG else HardDay(240, 20, 2, 1)
POST = HardPost(10_000, 80, 20) if IS_LONG else HardPost(60, 5, 2)
STEPS_IN_LINE = 10_000 if IS_LONG else 160
EXAMPLES_IN_LINE = 400 if IS_LONG else 15
SECONDS = 3_600 if IS_LONG else 240
"""After which a run is given up."""
