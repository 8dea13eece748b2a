"""Where the names of entries stand, and which of them are like some words."""

from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.db.models.functions import Upper

MOST = 5
"""So many entries at most are told of."""


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
