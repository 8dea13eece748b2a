"""The facets of the catalogue: what else can be chosen, and how much it would give."""

import numpy as np
from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from clusterix.lib.bits import Flags
from clusterix.lib.boxes import Choice, Facet
from initiatives.addresses import asking, toggled
from initiatives.filters import FACETS, InitiativeFilter
from initiatives.index.columns import Counts
from people.models import Region

LONG = ("country", "region", "organisation")
"""The facets of which there may be more values than a page can show."""

SHORT_ENOUGH = 12
"""Up to so many choices even of these are all shown, by name."""

FIRST = 10
"""So many are shown of more than that, the largest first, until somebody looks for others."""

FOUND = 50
"""So many are shown of those that somebody looks for."""


def facets(asked: InitiativeFilter, query: QueryDict) -> list[Facet]:
    """Every facet, its counts as if nothing of its own were chosen."""
    return [facet(asked, name, query) for name in FACETS]


def facet(asked: InitiativeFilter, name: str, query: QueryDict) -> Facet:
    """One facet with the choices that lead somewhere, and those that are made."""
    counts = asked.answer.counted(name)
    offered = np.flatnonzero(drilled(asked, counts) if name == "region" else counts)
    more = ""
    if name in LONG and len(offered) > SHORT_ENOUGH:
        more = choices_url(name, query)
        shown = largest(counts, offered, FIRST)
    else:
        shown = offered.tolist()
        if name in LONG:
            shown.sort(key=asked.catalogue.questions[name].vocabulary.name)
    return Facet(
        name,
        title(asked, name),
        choices(asked, name, shown, counts),
        asked.form.errors.get(name, []),
        more,
    )


def found(asked: InitiativeFilter, name: str, words: str, query: QueryDict) -> Facet:
    """A facet with those of its choices that have the words in their names; all without words."""
    counts = asked.answer.counted(name)
    vocabulary = asked.catalogue.question(name, asked.day).vocabulary
    fitting = np.flatnonzero(counts)
    if words:
        fitting = np.array(vocabulary.matching(words, fitting.tolist()), np.int64)
    shown = largest(counts, fitting, FOUND)
    return Facet(
        name,
        title(asked, name),
        choices(asked, name, shown, counts, query),
        [],
        choices_url(name, query),
    )


def choices_url(name: str, query: QueryDict) -> str:
    """Where the choices of a facet can be searched."""
    return f"{reverse('initiatives:choices', args=[name])}{asking(query)}"


def choices(
    asked: InitiativeFilter,
    name: str,
    shown: list[int],
    counts: Counts,
    query: QueryDict | None = None,
) -> list[Choice]:
    """Those values as choices, and before them what is chosen without being among them."""
    vocabulary = asked.catalogue.question(name, asked.day).vocabulary
    chosen = {vocabulary.numbers[key]: key for key in asked.answers.get(name, [])}
    added = [number for number in chosen if number not in shown]
    if name not in LONG:
        shown, added = sorted([*shown, *added]), []
    keys = {number: chosen.get(number, vocabulary.keys[number]) for number in [*added, *shown]}
    return [
        Choice(
            key,
            vocabulary.name(number),
            int(counts[number]),
            number in chosen,
            0 if name in LONG else vocabulary.depths[number],
            toggled(query, name, key) if query is not None else "",
        )
        for number, key in keys.items()
    ]


def largest(counts: Counts, numbers: NDArray[np.int64], most: int) -> list[int]:
    """Those of the values that would give most, so many at most."""
    if len(numbers) > most:
        order = counts[numbers] * len(counts) - numbers
        numbers = numbers[np.argpartition(order, -most)[-most:]]
    return sorted(numbers.tolist(), key=lambda number: (-counts[number], number))


def drilled(asked: InitiativeFilter, counts: Counts) -> Flags:
    """Of the regions the parts of those that are chosen, or else those of the chosen countries.

    Without either, or where a region has no parts, those of NUTS level 2, and those of level 1 that
    are named themselves.
    """
    regions, vocabulary = asked.catalogue.regions, asked.catalogue.questions["region"].vocabulary
    chosen = [vocabulary.numbers[code] for code in asked.answers.get("region", [])]
    parts: Flags = (counts > 0) & np.isin(regions.parents, chosen)
    if parts.any():
        return parts
    inside = regions.parents >= 0
    of_parts = np.bincount(regions.parents[inside], counts[inside], len(counts))
    named = (regions.levels == Region.Level.MAJOR) & (counts > of_parts)
    offered: Flags = (counts > 0) & ((regions.levels == Region.Level.BASIC) | named)
    known = asked.catalogue.questions["country"].vocabulary.numbers
    countries = [known[code] for code in asked.answers.get("country", [])]
    return offered & np.isin(regions.countries, countries) if countries else offered


def title(asked: InitiativeFilter, name: str) -> str:
    """The name of a facet; that of the status says on which day, where one was asked for."""
    day = asked.answers.get("as_of")
    if name == "status" and day:
        return _("Status on %(day)s") % {"day": date_format(day)}
    return str(asked.form.fields[name].label)
