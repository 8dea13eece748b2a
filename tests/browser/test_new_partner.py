"""The first days of a new partner, from the invitation to a list of 853 cases that is public."""

import hmac
import io
import os
import re
import subprocess
import sys
import time
from base64 import b32decode
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from openpyxl import Workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import CHECKOUT, Open, sign_in
from tests.browser.importing import PATIENCE, check, count, refused_rows, send

ADDRESS, SECRET = "new@agency.example", "a long way to Malmö"
LIST = "/admin/initiatives/initiative/"
CASES = 853
BROKEN = {
    101: {"Country": "Atlantis"},
    102: {"Begin": "soon"},
    103: {"Title": ""},
    104: {"Nr": ""},
    105: {"Nr": "1"},
}
SECONDS_OF_A_CODE = 30


def spreadsheet() -> bytes:
    """The cases as somebody keeps them in a workbook; five rows have a mistake."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(["Nr", "Title", "Short description", "Country", "Begin"])
    for number in range(1, CASES + 1):
        row = {
            "Nr": str(number),
            "Title": f"Carried case {number}",
            "Short description": f"What the region does in case {number}.",
            "Country": "AT",
            "Begin": str(2000 + number % 20),
        }
        sheet.append(list((row | BROKEN.get(number, {})).values()))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def code(secret: str, at: float) -> str:
    """What an authenticator app shows at that time (RFC 6238)."""
    step = int(at // SECONDS_OF_A_CODE).to_bytes(8)
    digest = hmac.digest(b32decode(secret), step, "sha1")
    place = digest[-1] & 15
    number = int.from_bytes(digest[place : place + 4]) & 0x7FFFFFFF
    return f"{number % 10**6:06}"


REVIEWS = """
UPDATE curation_partner SET regions_reviewed = %s
WHERE id IN (SELECT partner_id FROM curation_membership member
             JOIN curation_user ON curation_user.id = member.user_id
             WHERE email = 'publisher@clusterix.example')
