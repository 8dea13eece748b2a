"""Whoever curates an entry hears which NUTS codes in it are out of use, and what replaced them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Membership, Partner, User
from initiatives.models import Initiative
from people.models import Organisation, Person, Region
from people.retired import outdated, ways
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    RegionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

MOVED = "FR24 (Centre) is out of use: it is now FRB0 (Centre — Val de Loire)."
DIVIDED = "NL33 (South) is out of use: it was divided, take one of the parts."


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create()
    return partner


@pytest.fixture
def publisher(agency: Partner) -> User:
    return member(agency, Membership.Role.PUBLISHER)


@pytest.fixture
def moved() -> Region:
    heir = RegionFactory.create(code="FRB0", name="Centre — Val de Loire")
    region: Region = RegionFactory.create(
        code="FR24", name="Centre", is_retired=True, successor=heir
    )
    return region


@pytest.fixture
def divided() -> Region:
    region: Region = RegionFactory.create(code="NL33", name="South", is_retired=True)
    return region


def told(user: User) -> dict[str, str]:
    """By the name of the entry, what is said of its regions."""
    return {str(one.entry): one.words for one in outdated(user)}


def in_regions(owner: Partner, title: str, *regions: Region, **fields: Any) -> Initiative:
    row: Initiative = InitiativeFactory.create(owner=owner, title=title, **fields)
    row.regions.set(regions)
    return row


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (Initiative, ["regions", "transfers__region"]),
        (Organisation, ["region"]),
        (Person, []),
        (Workshop, ["region"]),
    ],
)
def test_every_way_to_a_region_is_known(kind: type[Entry], found: list[str]) -> None:
    assert sorted(ways(kind)) == found


def test_entries_of_all_kinds_are_found_with_what_took_the_place(
    agency: Partner, publisher: User, moved: Region, divided: Region
) -> None:
    in_regions(agency, "Both", moved, divided, RegionFactory.create(code="SE"))
    in_regions(agency, "In use", RegionFactory.create(code="SE"))
    TransferFactory.create(
        initiative=InitiativeFactory.create(owner=agency, title="Taken over"), region=divided
    )
    OrganisationFactory.create(owner=agency, name="Body", region=moved)
    WorkshopFactory.create(owner=agency, title="Meeting", region=moved)

    assert told(publisher) == {
        "Both": f"{MOVED} {DIVIDED}",
        "Taken over": DIVIDED,
        "Body": MOVED,
        "Meeting": MOVED,
    }


def test_only_what_is_public_and_theirs_to_correct_is_told(
    agency: Partner, publisher: User, moved: Region
) -> None:
    in_regions(agency, "Draft", moved, state="draft")
    in_regions(PartnerFactory.create(), "Theirs", moved)

    assert told(publisher) == {}
    assert told(member(agency)) == {}
    assert told(secretariat()) == {"Theirs": MOVED}


def desk_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_it_stands_on_the_desk(agency: Partner, publisher: User, moved: Region) -> None:
    entry = in_regions(agency, "Bridges", moved)

    panels = {panel.title: panel for panel in desk_of(publisher).get("/admin/").context["panels"]}

    [line] = panels["Retired region codes"].lines
    assert (line.label, line.kind, line.note) == ("Bridges", "initiative", MOVED)
    assert line.url == f"/admin/initiatives/initiative/{entry.pk}/change/"


@pytest.mark.parametrize("factory", [OrganisationFactory, WorkshopFactory])
def test_the_form_of_an_entry_says_it(
    agency: Partner, publisher: User, moved: Region, factory: Any
) -> None:
    entry = factory.create(owner=agency, region=moved, state="draft")
    names = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change"

    page = desk_of(publisher).get(reverse(names, args=[entry.pk])).content.decode()

    assert MOVED in page


def test_the_form_of_an_initiative_says_it_of_its_transfers_too(
    agency: Partner, publisher: User, moved: Region, divided: Region
) -> None:
    entry = in_regions(agency, "Bridges", moved)
    TransferFactory.create(initiative=entry, region=divided)
    in_regions(agency, "Others", RegionFactory.create(code="BE1", is_retired=True))

    page = desk_of(publisher).get(f"/admin/initiatives/initiative/{entry.pk}/change/")

    assert page.context["notices"] == [MOVED, DIVIDED]


def test_the_form_of_a_person_says_nothing_of_regions(agency: Partner, publisher: User) -> None:
    person = PersonFactory.create(owner=agency)

    page = desk_of(publisher).get(f"/admin/people/person/{person.pk}/change/")

    assert page.context["notices"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_for_one_as_for_many(
    agency: Partner, publisher: User, moved: Region, rows: int
) -> None:
    for number in range(rows):
        in_regions(agency, f"Initiative {number}", moved)
        OrganisationFactory.create(owner=agency, region=moved)
        WorkshopFactory.create(owner=agency, region=moved)

    with assertNumQueries(6):
        outdated(publisher)
