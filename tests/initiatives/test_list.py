import re
from collections.abc import Callable
from html import unescape

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry
from initiatives.models import Initiative, Involvement
from tests.factories import (
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    ThemeFactory,
    TransferFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/initiatives/"
WORKSHOP_DAY = "2016-06-21"
DRAFT = Entry.State.DRAFT
CANARY = '<script>alert("canary")</script>'

Ask = Callable[[str], str]


@pytest.fixture
def ask(client: Client) -> Ask:
    """The page that the catalogue answers with."""

    def answer(query: str) -> str:
        response = client.get(f"{LIST}?{query}")
        assert response.status_code == 200
        return response.content.decode()

    return answer


def titles(html: str) -> list[str]:
    """The initiatives on the page, in its order."""
    found = re.findall(r'card__title"[^>]*><a[^>]*>(.*?)</a>', html)
    return [unescape(re.sub("</?mark>", "", title)) for title in found]


def counts(html: str, facet: str) -> dict[str, int]:
    """What the choices of a facet would give."""
    choices = re.findall(
        rf'name="{facet}" id="[^"]*" value="([^"]*)".*?facet__count">(\d+)<', html, re.DOTALL
    )
    return {value: int(count) for value, count in choices}


def words(html: str) -> str:
    """How many were found, as the page says it."""
    found = re.search(r'id="count">(.*?)</p>', html, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<[^>]*>", "", found[1]).split())


def chosen(html: str) -> list[tuple[str, str]]:
    """The filters that are set, and where dropping each leads."""
    chips = re.findall(r'chip--filter" href="([^"]*)">.*?</span> (.*?) <svg', html)
    return [(unescape(label), unescape(url)) for url, label in chips]


@pytest.fixture
def record() -> None:
    """The programme's world in June 2016, small."""
    sweden, austria = RegionFactory.create(code="SE22"), RegionFactory.create(code="AT12")
    wide = ThemeFactory.create(key="smart-specialisation", labels={"en": "Smart specialisation"})
    narrow = ThemeFactory.create(key="pilots", labels={"en": "Pilots"}, parent=wide)
    cross = ThemeFactory.create(key="cross-cluster", labels={"en": "Cross-cluster"})
    network = InitiativeFactory.create(
        title="Vanguard", kind="network", level="european", start="2013-11", open_ended=True
    )
    network.regions.add(sweden, austria)
    network.themes.add(wide, narrow)
    call = InitiativeFactory.create(
        title="Support call", kind="programme", level="national", start="2016-23"
    )
    call.regions.add(sweden)
    call.themes.add(cross)
    InitiativeFactory.create(title="Food project", level="regional", start="2013", end="2015")
    mobile = InitiativeFactory.create(title="Mobile health", level="regional", start="2014")
    mobile.themes.add(narrow)


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Food project", "Mobile health", "Support call", "Vanguard"]),
        ("status=running", ["Vanguard"]),
        ("status=running&status=ended", ["Food project", "Vanguard"]),
        ("status=unknown", ["Mobile health"]),
        ("level=regional", ["Food project", "Mobile health"]),
        ("level=regional&level=national&status=unknown", ["Mobile health"]),
        ("kind=programme&kind=network", ["Support call", "Vanguard"]),
        ("theme=smart-specialisation", ["Mobile health", "Vanguard"]),
        ("theme=pilots&country=SE", ["Vanguard"]),
        ("theme=cross-cluster&theme=pilots", ["Mobile health", "Support call", "Vanguard"]),
        ("country=SE", ["Support call", "Vanguard"]),
        ("country=AT&country=SE", ["Support call", "Vanguard"]),
        ("q=vangu", ["Vanguard"]),
        ("q=+", ["Food project", "Mobile health", "Support call", "Vanguard"]),
        ("sort=newest", ["Support call", "Mobile health", "Vanguard", "Food project"]),
        ("sort=published", ["Mobile health", "Food project", "Support call", "Vanguard"]),
        ("sort=title-desc", ["Vanguard", "Support call", "Mobile health", "Food project"]),
        ("sort=oldest", ["Food project", "Vanguard", "Mobile health", "Support call"]),
        ("sort=first-published", ["Vanguard", "Support call", "Food project", "Mobile health"]),
        ("sort=relevance", ["Food project", "Mobile health", "Support call", "Vanguard"]),
        ("colour=red&page=1", ["Food project", "Mobile health", "Support call", "Vanguard"]),
    ],
)
def test_what_is_asked_narrows_the_catalogue(ask: Ask, query: str, found: list[str]) -> None:
    html = ask(f"as_of={WORKSHOP_DAY}&{query}")

    assert titles(html) == found


