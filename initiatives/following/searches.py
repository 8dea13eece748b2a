"""A search that somebody follows: what was asked of the catalogue, as text that stays the same."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Self
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict
from django.urls import reverse

from initiatives.chosen import NARROWING, chips
from initiatives.filters import InitiativeFilter
from initiatives.models import Initiative
from initiatives.selection import Selection

NEWEST_FIRST = "sort=published"


class Search:
    """The filters of a query string, without the day and the order: news are of today."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.asked = InitiativeFilter(QueryDict(query), Initiative.objects.all())

    @classmethod
    def among_others(cls, query: QueryDict) -> Self:
        """The search in an address that may have other things in it too."""
        asked = InitiativeFilter(query, Initiative.objects.all())
        return cls(urlencode(sorted(understood(asked))))

    @property
    def words(self) -> list[str]:
        """Each of its filters in words; none where all of the catalogue is followed."""
        return [chip.label for chip in chips(self.asked, QueryDict(self.query))]

    @cached_property
    def lost(self) -> list[str]:
        """What it asked for that the catalogue does not know any more."""
        known = set(understood(self.asked))
        return [value for name, value in parse_qsl(self.query) if (name, value) not in known]

    @property
    def is_lost(self) -> bool:
        """A whole question of it is not understood any more: what is left would find too much."""
        known = {name for name, _value in understood(self.asked)}
        return any(name not in known for name, _value in parse_qsl(self.query))

    @property
    def url(self) -> str:
        """All that fits it, what was last added first."""
        query = f"{self.query}&{NEWEST_FIRST}" if self.query else NEWEST_FIRST
        return f"{reverse('initiatives:list')}?{query}"

    @property
    def count(self) -> int:
        """How many initiatives fit it today."""
        return len(Selection(self.asked))

    def among(self, pks: Iterable[int]) -> set[int]:
        """Which of these initiatives fit it at this moment."""
        return Selection(self.asked).among(pks)


def understood(asked: InitiativeFilter) -> Iterator[tuple[str, str]]:
    """What was understood of the questions that narrow the catalogue down, each answer once."""
    for question in NARROWING:
        answer = asked.answers.get(question)
        if isinstance(answer, list):
            yield from ((question, value) for value in set(answer))
        elif answer:
            yield question, " ".join(str(asked.data[question]).split())
