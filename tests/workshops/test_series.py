"""Workshops that belong together."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import SeriesFactory, WorkshopFactory
from tests.people.pages import names
from tests.workshops.pages import words
from workshops.models import Series

pytestmark = pytest.mark.django_db


@pytest.fixture
def days() -> Series:
    series: Series = SeriesFactory.create(key="cluster-days", labels={"en": "Cluster days"})
    return series


def test_a_workshop_names_its_series_with_what_comes_before_and_after(
    client: Client, days: Series
) -> None:
    for year in (2024, 2025, 2026, 2027, 2028):
        WorkshopFactory.create(
            series=days, slug=f"days-{year}", title=f"Days {year}", starts_on=date(year, 6, 1)
        )
    WorkshopFactory.create(series=days, title="Canary", state="draft", starts_on=date(2026, 7, 1))
    WorkshopFactory.create(title="Of none", starts_on=date(2026, 8, 1))

    page = words(client.get("/workshops/days-2026/").content.decode())

    assert '<a href="/workshops/?series=cluster-days">Cluster days</a>' in page
    assert 'href="/workshops/days-2025/" rel="prev" lang="en">Days 2025</a>' in page
    assert 'href="/workshops/days-2027/" rel="next" lang="en">Days 2027</a>' in page
    for other in ("Days 2024", "Days 2028", "Canary", "Of none"):
        assert other not in page


def test_workshops_of_one_day_follow_one_another_all_the_same(client: Client, days: Series) -> None:
    for slug in ("first", "second"):
        WorkshopFactory.create(series=days, slug=slug, starts_on=date(2026, 6, 1))

    assert (
        'href="/workshops/second/" rel="next"' in client.get("/workshops/first/").content.decode()
    )
    assert (
        'href="/workshops/first/" rel="prev"' in client.get("/workshops/second/").content.decode()
    )


def test_examples_and_real_workshops_do_not_follow_one_another(
    client: Client, days: Series
) -> None:
    WorkshopFactory.create(series=days, slug="real", starts_on=date(2026, 6, 1))
    WorkshopFactory.create(series=days, slug="made-up", is_example=True)

    assert "made-up" not in client.get("/workshops/real/").content.decode()


def test_a_workshop_of_no_series_says_nothing_of_one(client: Client) -> None:
    WorkshopFactory.create(slug="malmo")

    assert "<dt>Series</dt>" not in client.get("/workshops/malmo/").content.decode()


def test_the_list_is_narrowed_down_to_a_series(client: Client, days: Series) -> None:
    WorkshopFactory.create(series=days, title="Of the series")
    WorkshopFactory.create(title="Another")

    every = words(client.get("/workshops/").content.decode())
    page = words(client.get("/workshops/?series=cluster-days").content.decode())

    assert '<a class="chip" href="?series=cluster-days">Cluster days</a>' in every
    assert len(names(every)) == 2
    assert names(page) == ["Of the series"]
    assert '<input type="hidden" name="series" value="cluster-days">' in page
    assert '<a class="chip chip--filter" href="?">' in page


@pytest.mark.parametrize("key", ["nonsense", "k" * 81, "<script>alert(1)</script>"])
def test_a_series_that_there_is_not_is_told_and_narrows_nothing(client: Client, key: str) -> None:
    WorkshopFactory.create(title="Shown all the same")

    response = client.get("/workshops/", {"series": key})

    page = response.content.decode()
    assert response.status_code == 200
    assert 'id="id_series_error"' in page
    assert "<script>alert" not in page
    assert names(page) == ["Shown all the same"]


def test_programs_read_the_series_of_a_workshop_and_ask_for_one(
    client: Client, days: Series
) -> None:
    WorkshopFactory.create(series=days, slug="one")
    WorkshopFactory.create(slug="other")

    found = client.get("/api/v1/workshops/", {"series": "cluster-days"}).json()["results"]
    refused = client.get("/api/v1/workshops/", {"series": "nonsense"})

    assert [(row["slug"], row["series"]) for row in found] == [
        ("one", {"key": "cluster-days", "label": "Cluster days"})
    ]
    assert refused.status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_workshop_in_a_series_costs_the_same_for_one_and_for_three(
    client: Client, days: Series, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for year in range(rows):
        for slug, start in (("before", 2020), ("after", 2030)):
            WorkshopFactory.create(
                series=days, slug=f"{slug}-{year}", starts_on=date(start + year, 6, 1)
            )
    WorkshopFactory.create(series=days, slug="malmo", starts_on=date(2026, 6, 1))

    with django_assert_num_queries(12):
        client.get("/workshops/malmo/")
