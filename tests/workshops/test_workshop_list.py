"""The list of workshops: what comes next, what is past, and a search through both."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import RegionFactory, WorkshopFactory
from tests.people.pages import names
from tests.workshops.pages import fill

pytestmark = pytest.mark.django_db

MIDSUMMER = "2016-06-21 10:00+00:00"


@time_machine.travel(MIDSUMMER)
def test_the_list_begins_with_the_next_workshop_and_then_looks_back(client: Client) -> None:
    WorkshopFactory.create(title="Later", starts_on=date(2016, 10, 18))
    WorkshopFactory.create(title="Next", starts_on=date(2016, 6, 21), city="Malmö")
    WorkshopFactory.create(title="Past", starts_on=date(2016, 4, 1))
    WorkshopFactory.create(title="Long past", starts_on=date(2015, 4, 1))

    page = client.get("/workshops/").content.decode()

    assert names(page) == ["Next", "Later", "Past", "Long past"]
    assert page.index("Coming up") < page.index("Later") < page.index("Past workshops")
    assert "Malmö" in page
    assert "18 October 2016" in page
    assert '<a href="/workshops/calendar.ics">' in page


def test_an_example_is_marked_as_one_in_the_list(client: Client) -> None:
    WorkshopFactory.create(is_example=True)

    assert "only an example" in client.get("/workshops/").content.decode()


def test_the_list_is_searched(client: Client) -> None:
    WorkshopFactory.create(title="Peer review in Ostrava")
    WorkshopFactory.create(title="Another", starts_on=date(2016, 6, 21))

    page = client.get("/workshops/", {"q": "ostrava"}).content.decode()

    assert names(page) == ["Peer review in Ostrava"]


def test_a_search_that_finds_no_workshop_leads_back_to_all(client: Client) -> None:
    WorkshopFactory.create(title="Another")

    page = client.get("/workshops/", {"q": "nothing"}).content.decode()

    assert "No workshop found" in page
    assert '<a href="/workshops/">Show all</a>' in page


def test_words_that_are_too_long_are_refused_beside_the_field(client: Client) -> None:
    WorkshopFactory.create(title="Shown all the same")

    response = client.get("/workshops/", {"q": "w" * 201})

    assert response.status_code == 200
    assert "at most 200 characters" in response.content.decode()
    assert names(response.content.decode()) == ["Shown all the same"]


def test_only_the_first_page_of_the_past_shows_what_is_coming_up(client: Client) -> None:
    WorkshopFactory.create(title="Coming")
    for month in range(1, 13):
        WorkshopFactory.create(starts_on=date(2015, month, 1))
        WorkshopFactory.create(starts_on=date(2014, month, 1))

    first = client.get("/workshops/").content.decode()
    second = client.get("/workshops/", {"page": "2"}).content.decode()

    assert len(names(first)) == 21
    assert len(names(second)) == 4
    assert "Coming" not in second


def test_drafts_are_nowhere_in_the_list(client: Client) -> None:
    for state in ("draft", "in_review", "archived"):
        WorkshopFactory.create(title="Canary", state=state)

    for path in ("/workshops/", "/workshops/?q=canary"):
        assert 'class="card"' not in client.get(path).content.decode()
    assert "Canary" not in client.get("/workshops/").content.decode()


@time_machine.travel(MIDSUMMER)
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for day in (date(2016, 6, 1), date(2016, 7, 1)):
        for _ in range(rows):
            fill(WorkshopFactory.create(starts_on=day, region=RegionFactory.create(code="SE22")), 1)

    with django_assert_num_queries(10):
        client.get("/workshops/")
