"""Whoever types the name of an organisation hears that it is there, under a former name too."""

from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.browser.looks import complaints_in_every_look

FORM = "/admin/people/organisation/add/"


def test_a_like_name_is_told_of_while_it_is_typed(open_page: Open) -> None:
    page = open_page("/accounts/login/", "phone")
    sign_in(page, "publisher")
    page.goto(FORM)
    name, told = page.locator("#id_name"), page.locator(".alike")
    expect(told).to_be_empty()

    name.press_sequentially("region syddanmark")
    expect(told).to_contain_text("Perhaps it is here already")
    link = told.get_by_role("link", name="Region of Southern Denmark")
    expect(link).to_be_visible()
    wrong = complaints_in_every_look(page)
    name.fill("Something of its own")

    expect(told).to_be_empty()
    assert wrong == {}
