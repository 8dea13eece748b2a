"""The facets of a directory, the filters that are set, and the ways out where nothing fits."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from clusterix.lib.boxes import Choice, Facet
from clusterix.lib.chosen import Chip, Suggestion, helpful, without
from people.forms import DirectorySearch

MOST_CHOICES = 12
"""So many are shown of a facet, the largest; where there are more, other answers lead to them."""


def facets(form: DirectorySearch, entries: QuerySet[Any]) -> list[Facet]:
    """Every facet, its counts as if nothing of its own were chosen."""
    return [
        Facet(
            name,
            str(form.fields[name].label),
            choices(form, name, entries),
            [str(error) for error in form[name].errors],
        )
        for name in form.QUESTIONS
    ]


def choices(form: DirectorySearch, name: str, entries: QuerySet[Any]) -> list[Choice]:
    """The values that would give most, and those that are chosen, in the order of the facet."""
    question = form.QUESTIONS[name]
    counts = question.counts(form.apply(entries, but=name))
    offered = question.offered(counts, form.answers)
    largest = sorted(offered, key=lambda value: (-counts[value], value))[:MOST_CHOICES]
    chosen = form.answers.get(name, [])
    labels = question.labels({*largest, *chosen})
    return [
        Choice(value, label, counts.get(value, 0), value in chosen)
        for value, label in labels.items()
    ]


def answered(form: DirectorySearch) -> Iterator[tuple[str, dict[str | None, str]]]:
    """The questions that were answered; the answers as in the address (None: all) and in words."""
    if words := form.answers.get("q"):
        yield "q", {None: f"“{words}”"}
    for name, question in form.QUESTIONS.items():
        if chosen := form.answers.get(name):
            yield name, dict(question.labels(chosen).items())


def chips(form: DirectorySearch, query: QueryDict) -> list[Chip]:
    """Every filter that is set, to be removed one by one."""
    return [
        Chip(label, without(query, name, value))
        for name, labels in answered(form)
        for value, label in labels.items()
    ]


def suggestions(
    form: DirectorySearch, entries: QuerySet[Any], query: QueryDict
) -> list[Suggestion]:
    """Which filters to drop where nothing fits them all, the most helpful first."""
    return helpful(
        Suggestion(
            _("Without %(filter)s") % {"filter": ", ".join(labels.values())},
            without(query, name),
            form.apply(entries, but=name).count(),
        )
        for name, labels in answered(form)
    )
