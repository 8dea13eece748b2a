"""What the three groups of people come for, from start to end, on a phone and on a desktop."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import (
    CHECKOUT,
    FASTEST_PERSON,
    Device,
    Open,
    Scheme,
    fill_in_registration,
    sign_in,
)

DEVICES: list[tuple[Device, Scheme]] = [("phone", "dark"), ("desktop", "light")]
either_device = pytest.mark.parametrize(("device", "scheme"), DEVICES)


def heading(page: Page, words: str) -> None:
    """The page's own heading has these words, and nothing moves any more before the next click."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(words)
    page.wait_for_load_state()


def draft(editor: Page, title: str, slug: str) -> None:
    """Begin an initiative in the admin and stay on its form."""
    editor.goto("/admin/initiatives/initiative/add/")
    editor.locator("#id_title").press_sequentially(title)
    expect(editor.locator("#id_slug")).to_have_value(slug)
    editor.locator("#id_kind").select_option("initiative")
    editor.locator("#id_level").select_option("regional")
    editor.locator("#id_summary").fill(f"{title} share what they know.")
    editor.get_by_role("button", name="Save and continue editing").click()
    expect(editor.get_by_text("draft", exact=True).first).to_be_visible()


@either_device
def test_a_stranger_finds_a_practice_and_follows_it_to_a_region(
    device: Device, scheme: Scheme, open_page: Open
) -> None:
    page = open_page("/", device, scheme)

    page.get_by_role("main").get_by_role("searchbox").fill("nextstep")
    page.get_by_role("main").get_by_role("button", name="Search").click()
    page.get_by_role("main").get_by_role("link", name="Sony Mobile NextStep").first.click()
    heading(page, "Sony Mobile NextStep")
    page.locator("#presented").get_by_role("link", name="Sony Mobile NextStep").click()
    expect(page).to_have_url(re.compile("/workshops/open-workshop-malmo-2016/sessions/"))
    page.get_by_role("main").get_by_role("link", name="Torben Hede").click()
    heading(page, "Torben Hede")
    page.get_by_role("main").get_by_role("link", name=re.compile("^Sony Mobile")).first.click()
    heading(page, "Sony Mobile")
    page.get_by_role("main").get_by_role("link", name="Skåne län").first.click()

    heading(page, "Skåne län")


@either_device
def test_a_stranger_narrows_the_catalogue_down_and_goes_back(
    device: Device, scheme: Scheme, open_page: Open
) -> None:
    page = open_page("/initiatives/?as_of=2016-06-21", device, scheme)
    before = page.locator("#count").inner_text()
    if device == "phone":
        page.get_by_text("Narrow down").click()

    page.get_by_role("checkbox", name=re.compile("^Upcoming")).check()
    expect(page).to_have_url(re.compile("status=upcoming"))
    expect(page.locator("#count")).not_to_have_text(before)
    expect(page.get_by_role("link", name="Mobile Health Initiative")).to_be_visible()
    page.go_back()

    expect(page.locator("#count")).to_have_text(before)


def test_the_catalogue_narrows_down_without_javascript(open_page: Open) -> None:
    page = open_page("/initiatives/?as_of=2016-06-21", js=False)

    page.get_by_role("checkbox", name=re.compile("^Ended")).check()
    page.get_by_role("button", name="Show the results").click()

    expect(page).to_have_url(re.compile("status=ended"))
    expect(page.get_by_role("link", name="SME Value Chains")).to_be_visible()


@either_device
def test_a_partner_adds_an_initiative_and_a_publisher_makes_it_public(
    device: Device, scheme: Scheme, open_page: Open
) -> None:
    title = f"Clusters by the sea, {device}"
    slug = f"clusters-by-the-sea-{device}"

    editor = open_page("/admin/", device, scheme)
    sign_in(editor, "editor")
    draft(editor, title, slug)
    unseen = open_page(f"/initiatives/?q=harbour&page={device}", device, scheme)
    expect(unseen.get_by_role("link", name=title)).to_have_count(0)
    editor.get_by_role("link", name="Preview").click()
    heading(editor, title)
    editor.go_back()
    editor.locator("#move_form [name=reason]").fill("Ready to be read")
    editor.get_by_role("button", name="Submit for review").click()
    expect(editor.get_by_text("in review").first).to_be_visible()

    publisher = open_page("/admin/", device, scheme)
    sign_in(publisher, "publisher")
    publisher.get_by_role("link", name=title).first.click()
    publisher.locator("#move_form [name=reason]").fill("Checked")
    publisher.get_by_role("button", name="Publish").click()
    expect(publisher.get_by_text("published").first).to_be_visible()

    visitor = open_page(f"/search/?q=harbour {device}", device, scheme)
    visitor.goto(f"/initiatives/{slug}/")
    heading(visitor, title)


@either_device
def test_a_visitor_registers_gets_a_mail_changes_and_cancels(
    device: Device, scheme: Scheme, open_page: Open
) -> None:
    address = f"ada.{device}@example.org"
    page = open_page("/", device, scheme)

    page.get_by_role("main").get_by_role("link", name="Register").first.click()
    fill_in_registration(page, address)
    heading(page, "You are registered")

    mails = open_page("/outbox/", device, scheme)
    mail = mails.get_by_role("article").filter(has_text=address).first
    expect(mail).to_contain_text("There is a place for you.")
    expect(mail.get_by_role("link", name=re.compile(r"\.ics$"))).to_be_visible()
    mail.get_by_role("link", name=re.compile("registrations")).click()
    heading(mails, "Your registration")

    mails.get_by_role("link", name="Change", exact=True).click()
    mails.get_by_label("People").fill("2")
    mails.get_by_role("button", name=re.compile("^(Save|Change)")).click()
    expect(mails.get_by_role("main")).to_contain_text("2")
    mails.get_by_role("link", name="Cancel registration").click()
    mails.get_by_role("button", name=re.compile("^Cancel")).click()
    expect(mails.get_by_role("main")).to_contain_text("cancelled")


