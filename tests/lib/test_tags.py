"""What templates can say without loading anything."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils.translation import override

from clusterix.lib.icons import PATHS
from clusterix.lib.marks import Node
from clusterix.lib.tags import OnceNode


@dataclass
class Entry:
    """An entry as a template sees it."""

    key: str = "vanguard"

    def mark_nodes(self) -> list[Node]:
        """One organisation."""
        return [Node("region-skane", "public-authority")]

    def status(self, at: date) -> str:
        """Ended after 2016."""
        return "running" if at < date(2017, 1, 1) else "ended"


@dataclass
class Row:
    """A row of evidence."""

    value: Decimal | None
    unit: str = ""
    indicator: str = "Companies"


@dataclass
class Claim:
    """A source that says something."""

    about: str
    claim: str


def shown(template: str, path: str = "/", **context: object) -> str:
    """What a template gives for a request to a path."""
    request = RequestFactory().get(path)
    return Template(template).render(Context({"request": request, **context}))


def test_an_entry_has_its_mark() -> None:
    html = shown("{% cluster_mark entry 64 label='Vanguard' %}", entry=Entry())

    assert 'width="64"' in html
    assert 'aria-label="Vanguard"' in html


def test_a_key_and_the_site_have_marks() -> None:
    html = shown("{% key_mark 'nothing' %}|{% site_mark 32 %}")

    by_key, of_site = html.split("|")
    assert "mark__node--echo" in by_key
    assert "mark__node--european" in of_site
    assert 'width="32"' in of_site


def test_a_small_map_shows_where_something_is() -> None:
    html = shown("{% locator codes title='In Sweden' %}", codes=["SE"])

    assert html.startswith('<svg class="map map--locator"')
    assert 'aria-label="In Sweden"' in html


def test_addresses_for_elsewhere_begin_with_the_sites_own() -> None:
    assert shown("{% absolute '/about/' %}") == "http://testserver/about/"


@pytest.mark.parametrize("name", PATHS)
def test_icons_are_hidden_from_screen_readers(name: str) -> None:
    html = shown("{% icon name %}", name=name)

    assert html.startswith(f'<svg class="icon icon--{name}"')
    assert 'aria-hidden="true"' in html


def test_status_depends_on_the_day() -> None:
    html = shown(
        "{{ entry|status_on:then }} {{ entry|status_on:now }}",
        entry=Entry(),
        then=date(2016, 6, 21),
        now=date(2026, 6, 21),
    )

    assert html == "running ended"


def test_markdown_is_rendered_and_safe() -> None:
    html = shown("{{ text|markdown }}", text="**Calm** <script>")

    assert html == "<p><strong>Calm</strong> &lt;script&gt;</p>\n"


def test_linked_data_cannot_end_its_element() -> None:
    html = shown("{% json_ld data %}", data={"name": "</script><b>&", "day": date(2016, 6, 21)})

    assert html == (
        '<script type="application/ld+json">'
        '{"name": "\\u003C/script\\u003E\\u003Cb\\u003E\\u0026", "day": "2016-06-21"}</script>'
    )


@pytest.mark.parametrize(
    ("cookie", "expected"), [("dark", "dark"), ("light", "light"), ("", ""), ('"><script>', "")]
)
def test_the_theme_is_what_the_visitor_chose(cookie: str, expected: str) -> None:
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = cookie

    html = Template("{% theme %}").render(Context({"request": request}))

    assert html == expected


def test_without_a_request_the_device_decides() -> None:
    assert Template("{% theme %}").render(Context()) == ""


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/initiatives/", ' aria-current="page"'),
        ("/initiatives/vanguard/", ' aria-current="true"'),
        ("/workshops/", ""),
    ],
)
def test_the_navigation_says_where_one_is(path: str, current: str) -> None:
    html = shown("{% nav_link 'initiatives:list' 'Initiatives' %}", path)

    assert html == f'<a href="/initiatives/"{current}>Initiatives</a>'


def test_without_a_request_nothing_is_current() -> None:
    html = Template("{% nav_link 'people:list' 'People' %}").render(Context())

    assert html == '<a href="/people/">People</a>'


def test_a_page_in_another_language_keeps_its_parameters() -> None:
    html = shown("{% in_language 'en' %}", "/search/?q=cluster")

    assert html == "/search/?q=cluster"


def test_long_lists_of_pages_are_cut_in_the_middle() -> None:
    page = Paginator(range(200), 10).page(10)

    html = shown("{% for number in page|elided %}{{ number }} {% endfor %}", page=page)

    assert html == "1 … 9 10 11 … 20 "


def test_bars_compare_values_of_one_unit() -> None:
    rows = [
        Row(Decimal(10), "regions"),
        Row(Decimal(40), "regions"),
        Row(Decimal(5), "pilots"),
        Row(None, "regions"),
    ]

    html = shown("{% for row, share in rows|with_shares %}{{ share }} {% endfor %}", rows=rows)

    assert html == "25 100 None None "


def test_without_a_unit_only_the_same_is_compared() -> None:
    rows = [
        Row(Decimal(10), indicator="Companies"),
        Row(Decimal(40), indicator="Patents"),
        Row(Decimal(20), indicator="Companies"),
        Row(Decimal(5), "Companies", indicator="Pilots"),
    ]

    html = shown("{% for row, share in rows|with_shares %}{{ share }} {% endfor %}", rows=rows)

    assert html == "50 None 100 None "


@pytest.mark.parametrize("values", [(-5, 10), (0, 0)])
def test_there_are_no_bars_below_zero_or_without_length(values: tuple[int, int]) -> None:
    rows = [Row(Decimal(value)) for value in values]

    html = shown("{% for row, share in rows|with_shares %}{{ share }} {% endfor %}", rows=rows)

    assert html == "None None "


def test_claims_that_differ_stand_side_by_side() -> None:
    sources = [
        Claim("learning events", "81 events"),
        Claim("start", "April 2016"),
        Claim("learning events", "32 events"),
        Claim("start", ""),
        Claim("", "It was in Malmö."),
        Claim("", "It rained."),
    ]

    html = shown(
        "{% for about, rows in sources|disputes %}{{ about }}: "
        "{% for row in rows %}{{ row.claim }}, {% endfor %}{% endfor %}"
        "| {% for row in sources|agreed %}{{ row.claim }}, {% endfor %}",
        sources=sources,
    )

    assert html == (
        "learning events: 81 events, 32 events, | April 2016, , It was in Malmö., It rained., "
    )


def test_a_link_keeps_what_was_asked_and_changes_what_it_says() -> None:
    asked = "/?q=a%26b&level=local&level=regional&page=3&empty="

    links = shown(
        "{% query page=4 %} {% query page=None level=None view='map' %} {% query q=None %}", asked
    )

    assert links.split() == [
        "?q=a%26b&amp;level=local&amp;level=regional&amp;empty=&amp;page=4",
        "?q=a%26b&amp;empty=&amp;view=map",
        "?level=local&amp;level=regional&amp;page=3&amp;empty=",
    ]


def test_a_link_that_asks_for_nothing_leads_to_the_bare_page() -> None:
    assert shown("{% query page=None %}", "/?page=2") == "?"


def test_what_stands_in_once_is_rendered_once_for_each_language_and_value() -> None:
    template = Template("{% once kind %}{{ counter }} {{ kind }};{% endonce %}")

    def render(counter: int, kind: str) -> str:
        return template.render(Context({"counter": counter, "kind": kind}))

    rendered = [render(1, "a"), render(2, "a"), render(3, "b")]
    with override("de"):
        rendered.append(render(4, "a"))

    assert rendered == ["1 a;", "1 a;", "3 b;", "4 a;"]


def test_once_forgets_rather_than_keep_more_than_its_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(OnceNode, "MOST_KEPT", 2)
    template = Template("{% once kind %}{{ counter }}{% endonce %}")

    rendered = [
        template.render(Context({"counter": counter, "kind": kind}))
        for counter, kind in enumerate("abca")
    ]

    assert rendered == ["0", "1", "2", "3"]
