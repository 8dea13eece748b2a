"""An editor works behind the scenes by keys alone."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in


def tab_to(page: Page, name: str, most: int = 80) -> None:
    """Press Tab until what has that name has the focus, and is seen to have it."""
    target = page.get_by_role("link", name=name).or_(page.get_by_role("button", name=name)).first
    for _ in range(most):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            outline = target.evaluate("element => getComputedStyle(element).outlineStyle")
            assert outline != "none", name
            return
    raise AssertionError(f"{name} is not reached by {most} tabs.")


def test_an_organisation_is_found_opened_begun_and_kept_by_keys(open_page: Open) -> None:
    page = open_page("/accounts/login/")
    sign_in(page, "editor")
    page.goto("/admin/people/organisation/")

    page.locator("body").press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.keyboard.type("skåne")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/admin/people/organisation/?q=sk%C3%A5ne")
    page.goto("/admin/people/organisation/add/")
    expect(page.locator("#id_name")).to_be_focused()
    page.keyboard.type("Harbour of keys")
    page.locator("#id_kind").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+s")

    expect(page.get_by_text("was added successfully")).to_be_visible()
    tab_to(page, "Harbour of keys")
    page.keyboard.press("Enter")
    expect(page.locator("#id_name")).to_have_value("Harbour of keys")
