"""The filters that are set, each with the address of the page without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from initiatives.filters import InitiativeFilter

NARROWING = ("q", "status", "level", "kind", "theme", "proof", "country")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, and where dropping it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter to drop, and how many initiatives that would give."""

    label: str
    url: str
    count: int


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
    if question == "q":
        yield None, f"“{answer}”"
    elif question == "as_of":
        yield None, _("As of %(day)s") % {"day": date_format(answer)}
    else:
        names = dict(asked.form.fields[question].choices)
        for value in dict.fromkeys(answer):
            yield value, str(capfirst(names[value]))


def suggestions(asked: InitiativeFilter, query: QueryDict) -> list[Suggestion]:
    """Which filters to drop where nothing fits them all; only those that help."""
    found = []
    for question in NARROWING:
        words = ", ".join(label for _value, label in labels(asked, question))
        count = asked.without(question).count() if words else 0
        if count:
            label = _("Without %(filter)s") % {"filter": words}
            found.append(Suggestion(label, without(query, question), count))
    return found


def without(query: QueryDict, question: str, value: str | None = None) -> str:
    """The address of the list without that answer, or without all answers to the question."""
    kept = [
        (name, other)
        for name, others in query.lists()
        for other in others
        if name != "page" and other and not (name == question and value in {None, other})
    ]
    return f"?{urlencode(kept)}"
