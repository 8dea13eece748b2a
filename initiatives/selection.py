"""The answer to what the catalogue was asked: which initiatives, in which order, how many else."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

import numpy as np

from clusterix.lib.bits import size_of
from initiatives.filters import InitiativeFilter, Sort
from initiatives.index.answer import Answer, Ordered
from initiatives.index.keeper import keeper
from initiatives.index.keys import Ids
from initiatives.models import Initiative, InitiativeQuerySet

AT_A_TIME = 500


class Selection:
    """What was asked of the public catalogue, answered; pages, exports, feeds and API share it."""

    def __init__(self, asked: InitiativeFilter) -> None:
        self.asked = asked

    @property
    def answer(self) -> Answer:
        """What the index says."""
        return self.asked.answer

    def __len__(self) -> int:
        """How many initiatives fit."""
        return self.answer.size

    @property
    def total(self) -> int:
        """How many initiatives there are to choose from."""
        return self.asked.catalogue.size

    @cached_property
    def ids(self) -> Ordered:
        """The primary keys of all that fit, in the order asked for: a sequence of int."""
        return Ordered(len(self), self._in_order)

    def among(self, pks: Iterable[int]) -> set[int]:
        """Which of these initiatives fit, as they are at this moment: nothing remembered counts."""
        asked = InitiativeFilter(self.asked.data, today=self.asked.today, catalogue=keeper.fresh())
        few = asked.catalogue.having(np.array([*pks], np.int64))
        return set(asked.answer.ids_among(few).tolist())

    def counts(self, question: str) -> dict[str, int]:
        """How many each value of a facet would give, its own choice ignored; no zeros."""
        return self.answer.counts(question)

    def without(self, question: str) -> int:
        """How many would fit if that question had not been asked."""
        return int(size_of(self.answer.without(question)))

    def lacking(self, question: str) -> int:
        """How many fit of which no value of that facet is on record."""
        asked = self.answer.catalogue.question(question, self.answer.day)
        values = list(range(len(asked.vocabulary.keys)))
        having = size_of(self.answer.fits & asked.column.any_of(values)) if values else 0
        return len(self) - int(having)

    def alone(self, question: str) -> int:
        """How many would fit if nothing but that question had been asked."""
        return int(size_of(self.answer.conditions[question]))

    def chunks(self, rows: InitiativeQuerySet) -> Iterator[list[Initiative]]:
        """All that fit, in order, a few hundred at a time, loaded as `rows` says.

        Between two chunks an entry may have ceased to be public: then it is left out.
        """
        for start in range(0, len(self.ids), AT_A_TIME):
            some = self.ids[start : start + AT_A_TIME]
            by_pk = rows.in_bulk(some)
            yield [by_pk[pk] for pk in some if pk in by_pk]

    def _in_order(self) -> Ids:
        answer, sort = self.answer, self.asked.sort_order
        if sort == Sort.RELEVANCE:
            matches = answer.by(answer.catalogue.published)
            return answer.catalogue.ranked(self.asked.answers["q"], matches)
        return ORDERS[sort](answer)


ORDERS: dict[Sort, Callable[[Answer], Ids]] = {
    Sort.TITLE: lambda answer: answer.ids,
    Sort.TITLE_BACKWARDS: lambda answer: answer.ids[::-1],
    Sort.NEWEST: lambda answer: answer.by(answer.catalogue.newest),
    Sort.OLDEST: lambda answer: answer.by(answer.catalogue.oldest()),
    Sort.PUBLISHED: lambda answer: answer.by(answer.catalogue.published),
    Sort.FIRST_PUBLISHED: lambda answer: answer.by(answer.catalogue.published[::-1]),
}
