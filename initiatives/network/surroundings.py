"""What lies around a start within two steps: the nearest first, and of those the best connected.

The index knows who is involved in what, so a start with thousands of ties costs little more than
one with three; PostgreSQL is asked for the few ties that the index does not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias, cast

import numpy as np
from django.db.models import Q

from clusterix.lib.bits import pack, unpack
from initiatives.index.catalogue import Catalogue
from initiatives.index.columns import Counts, Sparse
from initiatives.models import Initiative, Relation, Theme
from people.models import Organisation

Start: TypeAlias = Organisation | Initiative | Theme

MOST_NEAR = 40
"""So many may be one step away."""

MOST = 80
"""So many may there be in all, the start included."""

CLOSE = 3
"""How many ties it is worth to be part of the same, or to continue it."""


class Picked(NamedTuple):
    """Some initiatives and organisations by their numbers in the index, the closest first."""

    initiatives: list[int]
    organisations: list[int]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is one step away, what is two, and how many there were in all, the start included."""

    near: Picked
    far: Picked
    total: int


@dataclass(frozen=True, slots=True)
class Ties:
    """How often each initiative and each organisation of the index is tied to something."""

    initiatives: Counts
    organisations: Counts

    def __add__(self, other: "Ties") -> "Ties":
        return Ties(self.initiatives + other.initiatives, self.organisations + other.organisations)

    def without(self, seen: "Ties") -> "Ties":
        """Those that are not among others."""
        return Ties(
            np.where(seen.initiatives, 0, self.initiatives),
            np.where(seen.organisations, 0, self.organisations),
        )

    @property
    def size(self) -> int:
        """How many are tied at all."""
        return int(np.count_nonzero(self.initiatives) + np.count_nonzero(self.organisations))


class Territory:
    """The index as a network of those that are involved with each other."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.names = catalogue.questions["organisation"].vocabulary
        self.involved = cast("Sparse", catalogue.questions["organisation"].column)

    @property
    def connections(self) -> Ties:
        """How many each has."""
        initiatives = np.bincount(self.involved.places, minlength=self.catalogue.size)
        return Ties(initiatives, np.diff(self.involved.ends))

    def some(self, initiatives: Sequence[int] = (), organisations: Sequence[int] = ()) -> Ties:
        """Each of these as often as it is given."""
        return Ties(
            np.bincount(np.array(initiatives, np.int64), minlength=self.catalogue.size),
            np.bincount(np.array(organisations, np.int64), minlength=len(self.names.keys)),
        )

    def start(self, entry: Start) -> Ties:
        """The start itself, for as far as the index knows it."""
        if isinstance(entry, Organisation):
            return self.some(organisations=self.numbers([entry.slug]))
        return self.some(self.places([entry.pk] if isinstance(entry, Initiative) else []))

    def around(self, known: Ties) -> Ties:
        """What is involved with some of these: with how many of them."""
        ends = self.involved.ends
        stretches = [
            self.involved.places[ends[number] : ends[number + 1]]
            for number in np.flatnonzero(known.organisations)
        ]
        found = np.concatenate([np.empty(0, np.int32), *stretches])
        return Ties(
            np.bincount(found, minlength=self.catalogue.size),
            self.involved.counts(pack(known.initiatives > 0)),
        )

    def on_theme(self, theme: Theme) -> Ties:
        """The initiatives on a theme or on one within it."""
        question = self.catalogue.questions["theme"]
        bits = question.having({theme.key} & question.vocabulary.numbers.keys())
        return Ties(unpack(bits, self.catalogue.size).astype(int), self.some().organisations)

    def close(self, known: Ties) -> Ties:
        """What some of these are part of, continue or were inspired by, read either way."""
        pks = self.catalogue.keys.ids[np.flatnonzero(known.initiatives)].tolist()
        numbers = np.flatnonzero(known.organisations).tolist()
        slugs = [self.names.keys[number] for number in numbers]
        return self.some(self.places(related(pks)) * CLOSE, self.numbers(heirs(slugs)) * CLOSE)

    def places(self, pks: Sequence[int]) -> list[int]:
        """The numbers of initiatives by their primary keys; what the index lacks is left out."""
        found: list[int] = self.catalogue.keys.find(np.array(pks, np.int64))[0].tolist()
        return found

    def numbers(self, slugs: Sequence[str]) -> list[int]:
        """The numbers of organisations; what the index lacks is left out."""
        return [self.names.numbers[slug] for slug in slugs if slug in self.names.numbers]


def related(pks: Sequence[int]) -> list[int]:
    """The public initiatives that some relate to from either side, and they themselves."""
    rows = Relation.objects.public().filter(Q(initiative__in=pks) | Q(related__in=pks))
    pairs = rows.order_by("kind", "initiative__slug", "related__slug")[:MOST]
    return [pk for pair in pairs.values_list("initiative", "related") for pk in pair]


def heirs(slugs: Sequence[str]) -> list[str]:
    """The public organisations that continue some or are continued by them, and they themselves."""
    rows = Organisation.objects.filter(successor__state=Organisation.State.PUBLISHED)
    pairs = rows.filter(Q(slug__in=slugs) | Q(successor__slug__in=slugs)).order_by("slug")[:MOST]
    return [slug for pair in pairs.values_list("slug", "successor__slug") for slug in pair]


def surroundings(catalogue: Catalogue, entry: Start) -> Surroundings:
    """What to show around a start; of what is two steps away only what the shown lead to."""
    land = Territory(catalogue)
    start = land.start(entry)
    near = land.around(start) + land.close(start)
    if isinstance(entry, Theme):
        near += land.on_theme(entry)
    near, connections = near.without(start), land.connections
    first = best(near, connections, MOST_NEAR)
    shown = land.some(*first)
    far = (land.around(shown) + land.close(shown)).without(start + near)
    within = (land.around(near) + far).without(start + near)
    second = best(far, connections, MOST - 1 - shown.size)
    return Surroundings(first, second, 1 + near.size + within.size)


def best(ties: Ties, connections: Ties, most: int) -> Picked:
    """Those with most ties, then with most connections of their own."""
    initiatives = np.flatnonzero(ties.initiatives)
    organisations = np.flatnonzero(ties.organisations)
    numbers = np.concatenate([initiatives, organisations])
    kinds = np.repeat([0, 1], [len(initiatives), len(organisations)])
    strength = np.concatenate([ties.initiatives[initiatives], ties.organisations[organisations]])
    known = np.concatenate(
        [connections.initiatives[initiatives], connections.organisations[organisations]]
    )
    order = np.lexsort((numbers, kinds, -known, -strength))[:most]
    found = numbers[order]
    return Picked(found[kinds[order] == 0].tolist(), found[kinds[order] == 1].tolist())
