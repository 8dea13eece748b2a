"""Curators keep a list as they narrowed it down, for themselves, and find it above the list."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Partner, User
from clusterix.curation.saved import keeping
from clusterix.curation.saved.models import SavedFilter
from tests.admin.conftest import SignedIn
from tests.factories import InitiativeFactory, OrganisationFactory

pytestmark = pytest.mark.django_db

LIST = "/admin/initiatives/initiative/"
SAVE = f"{LIST}filters/save/"
DRAFTS = "q=bridges&state__exact=draft"


@pytest.fixture
def browser(client: Client, publisher: User) -> Client:
    client.force_login(publisher)
    return client


def keep(browser: Client, query: str = DRAFTS, name: str = "Draft bridges") -> Any:
    return browser.post(SAVE, {"name": name, "query": query}, follow=True)


def kept() -> list[tuple[str, str, str]]:
    return list(
        SavedFilter.objects.order_by("kind", "name", "pk").values_list("kind", "name", "query")
    )


def test_a_list_is_kept_as_it_is_narrowed_down_and_found_again(
    browser: Client, agency: Partner
) -> None:
    InitiativeFactory.create(owner=agency, title="Bridges", state="draft")
    InitiativeFactory.create(owner=agency, title="Bridges in use")
    offered = browser.get(f"{LIST}?{DRAFTS}&p=1")
    query = offered.context["save_filter_form"]["query"].value()

    page = keep(browser, query)

    assert page.redirect_chain[-1][0] == f"{LIST}?{DRAFTS}"
    assert page.context["cl"].result_count == 1
    assert "Kept as “Draft bridges”." in page.text
    assert "Keep this filter" not in page.text
    link = f'<a href="?{DRAFTS.replace("&", "&amp;")}" aria-current="true">Draft bridges</a>'
    assert link in page.text
    assert link.replace(' aria-current="true"', "") in browser.get(LIST).text


def test_a_list_that_is_not_narrowed_down_offers_nothing_to_keep(browser: Client) -> None:
    page = browser.get(f"{LIST}?p=1")

    assert "Keep this filter" not in page.text
    assert "Your filters" not in page.text


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "All"),
        ("p=2", "A page"),
        ("owner__users__password__startswith=x", "A canary"),
        (DRAFTS, ""),
        (DRAFTS, 61 * "x"),
        (f"q={1_000 * 'x'}", "Long"),
    ],
)
def test_what_narrows_nothing_down_or_has_no_good_name_is_not_kept(
    browser: Client, query: str, name: str
) -> None:
    page = keep(browser, query, name)

    assert page.status_code == 200
    assert "Narrow the list down and give that a name." in page.text
    assert kept() == []


def test_of_a_query_only_what_the_list_understands_is_kept(browser: Client) -> None:
    keep(browser, f"{DRAFTS}&p=3&password=canary&_popup=1&o=-1&owner__users__email=x&kind__exact=")

    assert kept() == [
        ("initiatives.initiative", "Draft bridges", "o=-1&q=bridges&state__exact=draft")
    ]


def test_a_name_that_is_taken_stands_for_the_new_filter(browser: Client) -> None:
    keep(browser)

    keep(browser, "q=tunnels")

    assert kept() == [("initiatives.initiative", "Draft bridges", "q=tunnels")]


def test_thirty_of_a_list_are_kept_and_no_more(
    browser: Client, publisher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MOST", 2)
    keep(browser, name="One")
    keep(browser, name="Two")

    refused = keep(browser, name="Three")
    again = keep(browser, "q=tunnels", name="Two")

    assert "2 filters of a list are kept at most" in refused.text
    assert "Kept as “Two”." in again.text
    assert [name for _, name, _ in kept()] == ["One", "Two"]


def test_a_filter_is_forgotten_by_who_keeps_it_and_by_nobody_else(
    browser: Client, signed_in: SignedIn
) -> None:
    keep(browser)
    address = f"{LIST}filters/{SavedFilter.objects.get().pk}/forget/"

    others = {signed_in(role).post(address).status_code for role in ("editor", "secretariat")}
    elsewhere = browser.post(address.replace(LIST, "/admin/people/person/")).status_code
    page = browser.post(address, follow=True)

    assert (others, elsewhere) == ({404}, 404)
    assert "“Draft bridges” is forgotten." in page.text
    assert kept() == []


def test_nobody_sees_the_filters_of_others_or_of_another_list(
    browser: Client, signed_in: SignedIn
) -> None:
    keep(browser, "q=canary", "Canary")

    pages = [signed_in("editor").get(LIST), browser.get("/admin/people/organisation/")]

    assert all("anary" not in page.text for page in pages)


def test_a_small_window_that_chooses_an_entry_has_no_filters(
    browser: Client, agency: Partner
) -> None:
    OrganisationFactory.create(owner=agency)
    SavedFilter.objects.create(
        user=User.objects.get(email="publisher@agency.example"),
        kind="people.organisation",
        name="Canary",
        query="q=canary",
    )

    page = browser.get(reverse("admin:people_organisation_changelist"), {"_popup": "1"})

    assert "Canary" not in page.text
