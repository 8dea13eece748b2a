"""A few initiatives side by side, by the headings of the record; nothing is weighed or ranked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from initiatives.addresses import asking, toggled
from initiatives.models import Evidence, Initiative, Involvement
from initiatives.parts import Part
from initiatives.profile import around, budget, in_words
from initiatives.story import TEXTS

FEWEST, MOST = 2, 4
LONGEST_SLUG = 120


@dataclass(frozen=True, slots=True)
class Item:
    """One of the things that a heading says of an initiative; `is_own` where not all say it."""

    text: str
    url: str = ""
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What a heading says of one initiative: a few things, or a written part in Markdown."""

    initiative: Initiative
    items: list[Item]
    prose: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A heading and what it says of each."""

    term: str
    cells: list[Cell]
    differs: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Headings that belong together."""

    title: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Compared:
    """An initiative of the comparison, and the address of the comparison without it."""

    initiative: Initiative
    url_without: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """What can be compared of what was asked for, and what cannot."""

    initiatives: list[Initiative]
    unknown: list[str]
    too_many: list[str]

    @property
    def is_possible(self) -> bool:
        """Whether there is something to set side by side."""
        return len(self.initiatives) >= FEWEST


def comparison(query: QueryDict) -> Comparison:
    """The public initiatives of those addresses, in the order asked for, each once."""
    asked = list(dict.fromkeys(slug for slug in query.getlist("slug") if slug))
    wanted, too_many = asked[:MOST], asked[MOST:]
    found = {row.slug: row for row in Initiative.objects.for_page().filter(slug__in=wanted)}
    for slug in wanted:
        if slug not in found and (moved := formerly_at(slug)):
            found[slug] = moved
    known = {found[slug].pk: found[slug] for slug in wanted if slug in found}
    unknown = [slug[:LONGEST_SLUG] for slug in wanted if slug not in found]
    return Comparison(list(known.values()), unknown, [slug[:LONGEST_SLUG] for slug in too_many])


def formerly_at(slug: str) -> Initiative | None:
    """The public initiative that once had that address."""
    return Initiative.objects.for_page().once_called(slug).first()


def compared(initiatives: Sequence[Initiative], query: QueryDict) -> list[Compared]:
    """Each with the way to drop it."""
    return [Compared(row, toggled(query, "slug", row.slug)) for row in initiatives]


def groups(
    initiatives: Sequence[Initiative], day: date, *, only_differences: bool = False
) -> list[Group]:
    """The record's headings as the initiatives fill them; what none of them fills is left out."""
    parts = {
        _("At a glance"): facts(initiatives, day),
        _("Who takes part"): roles(initiatives),
        _("The practice"): told(initiatives),
        _("Proof and transfer"): proof(initiatives),
    }
    found = []
    for title, rows in parts.items():
        shown = [row for row in rows if row.differs or not only_differences]
        if shown:
            found.append(Group(title, shown))
    return found


def facts(initiatives: Sequence[Initiative], day: date) -> Iterator[Row]:
    """What is known of them in a few words."""
    questions: dict[str, Callable[[Initiative], list[Item]]] = {
        _("Status"): lambda row: one(capfirst(str(row.status(day).label))),
        _("Kind"): lambda row: one(capfirst(row.get_kind_display())),
        _("Level"): lambda row: one(row.get_level_display()),
        _("When"): lambda row: one(row.period(day)),
        _("Where"): lambda row: [
            Item(", ".join(filter(None, (region.label, around(region)))), region.get_absolute_url())
            for region in row.regions.all()
        ],
        _("Themes"): lambda row: [Item(theme.label, theme.url) for theme in row.themes.all()],
        _("Industrial ecosystems"): lambda row: [Item(term.label) for term in row.ecosystems.all()],
        pgettext("whom it is for", "For"): lambda row: [
            Item(group.label) for group in row.target_groups.all()
        ],
        _("Budget"): lambda row: one(budget(row)),
        _("Funding"): lambda row: one(row.funding_source),
        _("Last verified"): lambda row: one(in_words(row.last_verified_on)),
    }
    for term, question in questions.items():
        yield from listed(term, initiatives, question)


