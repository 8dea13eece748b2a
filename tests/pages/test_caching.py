from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import InitiativeFactory, member
from tests.test_addresses import AFTER_SIGN_IN, BY_SECRET, FOR_EVERYONE, OF_AN_ENTRY

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as TestResponse

pytestmark = pytest.mark.django_db

BY_EVERYONE = "public, max-age=0, s-maxage=1"
BY_ONE = "private, no-cache"

OTHERWISE_KEPT = {
    "favicon": "max-age=86400, public",
    "initiatives:export_csv": "no-store",
    "initiatives:export_json": "no-store",
    "initiatives:export_xlsx": "no-store",
}
FOR_ONE_VISITOR = {
    "account_login",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "following:asked",
    "following:follow",
    "healthz",
    "registration:erased",
    "registration:link_sent",
    "registration:lost_link",
    "registration:register",
    "registration:thanks",
    *(name for name in OF_AN_ENTRY if name.startswith("reports:")),
}
"""Public pages that carry a form's token or tell of what one person did, and the probe."""


def visit(address: str, **cookies: str) -> "TestResponse":
    """The answer to a visitor who brings those cookies."""
    client = Client()
    client.cookies.load(cookies)
    return client.get(address)


@pytest.mark.parametrize("name", sorted(FOR_EVERYONE - FOR_ONE_VISITOR))
def test_what_is_the_same_for_everyone_may_be_kept_for_a_second(name: str) -> None:
    response = visit(reverse(name))

    assert response["Cache-Control"] == OTHERWISE_KEPT.get(name, BY_EVERYONE)


@pytest.mark.parametrize("name", sorted(OF_AN_ENTRY.keys() - FOR_ONE_VISITOR))
def test_the_page_of_an_entry_may_be_kept_for_a_second(name: str) -> None:
    entry = OF_AN_ENTRY[name]()

    response = visit(reverse(name, args=[entry.slug]))

    assert response["Cache-Control"] == BY_EVERYONE


@pytest.mark.parametrize("name", sorted(FOR_ONE_VISITOR | AFTER_SIGN_IN))
def test_what_is_for_one_visitor_stays_out_of_shared_caches(name: str) -> None:
    slugs = [OF_AN_ENTRY[name]().slug] if name in OF_AN_ENTRY else []

    response = visit(reverse(name, args=slugs))

    assert "private" in response["Cache-Control"]
    assert "public" not in response["Cache-Control"]


@pytest.mark.parametrize("name", sorted(BY_SECRET))
def test_what_a_secret_opens_is_stored_nowhere(name: str) -> None:
    reference = BY_SECRET[name]().reference

    response = visit(reverse(name, args=[reference]))

    assert "no-store" in response["Cache-Control"]


KNOWS_NOBODY = {name for name in FOR_EVERYONE if name.startswith("api:")}
"""The interface for programs looks at no session, so a member is a visitor like any other."""


@pytest.mark.parametrize("name", sorted(FOR_EVERYONE - {"healthz"} - KNOWS_NOBODY))
def test_nothing_that_a_member_sees_may_be_shared(name: str) -> None:
    client = Client()
    client.force_login(member())

    response = client.get(reverse(name))

    if name not in OTHERWISE_KEPT:
        assert "public" not in response["Cache-Control"]


@pytest.mark.parametrize(
    ("cookies", "kept"),
    [
        ({}, BY_EVERYONE),
        ({"theme": "dark"}, BY_EVERYONE),
        ({"sessionid": "x"}, BY_ONE),
        ({"theme": "dark", "messages": "x"}, BY_ONE),
        ({"csrftoken": "x"}, BY_ONE),
    ],
)
def test_only_visitors_without_a_name_share_an_answer(cookies: dict[str, str], kept: str) -> None:
    response = visit("/about/", **cookies)

    assert response["Cache-Control"] == kept
    assert "Cookie" in response["Vary"]


def test_an_error_is_not_kept() -> None:
    statuses = {address: visit(address) for address in ("/initiatives/none/", "/about/?q=%00")}

    assert {page.status_code for page in statuses.values()} == {404, 400}
    assert {page["Cache-Control"] for page in statuses.values()} == {BY_ONE}


@pytest.mark.parametrize("address", ["/", "/initiatives/", "/about/", "/workshops/calendar.ics"])
def test_who_has_a_page_already_is_told_that_it_is_the_same(address: str) -> None:
    InitiativeFactory.create()
    first = visit(address)

    again = Client().get(address, headers={"if-none-match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert (again["ETag"], again["Cache-Control"]) == (first["ETag"], BY_EVERYONE)


def test_a_change_gives_a_page_another_tag() -> None:
    initiative = InitiativeFactory.create()
    first = visit(initiative.get_absolute_url())
    initiative.title = "Another title"
    initiative.save()

    again = Client().get(initiative.get_absolute_url(), headers={"if-none-match": first["ETag"]})

    assert again.status_code == 200
    assert "Another title" in again.content.decode()
