"""The pieces of pages, each with everything it can show and with nothing but what it needs."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from pytest_django import Settings

from clusterix.lib.cards import card, listed
from clusterix.lib.marks import Node

CANARY = '"><script>alert(1)</script>'


@dataclass
class Entry:
    """An entry with a mark."""

    key: str = "vanguard"

    def mark_nodes(self) -> list[Node]:
        """Nothing is known of its organisations."""
        return []


class SignUp(forms.Form):
    """A form with a field of each shape."""

    name = forms.CharField(help_text="As on the badge.")
    needs = forms.CharField(required=False)
    way = forms.ChoiceField(choices=[("hall", "In the hall")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="I agree")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def piece(name: str, path: str = "/", /, **context: object) -> str:
    """A component as HTML, with single spaces."""
    html = render_to_string(f"components/_{name}.html", context, RequestFactory().get(path))
    return " ".join(html.split())


def test_a_card_needs_only_a_title_and_an_address() -> None:
    assert card("/x/", "Vanguard") == (
        '<article class="card"><div class="card__body">'
        '<h2 class="card__title"><a href="/x/">Vanguard</a></h2></div></article>'
    )


def test_a_card_shows_all_it_is_told() -> None:
    html = card(
        "/x/",
        "Vanguardinitiativet",
        entry=Entry(),
        heading="h3",
        level="european",
        level_label="european",
        status="running",
        status_label="running",
        kind="network",
        when="since 2013",
        byline="Network of regions",
        summary="Regions invest jointly.",
        chips=listed([("Smart specialisation", "/y/"), ("Pilots", "/z/")]),
        language="sv",
    )

    assert '<div class="card__mark"><svg class="mark"' in html
    assert '<h3 class="card__title" lang="sv"><a href="/x/">Vanguardinitiativet</a></h3>' in html
    assert '<span class="level level--european">European</span>' in html
    assert '<span class="badge badge--running">running</span>' in html
    assert "<span>network</span> <span>since 2013</span>" in html
    assert '<p class="card__byline">Network of regions</p>' in html
    assert '<p class="card__summary" lang="sv">Regions invest jointly.</p>' in html
    assert '<a class="chip" href="/y/">Smart specialisation</a></li><li>' in html


def test_nothing_that_a_card_is_told_becomes_markup() -> None:
    html = card(
        CANARY,
        CANARY,
        level=CANARY,
        level_label=CANARY,
        status=CANARY,
        status_label=CANARY,
        kind=CANARY,
        when=CANARY,
        byline=CANARY,
        summary=CANARY,
        chips=listed([(CANARY, CANARY)]),
        language=CANARY,
    )

    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 14


def test_a_filter_chip_says_that_it_removes() -> None:
    html = piece("chip", label="Running", url="?x", remove=True)

    assert '<a class="chip chip--filter" href="?x">' in html
    assert "Remove the filter:</span> Running" in html


def test_pages_keep_the_other_parameters() -> None:
    page = Paginator(range(100), 10).page(5)

    html = piece("pagination", "/initiatives/?q=food&page=5", page=page)

    assert '<a href="?q=food&amp;page=4" rel="prev">' in html
    assert '<a href="?q=food&amp;page=6" rel="next">' in html
    assert html.count('aria-current="page"') == 1
    assert html.count("<span>…</span>") == 2


def test_the_ends_of_a_list_lead_only_inwards() -> None:
    pages = Paginator(range(20), 10)

    first = piece("pagination", page=pages.page(1))
    last = piece("pagination", page=pages.page(2))

    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last


def test_a_single_page_has_no_pagination() -> None:
    assert piece("pagination", page=Paginator(range(5), 10).page(1)) == ""


def test_nothing_found_leads_on() -> None:
    suggestions = [
        {"label": "Drop “running”", "url": "?a", "count": 1},
        {"label": "Drop “food”", "url": "?b", "count": 3},
        {"label": "All", "url": "?", "count": 0},
    ]

    html = piece("empty", title="Nothing", text="Try less.", suggestions=suggestions)

    assert "<h2>Nothing</h2> <p>Try less.</p>" in html
    assert '<a href="?a">Drop “running”</a> <span class="soft">gives 1 entry</span>' in html
    assert "gives 3 entries" in html
    assert "gives 0" not in html


def test_nothing_found_may_say_no_more() -> None:
    assert "<p>" not in piece("empty", title="Nothing")


def test_facts_without_values_are_left_out() -> None:
    facts = [
        {"term": "owner", "values": [{"label": "Region Skåne", "url": "/x/", "note": "lead"}]},
        {"term": "since", "values": [{"label": "2013"}]},
        {"term": "budget", "values": []},
    ]

    html = piece("facts", facts=facts)

    assert '<dd><a href="/x/">Region Skåne</a> <span class="soft">lead</span></dd>' in html
    assert "<dt>Since</dt> <dd>2013</dd>" in html
    assert "Budget" not in html


def test_sources_that_differ_stand_side_by_side() -> None:
    def source(about: str, claim: str, **more: object) -> SimpleNamespace:
        known = {"title": "A page", "url": "", "publisher": "", "accessed_on": None}
        return SimpleNamespace(about=about, claim=claim, **{**known, **more})

    sources = [
        source("events", "81", url="https://a.example/", publisher="Kohesio"),
        source("events", "32", accessed_on=date(2026, 1, 2)),
        source("events", ""),
        source("", "It rained."),
        source("", ""),
    ]

    html = piece("sources", sources=sources)

    dispute, rest = html.split("</section>")
    assert "<h3>Sources differ: events</h3>" in dispute
    assert dispute.count("<li>") == 3
    assert '<a href="https://a.example/" rel="noopener nofollow">A page</a>, Kohesio' in dispute
    assert "seen on 2 January 2026" in dispute
    assert rest.count("<li>") == 2


def test_the_way_here_ends_where_one_is() -> None:
    html = piece("breadcrumbs", crumbs=[{"label": "People", "url": "/people/"}], here="Ada")

    assert '<a href="/people/">People</a>' in html
    assert '<span aria-current="page">Ada</span>' in html


def test_a_form_says_what_is_wrong_at_the_field_and_above() -> None:
    form = SignUp({"needs": "ramp"})

    html = piece("form_fields", form=form)

    assert 'role="alert" tabindex="-1" autofocus> <h2>There are 3 problems</h2>' in html
    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<p class="field__hint" id="id_name_helptext">As on the badge.</p>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'value="ramp"' in html
    assert "<legend>Way</legend>" in html
    assert '<label for="id_agreed">I agree</label>' in html
    assert '<input type="hidden" name="token" id="id_token">' in html
    assert html.count("(optional)") == 1


def test_a_form_without_mistakes_has_no_summary() -> None:
    html = piece("form_fields", form=SignUp())

    assert "error" not in html


def test_errors_of_the_whole_form_are_in_the_summary() -> None:
    form = SignUp({"name": "Ada", "way": "hall", "agreed": "on"})
    form.add_error(None, "The workshop is full.")

    html = piece("form_fields", form=form)

    assert "<h2>There is a problem</h2> <ul> <li>The workshop is full.</li> </ul>" in html


def test_places_are_a_bar_where_they_are_limited() -> None:
    assert 'viewBox="0 0 64 1"' in piece("places", capacity=64, taken=46)
    assert piece("places", capacity=None, taken=46) == ""


def test_evidence_is_a_table_with_bars() -> None:
    def row(value: int, unit: str, **more: object) -> SimpleNamespace:
        known = {"indicator": "Regions", "measured": None, "source_url": ""}
        return SimpleNamespace(value=Decimal(value), unit=unit, **{**known, **more})

    rows = [
        row(10, "regions", measured="2013", source_url="https://a.example/"),
        row(40, "regions"),
        row(5_000, ""),
    ]

    html = piece("evidence", rows=rows)

    assert '<rect width="25" height="1"/>' in html
    assert html.count("<rect") == 2
    assert '<td class="evidence__when">2013</td>' in html
    assert 'source<span class="visually-hidden">: Regions</span>' in html


def test_a_session_needs_only_a_title() -> None:
    html = piece("session", title="Coffee")

    assert html == (
        '<li class="session"> <div class="session__body"> '
        '<h3 class="session__title">Coffee</h3> </div> </li>'
    )


def test_a_session_shows_who_spoke_for_whom() -> None:
    people = [
        {"name": "Annie", "url": "/a/", "role": "speaker", "organisation": "VLAIO"},
        {"name": "Speaker withheld", "url": "", "role": "", "organisation": ""},
    ]

    html = piece(
        "session",
        entry=Entry(),
        title="Support for SMEs",
        url="/s/",
        when="09:30",
        kind="talk",
        room="Hall",
        people=people,
        text="*Three* agencies.",
        chips=[{"label": "SME Value Chains", "url": "/i/"}],
    )

    assert '<a href="/s/">Support for SMEs</a>' in html
    assert '<span class="session__when">09:30</span><span>talk</span><span>Hall</span>' in html
    assert '<a href="/a/">Annie</a> <span class="soft">(speaker)</span>, VLAIO' in html
    assert "<li>Speaker withheld</li>" in html
    assert "<em>Three</em>" in html
    assert '<a class="chip" href="/i/">SME Value Chains</a>' in html


def test_adoption_is_a_line_through_time() -> None:
    def transfer(**told: str) -> dict[str, str]:
        return {"when": "", "who": "Nord-Est", "url": "", "stage": "adapting", "text": ""} | told

    transfers = [
        transfer(stage_label="adapting"),
        transfer(when="2015", url="/x/", stage="adopted", stage_label="adopted", text="Joined."),
        transfer(stage_label="planning", link="https://region.example/"),
    ]

    html = piece("adoption", transfers=transfers)

    assert '<p><span class="soft">date not known</span> Nord-Est <span' in html
    assert '<strong class="number">2015</strong> <a href="/x/">Nord-Est</a>' in html
    assert '<div class="soft"><p>Joined.</p>' in html
    assert html.count("<a ") == 2
    assert 'href="https://region.example/" rel="noopener nofollow">source<' in html


def test_messages_are_announced() -> None:
    messages = [Message(constants.SUCCESS, "Saved."), Message(99, "Odd.")]

    html = piece("messages", messages=messages)

    assert '<div class="messages" role="status">' in html
    assert '<p class="message message--success">Saved.</p>' in html
    assert '<p class="message">Odd.</p>' in html


@pytest.mark.parametrize(
    ("name", "context"),
    [
        ("chip", {"label": CANARY, "url": CANARY, "remove": True}),
        ("breadcrumbs", {"crumbs": [{"label": CANARY, "url": CANARY}], "here": CANARY}),
        ("session", {"title": CANARY, "text": CANARY, "people": [{"name": CANARY, "url": CANARY}]}),
        ("empty", {"title": CANARY, "text": CANARY}),
        ("messages", {"messages": [Message(constants.INFO, CANARY)]}),
    ],
)
def test_no_text_breaks_out_of_its_piece(name: str, context: dict[str, object]) -> None:
    assert "<script" not in piece(name, **context)


def test_languages_are_offered_only_where_there_is_a_choice(settings: Settings) -> None:
    assert piece("language_switch", "/about/") == ""

    settings.LANGUAGES = [("en", "English"), ("sv", "Swedish")]
    html = piece("language_switch", "/about/")

    assert '<a href="/about/" lang="en" hreflang="en" title="English" aria-current="true">' in html
    assert 'lang="sv" hreflang="sv" title="Swedish">SV</a>' in html
