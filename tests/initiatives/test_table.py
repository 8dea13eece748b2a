"""The catalogue as a table: columns to choose, headings that sort."""

import re

import pytest
from django.http import QueryDict
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from initiatives.addresses import asking, toggled
from initiatives.columns import COLUMNS
from tests.factories import (
    EcosystemFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.initiatives.pages import Ask, between, links, plain

pytestmark = pytest.mark.django_db

TABLE = "view=table"
EVERY_COLUMN = "&".join(f"columns={column.key}" for column in COLUMNS)
CANARY = '<script>alert("canary")</script>'


def rows(html: str) -> list[list[str]]:
    """What stands in the cells, without the box for the comparison."""
    body = re.sub(r'<label class="pick">.*?</label>', "", between(html, "<tbody>", "</tbody>"))
    return [
        [plain(cell) for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def headings(html: str) -> list[str]:
    """The heads of the columns."""
    head = between(html, "<thead>", "</thead>")
    return [plain(cell) for cell in re.findall(r"<th [^>]*>(.*?)</th>", head, re.DOTALL)]


def sorted_by(html: str) -> dict[str, str]:
    """Which columns the table is sorted by, and which way."""
    head = between(html, "<thead>", "</thead>")
    found = re.findall(r'aria-sort="(\w+)"[^>]*>(.*?)</th>', head, re.DOTALL)
    return {plain(label): direction for direction, label in found}


def test_the_table_has_the_usual_columns(see: Ask) -> None:
    owner = OrganisationFactory.create(name="Region Skåne", short_name="Skåne")
    initiative = InitiativeFactory.create(title="Vanguard", level="european", kind="network")
    InvolvementFactory.create(initiative=initiative, organisation=owner)

    html = see(TABLE)

    assert headings(html) == ["Title", "Level", "Status", "When", "Kind", "Led by"]
    assert rows(html) == [["Vanguard", "European", "status unknown", "", "network", "Skåne"]]
    assert '<input type="hidden" name="view" value="table">' in html


def test_every_column_says_what_the_record_says(see: Ask) -> None:
    initiative = InitiativeFactory.create(
        title="Vanguard",
        level="european",
        kind="network",
        start="2013",
        open_ended=True,
        budget=1_250_000,
        currency="EUR",
        published_at="2016-06-21T10:00Z",
        last_verified_on="2026-05-04",
    )
    initiative.regions.add(RegionFactory.create(code="SE22"), RegionFactory.create(code="AT"))
    initiative.themes.add(ThemeFactory.create(labels={"en": "Pilots"}))
    initiative.ecosystems.add(EcosystemFactory.create(labels={"en": "Health"}))
    initiative.target_groups.add(TargetGroupFactory.create(labels={"en": "SMEs"}))

    html = see(f"{TABLE}&{EVERY_COLUMN}")

    assert dict(zip(headings(html), rows(html)[0], strict=True)) == {
        "Title": "Vanguard",
        "Level": "European",
        "Status": "running",
        "When": "since 2013",
        "Kind": "network",
        "Led by": "",
        "Where": "Austria, Sweden",
        "Themes": "Pilots",
        "Industrial ecosystems": "Health",
        "For": "SMEs",
        "Budget": "1,250,000 EUR",
        "Added": "21 June 2016",
        "Last verified": "4 May 2026",
    }


def test_chosen_columns_replace_the_usual_ones_in_the_table_s_order(see: Ask) -> None:
    InitiativeFactory.create()

    html = see(f"{TABLE}&columns=when&columns=kind&columns=level&columns=password")

    assert headings(html) == ["Title", "Level", "When", "Kind"]
    assert re.findall(r'value="(\w+)" checked', html) == ["level", "when", "kind"]


@pytest.mark.parametrize(
    ("query", "sorted_so", "title_leads", "when_leads"),
    [
        ("", {"Title": "ascending"}, "title-desc", "newest"),
        ("sort=title-desc", {"Title": "descending"}, "title", "newest"),
        ("sort=newest", {"When": "descending"}, "title", "oldest"),
        ("sort=oldest", {"When": "ascending"}, "title", "newest"),
        ("q=initiative", {}, "title", "newest"),
    ],
)
def test_a_heading_sorts_and_turns_the_order_round(
    see: Ask, query: str, sorted_so: dict[str, str], title_leads: str, when_leads: str
) -> None:
    InitiativeFactory.create(title="Initiative")

    html = see(f"{TABLE}&{query}")

    lead = links(between(html, "<thead>", "</thead>"))
    assert sorted_by(html) == sorted_so
    assert QueryDict(lead["Title"].split("?")[1])["sort"] == title_leads
    assert QueryDict(lead["When"].split("?")[1])["sort"] == when_leads


def test_a_heading_keeps_what_was_asked_and_starts_at_the_first_page(see: Ask) -> None:
    InitiativeFactory.create(level="local")

    html = see(f"{TABLE}&level=local&columns=added&page=1&q=")

    lead = links(between(html, "<thead>", "</thead>"))
    assert lead["Added"] == "/initiatives/?view=table&level=local&columns=added&sort=published"


def test_rows_can_be_picked_for_the_comparison(see: Ask) -> None:
    InitiativeFactory.create(slug="vanguard")

    html = see(f"{TABLE}&as_of=2016-06-21")

    assert '<input type="checkbox" form="compare" name="slug" value="vanguard"' in html
    assert '<form id="compare" action="/initiatives/compare/">' in html
    assert '<input type="hidden" form="compare" name="as_of" value="2016-06-21">' in html


def test_the_table_shows_nobody_a_draft_and_runs_nothing(see: Ask) -> None:
    hidden = OrganisationFactory.create(name="Zephyrine", state="draft")
    initiative = InitiativeFactory.create(title=CANARY)
    InvolvementFactory.create(initiative=initiative, organisation=hidden)
    InitiativeFactory.create(title="Zephyrine", state="draft")

    html = see(f"{TABLE}&{EVERY_COLUMN}")

    assert "Zephyrine" not in html
    assert '<script>alert("' not in html


def test_an_address_changes_one_answer_and_drops_the_page() -> None:
    query = QueryDict("level=local&q=&page=3&country=SE&country=AT")

    assert asking(query, sort="title") == "?level=local&country=SE&country=AT&sort=title"
    assert asking(query, level="") == "?country=SE&country=AT"
    assert toggled(query, "country", "SE") == "?level=local&country=AT"
    assert toggled(query, "country", "DE") == "?level=local&country=SE&country=AT&country=DE"
    assert toggled(QueryDict("country=SE"), "country", "SE") == "?"


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(("query", "queries"), [(TABLE, 3), (f"{TABLE}&{EVERY_COLUMN}", 7)])
def test_the_table_costs_the_same_for_one_and_for_three(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
    query: str,
    queries: int,
) -> None:
    for _row in range(number):
        initiative = InitiativeFactory.create()
        InvolvementFactory.create(initiative=initiative)
        initiative.regions.add(RegionFactory.create(code="SE22"))
        initiative.themes.add(ThemeFactory.create())

    with django_assert_num_queries(queries):
        client.get(f"/initiatives/?{query}")