def roles(initiatives: Sequence[Initiative]) -> Iterator[Row]:
    """The organisations that everyone may see, a heading for each role."""

    def holding(role: str) -> Callable[[Initiative], list[Item]]:
        return lambda row: [
            Item(part.organisation.display_name, part.organisation.get_absolute_url())
            for part in row.public_involvements
            if part.role == role
        ]

    for role in Involvement.Role:
        yield from listed(capfirst(str(role.label)), initiatives, holding(role))


def told(initiatives: Sequence[Initiative]) -> Iterator[Row]:
    """The written parts, in the order in which a practice is told."""
    for part, field in TEXTS.items():
        texts: list[str] = [getattr(row, field) for row in initiatives]
        if any(texts):
            cells = [Cell(row, [], text) for row, text in zip(initiatives, texts, strict=True)]
            yield Row(str(part.label), cells, len(set(texts)) > 1)


def proof(initiatives: Sequence[Initiative]) -> Iterator[Row]:
    """What must be in place, what was counted, who took it over, and what was learned."""
    questions: dict[Part, Callable[[Initiative], list[Item]]] = {
        Part.PRECONDITIONS: lambda row: [Item(needed.text) for needed in row.preconditions.all()],
        Part.EVIDENCE: evidence,
        Part.ADOPTION: transfers,
        Part.LESSONS: lambda row: [
            Item(f"{capfirst(lesson.get_kind_display())}: {lesson.text}")
            for lesson in row.lessons.all()
        ],
    }
    for part, question in questions.items():
        yield from listed(str(part.label), initiatives, question)


def evidence(initiative: Initiative) -> list[Item]:
    """Its results as figures."""
    return [
        Item(f"{row.indicator}: {figure(row)}" + (f" ({row.measured})" if row.measured else ""))
        for row in initiative.evidence.all()
    ]


def figure(row: Evidence) -> str:
    """The value with its unit, decimals only where there are any."""
    decimals = 0 if row.value == row.value.to_integral_value() else 2
    return f"{number_format(row.value, decimals, force_grouping=True)} {row.unit}".strip()


def transfers(initiative: Initiative) -> list[Item]:
    """Who took it over, how far and when, as far as everyone may know."""
    return [
        Item(
            " · ".join(filter(None, (str(row.adopter), row.get_stage_display(), said(row.date)))),
            row.adopter.get_absolute_url() if row.adopter else "",
        )
        for row in initiative.transfers.all()
    ]


def said(what: object) -> str:
    """In words, or nothing."""
    return str(what) if what else ""


def one(text: str) -> list[Item]:
    """A single thing, or none."""
    return [Item(text)] if text else []


def listed(
    term: str, initiatives: Sequence[Initiative], question: Callable[[Initiative], list[Item]]
) -> Iterator[Row]:
    """The row of a heading whose answers are a few things; none where nobody has an answer.

    Where some of the things are shared by all, those that are not are told apart.
    """
    answers = [question(row) for row in initiatives]
    shared = set.intersection(*({item.text for item in items} for items in answers))
    if not any(answers):
        return
    cells = [
        Cell(row, [marked(item, shared) for item in items])
        for row, items in zip(initiatives, answers, strict=True)
    ]
    yield Row(term, cells, any({item.text for item in items} != shared for items in answers))


def marked(item: Item, shared: set[str]) -> Item:
    """The same, told apart where others of its heading are shared and it is not."""
    return Item(item.text, item.url, is_own=bool(shared) and item.text not in shared)


def only_differences(query: QueryDict) -> bool:
    """Whether just the headings were asked for under which they differ."""
    return bool(query.get("differences"))


def switched(query: QueryDict) -> str:
    """The address of the comparison with all headings instead of the differing ones, or back."""
    return asking(query, differences="" if only_differences(query) else "1")
