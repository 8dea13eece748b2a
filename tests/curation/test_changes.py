"""What changed last on a public page: when and in what, and nothing that was not public."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.curation.changes import last_change, told
from clusterix.curation.models import Entry
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PeerReviewFactory,
    PersonFactory,
    ThemeFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

KINDS = [OrganisationFactory, PersonFactory, InitiativeFactory, WorkshopFactory, PeerReviewFactory]
NAMES = {"name", "family_name", "title"}
WINTER = datetime.fromisoformat("2026-01-20T09:00Z")
SPRING = datetime.fromisoformat("2026-03-20T09:00Z")
SUMMER = datetime.fromisoformat("2026-06-21T09:00Z")


def changed(entry: Entry, **values: Any) -> None:
    """The entry saved with other values, as a version of its own."""
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()


@pytest.mark.parametrize("factory", KINDS)
def test_a_page_tells_when_it_changed_last_and_in_what(client: Client, factory: Any) -> None:
    with time_machine.travel(SPRING, tick=False):
        entry = factory.create()
    field = next(field for name, field in told(type(entry)).items() if name in NAMES)
    with time_machine.travel(SUMMER, tick=False):
        changed(entry, **{field.name: "Anders"})

    page = client.get(entry.get_absolute_url()).content.decode()

    _before, told_so = page.split("Last changed</dt>")
    line, _after = told_so.split("</dd>", 1)
    assert "21 June 2026" in line
    assert str(field.verbose_name) in line


@pytest.mark.parametrize("factory", KINDS)
def test_of_a_page_that_is_as_it_was_published_nothing_is_told(
    client: Client, factory: Any
) -> None:
    entry = factory.create()
    entry.verify(reason="Looked at it.")

    page = client.get(entry.get_absolute_url()).content.decode()

    assert last_change(entry) is None
    assert "Last changed" not in page


def test_the_latest_change_is_told_though_much_that_is_not_told_came_after() -> None:
    with time_machine.travel(WINTER, tick=False):
        initiative = InitiativeFactory.create(website="")
    with time_machine.travel(SPRING, tick=False):
        changed(initiative, website="https://boats.example/", summary="Boats.")
    with time_machine.travel(SUMMER, tick=False):
        for _month in range(12):
            initiative.verify(reason="Still correct.")

    change = last_change(initiative)

    assert change is not None
    assert (change.at, change.labels) == (SPRING, ["summary", "website"])


def test_what_was_chosen_counts_as_a_change() -> None:
    with time_machine.travel(SPRING, tick=False):
        initiative = InitiativeFactory.create()
    initiative.themes.set([ThemeFactory.create()])
    initiative.save()

    change = last_change(initiative)

    assert change is not None
    assert change.labels == ["themes"]


def test_what_is_put_right_on_the_first_day_is_no_change() -> None:
    with time_machine.travel(SPRING, tick=False):
        initiative = InitiativeFactory.create(title="Baots")
    with time_machine.travel(SPRING + timedelta(hours=23), tick=False):
        changed(initiative, title="Boats")

    assert last_change(initiative) is None


def test_what_was_never_public_is_not_told() -> None:
    with time_machine.travel(SPRING, tick=False):
        initiative = InitiativeFactory.create(title="Boats", state="draft")
        changed(initiative, title="Ships")
        initiative.publish(reason="Ready.")

    assert last_change(initiative) is None


def test_what_changed_in_the_archive_is_told_once_it_is_public_again() -> None:
    with time_machine.travel(SPRING, tick=False):
        initiative = InitiativeFactory.create(title="Boats")
        initiative.archive(reason="Wrong.")
        changed(initiative, title="Ships")
    with time_machine.travel(SUMMER, tick=False):
        initiative.publish(reason="Right.")

    change = last_change(initiative)

    assert change is not None
    assert (change.at, change.labels) == (SUMMER, ["title"])


def test_what_is_private_about_a_person_is_not_told() -> None:
    with time_machine.travel(SPRING, tick=False):
        person = PersonFactory.create()
    changed(person, contact_email="ada@home.example")

    assert last_change(person) is None


@pytest.mark.parametrize("versions", [1, 30])
def test_it_is_one_query_however_long_the_history(versions: int) -> None:
    with time_machine.travel(SPRING, tick=False):
        initiative = InitiativeFactory.create()
    for number in range(versions):
        changed(initiative, summary=f"Number {number}.")

    with assertNumQueries(1):
        change = last_change(initiative)

    assert change is not None
