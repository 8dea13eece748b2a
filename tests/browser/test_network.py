"""The picture of the network comes closer by keys and buttons, and leads on."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open

AROUND = "/network/?organisation=region-skane"


def width(page: Page) -> float:
    """How much of the picture is shown, in its own units."""
    box = page.locator("svg.network").get_attribute("viewBox") or ""
    return float(box.split()[2])


def test_keys_bring_the_picture_closer_and_back(open_page: Open) -> None:
    page = open_page(AROUND)
    whole = width(page)

    page.locator("svg.network a").first.focus()
    page.keyboard.press("+")
    near = width(page)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("0")

    assert near < whole
    assert width(page) == whole


def test_a_node_that_the_keyboard_reaches_comes_into_sight(open_page: Open) -> None:
    page = open_page(AROUND)
    nodes = page.locator("svg.network a")
    nodes.first.focus()
    for _step in range(4):
        page.keyboard.press("+")

    nodes.last.focus()

    frame, node = page.locator("svg.network").bounding_box(), nodes.last.locator("g").bounding_box()
    assert frame
    assert node
    assert frame["x"] <= node["x"] <= frame["x"] + frame["width"]
    assert frame["y"] <= node["y"] <= frame["y"] + frame["height"]


def test_buttons_zoom_on_a_phone_and_say_where_it_ends(open_page: Open) -> None:
    page = open_page(AROUND, "phone")
    whole = width(page)
    closer = page.get_by_role("button", name="Closer")
    further = page.get_by_role("button", name="Further away")

    expect(further).to_be_disabled()
    closer.click()
    assert width(page) < whole
    page.get_by_role("button", name="All of it").click()

    assert width(page) == whole
    expect(further).to_be_disabled()


def test_a_click_on_a_node_puts_it_into_the_middle(open_page: Open) -> None:
    page = open_page(AROUND)

    page.get_by_role("link", name=re.compile("^Mobile Health Initiative .*connections")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Mobile Health Initiative")
    expect(page).to_have_url(re.compile("initiative=mobile-health"))


def test_without_scripts_it_is_a_picture_with_links_and_no_idle_buttons(open_page: Open) -> None:
    page = open_page(AROUND, js=False)

    expect(page.locator("svg.network a").first).to_be_visible()
    expect(page.get_by_role("button", name="Closer")).to_be_hidden()