def test_a_visitor_follows_a_search_hears_of_an_entry_and_stops(
    open_page: Open, site: str, database: str
) -> None:
    address = "follower@example.org"
    page = open_page("/initiatives/?q=lighthouse")
    page.get_by_role("link", name="Follow this search").click()
    heading(page, "Follow this search")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("At once").check()
    page.wait_for_timeout(FASTEST_PERSON)
    page.get_by_role("button", name="Follow").click()
    heading(page, "Look into your mail")
    mails = open_page("/outbox/")
    question = mails.get_by_role("article").filter(has_text=address)
    question.locator("a[href*='/following/']").first.click()
    heading(mails, "Follow this search?")
    mails.get_by_role("button", name="Yes, write to me").click()
    heading(mails, "A search you follow")

    publisher = open_page("/admin/")
    sign_in(publisher, "publisher")
    draft(publisher, "Lighthouse clusters", "lighthouse-clusters")
    publisher.locator("#move_form [name=reason]").fill("Checked")
    publisher.get_by_role("button", name="Publish").click()
    expect(publisher.get_by_text("published").first).to_be_visible()
    look_for_news(site, database)

    mails.goto("/outbox/")
    news = mails.get_by_role("article").filter(has_text=address).first
    expect(news).to_contain_text("New in the catalogue: Lighthouse clusters")
    news.locator("a[href$='/initiatives/lighthouse-clusters/']").click()
    heading(mails, "Lighthouse clusters")
    mails.go_back()
    news.locator("a[href$='/unsubscribe/']").click()
    mails.get_by_role("button", name="Stop these mails").click()
    heading(mails, "There are no more mails")
    mails.goto("/outbox/")
    expect(mails.get_by_role("article").filter(has_text=address)).to_have_count(0)


def look_for_news(site: str, database: str) -> None:
    """Do at once what the worker does once a minute."""
    news = "initiatives.following.tasks import send; send(timestamp=0)"
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", f"from {news}"],
        cwd=CHECKOUT,
        env=os.environ | {"DATABASE_URL": database, "SITE_URL": site},
        check=True,
    )


def test_the_keyboard_reaches_the_countries_of_the_map(open_page: Open) -> None:
    page = open_page("/initiatives/?view=map")
    sweden = page.get_by_role("link", name=re.compile("^Sweden: [0-9]+$"))

    page.get_by_role("link", name="Timeline").focus()
    for _press in range(60):
        page.keyboard.press("Tab")
        if sweden.evaluate("country => country === document.activeElement"):
            break
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("view=map&country=SE"))
    expect(page.get_by_role("link", name=re.compile("^Sweden: [0-9]+, chosen$"))).to_be_visible()


@either_device
@pytest.mark.parametrize("js", [True, False])
def test_a_visitor_picks_two_rows_and_compares_them(
    device: Device, scheme: Scheme, js: bool, open_page: Open
) -> None:
    page = open_page("/initiatives/?view=table", device, scheme, js=js)

    page.get_by_role("checkbox", name="Compare Cluster Games").check()
    page.get_by_role("checkbox", name="Compare Smart Accelerator").check()
    page.get_by_role("button", name="Compare the chosen").click()

    expect(page).to_have_url(re.compile(r"/compare/\?slug=cluster-games&slug=smart-accelerator$"))
    heading(page, "Compare")
    expect(page.get_by_role("rowheader", name="Where differs")).to_be_visible()
    page.get_by_role("link", name="Only differences").click()
    expect(page.get_by_role("rowheader", name="Where differs")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Kind")).to_have_count(0)


def test_the_keyboard_reaches_the_search_and_skips_to_the_page(open_page: Open) -> None:
    page = open_page("/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to")).to_be_focused()
    page.keyboard.press("/")

    expect(page.locator("#site-search")).to_be_focused()


def test_the_chosen_colours_stay(open_page: Open) -> None:
    page = open_page("/", scheme="light")

    page.locator("[data-theme-switch]").click()
    page.locator("[data-theme-switch]").click()
    chosen = page.locator("html").get_attribute("data-theme")
    page.goto("/about/")

    assert chosen == "dark"
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_form_with_mistakes_leads_to_them_and_keeps_what_was_typed(open_page: Open) -> None:
    page = open_page("/workshops/example-workshop/register/", js=False)

    page.get_by_label("Name", exact=True).fill("Ada Åström")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Register").click()

    expect(page.get_by_role("alert").or_(page.locator(".error-summary"))).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Åström")


def test_a_reference_is_copied_with_one_click(open_page: Open) -> None:
    page = open_page("/initiatives/sony-mobile-nextstep/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")

    assert copied.startswith("Sony Mobile Communications. (20")
    assert "Sony Mobile NextStep [Good practice]. Clusterix. Seen on" in copied
    assert copied.endswith("/initiatives/sony-mobile-nextstep/")
