"""Which entries look like the same one: by names, websites and what registers call them.

PostgreSQL compares them: an entry with all others for its own page, and now and then all with all
for the list of pairs, with an index that lasts as long as the transaction.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Q

from people.merging.models import KINDS, Pair, Twin
from people.models import Organisation, Person

ALIKE = 0.6
"""From here on two names look alike: the part of their groups of three letters that they share."""

SHORTEST = 4
"""Names of fewer letters have to be the same; so have the letters of an abbreviation."""

MOST_OF_A_WEBSITE = 4
"""More entries than that on one host share a portal, not an identity."""

MOST_PAIRS = 5_000
MOST_FOR_ONE = 10

HOST = r"substring(lower(website) from '^https?://(?:www\.)?([^/:?#]+)')"
WORDS = {
    Organisation: f"""
        SELECT id, 'name' AS mark, lower(unaccent(name)) AS word FROM present
        UNION SELECT id, 'name', lower(unaccent(short_name)) FROM present WHERE short_name <> ''
        UNION SELECT organisation_id, 'name', lower(unaccent(alias.name))
            FROM people_alias AS alias JOIN present ON present.id = organisation_id
        UNION SELECT id, 'ror', ror_id FROM present WHERE ror_id <> ''
        UNION SELECT id, 'wikidata', wikidata_id FROM present WHERE wikidata_id <> ''
        UNION SELECT unnest(array_agg(id)), 'website', host
            FROM (SELECT id, {HOST} AS host FROM present) AS sites
            WHERE host IS NOT NULL GROUP BY host HAVING count(*) <= {MOST_OF_A_WEBSITE}
    """,
    Person: """
        SELECT id, 'name' AS mark, lower(unaccent(given_name || ' ' || family_name)) AS word
            FROM present
        UNION SELECT person_id, 'name', lower(unaccent(alias.name))
            FROM people_personalias AS alias JOIN present ON present.id = person_id
        UNION SELECT id, 'orcid', orcid FROM present WHERE orcid <> ''
    """,
}
PRESENT = "WITH present AS (SELECT * FROM {table} WHERE merged_into_id IS NULL)"

SAME = f"""
    one.mark = other.mark AND one.word = other.word
    OR one.mark = 'name' AND other.mark = 'name'
        AND least(length(one.word), length(other.word)) >= {SHORTEST}
        AND similarity(one.word, other.word) >= {ALIKE}
"""
BESIDE = f"""
{PRESENT}, word AS ({{words}})
SELECT other.id, max(similarity(one.word, other.word)), array_agg(DISTINCT other.mark)
FROM word AS one JOIN word AS other ON {SAME}
WHERE one.id = %(pk)s AND other.id <> %(pk)s
GROUP BY other.id ORDER BY 2 DESC, 1 LIMIT {MOST_FOR_ONE}
"""
PREPARE = f"""
SET LOCAL pg_trgm.similarity_threshold = {ALIKE};
CREATE TEMPORARY TABLE likeness_word ON COMMIT DROP AS {PRESENT} {{words}};
CREATE INDEX ON likeness_word USING gin (word gin_trgm_ops) WHERE mark = 'name';
CREATE INDEX ON likeness_word (word);
ANALYZE likeness_word;
"""
ALL = f"""
SELECT one, other, max(likeness), array_agg(DISTINCT mark)
FROM (
    SELECT one.id AS one, other.id AS other, 1.0 AS likeness, mark
    FROM likeness_word AS one JOIN likeness_word AS other USING (mark, word)
    UNION ALL
    SELECT one.id, other.id, similarity(one.word, other.word), 'name'
    FROM likeness_word AS one JOIN likeness_word AS other ON one.word %% other.word
    WHERE one.mark = 'name' AND other.mark = 'name'
        AND least(length(one.word), length(other.word)) >= {SHORTEST}
) AS pair
WHERE one < other
GROUP BY one, other ORDER BY 3 DESC, 1, 2 LIMIT {MOST_PAIRS}
"""


Alike = tuple[int, int, float, list[str]]
"""Two primary keys, how alike the entries are, and what they have in common."""


class Likeness(NamedTuple):
    """An entry that may be the same, how alike the two are, and what they have in common."""

    pk: int
    likeness: float
    marks: list[str]


def filled(statement: str, kind: Any) -> str:
    """A statement about that kind of entry."""
    return statement.format(table=kind._meta.db_table, words=WORDS[kind])


def beside(entry: Twin) -> list[Likeness]:
    """Those that look like this entry as it stands, the most alike first."""
    with connection.cursor() as cursor:
        cursor.execute(filled(BESIDE, type(entry)), {"pk": entry.pk})
        return [Likeness(*row) for row in cursor.fetchall()]


def compare_all() -> None:
    """Keep the pairs that look alike now, of each kind; those told apart stay so."""
    for name, kind in KINDS.items():
        with transaction.atomic():
            keep(name, all_alike(kind))


def all_alike(kind: Any) -> list[Alike]:
    """All pairs that look alike, within a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(filled(PREPARE, kind))
        cursor.execute(ALL, {})
        found: list[Alike] = cursor.fetchall()
        cursor.execute("DROP TABLE likeness_word")
    return found


def keep(name: str, found: Iterable[Alike]) -> None:
    """Have the list hold those pairs and what curators said of others."""
    content_type = ContentType.objects.get(app_label="people", model=name)
    pairs = [
        Pair(content_type=content_type, one_id=one, other_id=other, likeness=much, marks=marks)
        for one, other, much, marks in found
    ]
    rows = Pair.objects.bulk_create(
        pairs,
        update_conflicts=True,
        unique_fields=["content_type", "one_id", "other_id"],
        update_fields=["likeness", "marks"],
    )
    still = {row.pk for row in rows}
    Pair.objects.likely().filter(Q(content_type=content_type) & ~Q(pk__in=still)).delete()
