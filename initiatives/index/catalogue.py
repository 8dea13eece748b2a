"""The published catalogue as it was at one moment: what its answers are counted from."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from clusterix.lib.bits import Bits, Places, some
from initiatives import texts
from initiatives.index.columns import Column, Dense
from initiatives.index.keys import Ids, Keys
from initiatives.index.moments import UNKNOWN, Moments
from initiatives.index.vocabularies import Vocabulary, of_choices
from initiatives.models import Status

DAYS_KEPT = 4
SEARCHES_KEPT = 192
T = TypeVar("T")

STATUSES = of_choices(Status)


@dataclass(frozen=True, slots=True)
class Question:
    """What a facet asks: the values there are, and which initiatives have them."""

    vocabulary: Vocabulary
    column: Column

    def having(self, keys: Iterable[str]) -> Bits:
        """The initiatives that have one of these values."""
        return self.column.any_of([self.vocabulary.numbers[key] for key in keys])


@dataclass(frozen=True, slots=True)
class Regions:
    """How the regions that can be asked for lie, in the order of their vocabulary."""

    levels: NDArray[np.int8]
    parents: Places
    countries: Places
    """By their numbers among the countries that can be asked for."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Initiatives are numbered from 0 by their titles, accents and capitals ignored."""

    snapshot: str
    """What PostgreSQL saw: all that was committed by then, and nothing later."""
    keys: Keys
    moments: Moments
    newest: Places
    """Those that began last first; at the end where that is not known."""
    published: Places
    """Those last made public first."""
    questions: Mapping[str, Question]
    regions: Regions
    _days: dict[date, Dense] = field(default_factory=dict)
    _words: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many initiatives there are."""
        return len(self.keys.ids)

    def question(self, name: str, day: date) -> Question:
        """What a facet asks; where they stand is asked as of that day."""
        if name == "status":
            return Question(STATUSES, self.standing(day))
        return self.questions[name]

    def standing(self, day: date) -> Dense:
        """Where each stands on that day; remembered for a few days."""
        column = self._days.get(day)
        if column is None:
            if len(self._days) >= DAYS_KEPT:
                self._days.clear()
            column = self._days[day] = self.moments.standing(day)
        return column

    def having(self, ids: Ids) -> Bits:
        """Those with these primary keys; what is not in the catalogue is left out."""
        return some(self.keys.find(ids)[0], self.size)

    def finding(self, words: str) -> Bits:
        """Those that the words find."""
        return self._remembered(("found", words), lambda: self.having(texts.found(words)))

    def ranked(self, words: str, ids: Ids) -> Ids:
        """These primary keys of what the words find, the best match first."""
        return texts.ranked(words, ids, texts.Comparing(self._titled, self._compared))

    def _titled(self, words: str) -> Ids:
        return self._remembered(("titled", words), lambda: texts.titled(words))

    def _compared(self, words: str, ids: Ids) -> Ids:
        key = ("compared", words, ids.tobytes())
        return self._remembered(key, lambda: texts.compared(words, ids))

    def _remembered(self, key: Hashable, ask: Callable[[], T]) -> T:
        """What words find, asked once, so that to narrow a search down or page it costs no more.

        It changes only with a change that the index is renewed for.
        """
        found: T | None = self._words.get(key)
        if found is None:
            found = ask()
            if len(self._words) >= SEARCHES_KEPT:
                self._words.clear()
            self._words[key] = found
        return found

    def oldest(self) -> Places:
        """Those that began first first; at the end where that is not known."""
        known = np.count_nonzero(self.moments.start != UNKNOWN)
        return np.concatenate([self.newest[:known][::-1], self.newest[known:][::-1]])
