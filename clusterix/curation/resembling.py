"""Which entries have a name like one that somebody types, so that nothing is written down twice."""

from django.db import connection, transaction

from clusterix.curation.models import E, EntryQuerySet
from clusterix.curation.naming import MOST

ALIKE = 0.5
"""From here on a name is told of: the part of their groups of three letters that two share."""

SHORTEST = 5
"""So many letters have to be typed: fewer look like too much."""

LONGEST = 300


def demand(likeness: float) -> None:
    """Have PostgreSQL find nothing less alike, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(likeness)]
        )


def resembling(entries: EntryQuerySet[E], typed: str) -> list[E]:
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
