"""The ageing report: how old what a partner published has become."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.curation.freshness.ageing import ageing
from clusterix.curation.models import Membership, Partner, User
from initiatives.models import Initiative
from tests.factories import (
    CheckedLinkFactory,
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    UserFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from tests.freshness.conftest import LONG_AGO, NOW, stale
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

HERE = "/admin/ageing/"
TODAY = NOW.date()


def checked(days: int) -> date:
    """So many days ago."""
    return TODAY - timedelta(days=days)


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_the_figures_are_by_partner_and_kind(agency: Partner, publisher: User) -> None:
    dead = CheckedLinkFactory.create(failures=3)
    whole: dict[str, Any] = {"description": "Long.", "start": "2020", "funding_source": "EU"}
    stale(agency, "Never")
    stale(agency, "Fresh", last_verified_on=checked(10), website=dead.url, **whole)
    stale(agency, "Older", last_verified_on=checked(300), website="https://a.example/", **whole)
    stale(agency, "Draft", state="draft")
    PersonFactory.create(owner=PartnerFactory.create())

    [told] = ageing(publisher, TODAY)

    [figures] = told.figures
    assert told.partner == agency
    assert (figures.kind, figures.label) == (Initiative, "initiatives")
    assert (figures.published, figures.unchecked, figures.stale) == (3, 1, 1)
    assert (figures.incomplete, figures.dead_links) == (1, 1)
    assert figures.median_age == timedelta(days=300)


def test_the_five_unchecked_for_the_longest_time_are_named(
    agency: Partner, publisher: User
) -> None:
    for days in range(500, 506):
        stale(agency, f"{days} days", last_verified_on=checked(days))
    OrganisationFactory.create(
        owner=agency, name="503.5 days", published_at=LONG_AGO, last_verified_on=checked(504)
    )

    [told] = ageing(publisher, TODAY)

    names = [str(old.entry) for old in told.oldest]
    assert names == ["505 days", "503.5 days", "504 days", "503 days", "502 days"]
    assert told.oldest[0].url.startswith("/admin/initiatives/initiative/")


def test_workshops_that_are_over_are_counted_and_do_not_age(
    agency: Partner, publisher: User
) -> None:
    WorkshopFactory.create(owner=agency, starts_on=LONG_AGO.date(), published_at=LONG_AGO)

    [told] = ageing(publisher, TODAY)

    [figures] = told.figures
    assert (figures.kind, figures.published, figures.stale) == (Workshop, 1, 0)
    assert figures.median_age is None
    assert told.oldest == []


@pytest.mark.parametrize(
    ("role", "seen"),
    [("editor", ["Skåne agency"]), ("publisher", ["Skåne agency"])],
)
def test_members_see_their_own(agency: Partner, role: str, seen: list[str]) -> None:
    stale(agency)
    stale(PartnerFactory.create(name="Rival agency"), "Canary")

    page = browser(member(agency, role)).get(HERE)

    assert [one.partner.name for one in page.context["partners"]] == seen
    assert "Canary" not in page.content.decode()


def test_the_secretariat_sees_all_that_published_anything(agency: Partner) -> None:
    stale(agency)
    stale(PartnerFactory.create(name="Rival agency"))
    PartnerFactory.create(name="Newcomer")

    page = browser(secretariat()).get(HERE)

    assert [one.partner.name for one in page.context["partners"]] == [
        "Rival agency",
        "Skåne agency",
    ]


@pytest.mark.usefixtures("publisher")
def test_the_page_says_it_in_tables(agency: Partner, publisher: User) -> None:
    WorkshopFactory.create(owner=agency, starts_on=LONG_AGO.date(), published_at=LONG_AGO)
    stale(agency, "Bridges")
    with time_machine.travel(NOW):
        page = browser(publisher).get(HERE).content.decode()

    assert "What is public on 1 December 2026" in page
    assert '<th scope="col" class="number">Stale</th>' in page
    assert f"?owner__id__exact={agency.pk}&amp;state__exact=published" in page
    assert "1001 days" in page
    assert "last checked on 5 March 2024" in page
    assert '<span class="visually-hidden">none</span>' in page


def test_its_figures_lead_to_the_lists_of_what_they_count(agency: Partner, publisher: User) -> None:
    stale(agency, "Bridges")
    stale(agency, "Draft", state="draft")
    client = browser(publisher)
    page = client.get(HERE).content.decode()

    [link] = re.findall(r'href="(/admin/initiatives/initiative/\?[^"]+)"', page)
    listed = client.get(unescape(link))

    assert [str(row) for row in listed.context["cl"].result_list] == ["Bridges"]


def test_where_nothing_is_public_it_says_so(publisher: User) -> None:
    client = browser(publisher)

    assert "Nothing is public yet." in client.get(HERE).content.decode()
    assert f'href="{HERE}"' in client.get("/admin/").content.decode()


def test_who_is_no_curator_gets_nowhere() -> None:
    assert Client().get(HERE).status_code == 302
    assert browser(UserFactory.create()).get(HERE).status_code == 302
    assert browser(member()).post(HERE).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_it_takes_the_same_queries_however_much_there_is(rows: int) -> None:
    for link in CheckedLinkFactory.create_batch(rows, failures=3):
        partner = PartnerFactory.create()
        member(partner, Membership.Role.PUBLISHER)
        InitiativeFactory.create_batch(rows, owner=partner, website=link.url)
        OrganisationFactory.create_batch(rows, owner=partner)
        PersonFactory.create_batch(rows, owner=partner)
        WorkshopFactory.create_batch(rows, owner=partner)
    client = browser(secretariat())
    client.get(HERE)

    with assertNumQueries(18):
        client.get(HERE)
