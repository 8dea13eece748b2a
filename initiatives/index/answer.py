"""What the catalogue answers: which initiatives fit, in which order, and how many else would."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, reduce
from operator import and_
from typing import overload

from clusterix.lib.bits import Bits, Places, every, size_of, unpack
from initiatives.index.catalogue import Catalogue
from initiatives.index.columns import Counts
from initiatives.index.keys import Ids


class Answer:
    """The initiatives that meet every condition; a question that was asked gives one."""

    def __init__(self, catalogue: Catalogue, day: date, conditions: Mapping[str, Bits]) -> None:
        self.catalogue = catalogue
        self.day = day
        self.conditions = conditions

    @cached_property
    def fits(self) -> Bits:
        """Those that meet all conditions."""
        return self.meeting(self.conditions.values())

    @cached_property
    def size(self) -> int:
        """How many meet all conditions."""
        return int(size_of(self.fits))

    def meeting(self, conditions: Iterable[Bits]) -> Bits:
        """Those that meet these conditions."""
        return reduce(and_, conditions, every(self.catalogue.size))

    def without(self, question: str) -> Bits:
        """Those that would fit if that question had not been asked."""
        if question not in self.conditions:
            return self.fits
        return self.meeting(bits for name, bits in self.conditions.items() if name != question)

    def counted(self, question: str) -> Counts:
        """How many each value of a facet would give, its own choice ignored; by its number."""
        return self.catalogue.question(question, self.day).column.counts(self.without(question))

    def counts(self, question: str) -> dict[str, int]:
        """The same by the key of the value, without those that would give nothing."""
        keys = self.catalogue.question(question, self.day).vocabulary.keys
        found = self.counted(question).tolist()
        return {keys[number]: count for number, count in enumerate(found) if count}

    @property
    def ids(self) -> Ids:
        """The primary keys of those that fit, by title."""
        return self.ids_among(self.fits)

    def ids_among(self, few: Bits) -> Ids:
        """The primary keys of those of these that fit, by title."""
        return self.catalogue.keys.ids[unpack(self.fits & few, self.catalogue.size)]

    def by(self, places: Places) -> Ids:
        """The primary keys of those that fit, in an order of the whole catalogue."""
        flags = unpack(self.fits, self.catalogue.size)
        return self.catalogue.keys.ids[places[flags[places]]]


class Ordered(Sequence[int]):
    """Primary keys in an order that is found out when the first of them is asked for."""

    def __init__(self, size: int, ids: Callable[[], Ids]) -> None:
        self._size = size
        self._ids = ids

    def __len__(self) -> int:
        return self._size

    @cached_property
    def array(self) -> Ids:
        """All of them."""
        return self._ids()

    @overload
    def __getitem__(self, place: int) -> int: ...

    @overload
    def __getitem__(self, place: slice) -> list[int]: ...

    def __getitem__(self, place: int | slice) -> int | list[int]:
        found: int | list[int] = self.array[place].tolist()
        return found

    def __iter__(self) -> Iterator[int]:
        yield from self.array.tolist()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]
