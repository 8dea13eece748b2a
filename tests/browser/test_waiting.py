"""The waiting list as people live through it: on a phone, by the links in their mails."""

import re
import time
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, fill_in_registration
from tests.browser.looks import complaints_in_every_look

FORM = "/workshops/example-workshop/register/"


OFFER_ONE_PLACE_MORE = """
UPDATE registration_registrationsettings terms SET capacity = 1 + (
    SELECT coalesce(sum(party_size), 0) FROM registration_registration
    WHERE workshop_id = terms.workshop_id
      AND state IN ('confirmed', 'offered', 'attended', 'no-show')
) FROM workshops_workshop workshop
WHERE workshop.id = terms.workshop_id AND workshop.slug = 'example-workshop'
"""
OFFER_ENOUGH = "UPDATE registration_registrationsettings SET capacity = 1000"


@pytest.fixture
def one_place(database: str, site: str) -> Iterator[None]:
    """The example workshop has one place that is free; for other tests it has enough again."""
    with psycopg.connect(database) as connection:
        connection.execute(OFFER_ONE_PLACE_MORE)
    yield
    with psycopg.connect(database) as connection:
        connection.execute(OFFER_ENOUGH)


def open_registration(open_page: Open, address: str) -> Page:
    """A registration, by the link in its first mail."""
    page = open_page("/outbox/", "phone")
    mail = page.get_by_role("article").filter(has_text=address).last
    mail.get_by_role("link", name=re.compile("registrations")).first.click()
    return page


@pytest.mark.usefixtures("one_place")
def test_somebody_waits_is_offered_a_place_and_takes_it(open_page: Open) -> None:
    fill_in_registration(open_page(FORM, "phone"), "comes@example.org")
    form = open_page(FORM, "phone")
    found = {"form": complaints_in_every_look(form)}
    fill_in_registration(form, "waits@example.org", "Join the waiting list")
    found["thanks"] = complaints_in_every_look(form)

    waiting = open_registration(open_page, "waits@example.org")
    expect(waiting.get_by_text("You are number 1 in the line.")).to_be_visible()
    found["line"] = complaints_in_every_look(waiting)
    leaving = open_registration(open_page, "comes@example.org")
    leaving.get_by_role("link", name="Cancel registration").click()
    leaving.get_by_role("button", name="Cancel registration").click()
    expect(leaving.get_by_role("main")).to_contain_text("cancelled")
    waiting.reload()
    waiting.get_by_role("link", name="Take it, or leave it to others").click()
    found["offer"] = complaints_in_every_look(waiting)
    waiting.get_by_role("button", name="I am coming").click()

    expect(waiting.get_by_role("main")).to_contain_text("confirmed")
    expect(waiting.get_by_role("link", name="Add to calendar")).to_be_visible()
    assert found == {"form": {}, "thanks": {}, "line": {}, "offer": {}}


def test_what_was_typed_survives_leaving_the_form(open_page: Open) -> None:
    page = open_page(FORM, "phone")
    page.get_by_label("Name", exact=True).fill("Ada Åström")
    page.get_by_label("What we should know").fill("A ramp")
    page.get_by_role("checkbox").check()

    page.goto("/about/")
    page.goto(FORM)

    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Åström")
    expect(page.get_by_label("What we should know")).to_have_value("A ramp")
    expect(page.get_by_role("checkbox")).not_to_be_checked()


@pytest.mark.parametrize("js", [True, False], ids=["scripts", "plain"])
def test_a_phone_registers_within_a_minute(open_page: Open, js: bool) -> None:
    start = time.monotonic()
    page = open_page(FORM, "phone", js=js)

    fill_in_registration(page, f"quick-{js}@example.org".lower())

    expect(page.get_by_role("heading", level=1)).to_have_text("You are registered")
    assert time.monotonic() - start < 60
