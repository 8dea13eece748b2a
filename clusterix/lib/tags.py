"""What every template can say without loading it: marks, icons, Markdown and a few page parts."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Protocol
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.core.serializers.json import DjangoJSONEncoder
from django.template.base import FilterExpression, Parser, Token
from django.template.context import Context
from django.urls import reverse, translate_url
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from clusterix.lib import cards, icons, maps, markdown, marks
from clusterix.lib import theme as themes

register = template.Library()
register.simple_tag(cards.card)


class Dated(Protocol):
    """What runs for a time."""

    def status(self, at: date) -> str:
        """Where it stood on that day."""
        ...


class Measured(Protocol):
    """A row of evidence: a value, where there is one, in a unit."""

    indicator: str
    value: Decimal | float | None
    unit: str


class Claim(Protocol):
    """A source: which fact it is about and what it says of it; both may be empty."""

    about: str
    claim: str


@register.simple_tag
def cluster_mark(entry: marks.Marked, size: int = 48, label: str = "") -> SafeString:
    """The mark of an entry; decorative unless it gets a label."""
    return marks.mark(entry.key, entry.mark_nodes(), size=size, label=label)


@register.simple_tag
def key_mark(key: str, size: int = 48) -> SafeString:
    """A mark that a key alone draws, where there is no entry."""
    return marks.mark(key, [], size=size)


@register.simple_tag
@cache
def site_mark(size: int = 48) -> SafeString:
    """The site's own mark: one organisation of each kind that works with the others."""
    return marks.mark("clusterix", marks.SITE, size=size)


@register.filter
def status_on(entry: Dated, day: date) -> str:
    """Where an entry stood on a day; a choice, so its label is `status.label`."""
    return entry.status(day)


@register.simple_tag
def locator(codes: Sequence[str], title: str) -> SafeString:
    """A small map of Europe that picks out countries by their NUTS codes."""
    return maps.locator(codes, title=title)


@register.simple_tag
def absolute(path: str) -> str:
    """A path of this site with the address that the site is known by, for readers elsewhere."""
    address: str = settings.SITE_URL
    return address + path


@register.simple_tag
def icon(name: str) -> SafeString:
    """An icon, hidden from screen readers: put it beside words."""
    return icons.icon(name)


@register.filter(name="markdown", is_safe=True)
def as_markdown(text: str) -> SafeString:
    """A writer's Markdown as safe HTML with headings from h3 down."""
    return markdown.render(text)


@register.simple_tag
def json_ld(data: Mapping[str, object]) -> SafeString:
    """Linked data for search engines, escaped so that no value can end the element."""
    escaped = json_script(dict(data), encoder=DjangoJSONEncoder)
    return SafeString(escaped.replace("application/json", "application/ld+json", 1))


@register.simple_tag(takes_context=True)
def theme(context: Context) -> str:
    """The visitor's own choice of theme, or nothing where the device decides."""
    request = context.get("request")
    return themes.chosen(request) if request else ""


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The query of the present address with other answers to some questions; None takes one out.

    As Django's `querystring`, at a fraction of its time: a list has many such links.
    """
    asked = context["request"].GET.lists()
    kept = [(name, value) for name, values in asked if name not in changes for value in values]
    added = [(name, value) for name, value in changes.items() if value is not None]
    return f"?{urlencode([*kept, *added])}"


class OnceNode(template.Node):
    """Renders what it encloses once for each combination of some values, and keeps it."""

    MOST_KEPT = 64

    def __init__(self, values: Sequence[FilterExpression], nodes: template.NodeList) -> None:
        self.values = values
        self.nodelist = nodes
        self.made: dict[tuple[object, ...], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        """What was made before of these values, or what is made now."""
        key = (get_language(), *(value.resolve(context) for value in self.values))
        made = self.made.get(key)
        if made is None:
            if len(self.made) >= self.MOST_KEPT:
                self.made.clear()
            made = self.made[key] = self.nodelist.render(context)
        return made


@register.tag
def once(parser: Parser, token: Token) -> OnceNode:
    """`{% once a b %}…{% endonce %}`: the same for the same language, a and b, whoever asks.

    For parts of pages that depend on nothing else; each server process makes them once.
    """
    values = [parser.compile_filter(part) for part in token.split_contents()[1:]]
    nodes = parser.parse(["endonce"])
    parser.delete_first_token()
    return OnceNode(values, nodes)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, name: str, label: str) -> SafeString:
    """A link of the main navigation, marked as current on its own page and on those below it."""
    url = reverse(name)
    request = context.get("request")
    path = request.path if request else ""
    current = "page" if path == url else "true" if path.startswith(url) else ""
    if not current:
        return format_html('<a href="{}">{}</a>', url, label)
    return format_html('<a href="{}" aria-current="{}">{}</a>', url, current, label)


@register.simple_tag(takes_context=True)
def in_language(context: Context, code: str) -> str:
    """The address of the present page in another language."""
    return translate_url(context["request"].get_full_path(), code)


@register.filter
def elided(page: "Page[object]") -> Iterator[int | str]:
    """The page numbers to offer: the ends, the neighbours, and a gap between them."""
    numbers: Iterator[int | str] = page.paginator.get_elided_page_range(
        page.number, on_each_side=1, on_ends=1
    )
    return numbers


@register.filter
def disputes(sources: Iterable[Claim]) -> list[tuple[str, list[Claim]]]:
    """The facts that sources tell differently, each with the sources that speak of it."""
    return [(about, rows) for about, rows in by_fact(sources).items() if differ(rows)]


@register.filter
def agreed(sources: Iterable[Claim]) -> list[Claim]:
    """The sources that no other contradicts."""
    return [row for rows in by_fact(sources).values() if not differ(rows) for row in rows]


def by_fact(sources: Iterable[Claim]) -> dict[str, list[Claim]]:
    """Sources by the fact they speak of, in the order given."""
    facts: dict[str, list[Claim]] = {}
    for source in sources:
        facts.setdefault(source.about, []).append(source)
    return facts


def differ(sources: Sequence[Claim]) -> bool:
    """Whether sources of one named fact say different things."""
    return bool(sources[0].about) and len({row.claim for row in sources if row.claim}) > 1


@register.filter
def with_shares(rows: Iterable[Measured]) -> list[tuple[Measured, int | None]]:
    """Each row with its value in per cent of the largest it compares with; None without a bar.

    Values of one unit compare; where there is no unit, those of one indicator. A row that compares
    with no other gets no bar.
    """
    listed = list(rows)
    values: dict[tuple[str, str], list[float]] = {}
    for row in listed:
        if row.value is not None:
            values.setdefault(measure(row), []).append(float(row.value))
    return [(row, share(row.value, values.get(measure(row), []))) for row in listed]


def measure(row: Measured) -> tuple[str, str]:
    """What a row compares by: its unit, or else what it counts."""
    return (row.unit, "") if row.unit else ("", row.indicator)


def share(value: Decimal | float | None, peers: list[float]) -> int | None:
    """A value in per cent of its largest peer, where it has peers and none is negative."""
    if value is None or len(peers) == 1 or min(peers) < 0 or max(peers) == 0:
        return None
    return round(100 * float(value) / max(peers))
