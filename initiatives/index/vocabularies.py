"""What the values of a question are called, and which of them lie within which."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple
from unicodedata import combining, normalize

from django.db.models import TextChoices
from django.utils.text import capfirst
from django.utils.translation import get_language

from clusterix.lib.countries import country_name

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Vocabulary:
    """The values of a question, numbered from 0 in the order in which they are shown."""

    keys: Sequence[str]
    """As they stand in addresses."""
    name: Callable[[int], str]
    """What a value is called, in the active language."""
    parents: Sequence[int] = ()
    """For each value the one that it lies within, -1 where none; empty: none lies within any."""
    former: Mapping[str, int] = field(default_factory=dict)
    """Keys that are used no longer, with the value that took their place."""

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each value by its key, former keys included."""
        return {**self.former, **{key: number for number, key in enumerate(self.keys)}}

    def label(self, key: str) -> str:
        """What the value of that key is called, in the active language."""
        return str(capfirst(self.name(self.numbers[key])))

    def around(self, number: int) -> list[int]:
        """A value and all that it lies within, the widest last; a circle is walked once."""
        found: list[int] = []
        while number >= 0 and number not in found:
            found.append(number)
            number = self.parents[number] if self.parents else -1
        return found

    @cached_property
    def depths(self) -> list[int]:
        """How deep each value lies within others."""
        return [len(self.around(number)) - 1 for number in range(len(self.keys))]

    def matching(self, words: str, among: Iterable[int]) -> list[int]:
        """Those of these values whose name or key has all the words, accents ignored."""
        wanted = folded(words).split()
        return [
            number
            for number in among
            if all(word in folded(f"{self.name(number)} {self.keys[number]}") for word in wanted)
        ]


def folded(text: str) -> str:
    """The text in small letters without accents."""
    small = text.casefold()
    if small.isascii():
        return small
    return "".join(sign for sign in normalize("NFKD", small) if not combining(sign))


def of_choices(choices: type[TextChoices]) -> Vocabulary:
    """The values of a fixed list."""
    values = list(choices)
    return Vocabulary([value.value for value in values], lambda number: str(values[number].label))


class Term(NamedTuple):
    """A row of a vocabulary's table; `wider` is the primary key of the term that it lies within."""

    pk: int
    key: str
    labels: Labels
    wider: int | None = None


def of_terms(terms: Sequence[Term]) -> tuple[Vocabulary, list[int]]:
    """The terms in their order, each before those that lie within it, and their primary keys."""
    within: dict[int | None, list[Term]] = {}
    for term in terms:
        within.setdefault(term.wider, []).append(term)
    ordered = list(walked(within, None))
    ordered += [term for term in terms if term not in ordered]
    numbers = {term.pk: number for number, term in enumerate(ordered)}
    vocabulary = Vocabulary(
        [term.key for term in ordered],
        lambda number: of(ordered[number].labels),
        [numbers.get(term.wider or 0, -1) for term in ordered],
    )
    return vocabulary, list(numbers)


def walked(within: Mapping[int | None, list[Term]], wider: int | None) -> Iterator[Term]:
    """The terms within one, each followed by those within it."""
    for term in within.get(wider, []):
        yield term
        yield from walked(within, term.pk)


class Place(NamedTuple):
    """A region: its NUTS code and what is known of it."""

    code: str
    name: str
    level: int
    country: str
    parent: str | None
    successor: str | None


def of_regions(places: Sequence[Place]) -> Vocabulary:
    """The regions by code; a code that has a successor is a former key of it."""
    successors = {place.code: place.successor for place in places if place.successor}
    present = [place for place in places if not place.successor]
    numbers = {place.code: number for number, place in enumerate(present)}

    def number_of(code: str | None) -> int:
        for _step in range(len(successors) + 1):
            code = successors.get(code or "", code)
        return numbers.get(code or "", -1)

    def name(number: int) -> str:
        place = present[number]
        return place.name if place.level else country_name(place.code)

    former = {code: number_of(code) for code in successors}
    return Vocabulary(
        list(numbers),
        name,
        [number_of(place.parent) for place in present],
        {code: number for code, number in former.items() if number >= 0},
    )


def of(labels: Labels) -> str:
    """The label in the active language, or else in English."""
    return labels.get(get_language() or "en") or labels["en"]
