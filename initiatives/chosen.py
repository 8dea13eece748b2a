"""The filters that are set, each with the address of the page without it."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clusterix.lib.chosen import Chip, Suggestion, helpful, without
from initiatives import texts
from initiatives.filters import FACETS, InitiativeFilter
from initiatives.selection import Selection

NARROWING = ("q", *FACETS, "from", "to")


def chips(asked: InitiativeFilter, query: QueryDict) -> list[Chip]:
    """Every filter that is set, to be removed one by one."""
    return [
        Chip(label, without(query, question, value))
        for question in (*NARROWING, "as_of")
        for value, label in labels(asked, question)
    ]


def labels(asked: InitiativeFilter, question: str) -> Iterator[tuple[str | None, str]]:
    """What was answered to a question, as in the address (None: all of it) and in words."""
    answer = asked.answers.get(question)
    if not answer:
        return
    if question in FACETS:
        yield from ((value, asked.label(question, value)) for value in dict.fromkeys(answer))
    else:
        yield None, IN_WORDS[question](answer)


IN_WORDS: dict[str, Callable[[Any], str]] = {
    "q": lambda words: f"“{words}”",
    "from": lambda time: _("From %(date)s") % {"date": time},
    "to": lambda time: _("Until %(date)s") % {"date": time},
    "as_of": lambda day: _("As of %(day)s") % {"day": date_format(day)},
}


def ways_out(asked: InitiativeFilter, query: QueryDict) -> dict[str, Any]:
    """What to try where nothing fits: filters to drop, and words that may have been meant."""
    words = asked.answers.get("q")
    return {
        "suggestions": suggestions(asked, query),
        "meant": texts.nearest(words) if words and not Selection(asked).alone("q") else None,
    }


def suggestions(asked: InitiativeFilter, query: QueryDict) -> list[Suggestion]:
    """Which filters to drop where nothing fits them all, the most helpful first.

    Where it takes more than one, which of them would give something alone. To drop one choice of
    several within a facet never helps: they add up.
    """
    selection = Selection(asked)
    words = {
        question: ", ".join(label for _value, label in answers)
        for question in NARROWING
        if (answers := list(labels(asked, question)))
    }
    dropped = [
        Suggestion(
            _("Without %(filter)s") % {"filter": label},
            without(query, question),
            selection.without(question),
        )
        for question, label in words.items()
    ]
    kept = [
        Suggestion(
            _("Only %(filter)s") % {"filter": label},
            only(query, question),
            selection.alone(question),
        )
        for question, label in words.items()
    ]
    return helpful(dropped) or helpful(kept)


def only(query: QueryDict, question: str) -> str:
    """The address of the list with the answers to that question alone, as of the same day."""
    kept = [
        (name, value)
        for name in (question, "as_of", "view", "sort")
        for value in query.getlist(name)
        if value
    ]
    return f"?{urlencode(kept)}"
