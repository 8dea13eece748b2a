"""What is asked of the catalogue: four kinds of question, each in hundreds of forms.

No address is asked for twice in a measurement unless repetition is what is measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from urllib.parse import urlencode

import psycopg

LIST = "/initiatives/"
FORMS = 150
"""So many different addresses of each kind: more than pages are remembered, fewer than cards."""

COMMON_WORDS = ("cluster", "region", "innovation", "policy", "support", "network", "business")

PAGE = """
SELECT id, slug, title, acronym, kind, level, summary, start, "end", open_ended, language
FROM initiatives_initiative
WHERE state = 'published' {narrowed}
ORDER BY title, id LIMIT 20 OFFSET %(offset)s
"""
COUNT = "SELECT count(*) FROM initiatives_initiative WHERE state = 'published' {narrowed}"
TWO_FILTERS = """
AND kind = %(kind)s AND EXISTS (
    SELECT FROM initiatives_initiative_regions placed
    JOIN people_region region ON region.code = placed.region_id
    WHERE placed.initiative_id = initiatives_initiative.id AND region.country = %(country)s
)
"""
WORD = """
AND id IN (
    SELECT initiative_id FROM initiatives_initiativewords
    WHERE document @@ search_query(ARRAY[%(word)s])
)
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A kind of question: its addresses, and the bare SQL for the page and the number of hits."""

    name: str
    goal_ms: float
    paths: Sequence[str]
    sql: str
    parameters: Sequence[dict[str, object]]


def questions(connection: psycopg.Connection) -> list[Question]:
    """The kinds of question, with words and places that this catalogue knows."""
    rng = Random(1)  # the same questions at each run
    size = scalar(connection, COUNT.format(narrowed=""))
    pages = [1, *rng.sample(range(2, max(3, size // 20)), k=min(FORMS, max(1, size // 20 - 2)))]
    kinds = column(connection, "SELECT DISTINCT kind FROM initiatives_initiative ORDER BY 1")
    countries = column(
        connection,
        "SELECT DISTINCT region.country FROM initiatives_initiative_regions placed"
        " JOIN people_region region ON region.code = placed.region_id ORDER BY 1",
    )
    pairs = list(product(kinds, countries))
    rng.shuffle(pairs)
    rare = column(
        connection,
        "SELECT city FROM people_organisation WHERE city <> ''"
        f" GROUP BY city HAVING count(*) = 1 ORDER BY md5(city) LIMIT {FORMS}",
    )
    common = list(product(COMMON_WORDS, range(1, 1 + FORMS // len(COMMON_WORDS))))
    return [
        question(
            "no filter", 15, "", [({"page": page}, {"offset": (page - 1) * 20}) for page in pages]
        ),
        question(
            "two filters",
            15,
            TWO_FILTERS,
            [
                ({"kind": kind, "country": country}, {"kind": kind, "country": country})
                for kind, country in pairs[:FORMS]
            ],
        ),
        question("rare word", 15, WORD, [({"q": word}, {"word": word}) for word in rare]),
        question(
            "common word",
            30,
            WORD,
            [({"q": word, "page": page}, {"word": word}) for word, page in common],
        ),
    ]


def question(
    name: str,
    goal_ms: float,
    narrowed: str,
    forms: Sequence[tuple[dict[str, object], dict[str, object]]],
) -> Question:
    """A kind of question in all its forms, each as parameters of an address and of SQL."""
    return Question(
        name,
        goal_ms,
        [f"{LIST}?{urlencode(address)}" for address, _ in forms],
        narrowed,
        [{"offset": 0} | parameters for _, parameters in forms],
    )


def answer(connection: psycopg.Connection, sql: str, parameters: dict[str, object]) -> None:
    """Ask PostgreSQL for the page and the number of hits, and for nothing else."""
    connection.execute(PAGE.format(narrowed=sql), parameters).fetchall()
    connection.execute(COUNT.format(narrowed=sql), parameters).fetchone()


def scalar(connection: psycopg.Connection, sql: str) -> int:
    """The one number that a query gives."""
    row = connection.execute(sql).fetchone()
    return int(row[0]) if row else 0


def column(connection: psycopg.Connection, sql: str) -> list[str]:
    """The one column that a query gives."""
    return [str(row[0]) for row in connection.execute(sql)]
