"""A curator keeps a filter of a list, opens it again and forgets it, by keys alone."""

from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.browser.looks import complaints_in_every_look

LIST = "/admin/initiatives/initiative/"


def test_a_filter_is_kept_opened_and_forgotten_by_keys(open_page: Open) -> None:
    page = open_page("/accounts/login/", "phone")
    sign_in(page, "editor")
    page.goto(f"{LIST}?state__exact=published&q=cluster")

    page.get_by_label("Keep this filter as").focus()
    page.keyboard.type("Clusters in use")
    page.keyboard.press("Enter")
    mine = page.get_by_role("navigation", name="Your filters")
    here = mine.get_by_role("link", name="Clusters in use")
    expect(here).to_have_attribute("aria-current", "true")
    wrong = complaints_in_every_look(page)
    page.goto(LIST)
    here.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#searchbar")).to_have_value("cluster")
    mine.get_by_role("button", name="Forget “Clusters in use”").press("Enter")

    expect(mine).to_have_count(0)
    assert wrong == {}