def test_the_best_match_comes_first_unless_another_order_is_asked_for(ask: Ask) -> None:
    InitiativeFactory.create(title="A platform", summary="Links cluster organisations.")
    InitiativeFactory.create(title="Cluster cluster cluster")

    orders = [titles(ask("q=cluster")), titles(ask("q=cluster&sort=title"))]

    assert orders == [
        ["Cluster cluster cluster", "A platform"],
        ["A platform", "Cluster cluster cluster"],
    ]


@time_machine.travel("2016-06-21")
@pytest.mark.usefixtures("record")
def test_without_a_day_the_catalogue_stands_as_today(ask: Ask) -> None:
    html = ask("status=running")

    assert titles(html) == ["Vanguard"]
    assert words(html) == "1 of 4 initiatives"


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "4 initiatives"),
        ("level=regional", "2 of 4 initiatives"),
        (
            f"level=regional&as_of={WORKSHOP_DAY}",
            "2 of 4, as they stood on 21 June 2016",
        ),
        (f"as_of={WORKSHOP_DAY}", "4 of 4, as they stood on 21 June 2016"),
    ],
)
def test_the_count_is_told_in_words(ask: Ask, query: str, said: str) -> None:
    assert words(ask(query)) == said


@pytest.mark.usefixtures("record")
def test_the_counts_of_a_facet_ignore_its_own_choice(ask: Ask) -> None:
    html = ask(f"as_of={WORKSHOP_DAY}&level=regional&status=ended")

    assert counts(html, "level") == {"regional": 1}
    assert counts(html, "status") == {"ended": 1, "unknown": 1}
    assert counts(html, "kind") == {"initiative": 1}
    assert counts(html, "theme") == {}
    assert counts(html, "country") == {}


@pytest.mark.usefixtures("record")
def test_all_facets_count_what_they_would_give(ask: Ask) -> None:
    html = ask(f"as_of={WORKSHOP_DAY}")

    assert counts(html, "status") == {"running": 1, "upcoming": 1, "ended": 1, "unknown": 1}
    assert counts(html, "level") == {"european": 1, "national": 1, "regional": 2}
    assert counts(html, "kind") == {"programme": 1, "initiative": 2, "network": 1}
    assert counts(html, "theme") == {"smart-specialisation": 2, "pilots": 2, "cross-cluster": 1}
    assert counts(html, "country") == {"AT": 1, "SE": 2}


@pytest.mark.usefixtures("record")
def test_counts_respect_the_words_searched_for(ask: Ask) -> None:
    html = ask(f"as_of={WORKSHOP_DAY}&q=mobile")

    assert counts(html, "level") == {"regional": 1}
    assert counts(html, "theme") == {"smart-specialisation": 1, "pilots": 1}


@pytest.mark.usefixtures("record")
def test_a_choice_that_gives_nothing_can_still_be_taken_back(ask: Ask) -> None:
    html = ask(f"as_of={WORKSHOP_DAY}&level=local")

    assert counts(html, "level") == {"european": 1, "national": 1, "regional": 2, "local": 0}


@pytest.mark.usefixtures("record")
def test_the_status_facet_says_on_which_day(ask: Ask) -> None:
    html = ask(f"as_of={WORKSHOP_DAY}")

    assert "<legend><span>Status on 21 June 2016</span></legend>" in html


@pytest.mark.usefixtures("record")
def test_every_filter_is_a_chip_that_removes_it(ask: Ask) -> None:
    html = ask(f"q=a&status=running&status=ended&theme=pilots&as_of={WORKSHOP_DAY}&page=2&kind=")

    assert chosen(html) == [
        ("“a”", "?status=running&status=ended&theme=pilots&as_of=2016-06-21"),
        ("Running", "?q=a&status=ended&theme=pilots&as_of=2016-06-21"),
        ("Ended", "?q=a&status=running&theme=pilots&as_of=2016-06-21"),
        ("Pilots", "?q=a&status=running&status=ended&as_of=2016-06-21"),
        ("As of 21 June 2016", "?q=a&status=running&status=ended&theme=pilots"),
    ]
    assert f'href="{LIST}">Clear all</a>' in html


