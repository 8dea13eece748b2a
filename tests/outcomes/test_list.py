"""The page of all that was agreed: what came of it, by state and owner."""

import re
from datetime import date

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    RecommendationFactory,
    TransferFactory,
)
from workshops.models import Outcome

pytestmark = pytest.mark.django_db

LIST = "/workshops/outcomes/"
AUTUMN = "2016-09-01 12:00+00:00"


def agreed(what: str, owner: str = "", **fields: object) -> Outcome:
    """An outcome that an organisation of that name took on, if one is given."""
    organisation = owner and OrganisationFactory.create(slug=owner.lower(), name=owner)
    outcome: Outcome = OutcomeFactory.create(what=what, organisation=organisation or None, **fields)
    return outcome


def listed(page: str) -> list[str]:
    """What was agreed, as the page lists it."""
    return re.findall(r'<p class="rows__title"><span lang="en">(.*?)</span>', page)


def offered(page: str, facet: str) -> dict[str, tuple[str, bool]]:
    """What a facet offers: how many each value would give, and whether it is chosen."""
    choices = re.findall(
        rf'name="{facet}" id="[^"]*" value="([^"]*)"( checked)?>.*?facet__count">(\d+)<',
        page,
        re.DOTALL,
    )
    return {value: (count, bool(checked)) for value, checked, count in choices}


def test_all_that_was_agreed_is_listed_the_latest_workshop_first(client: Client) -> None:
    agreed("Earlier", workshop__starts_on=date(2016, 6, 21))
    agreed("Later", "MSID", workshop__starts_on=date(2018, 3, 1), workshop__title="Győr")

    page = client.get(LIST).content.decode()

    assert listed(page) == ["Later", "Earlier"]
    assert "<strong>2</strong> outcomes" in page
    assert '<a href="/organisations/msid/">MSID</a>' in page
    assert ">Győr</a>" in page


@time_machine.travel(AUTUMN)
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=done", ["Done"]),
        ("state=agreed&state=done", ["Late", "Done"]),
        ("overdue=1", ["Late", "Begun"]),
        ("overdue=1&state=agreed", ["Late"]),
        ("organisation=msid", ["Late"]),
        ("organisation=msid&organisation=ecoplus", ["Late", "Done"]),
        ("organisation=msid&state=done", []),
    ],
)
def test_it_is_narrowed_down_by_state_owner_and_delay(
    client: Client, query: str, found: list[str]
) -> None:
    agreed("Late", "MSID", due_on=date(2016, 8, 31))
    OutcomeStepFactory.create(outcome=agreed("Begun", due_on=date(2016, 8, 1)))
    OutcomeStepFactory.create(outcome=agreed("Done", "ecoplus"), state="done")

    page = client.get(f"{LIST}?{query}").content.decode()

    assert listed(page) == found
    assert ("No outcome found" in page) == (not found)


@time_machine.travel(AUTUMN)
def test_each_choice_tells_what_it_would_give(client: Client) -> None:
    agreed("Late", "MSID", due_on=date(2016, 8, 31))
    OutcomeStepFactory.create(outcome=agreed("Done", "ecoplus"), state="done")

    page = client.get(f"{LIST}?state=done").content.decode()

    assert offered(page, "state") == {"agreed": ("1", False), "done": ("1", True)}
    assert offered(page, "organisation") == {"ecoplus": ("1", False)}
    assert offered(page, "overdue") == {"1": ("0", False)}


def test_what_is_not_understood_narrows_nothing_and_is_named(client: Client) -> None:
    agreed("Joint call")

    page = client.get(f"{LIST}?state=canary&organisation=nobody").content.decode()

    assert listed(page) == ["Joint call"]
    assert page.count("Select a valid choice.") == 2


def test_a_draft_is_neither_listed_nor_offered(client: Client) -> None:
    draft = OrganisationFactory.create(slug="canary", name="Canary", state="draft")
    policy = InitiativeFactory.create(title="Canary policy", state="draft")
    agreed("Canary", "MSID", workshop__state="draft")
    agreed("Shown", workshop__state="published", instrument=policy, initiative=policy)
    Outcome.objects.filter(what="Shown").update(organisation=draft)

    pages = [client.get(LIST + query).content.decode() for query in ("", "?organisation=canary")]

    assert [listed(page) for page in pages] == [["Shown"], ["Shown"]]
    assert "Canary" not in pages[0]
    assert "MSID" not in pages[0]


def test_the_list_comes_in_pages(client: Client) -> None:
    OutcomeFactory.create_batch(25)

    pages = [client.get(f"{LIST}?page={number}").content.decode() for number in (1, 2)]

    assert [len(listed(page)) for page in pages] == [24, 1]


def test_a_narrowed_list_is_put_in_place_of_the_former_one(client: Client) -> None:
    agreed("Joint call")

    answer = client.get(LIST, headers={"HX-Request": "true"}).content.decode()

    assert listed(answer) == ["Joint call"]
    assert "<html" not in answer
    assert 'id="facets" hx-swap-oob="true"' in answer


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        transfer = TransferFactory.create()
        outcome = OutcomeFactory.create(
            organisation=OrganisationFactory.create(),
            initiative=transfer.initiative,
            transfer=transfer,
            instrument=InitiativeFactory.create(),
        )
        OutcomeStepFactory.create(outcome=outcome)
        RecommendationFactory.create().outcomes.add(outcome)

    with django_assert_num_queries(9):
        client.get(LIST)
