"""Sets of the numbers below some n as bits in machine words: the quickest way to meet and count."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Bits: TypeAlias = NDArray[np.uint64]
"""Words along the last axis, the lowest bit first; all bits from n on are zero."""

Flags: TypeAlias = NDArray[np.bool_]
Places: TypeAlias = NDArray[np.int32]

_WORD = 64


def pack(flags: Flags) -> Bits:
    """The numbers whose flag is set, along the last axis."""
    missing = -flags.shape[-1] % _WORD
    whole = np.pad(flags, [(0, 0)] * (flags.ndim - 1) + [(0, missing)])
    return np.packbits(whole, axis=-1, bitorder="little").view(np.uint64)


def unpack(bits: Bits, size: int) -> Flags:
    """A flag for each of the first `size` numbers: whether it is in the set."""
    return np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def some(places: Places, size: int) -> Bits:
    """The set of these numbers, all below `size`."""
    flags = np.zeros(size, np.bool_)
    flags[places] = True
    return pack(flags)


def every(size: int) -> Bits:
    """The set of all numbers below `size`."""
    return pack(np.ones(size, np.bool_))


def size_of(bits: Bits) -> NDArray[np.int64]:
    """How many numbers are in each set, along the last axis."""
    sizes: NDArray[np.int64] = np.bitwise_count(bits).sum(axis=-1, dtype=np.int64)
    return sizes
