"""One's own programme, and the order that organisers give to one."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.looks import complaints_in_every_look

EXAMPLE = "/workshops/example-workshop/"


def star(page: Page, title: str) -> Locator:
    """The star at a session."""
    return page.get_by_role("button", name=f"In my programme: {title}")


def test_a_visitor_keeps_a_programme_of_their_own(open_page: Open) -> None:
    page = open_page(EXAMPLE, "phone")

    star(page, "Coffee").click()
    star(page, "Lunch").click()
    page.reload()
    expect(star(page, "Coffee")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=re.compile("^My programme 2")).click()

    expect(page.locator("[data-session]:visible")).to_have_count(2)
    calendar = page.get_by_role("link", name="Add my programme to my calendar")
    chosen = [
        page.locator("[data-session]", has=page.get_by_role("link", name=title, exact=True))
        for title in ("Coffee", "Lunch")
    ]
    guids = [session.get_attribute("data-session") for session in chosen]
    expect(calendar).to_have_attribute(
        "href", f"{EXAMPLE}calendar.ics?session={guids[0]}&session={guids[1]}"
    )
    star(page, "Coffee").click()
    star(page, "Lunch").click()
    expect(page.locator("[data-session]:visible")).to_have_count(10)
    expect(page.get_by_role("button", name=re.compile("^My programme"))).to_have_count(0)


def test_a_visitor_is_told_what_overlaps_in_their_programme(open_page: Open) -> None:
    page = open_page(EXAMPLE)

    star(page, "Money for joint investments").click()
    expect(page.get_by_text("take place at the same time")).to_have_count(0)
    star(page, "Peer review of a cluster policy").click()

    expect(page.locator("[data-overlaps]")).to_have_text(
        "Money for joint investments and Peer review of a cluster policy "
        "take place at the same time."
    )


def test_a_programme_narrowed_down_keeps_what_was_chosen(open_page: Open) -> None:
    page = open_page(EXAMPLE)
    star(page, "Coffee").click()

    page.get_by_text("Narrow down").click()
    page.get_by_role("checkbox", name=re.compile("^Break")).check()
    expect(page).to_have_url(re.compile("kind=break"))
    expect(page.locator("[data-session]:visible")).to_have_count(2)

    expect(star(page, "Coffee")).to_have_attribute("aria-pressed", "true")
    expect(star(page, "Lunch")).to_have_attribute("aria-pressed", "false")


def test_without_javascript_a_programme_has_no_stars_and_narrows_down(open_page: Open) -> None:
    page = open_page(EXAMPLE, js=False)

    expect(page.locator("[data-star]:visible")).to_have_count(0)
    page.get_by_text("Narrow down").click()
    page.get_by_role("checkbox", name=re.compile("^Break")).check()
    page.get_by_role("button", name="Show the results").click()

    expect(page).to_have_url(re.compile("kind=break#programme$"))
    expect(page.locator("[data-session]:visible")).to_have_count(2)


def test_a_visitor_elsewhere_sees_their_own_clock_beside_that_of_the_venue(
    open_page: Open,
) -> None:
    here = open_page(EXAMPLE, zone="Europe/Brussels")
    elsewhere = open_page(EXAMPLE, zone="Europe/Lisbon")

    expect(here.locator(".own-time")).to_have_count(0)
    expect(elsewhere.locator(".session__when").first).to_have_text(
        "09:30–10:00 (08:30 on your clock)"
    )


def places(page: Page) -> list[str]:
    """The sessions that could change places, in the order in which they stand."""
    return page.locator("[data-arrange] [data-title]").all_inner_texts()


def test_an_organiser_puts_sessions_in_order_by_keyboard_and_by_dragging(open_page: Open) -> None:
    page = open_page("/admin/")
    sign_in(page, "secretariat")
    page.goto("/admin/workshops/workshop/?q=cluster+initiatives")
    page.get_by_role("link", name="Open workshop").click()
    page.get_by_role("link", name="Programme", exact=True).click()
    before = places(page)
    items = page.locator("[data-arrange] > li")
    items.nth(1).get_by_role("button", name="Earlier").focus()
    page.keyboard.press("Enter")
    expect(items.first).to_contain_text(before[1])
    by_keyboard = places(page)

    items.nth(0).drag_to(items.nth(2), target_position={"x": 5, "y": 40})

    assert complaints_in_every_look(page) == {}
    assert by_keyboard == [before[1], before[0], *before[2:]]
    assert places(page) == [before[0], before[2], before[1], *before[3:]]
    expect(page.get_by_role("status").last).to_have_text(f"{before[1]} is now at place 3.")
    assert [box.input_value() for box in page.locator("[data-place]").all()] == [
        str(place) for place in range(1, len(before) + 1)
    ]
