"""The home page: what comes next, what runs now and where, and what is new."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry
from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Initiative
from tests.factories import (
    ContributionFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    RegionFactory,
    RegistrationSettingsFactory,
    TransferFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)
CANARY = "canary"


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel(datetime(2026, 11, 23, 12, tzinfo=UTC), tick=False):
        yield


def running(*countries: str, **fields: object) -> Initiative:
    """An initiative that runs in those countries."""
    initiative: Initiative = InitiativeFactory.create(
        start=PartialDate("2015"), open_ended=True, **fields
    )
    initiative.regions.set([RegionFactory.create(code=code) for code in countries])
    return initiative


def home(client: Client) -> str:
    """The page, with single spaces."""
    response = client.get("/")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def figures(html: str) -> list[str]:
    """The record in four figures."""
    return re.findall(r"<strong>(\d+)</strong>", html)


def test_an_empty_record_makes_a_calm_page(client: Client) -> None:
    html = home(client)

    assert figures(html) == ["0", "0", "0", "0"]
    assert "Nothing in the record is known to run today." in html
    assert "No initiative in the record has a place yet." in html
    assert "Next workshop" not in html
    assert "Newest good practices" not in html


def test_four_figures_count_what_is_public(client: Client) -> None:
    running("SE")
    InitiativeFactory.create(start=PartialDate("2027"))
    EvidenceFactory.create()
    TransferFactory.create()
    running("SE", state=Entry.State.DRAFT)

    assert figures(home(client)) == ["1", "1", "1", "1"]


def test_countries_are_a_table_and_a_map_that_lead_to_their_initiatives(client: Client) -> None:
    running("SE", "EL")
    InitiativeFactory.create(end=PartialDate("2016")).regions.set([RegionFactory.create(code="SE")])

    html = home(client)

    rows = re.findall(r'<th scope="row"><a href="([^"]*)">([^<]*)</a></th> <td [^>]*>(\d)', html)
    assert rows == [
        ("/initiatives/?country=SE", "Sweden", "2"),
        ("/initiatives/?country=EL", "Greece", "1"),
    ]
    assert 'aria-label="Sweden: 2"' in html


def test_further_countries_are_a_click_away(client: Client) -> None:
    running("SE", "EL", "AT", "BE", "CZ", "DE", "DK", "FR")

    html = home(client)

    table, rest = html.split("All countries")
    assert table.count('<th scope="row">') == 6
    assert "Greece" in rest
    assert "Sweden" in rest


def test_the_next_workshop_is_the_one_not_over_yet(client: Client) -> None:
    WorkshopFactory.create(title="Long past", starts_on=date(2016, 6, 21))
    WorkshopFactory.create(title="Much later", is_example=True, starts_on=date(2027, 6, 1))
    WorkshopFactory.create(
        title="Soon",
        city="Malmö",
        format="hybrid",
        is_example=True,
        starts_on=date(2026, 12, 1),
        ends_on=date(2026, 12, 2),
    )

    html = home(client)

    card = html[html.index("Next workshop") : html.index("Running now in Europe")]
    assert ">Soon</a>" in card
    assert ">Tuesday, 1–2 December 2026</time> · Malmö · in person and online" in card
    assert "An example" in card
    assert "Long past" not in html
    assert "Much later" not in html


def test_a_workshop_with_open_registration_says_how_many_places_are_left(client: Client) -> None:
    workshop = WorkshopFactory.create(starts_on=date(2026, 12, 31))
    RegistrationSettingsFactory.create(workshop=workshop, capacity=64)

    html = home(client)

    assert "64 of 64 places left" in html
    assert f'<a class="button" href="/workshops/{workshop.slug}/register/">Register</a>' in html


def test_a_real_workshop_comes_before_an_example(client: Client) -> None:
    WorkshopFactory.create(title="Example", is_example=True, starts_on=date(2026, 12, 1))
    WorkshopFactory.create(title="Real", starts_on=date(2027, 1, 1))

    html = home(client)

    assert ">Real</a>" in html
    assert "Example" not in html


def test_what_runs_now_is_listed_the_latest_first(client: Client) -> None:
    for year in range(2010, 2016):
        InitiativeFactory.create(
            title=f"Since {year}", start=PartialDate(str(year)), open_ended=True
        )
    InitiativeFactory.create(title="Over", end=PartialDate("2016"))

    html = home(client)

    assert re.findall(r">(Since \d{4})</a>", html) == [f"Since {y}" for y in range(2015, 2010, -1)]
    assert 'href="/initiatives/?status=running">All that runs now' in html
    assert ">Over</a>" not in html


def test_the_newest_practices_come_first_and_are_three(client: Client) -> None:
    for number in range(4):
        InitiativeFactory.create(
            title=f"Practice {number}",
            kind=Initiative.Kind.GOOD_PRACTICE,
            published_at=datetime(2026, 1, 1 + number, tzinfo=UTC),
        )
    InitiativeFactory.create(title="A programme", kind=Initiative.Kind.PROGRAMME)

    html = home(client)

    titles = re.findall(r'<h3 class="card__title"[^>]*><a href="[^"]*">([^<]*)', html)

    assert titles == ["Practice 3", "Practice 2", "Practice 1"]


def test_drafts_are_nowhere(client: Client) -> None:
    draft = {"state": Entry.State.DRAFT, "title": CANARY, "summary": CANARY, "slug": CANARY}
    running("SE", **draft, kind=Initiative.Kind.GOOD_PRACTICE)
    WorkshopFactory.create(**draft, starts_on=date(2026, 12, 1))
    hidden = OrganisationFactory.create(state=Entry.State.DRAFT, name=CANARY, key=CANARY)
    InvolvementFactory.create(
        initiative=running("BE", kind=Initiative.Kind.GOOD_PRACTICE), organisation=hidden
    )

    html = home(client)

    assert CANARY not in html
    assert "Sweden" not in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_takes_the_same_queries_whatever_there_is(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _row in range(rows):
        practice = running("SE", "BE", kind=Initiative.Kind.GOOD_PRACTICE)
        InvolvementFactory.create(initiative=practice)
        ContributionFactory.create(organisation=OrganisationFactory.create())

    with django_assert_num_queries(13):
        home(client)


def test_search_engines_are_told_how_to_search_here(client: Client) -> None:
    html = home(client)

    assert '"target": "http://testserver/search/?q={search_term_string}"' in html


def test_the_page_is_only_read(client: Client) -> None:
    assert client.post("/").status_code == 405
