"""What was done lately: every step once, the latest first, to those who may know of it."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.curation.activity import reading
from clusterix.curation.activity.reading import Place, Step, activity
from clusterix.curation.history import unrecorded
from clusterix.curation.models import Entry, Membership, Partner, User
from initiatives.models import Initiative
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    PeerReviewFactory,
    PersonFactory,
    ThemeFactory,
    WorkshopFactory,
    member,
    secretariat,
)

pytestmark = pytest.mark.django_db

HERE = "/admin/activity/"
NOON = datetime.fromisoformat("2026-06-21T12:00Z")
KINDS = Entry.__subclasses__()
FACTORIES = [
    OrganisationFactory,
    PersonFactory,
    InitiativeFactory,
    WorkshopFactory,
    PeerReviewFactory,
]


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def ada(agency: Partner) -> User:
    return member(agency, Membership.Role.PUBLISHER, first_name="Ada", last_name="Andersson")


@pytest.fixture
def office() -> User:
    return secretariat()


def done(entry: Any, by: User | None, minute: int, reason: str = "", **values: Any) -> None:
    """The entry saved by somebody, so many minutes after noon."""
    for name, value in values.items():
        setattr(entry, name, value)
    with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
        entry.because(reason).by(by).save()


def made(factory: Any, minute: int = 0, **fields: Any) -> Any:
    """An entry begun by nobody so many minutes after noon."""
    with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
        return factory.create(**fields)


def see(user: User, query: str = "") -> str:
    """The page as that user gets it, without tags and superfluous spaces."""
    client = Client()
    client.force_login(user)
    page = client.get(f"{HERE}?{query}").content.decode()
    _before, after = page.split('id="content"', 1)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", after))


def test_a_change_is_told_with_who_what_and_why(office: User, ada: User, agency: Partner) -> None:
    boats = made(InitiativeFactory, title="Boats", owner=agency)
    done(boats, ada, 5, "The flyer is out.", summary="Ships.", website="https://b.example/")

    told = see(office)

    assert "21 June 2026, 12:05 · Ada Andersson" in told or "14:05 · Ada Andersson" in told
    assert "Initiative Boats: changed (Summary, Website) The flyer is out." in told
    assert "· the system Initiative Boats: begun as “published”" in told


def test_the_steps_of_an_entrys_life_are_named(office: User, ada: User) -> None:
    boats = made(InitiativeFactory, title="Boats", state="draft")
    for minute, step in enumerate(("submit", "publish", "verify", "archive"), 1):
        with time_machine.travel(NOON + timedelta(minutes=minute), tick=False):
            getattr(boats.by(ada), step)(reason=f"Minute {minute}.")
    with time_machine.travel(NOON + timedelta(minutes=9), tick=False):
        boats.delete()

    steps = activity(office, KINDS).steps

    assert [step.what for step in steps] == [
        "deleted",
        "now “archived”",
        "checked",
        "now “published”",
        "now “in review”",
        "begun as “draft”",
    ]
    assert {step.labels == [] for step in steps} == {True}
    assert {entry.url for step in steps for entry in step.entries} == {""}


@pytest.mark.parametrize("factory", FACTORIES)
def test_all_kinds_are_told_of_and_lead_to_their_history(office: User, factory: Any) -> None:
    entry = made(factory)

    [step] = activity(office, KINDS).steps

    client = Client()
    client.force_login(office)
    assert step.entries[0].title == str(entry)
    assert client.get(step.entries[0].url).status_code == 200


def test_what_was_chosen_is_told_too(office: User) -> None:
    boats = made(InitiativeFactory, title="Boats")
    with unrecorded(boats):
        boats.themes.set([ThemeFactory.create()])
    done(boats, None, 1, "Sorted.")

    first, _begun = activity(office, [Initiative]).steps

    assert first.labels == ["Themes"]


def test_what_was_done_to_many_at_once_is_one_step(office: User, ada: User) -> None:
    boats = [made(InitiativeFactory, minute=number, title=f"Boat {number}") for number in range(5)]
    for number, boat in enumerate(boats):
        done(boat, ada, 10 + number, "Import of boats.csv", summary="New.")

    first = activity(office, [Initiative]).steps[0]

    assert (first.count, first.others, first.what, first.labels) == (5, 2, "changed", [])
    assert [entry.title for entry in first.entries] == ["Boat 4", "Boat 3", "Boat 2"]
    assert "5 initiatives Boat 4, Boat 3, Boat 2 and 2 more: changed Import of boats.csv" in see(
        office
    )


def test_without_a_reason_only_the_changes_of_one_entry_are_one_step(
    office: User, ada: User
) -> None:
    boats, ships = made(InitiativeFactory, title="Boats"), made(InitiativeFactory, title="Ships")
    for minute, entry in enumerate((boats, boats, ships), 1):
        done(entry, ada, minute, summary=f"Minute {minute}.")

    steps = activity(office, [Initiative], by=ada).steps

    assert [(step.count, step.entries[0].title) for step in steps] == [(1, "Ships"), (1, "Boats")]


def test_members_hear_of_their_partners_entries_alone(ada: User, agency: Partner) -> None:
    made(InitiativeFactory, title="Ours", owner=agency)
    made(InitiativeFactory, title="Canary of a rival")
    member(PartnerFactory.create(name="Canary agency"), first_name="Canary")

    told = see(ada)

    assert "Ours" in told
    assert "Canary" not in told


def test_it_narrows_down_by_kind_partner_and_person(
    office: User, ada: User, agency: Partner
) -> None:
    boats = made(InitiativeFactory, title="Boats", owner=agency)
    made(OrganisationFactory, name="Harbour")
    done(boats, ada, 1, summary="Ships.")

    def steps(query: str) -> list[bool]:
        told = see(office, query)
        return [what in told for what in ("changed", "Boats: begun", "Harbour: begun")]

    assert steps("") == [True, True, True]
    assert steps("kind=organisation") == [False, False, True]
    assert steps(f"partner={agency.pk}") == [True, True, False]
    assert steps(f"by={ada.pk}") == [True, False, False]
    assert steps("kind=workshop") == [False, False, False]
    assert steps("kind=nonsense&partner=x&by=0") == [True, True, True]


def test_every_step_is_on_one_page_and_no_more(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEPS", 2)
    for minute in (0, 0, 0, 1, 1, 2, 2):
        for factory in (PersonFactory, OrganisationFactory):
            made(factory, minute)

    pages: list[list[Step]] = []
    after = None
    while not pages or after:
        found = activity(office, KINDS, after=after)
        pages.append(found.steps)
        after = found.older

    times = [step.at for page in pages for step in page]
    names = [entry.title for page in pages for step in page for entry in step.entries]
    assert times == sorted(times, reverse=True)
    assert len(names) == len(set(names)) == 14
    assert [len(page) for page in pages] == [2] * 7


def test_a_step_of_very_many_goes_on_where_the_page_ended(
    office: User, ada: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "READ_AT_ONCE", 3)
    for number in range(4):
        entry = made(InitiativeFactory, minute=0, title=f"Boat {number}")
        done(entry, ada, 10 + number, "Import of boats.csv")

    first = activity(office, [Initiative])
    second = activity(office, [Initiative], after=first.older)

    assert [step.count for step in first.steps] == [3]
    rest = second.steps[0]
    assert (rest.count, rest.reason) == (1, "Import of boats.csv")


def test_a_page_leads_to_the_earlier_and_back(
    office: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STEPS", 1)
    made(InitiativeFactory, 0, title="Boats")
    made(InitiativeFactory, 1, title="Ships")
    client = Client()
    client.force_login(office)

    first = client.get(HERE).content.decode()
    [address] = re.findall(r'href="(\?[^"]*after=[^"]*)"', first)
    second = client.get(HERE + address.replace("&amp;", "&")).content.decode()

    assert ("Ships" in first, "Boats" in first) == (True, False)
    assert ("Ships" in second, "Boats" in second) == (False, True)
    assert f'href="{HERE}"' in second
    assert "after=" not in second


@pytest.mark.parametrize("text", ["", "x", "1-2", "-1-0-1", "9" * 30 + "-0-1", "1-0-1; DROP"])
def test_an_address_that_names_no_place_shows_the_latest(office: User, text: str) -> None:
    made(InitiativeFactory, title="Boats")

    assert Place.read(text) is None
    assert "Boats" in see(office, f"after={text}")


def test_a_place_is_read_as_it_was_written() -> None:
    place = Place(NOON + timedelta(microseconds=1), 3, 17)

    assert Place.read(str(place)) == place


@pytest.mark.parametrize("number", [1, 5])
def test_one_step_costs_what_many_do(office: User, ada: User, number: int) -> None:
    for minute in range(number):
        for factory in FACTORIES:
            done(made(factory), ada, minute, f"Minute {minute}.", slug=f"x-{minute}")

    client = Client()
    client.force_login(office)
    with assertNumQueries(32):
        client.get(HERE)
