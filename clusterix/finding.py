"""One search across every kind of thing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from clusterix.curation import spelling
from clusterix.lib import search as words
from clusterix.lib.caching import for_everyone
from initiatives import texts
from initiatives.models import Initiative
from people.models import Organisation, Person, Region
from workshops.models import Session, Workshop
from workshops.reviews.models import PeerReview

LONGEST_QUERY = 200
RESULTS_A_KIND = 8


@dataclass(frozen=True, slots=True)
class Hit:
    """What was found, its name and a line about it with the words marked."""

    row: Any
    name: SafeString
    line: SafeString


@dataclass(frozen=True, slots=True)
class Section:
    """The best of a kind, and how many there are in all."""

    count: int
    hits: Sequence[Hit]

    @property
    def has_more(self) -> bool:
        """More were found than are shown."""
        return self.count > len(self.hits)


@require_safe
@for_everyone
def search(request: HttpRequest) -> HttpResponse:
    """What matches in every kind of thing, the best few of each."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    found = sections(query) if query else {}
    nothing = not any(section.count for section in found.values())
    context = {
        "query": query,
        "found": found,
        "nothing": nothing,
        "meant": nearest(query) if query and nothing else None,
        "today": timezone.localdate(),
    }
    return render(request, "pages/search.html", context)


def sections(query: str) -> dict[str, Section]:
    """What the words find of each kind."""
    found = {kind: best(rows) for kind, rows in results(query).items()}
    marked = iter(words.mark(query, [text for _, rows in found.values() for text in lines(rows)]))
    others = {
        kind: Section(count, [Hit(row, next(marked), next(marked)) for row in rows])
        for kind, (count, rows) in found.items()
    }
    return {"initiatives": initiatives(query), **others}


def initiatives(query: str) -> Section:
    """The initiatives that the words find; the latest first where they match as well."""
    ids = np.sort(texts.found(query))[::-1]
    first = texts.ranked(query, ids)[:RESULTS_A_KIND].tolist()
    rows = Initiative.objects.for_marks().in_bulk(first)
    marked = texts.highlighted(query, first)
    return Section(len(ids), [Hit(rows[pk], *marked[pk]) for pk in first if pk in rows])


def results(query: str) -> dict[str, QuerySet[Any]]:
    """All that the words find but initiatives, the best first."""
    return {
        "workshops": Workshop.objects.matching(query).for_cards(),
        "sessions": Session.objects.public().matching(query).select_related("workshop"),
        "reviews": PeerReview.objects.matching(query).select_related("region"),
        "organisations": Organisation.objects.matching(query).for_cards(),
        "people": Person.objects.listed().matching(query).for_cards(),
        "regions": Region.objects.current().matching(query),
    }


def best(rows: QuerySet[Any]) -> tuple[int, list[Model]]:
    """How many there are, and the first few."""
    return rows.count(), list(rows[:RESULTS_A_KIND])


def lines(rows: Sequence[Model]) -> list[tuple[str, str]]:
    """The name of each row and the line about it, both after their language."""
    return [
        (getattr(row, "language", ""), text) for row in rows for text in (named(row), told(row))
    ]


def named(row: Model) -> str:
    """What a row is called."""
    return row.label if isinstance(row, Region) else str(row)


def told(row: Model) -> str:
    """A line about a row."""
    match row:
        case Workshop() | PeerReview():
            return row.summary
        case Session():
            return f"{row.workshop.title}, {row.workshop.dates}"
        case Organisation():
            return row.formerly
        case Person():
            return row.byline
    return ""


def nearest(query: str) -> str | None:
    """The words that may have been meant where these find nothing of any kind."""
    return spelling.nearest(query, finds, Person.objects.listed().names_like)


def finds(query: str) -> bool:
    """Whether the words find anything of any kind."""
    return bool(texts.found(query).size) or any(rows.exists() for rows in results(query).values())
