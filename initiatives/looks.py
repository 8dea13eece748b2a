"""The ways to look at what the catalogue answers: cards, a table, a map, a timeline."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from initiatives import atlas, columns, timeline
from initiatives import cards as made
from initiatives.models import Initiative, InitiativeQuerySet
from initiatives.selection import Selection

Context = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Look:
    """A way to look: its word in the address, and what its template needs of a page of ids."""

    name: str
    label: str | Promise
    template: str
    page_size: int
    show: Callable[[QueryDict, Selection, Sequence[int]], Context]
    has_pages: bool = True


def cards(_query: QueryDict, selection: Selection, page: Sequence[int]) -> Context:
    """A card each, as of the day, with the words marked that were searched for."""
    asked = selection.asked
    return {"cards": made.cards(page, asked.day, asked.answers.get("q", ""))}


def table(query: QueryDict, selection: Selection, page: Sequence[int]) -> Context:
    """A row each, with the columns that were chosen."""
    asked = selection.asked
    chosen = columns.chosen(query)
    rows = in_order(columns.loaded(Initiative.objects.all(), chosen), page)
    return {
        "columns": columns.choices(chosen),
        "headings": columns.headings(chosen, query, asked.sort_order),
        "rows": [
            (row, made.pick(row), [column.cell(row, asked.day) for column in chosen])
            for row in rows
        ],
    }


def on_the_map(query: QueryDict, selection: Selection, _page: Sequence[int]) -> Context:
    """How many where, of the whole selection."""
    return {
        "sheets": atlas.sheets(selection, query),
        "unplaced": selection.lacking("country"),
    }


def through_time(_query: QueryDict, selection: Selection, page: Sequence[int]) -> Context:
    """Each on a line through time, with the day that is looked at."""
    asked = selection.asked
    rows = in_order(Initiative.objects.for_rows(), page)
    is_today = not asked.answers.get("as_of")
    return {"timeline": timeline.timeline(rows, asked.day, is_today=is_today)}


def in_order(rows: InitiativeQuerySet, page: Sequence[int]) -> list[Initiative]:
    """The initiatives of a page as `rows` loads them; one that is public no more is left out."""
    by_pk = rows.in_bulk(page)
    return [by_pk[pk] for pk in page if pk in by_pk]


LOOKS = (
    Look("", _("Cards"), "initiatives/_cards.html", 20, cards),
    Look("table", _("Table"), "initiatives/_table.html", 50, table),
    Look("map", _("Map"), "initiatives/_map.html", 20, on_the_map, has_pages=False),
    Look("timeline", _("Timeline"), "initiatives/_timeline.html", 50, through_time),
)


def chosen(query: QueryDict) -> Look:
    """The look asked for; cards where there is no such look."""
    return next((look for look in LOOKS if look.name == query.get("view")), LOOKS[0])