@pytest.mark.usefixtures("record")
def test_an_empty_result_says_which_filter_to_drop(ask: Ask) -> None:
    html = ask(f"q=food&level=regional&level=local&status=running&as_of={WORKSHOP_DAY}")

    text = " ".join(re.sub(r"<[^>]*>", "", html).split())
    assert titles(html) == []
    assert "Nothing fits all of that Without Running gives 1 entry " in unescape(text)
    assert "Without “food”" not in text
    assert "Without Regional" not in text


def test_an_empty_catalogue_says_so(ask: Ask) -> None:
    html = ask("")

    assert words(html) == "0 initiatives"
    assert "Nothing fits all of that" in html


@pytest.mark.parametrize("view", ["cards", "sculpture", ""])
def test_other_views_are_cards(ask: Ask, view: str) -> None:
    InitiativeFactory.create(title="Vanguard")

    assert titles(ask(f"view={view}")) == ["Vanguard"]


def test_a_card_says_what_it_is_and_who_leads_it(ask: Ask) -> None:
    initiative = InitiativeFactory.create(
        title="Vanguard", start="2013", open_ended=True, language="sv", summary="Regioner"
    )
    for name in ("Agency A", "Agency B"):
        InvolvementFactory.create(
            initiative=initiative, organisation=OrganisationFactory.create(name=name)
        )
    initiative.themes.add(ThemeFactory.create(key="pilots", labels={"en": "Pilots"}))

    html = ask("")

    assert f'href="{LIST}vanguard-slug/"' not in html
    assert f'lang="sv"><a href="{initiative.get_absolute_url()}">Vanguard</a>' in html
    assert '<p class="card__byline">Agency A, Agency B</p>' in html
    assert '<span class="badge badge--running">running</span>' in html
    assert "<span>since 2013</span>" in html
    assert f'<a class="chip" href="{LIST}?theme=pilots">Pilots</a>' in html


# Pages


def test_any_page_asked_for_is_a_page(ask: Ask) -> None:
    for number in range(21):
        InitiativeFactory.create(title=f"Call {number:02}")
    first = [f"Call {number:02}" for number in range(20)]

    pages = {page: titles(ask(f"page={page}")) for page in ("", "1", "abc", "1.5", "²")}
    beyond = {page: titles(ask(f"page={page}")) for page in ("2", "3", "0", "-1", "1" + "0" * 30)}

    assert all(found == first for found in pages.values())
    assert all(found == ["Call 20"] for found in beyond.values())


def test_pages_keep_what_was_asked(ask: Ask) -> None:
    for number in range(21):
        InitiativeFactory.create(title=f"Call {number:02}")

    html = ask("level=regional")

    assert 'href="?level=regional&amp;page=2" rel="next"' in html


# What the public may not see


@pytest.mark.parametrize("state", [DRAFT, Entry.State.IN_REVIEW, Entry.State.ARCHIVED])
def test_what_is_not_public_is_nowhere(ask: Ask, state: str) -> None:
    theme = ThemeFactory.create(key="secret-theme", labels={"en": "Canary theme"})
    shown = InitiativeFactory.create(title="Vanguard")
    hidden = InitiativeFactory.create(
        title="Canary title", summary="Canary summary", level="local", state=state
    )
    hidden.themes.add(theme)
    hidden.regions.add(RegionFactory.create(code="SE"))
    draft = OrganisationFactory.create(name="Canary organisation", state=state)
    InvolvementFactory.create(initiative=shown, organisation=draft)

    pages = [ask(query) for query in ("", "q=canary", "view=table", "level=local", "sort=newest")]

    assert "Canary" not in "".join(pages)
    assert [words(page)[0] for page in pages] == ["1", "0", "1", "0", "1"]
    assert counts(pages[0], "level") == {"regional": 1}
    assert counts(pages[0], "theme") == counts(pages[0], "country") == {}


def test_titles_and_names_never_run(ask: Ask) -> None:
    initiative = InitiativeFactory.create(title=CANARY, summary=CANARY, acronym=CANARY)
    InvolvementFactory.create(
        initiative=initiative, organisation=OrganisationFactory.create(name=CANARY)
    )
    initiative.themes.add(ThemeFactory.create(labels={"en": CANARY}))

    pages = [ask(""), ask("view=table"), ask(f"q={CANARY}"), ask(f"level={CANARY}&as_of={CANARY}")]

    assert '<script>alert("' not in "".join(pages)


# What is not understood


