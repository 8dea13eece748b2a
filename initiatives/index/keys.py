"""Primary keys and the numbers that the index gives to what has them."""

from dataclasses import dataclass
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from clusterix.lib.bits import Flags, Places

Ids: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Keys:
    """Which primary key has which number, and the other way round."""

    ids: Ids
    order: Places
    """The numbers in the order of the primary keys."""

    @classmethod
    def of(cls, ids: Ids) -> Self:
        """The first has number 0, and so on."""
        return cls(ids, np.argsort(ids).astype(np.int32))

    def find(self, ids: Ids) -> tuple[Places, Flags]:
        """The numbers of those that are known, and a flag for each: whether it is."""
        if not len(self.ids):
            return np.empty(0, np.int32), np.zeros(len(ids), np.bool_)
        spots = np.searchsorted(self.ids, ids, sorter=self.order)
        places = self.order[np.minimum(spots, len(self.ids) - 1)]
        known = self.ids[places] == ids
        return places[known], known
