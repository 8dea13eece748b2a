"""A publisher proposes a change, the secretariat asks an expert, and the expert approves it."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, sign_in
from tests.browser.looks import complaints_in_every_look

PRACTICE = "/initiatives/food-cross-cluster-project/"
SOURCE = "Region Skåne’s own budget"


def proposed(page: Page) -> dict[str, list[str]]:
    """Propose a source of funding; what is wrong with the pages on the way."""
    page.goto("/admin/initiatives/initiative/?q=Cross-Cluster")
    page.get_by_role("link", name="Food & Cross-Cluster Project").click()
    page.get_by_role("link", name="Propose a change").click()
    form = complaints_in_every_look(page)
    page.get_by_label("Funding source").fill(SOURCE)
    page.get_by_label("Reason for the change").fill("The region said so")
    page.get_by_role("button", name="Propose").click()
    expect(page.get_by_text("The page stays as it is until it is approved")).to_be_visible()
    return form | complaints_in_every_look(page)


def asked(page: Page) -> dict[str, list[str]]:
    """Read it as the secretariat, and ask an expert; what is wrong with the pages."""
    page.goto("/admin/")
    waiting = page.get_by_role("region", name="Proposals to decide")
    waiting.get_by_role("link", name="Food & Cross-Cluster Project").click()
    page.get_by_text("Ask an expert to decide").click()
    wrong = complaints_in_every_look(page)
    page.get_by_label("Expert").fill("Ada Åström")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("Ada Åström gets a link by mail")).to_be_visible()
    page.get_by_role("link", name="Proposals", exact=True).click()
    return wrong | complaints_in_every_look(page)


def test_a_change_is_proposed_read_and_approved_without_an_account(open_page: Open) -> None:
    publisher, secretariat = open_page("/accounts/login/"), open_page("/accounts/login/")
    sign_in(publisher, "publisher")
    sign_in(secretariat, "secretariat")

    wrong = proposed(publisher) | asked(secretariat)
    page = open_page(PRACTICE, "phone")
    before = page.get_by_text(SOURCE).count()
    page.goto("/outbox/")
    letter = page.get_by_role("article", name=re.compile("Your opinion on a change"))
    letter.get_by_role("link", name=re.compile("proposals")).click()
    wrong |= complaints_in_every_look(page)
    page.get_by_role("link", name="The page as it would be").click()
    expect(page.get_by_text(SOURCE).first).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Both side by side").click()
    after = page.frame_locator("[title='The page as it would be']")
    expect(after.get_by_text(SOURCE).first).to_be_visible()
    wrong |= complaints_in_every_look(page)
    page.get_by_role("link", name="Back to the proposal").click()
    page.get_by_label("Approve: it becomes live").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    wrong |= complaints_in_every_look(page)
    page.goto(PRACTICE)

    expect(page.get_by_text(SOURCE).first).to_be_visible()
    assert before == 0
    assert wrong == {}
    publisher.reload()
    expect(publisher.get_by_text("Ada Åström, asked by")).to_have_count(2)