@pytest.mark.parametrize(
    ("query", "note"),
    [
        ("status=asleep", "“asleep” is not one of the choices, so it is left out."),
        ("level=cosmic", "“cosmic” is not one of the choices, so it is left out."),
        ("kind=poem", "“poem” is not one of the choices, so it is left out."),
        ("theme=none", "“none” is not one of the choices, so it is left out."),
        ("country=XX", "“XX” is not one of the choices, so it is left out."),
        ("sort=random", "“random” is not one of the choices, so it is left out."),
        ("as_of=june", "Write the day as year-month-day, such as 2016-06-21."),
        ("as_of=2016-02-30", "Write the day as year-month-day, such as 2016-06-21."),
        ("as_of=" + "9" * 500, "Write the day as year-month-day, such as 2016-06-21."),
        ("q=" + "long" * 60, "Ensure this value has at most 200 characters (it has 240)."),
    ],
)
def test_what_is_not_understood_is_named_and_left_out(ask: Ask, query: str, note: str) -> None:
    InitiativeFactory.create(title="Vanguard")

    html = ask(query)

    assert note in html
    assert "Part of what was asked is not understood" in html
    assert titles(html) == ["Vanguard"]
    assert chosen(html) == []


def test_what_is_understood_beside_it_still_counts(ask: Ask) -> None:
    InitiativeFactory.create(title="Vanguard", level="european")
    InitiativeFactory.create(title="Call", level="local")

    html = ask("level=european&level=cosmic")

    assert titles(html) == ["Vanguard"]
    assert chosen(html) == [("European", "?level=cosmic")]


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "status=%00",
        "theme=%FF%FE",
        "q=" + "x" * 100_000,
        "&".join(["level=regional"] * 10_000),
        "&".join(f"f{number}=1" for number in range(10_000)),
        "as_of=0000-00-00",
        "q=%ED%A0%80",
        "q=%27%3B--&sort=%27%3B--",
        "as_of=9999-12-31",
        "as_of=0001-01-01",
    ],
)
def test_no_question_breaks_the_page(client: Client, query: str) -> None:
    InitiativeFactory.create(start="2013")

    response = client.get(f"{LIST}?{query}")

    assert response.status_code in {200, 400, 414}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_list_is_only_read(client: Client, method: str) -> None:
    response: HttpResponse = getattr(client, method)(LIST)

    assert response.status_code == 405


# htmx


def test_htmx_gets_the_results_and_the_facets_alone(client: Client) -> None:
    InitiativeFactory.create(title="Vanguard")

    response = client.get(
        f"{LIST}?q=&status=&level=regional&page=2&sort=", headers={"HX-Request": "true"}
    )

    html = response.content.decode()
    assert "<html" not in html
    assert titles(html) == ["Vanguard"]
    assert '<div id="facets" hx-swap-oob="true">' in html
    assert 'id="said" role="status" hx-swap-oob="innerHTML"' in html
    assert response["HX-Push-Url"] == f"{LIST}?level=regional"


def test_the_same_question_twice_is_one_step_in_the_history(client: Client) -> None:
    response = client.get(
        f"{LIST}?q=pilot&sort=",
        headers={"HX-Request": "true", "HX-Current-URL": f"http://testserver{LIST}?q=pilot"},
    )

    assert response["HX-Push-Url"] == "false"


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_boosted_links_and_restored_pages_get_the_whole_page(client: Client, header: str) -> None:
    response = client.get(LIST, headers={"HX-Request": "true", header: "true"})

    assert "<html" in response.content.decode()
    assert response.headers["Vary"] == (
        "HX-Request, HX-Boosted, HX-History-Restore-Request, Accept-Language, Cookie"
    )


def test_without_htmx_the_same_form_asks(ask: Ask) -> None:
    html = ask("")

    assert f'action="{LIST}"' in html
    assert '<div id="facets">' in html
    assert ">Show the results</button>" in html


def test_filtered_lists_stay_out_of_search_engines(ask: Ask) -> None:
    robots = '<meta name="robots" content="noindex, follow">'

    assert robots not in ask("")
    assert robots in ask("level=regional")


# Cost


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [("", 2), ("view=table", 3)])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    rows: int,
    query: str,
    queries: int,
) -> None:
    for number in range(rows):
        initiative = InitiativeFactory.create(start="2013")
        region = RegionFactory.create(code=f"SE{number}")
        for _child in range(rows):
            InvolvementFactory.create(initiative=initiative, role=Involvement.Role.PARTNER)
            EvidenceFactory.create(initiative=initiative)
            TransferFactory.create(initiative=initiative)
            initiative.themes.add(ThemeFactory.create())
            initiative.regions.add(region)

    with django_assert_num_queries(queries):
        client.get(f"{LIST}?{query}")

    assert Initiative.objects.count() == rows
