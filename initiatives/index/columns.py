"""The columns of the index: for each value of a question, which initiatives have it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from clusterix.lib.bits import Bits, Places, pack, size_of, some, unpack

Counts = NDArray[np.int64]


class Column(Protocol):
    """Values are numbered from 0; so are initiatives, in the order of their titles."""

    def any_of(self, values: list[int]) -> Bits:
        """The initiatives that have at least one of the values."""
        ...

    def counts(self, among: Bits) -> Counts:
        """How many of these initiatives have each value."""
        ...


@dataclass(frozen=True, slots=True)
class Dense:
    """Few values, each with many initiatives: a row of bits for each value."""

    rows: Bits

    @classmethod
    def of_pairs(cls, places: Places, values: Places, shape: tuple[int, int]) -> Self:
        """From pairs of an initiative and a value; shape: how many values, how many initiatives."""
        flags = np.zeros(shape, np.bool_)
        flags[values, places] = True
        return cls(pack(flags))

    def any_of(self, values: list[int]) -> Bits:
        """The initiatives that have at least one of the values."""
        found: Bits = np.bitwise_or.reduce(self.rows[values], axis=0)
        return found

    def counts(self, among: Bits) -> Counts:
        """How many of these initiatives have each value."""
        return size_of(self.rows & among)


@dataclass(frozen=True)
class Sparse:
    """Many values, each with few initiatives: for each value a stretch of one long list."""

    places: Places
    ends: NDArray[np.int64]
    """Where each value's stretch begins, and in the end where the last one's ends."""
    size: int
    """How many initiatives there are."""

    @classmethod
    def of_pairs(cls, places: Places, values: Places, shape: tuple[int, int]) -> Self:
        """From pairs, of which some may occur twice; shape as that of a dense column."""
        many, size = shape
        pairs = np.unique(values.astype(np.int64) * size + places)
        ends = np.searchsorted(pairs, np.arange(many + 1) * size)
        return cls((pairs % size).astype(np.int32), ends, size)

    @cached_property
    def filled(self) -> NDArray[np.int64]:
        """The values that any initiative has."""
        return np.flatnonzero(np.diff(self.ends))

    def any_of(self, values: list[int]) -> Bits:
        """The initiatives that have at least one of the values."""
        stretches = [self.places[self.ends[value] : self.ends[value + 1]] for value in values]
        return some(np.concatenate(stretches), self.size)

    def counts(self, among: Bits) -> Counts:
        """How many of these initiatives have each value."""
        if size_of(among) == self.size:
            return np.diff(self.ends)
        counts = np.zeros(len(self.ends) - 1, np.int64)
        if len(self.filled):
            met = unpack(among, self.size).take(self.places, mode="clip").view(np.uint8)
            counts[self.filled] = np.add.reduceat(met, self.ends[self.filled], dtype=np.int32)
        return counts
