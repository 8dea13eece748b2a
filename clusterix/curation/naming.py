"""Which entries have a name like one that somebody types, so that nothing is written down twice."""

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Upper

if TYPE_CHECKING:
    from clusterix.curation.models import Entry, EntryQuerySet

E = TypeVar("E", bound="Entry")

ALIKE = 0.5
"""From here on a name is told of: the part of their groups of three letters that two share."""

SHORTEST = 5
"""So many letters have to be typed: fewer look like too much."""

LONGEST = 300
MOST = 5


class Names(NamedTuple):
    """Where the names of entries stand."""

    rows: QuerySet[Any]
    entry: str
    """The field with the key of the entry that has the name."""

    name: Combinable = F("name")

    def like(self, words: str) -> dict[int, float]:
        """The entries with the names most like those words, and how alike they are.

        The names are compared in capitals, for which there are indexes.
        """
        named = self.rows.alias(upper_name=Upper(self.name))
        found = named.filter(upper_name__trigram_similar=words)
        best = found.annotate(likeness=TrigramSimilarity("upper_name", words))
        best = best.order_by("-likeness", "pk")
        likeness: dict[int, float] = {}
        for key, much in best.values_list(self.entry, "likeness")[: 2 * MOST]:
            likeness.setdefault(key, much)
        return likeness


def demand(likeness: float) -> None:
    """Have PostgreSQL find nothing less alike, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(likeness)]
        )


def resembling(entries: "EntryQuerySet[E]", typed: str) -> list[E]:
    """Those of the entries that have a name like what was typed, the most alike first."""
    words = " ".join(typed.split())[:LONGEST]
    if len(words) < SHORTEST:
        return []
    likeness: dict[int, float] = {}
    with transaction.atomic():
        demand(ALIKE)
        for names in entries.names():
            for key, much in names.like(words).items():
                likeness[key] = max(much, likeness.get(key, 0))
    best = sorted(likeness, key=lambda key: (-likeness[key], key))[:MOST]
    found = entries.select_related("owner").in_bulk(best)
    return [found[key] for key in best]
