"""What words find in the catalogue: which initiatives, the best first, and where they match."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeAlias

import numpy as np
from django.db import connection
from django.db.models import Func, TextField, Value
from django.utils.safestring import SafeString
from numpy.typing import NDArray

from clusterix.curation import spelling
from clusterix.lib import search
from initiatives.models import Initiative

Ids: TypeAlias = NDArray[np.int64]

RANKED = 300
"""So many are compared word by word; among more, those with the words in the title come first."""

SECTIONS = Func(
    Value("\n"),
    "description",
    "problem",
    "how_it_works",
    "stakeholders",
    "resources",
    "results",
    "challenges",
    "transferability",
    "further_information",
    function="concat_ws",
    output_field=TextField(),
)
RELEVANCE = """
SELECT id, ts_rank_cd(%s, document, query) + similarity(unaccent(initiative.title), unaccent(%s))
FROM search_query(%s::text[]) AS query, unnest(%s::bigint[]) AS id
JOIN initiatives_initiative AS initiative USING (id)
JOIN initiatives_initiativewords ON initiative_id = id
"""
"""As `search.relevance()` has it, without the cost of building that query for hundreds of rows."""

MARKED = """
SELECT id,
    ts_headline(search_config(language), translate(title, %s, %s), query, %s),
    ts_headline(search_config(language), translate(summary, %s, %s), query, %s)
FROM search_query(%s::text[]) AS query, initiatives_initiative
WHERE id = ANY(%s) AND state = 'published'
"""
MARKS = (search.PRIVATE, search.LESS, search.WHOLE)

MARKDOWN = re.compile(r"\]\(\S*?\)|[*`|\[\]]|^[#>]+ ?", re.MULTILINE)
"""What passages of sections have beside words."""


class Comparing(NamedTuple):
    """How the matches of some words are told apart."""

    titled: Callable[[str], Ids]
    compared: Callable[[str, Ids], Ids]


def found(text: str) -> Ids:
    """The primary keys of the public initiatives that the words find, in no order.

    A phrase of words that very many have is looked for in titles only.
    """
    return _asked("SELECT initiative_words_found(%s)", text)


def titled(text: str) -> Ids:
    """The primary keys of those among them whose title has the words, in no order."""
    return _asked("SELECT initiative_titles_found(%s)", text)


def ranked(text: str, ids: Ids, compare: Comparing | None = None) -> Ids:
    """The same primary keys, the best match for the words first.

    Give some that the words find, in the order that matches as good as each other shall have, and
    perhaps somebody who remembers the answers of `titled` and `compared`.
    """
    asked = compare or Comparing(titled, compared)
    if len(ids) <= RANKED:
        return asked.compared(text, ids)
    named = np.isin(ids, asked.titled(text))
    first = ids[named]
    best = asked.compared(text, first[:RANKED])
    return np.concatenate([best, first[RANKED:], ids[~named]])


def compared(text: str, ids: Ids) -> Ids:
    """Not too many primary keys, the best match first."""
    with connection.cursor() as cursor:
        cursor.execute(RELEVANCE, [search.WEIGHTS, search.clean(text), search.terms(text), [*ids]])
        ranks = dict(cursor.fetchall())
    return ids[np.argsort([-ranks.get(pk, -1.0) for pk in ids.tolist()], kind="stable")]


def highlighted(text: str, ids: Iterable[int]) -> Mapping[int, tuple[SafeString, SafeString]]:
    """The title and a passage of each of these initiatives, as HTML with the words marked.

    The passage is the summary, or one of the sections where only those match. An initiative that
    is not in the answer is shown as it is.
    """
    with connection.cursor() as cursor:
        cursor.execute(MARKED, [*MARKS, *MARKS, search.terms(text), [*ids]])
        found = {pk: texts for pk, *texts in cursor}
    unmarked = [pk for pk, texts in found.items() if search.START not in "".join(texts)]
    if unmarked:
        sections = search.marked(text, SECTIONS, "language", search.PASSAGE)
        rows = Initiative.objects.filter(pk__in=unmarked)
        for pk, passage in rows.values_list("pk", sections):
            if search.START in passage:
                found[pk][1] = MARKDOWN.sub("", passage)
    return {
        pk: (search.as_html(title), search.as_html(told)) for pk, (title, told) in found.items()
    }


def nearest(text: str) -> str | None:
    """The words that may have been meant where these find nothing."""
    return spelling.nearest(text, lambda words: bool(found(words).size))


def _asked(query: str, text: str) -> Ids:
    """The primary keys that PostgreSQL finds for words, and packs into one value."""
    with connection.cursor() as cursor:
        cursor.execute(query, [search.terms(text)])
        (packed,) = cursor.fetchone() or (None,)
    return np.frombuffer(packed or b"", dtype=">i8").astype(np.int64)