"""
TAKE_AWAY = (
    "from initiatives.models import Initiative as I;"
    "I.unscoped.filter(key__startswith='carried-').delete()"
)


@pytest.fixture
def reviewer_elsewhere(database: str, site: str) -> Iterator[None]:
    """A partner in Sweden reviews for Austria; for other tests all is gone again."""
    with psycopg.connect(database) as connection:
        connection.execute(REVIEWS, [["AT"]])
    yield
    with psycopg.connect(database) as connection:
        connection.execute(REVIEWS, [[]])
    command = [sys.executable, "manage.py", "shell", "--no-imports", "--command", TAKE_AWAY]
    subprocess.run(command, cwd=CHECKOUT, env=os.environ | {"DATABASE_URL": database}, check=True)


def invited(secretariat: Page, page: Page) -> None:
    """The secretariat invites somebody, who opens the account from the mail."""
    secretariat.goto("/admin/invitations/invitation/add/")
    secretariat.get_by_label("E-mail address").fill(ADDRESS)
    secretariat.get_by_label("Partner").select_option(label="ecoplus")
    secretariat.get_by_label("Role").select_option("editor")
    secretariat.get_by_role("button", name="Send the invitation").click()
    page.goto("/outbox/")
    letter = page.get_by_role("article").filter(has_text=ADDRESS).first
    letter.get_by_role("link", name=re.compile("invitation")).first.click()
    page.get_by_label("First name").fill("Nora")
    page.get_by_label("Last name").fill("Neu")
    page.locator("#id_password1").fill(SECRET)
    page.locator("#id_password2").fill(SECRET)
    page.get_by_role("button", name="Open the account").click()
    expect(page.get_by_role("link", name="Add a passkey")).to_be_visible()


def shown(page: Page, app: str, after: str = "") -> str:
    """The next code that an app shows, once it has been there a moment and still will be."""
    while (
        code(app, time.time()) == after or time.time() % SECONDS_OF_A_CODE > SECONDS_OF_A_CODE / 2
    ):
        page.wait_for_timeout(500)
    return code(app, time.time())


def signed_in_with_an_app(page: Page) -> None:
    """Set up an authenticator app, sign out, and come in again with what it shows next."""
    page.goto("/accounts/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        page.get_by_label("Password", exact=True).fill(SECRET)
        page.get_by_role("main").get_by_role("button", name="Go on").click()
    app = page.locator("code").inner_text()
    used = shown(page, app)
    page.get_by_label("code").fill(used)
    page.get_by_role("button", name="Turn it on").click()
    page.wait_for_url("**/recovery-codes/")
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/admin/")
    page.get_by_label("Email").fill(ADDRESS)
    page.get_by_label("Password", exact=True).fill(SECRET)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("code").fill(shown(page, app, after=used))
    page.get_by_role("main").get_by_role("button").first.click()
    page.wait_for_url("**/admin/")


def imported(page: Page, folder: Path) -> None:
    """Import what is right; correct the five rows that are not, import, undo, import again."""
    send(page, "cases.xlsx", spreadsheet())
    check(page, "carried-")
    assert (count(page, "created"), count(page, "refused")) == ("848", "5")
    text = refused_rows(page, folder)
    page.get_by_role("button", name="Import all but the refused rows").click()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible(timeout=PATIENCE)

    corrected = (
        text.replace('"Atlantis"', '"AT"')
        .replace('"soon"', '"2016"')
        .replace('"103",,', '"103","Carried case 103",')
        .replace(',,"Carried case 104"', ',"104","Carried case 104"')
        .replace('"1","Carried case 105"', '"105","Carried case 105"')
    ).encode()
    import_corrected(page, corrected)
    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("5 entries that were new go")).to_be_visible()
    page.get_by_label("Reason").fill("Too early")
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text(re.compile("^Undone"))).to_be_visible(timeout=PATIENCE)
    import_corrected(page, corrected)


def import_corrected(page: Page, corrected: bytes) -> None:
    """Import the five rows, which are right now."""
    send(page, "corrected.csv", corrected)
    check(page, "carried-")
    assert (count(page, "created"), count(page, "refused")) == ("5", "0")
    page.get_by_role("button", name="Import these").click()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible(timeout=PATIENCE)


def all_at_once(page: Page, step: str, reason: str, but: list[str], state: str) -> None:
    """Take a step with all cases in a state, but for some."""
    page.goto(f"{LIST}many/?q=Carried&state__exact={state}")
    for title in but:
        page.get_by_role("checkbox", name=re.compile(f"^{title} ")).uncheck()
    page.get_by_role("radio", name=step).check()
    page.get_by_label("Reason").fill(reason)
    page.get_by_role("button", name="Change all that are ticked").click(timeout=PATIENCE)


@pytest.mark.usefixtures("reviewer_elsewhere")
def test_a_new_partner_brings_its_cases_and_a_reviewer_elsewhere_publishes_most(
    open_page: Open, tmp_path: Path
) -> None:
    secretariat, page = open_page("/accounts/login/"), open_page("/")
    sign_in(secretariat, "secretariat")
    page.set_default_timeout(PATIENCE)
    invited(secretariat, page)
    signed_in_with_an_app(page)
    imported(page, tmp_path)
    all_at_once(page, "Submit for review", "Our list of 2016", [], "draft")
    expect(page.get_by_text("853 entries changed.")).to_be_visible(timeout=PATIENCE)

    reviewer = open_page("/accounts/login/")
    sign_in(reviewer, "publisher")
    reviewer.set_default_timeout(PATIENCE)
    waiting = reviewer.get_by_role("region", name="Waiting for me")
    expect(waiting.get_by_role("link", name="Carried case").first).to_be_visible()
    some = ["Carried case 12", "Carried case 101"]
    all_at_once(reviewer, "Publish", "Well told", some, "in_review")
    expect(reviewer.get_by_text("851 entries changed.")).to_be_visible(timeout=PATIENCE)
    all_at_once(reviewer, "Send back", "Say who runs it", [], "in_review")
    expect(reviewer.get_by_text("2 entries changed.")).to_be_visible(timeout=PATIENCE)

    visitor = open_page("/initiatives/carried-case-13/", "phone")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Carried case 13")
    assert visitor.request.get("/initiatives/carried-case-12/").status == 404
    page.goto("/admin/")
    drafts = page.get_by_role("region", name="My drafts")
    expect(drafts.get_by_role("link", name="Carried case")).to_have_count(2)
    drafts.get_by_role("link", name="Carried case 12").click()
    page.get_by_role("link", name="History").click()
    for told in ("Say who runs it", "Per Publisher", "Our list of 2016", "Nora Neu"):
        expect(page.get_by_text(told).first).to_be_visible()
    page.goto("/admin/activity/")
    expect(page.get_by_role("listitem").filter(has_text="851 initiatives")).to_be_visible()
