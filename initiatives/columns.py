"""The columns of the catalogue's table: which there are, and what stands in them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from clusterix.lib.countries import country_name
from initiatives.addresses import asking
from initiatives.filters import Sort
from initiatives.models import Ecosystem, Initiative, InitiativeQuerySet, TargetGroup, Theme
from initiatives.profile import budget, countries, in_words
from people.models import Region

Loaded = Callable[[InitiativeQuerySet], InitiativeQuerySet]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in a cell: a text, or a word that a template dresses by its value."""

    text: str
    value: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its word in the address, its cells, what they need, and the orders it gives.

    `orders` are the one a first click gives and the other way round.
    """

    key: str
    label: str | Promise
    cell: Callable[[Initiative, date], Cell]
    load: Loaded = lambda rows: rows
    orders: tuple[Sort, Sort] | None = None
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: where a click leads, and how the table is sorted by it now."""

    label: str | Promise
    url: str = ""
    direction: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A column to show or not."""

    key: str
    label: str | Promise
    is_shown: bool


def level(initiative: Initiative, _day: date) -> Cell:
    """How far it reaches."""
    return Cell(initiative.get_level_display(), initiative.level, template="components/_level.html")


def status(initiative: Initiative, day: date) -> Cell:
    """Where it stands on the day."""
    found = initiative.status(day)
    return Cell(str(found.label), found.value, template="components/_badge.html")


def listed(names: Iterable[str]) -> Cell:
    """Several things."""
    return Cell(", ".join(names))


def with_regions(rows: InitiativeQuerySet) -> InitiativeQuerySet:
    """With the regions they take place in."""
    return rows.prefetch_related(Prefetch("regions", Region.objects.in_order()))


def with_themes(rows: InitiativeQuerySet) -> InitiativeQuerySet:
    """With their themes."""
    return rows.prefetch_related(Prefetch("themes", Theme.objects.in_order()))


def with_ecosystems(rows: InitiativeQuerySet) -> InitiativeQuerySet:
    """With their industrial ecosystems."""
    return rows.prefetch_related(Prefetch("ecosystems", Ecosystem.objects.in_order()))


def with_target_groups(rows: InitiativeQuerySet) -> InitiativeQuerySet:
    """With whom they are for."""
    return rows.prefetch_related(Prefetch("target_groups", TargetGroup.objects.in_order()))


COLUMNS = (
    Column("level", gettext_lazy("Level"), level),
    Column("status", gettext_lazy("Status"), status),
    Column(
        "when",
        gettext_lazy("When"),
        lambda row, day: Cell(row.period(day)),
        orders=(Sort.NEWEST, Sort.OLDEST),
    ),
    Column("kind", gettext_lazy("Kind"), lambda row, _day: Cell(row.get_kind_display())),
    Column(
        "led",
        gettext_lazy("Led by"),
        lambda row, _day: Cell(row.byline),
        load=InitiativeQuerySet.for_marks,
    ),
    Column(
        "where",
        gettext_lazy("Where"),
        lambda row, _day: listed(country_name(code) for code in countries(row)),
        load=with_regions,
    ),
    Column(
        "themes",
        gettext_lazy("Themes"),
        lambda row, _day: listed(theme.label for theme in row.themes.all()),
        load=with_themes,
    ),
    Column(
        "ecosystems",
        gettext_lazy("Industrial ecosystems"),
        lambda row, _day: listed(term.label for term in row.ecosystems.all()),
        load=with_ecosystems,
    ),
    Column(
        "target",
        pgettext_lazy("whom it is for", "For"),
        lambda row, _day: listed(group.label for group in row.target_groups.all()),
        load=with_target_groups,
    ),
    Column("budget", gettext_lazy("Budget"), lambda row, _day: Cell(budget(row)), is_number=True),
    Column(
        "added",
        gettext_lazy("Added"),
        lambda row, _day: Cell(in_words(row.published_at.date() if row.published_at else None)),
        orders=(Sort.PUBLISHED, Sort.FIRST_PUBLISHED),
    ),
    Column(
        "verified",
        gettext_lazy("Last verified"),
        lambda row, _day: Cell(in_words(row.last_verified_on)),
    ),
)
USUAL = ("level", "status", "when", "kind", "led")
BACKWARDS = {Sort.TITLE_BACKWARDS, Sort.NEWEST, Sort.PUBLISHED}


def chosen(query: QueryDict) -> list[Column]:
    """The columns asked for, in the table's order; the usual ones where none is."""
    asked = set(query.getlist("columns"))
    return [column for column in COLUMNS if column.key in asked] or [
        column for column in COLUMNS if column.key in USUAL
    ]


def loaded(rows: InitiativeQuerySet, columns: Sequence[Column]) -> InitiativeQuerySet:
    """Initiatives with what the columns show of them."""
    for column in columns:
        rows = column.load(rows)
    return rows


def choices(columns: Sequence[Column]) -> list[Choice]:
    """Every column there is, and whether it is shown."""
    return [Choice(column.key, column.label, column in columns) for column in COLUMNS]


def headings(columns: Sequence[Column], query: QueryDict, order: Sort) -> list[Heading]:
    """The heads of the table, the title's first."""
    titles = (Sort.TITLE, Sort.TITLE_BACKWARDS)
    return [
        heading(_("Title"), titles, query, order),
        *(heading(row.label, row.orders, query, order, row.is_number) for row in columns),
    ]


def heading(
    label: str | Promise,
    orders: tuple[Sort, Sort] | None,
    query: QueryDict,
    order: Sort,
    is_number: bool = False,
) -> Heading:
    """The head of a column; where it sorts the table already, a click turns the order round."""
    if orders is None:
        return Heading(label, is_number=is_number)
    first, second = orders
    direction = ("descending" if order in BACKWARDS else "ascending") if order in orders else ""
    return Heading(label, asking(query, sort=second if order == first else first), direction)
