"""Writing Markdown in the admin: by buttons and keys, with a preview, and without JavaScript."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.looks import complaints_in_every_look

FORM = "/admin/people/organisation/add/"


def form(open_page: Open, *, js: bool = True) -> Page:
    page = open_page("/accounts/login/", js=js)
    sign_in(page, "publisher")
    page.goto(FORM)
    return page


def test_marks_are_set_by_buttons_and_keys_and_can_be_taken_back(open_page: Open) -> None:
    page = form(open_page)
    box = page.locator("#id_description")
    tools = page.get_by_role("group", name="Formatting")

    box.fill("boats")
    box.select_text()
    page.keyboard.press("Control+b")
    expect(box).to_have_value("**boats**")
    tools.get_by_role("button", name="List").click()
    expect(box).to_have_value("- **boats**")
    page.keyboard.press("Control+z")
    expect(box).to_have_value("**boats**")
    page.keyboard.press("End")
    tools.get_by_role("button", name="Link").click()
    page.keyboard.type("site")

    expect(box).to_have_value("**boats**[site](https://)")
    box.fill("\nboats")
    page.keyboard.press("Control+Home")
    tools.get_by_role("button", name="Heading").click()
    expect(box).to_have_value("## \nboats")


def test_the_preview_is_what_the_page_will_show(open_page: Open) -> None:
    page = form(open_page)
    box = page.locator("#id_description")
    box.fill("# Boats\n\nThey are **slow** <script>alert(1)</script>.")
    look = page.get_by_role("button", name="Preview")

    look.click()
    shown = page.get_by_role("group", name="Preview")
    expect(shown.locator("strong")).to_have_text("slow")
    expect(shown.get_by_role("heading", level=3)).to_have_text("Boats")
    expect(shown).to_contain_text("<script>alert(1)</script>")
    expect(box).to_be_hidden()
    wrong = complaints_in_every_look(page)
    look.click()

    expect(box).to_be_visible()
    expect(shown).to_be_hidden()
    assert wrong == {}


def test_without_javascript_there_is_the_text_box_alone(open_page: Open) -> None:
    page = form(open_page, js=False)

    expect(page.locator("textarea[data-markdown]").first).to_be_visible()
    expect(page.get_by_role("button", name="Preview")).to_have_count(0)
