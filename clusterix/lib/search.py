"""How a person's words become a PostgreSQL full-text query."""

import re

from django.contrib.postgres.search import (
    SearchQuery,
    SearchRank,
    SearchVector,
    TrigramSimilarity,
)
from django.db.models import F
from django.db.models.expressions import CombinedExpression

CONFIG = "clusterix"
"""The text search configuration: English stems, accents ignored (made by curation's migration)."""

_MAX_WORDS = 32
_MAX_LENGTH = 500
"""Longer queries nest deeper than PostgreSQL's stack allows."""


def vector(*fields: str, weight: str) -> SearchVector:
    """The searchable words of columns, for a generated column; weight A (strongest) to D."""
    return SearchVector(*fields, config=CONFIG, weight=weight)


def query(text: str) -> SearchQuery:
    """Every word must occur, at least its beginning; "phrases", -not and or are understood.

    Never raises: what PostgreSQL cannot read as an operator counts as a word, and what comes after
    the first 500 characters is left out.
    """
    text = text[:_MAX_LENGTH]
    asked = SearchQuery(text, config=CONFIG, search_type="websearch")
    if '"' in text or re.search(r"(^|\s)(-\w|or\s)", text, re.IGNORECASE):
        return asked
    words = re.findall(r"\w+", text)[:_MAX_WORDS]
    if not words:
        return asked
    begun = SearchQuery(" & ".join(f"{word}:*" for word in words), config=CONFIG, search_type="raw")
    return asked | begun


def relevance(text: str, name: str) -> CombinedExpression:
    """How well a row's `search` column answers, plus how near the column of that name comes.

    So the entry that is called just what was asked for stands before those that mention it.
    """
    return SearchRank(F("search"), query(text)) + TrigramSimilarity(name, text[:_MAX_LENGTH])
