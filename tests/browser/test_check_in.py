"""The door of a workshop on phones: by name, by code, without a connection, on two at once."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import segno
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import (
    ARGUMENTS,
    CHROMIUM,
    Open,
    fill_in_registration,
    sign_in,
)
from tests.browser.looks import complaints_in_every_look

FORM = "/workshops/example-workshop/register/"
WRITTEN = """
SELECT kind, people FROM registration_checkin written
JOIN registration_registration registration ON registration.id = written.registration_id
WHERE email = %s ORDER BY written.id
"""
RENAME = "UPDATE registration_registration SET name = %s WHERE email = %s"
FORGET = "DELETE FROM registration_registration WHERE email LIKE %s"


@pytest.fixture
def door(database: str, desk: str) -> Iterator[str]:
    """The address of the door; whoever registered for these tests is gone afterwards."""
    yield f"{desk}door/"
    with psycopg.connect(database) as connection:
        for table in ("checkin", "registrationevent", "writtenletter"):
            connection.execute(
                f"DELETE FROM registration_{table} WHERE registration_id IN "
                "(SELECT id FROM registration_registration WHERE email LIKE '%@door.example')"
            )
        connection.execute(FORGET, ["%@door.example"])


def register(open_page: Open, database: str, name: str) -> str:
    """Somebody of that name has a place; their address."""
    email = f"{name.lower()}@door.example"
    fill_in_registration(open_page(FORM), email)
    with psycopg.connect(database) as connection:
        connection.execute(RENAME, [f"{name} Ängström", email])
    return email


def at_the_door(open_page: Open, door: str, **device: bool) -> Page:
    """A phone at the door."""
    page = open_page(door, "phone", **device)
    sign_in(page, "secretariat")
    return page


WHAT_IS_SENT = re.compile(r"/door/(list\.json|presence\.json|entries/)$")


def lose_connection(page: Page) -> None:
    """Nothing gets through any more, also once the page is opened anew.

    A page that its service worker served may reach the server although Chromium is told that it
    is offline; so what it sends is stopped as well.
    """
    page.context.route(WHAT_IS_SENT, lambda asked: asked.abort("internetdisconnected"))
    page.context.set_offline(True)


def find_connection(page: Page) -> None:
    """It is back."""
    page.context.unroute(WHAT_IS_SENT)
    page.context.set_offline(False)


def let_in(page: Page, name: str) -> None:
    """Find somebody by name, and check them in."""
    page.get_by_label("Name or code").fill(name.lower())
    page.get_by_role("button", name=f"Check in: {name} Ängström").click()


def written(database: str, email: str) -> list[tuple[str, int]]:
    with psycopg.connect(database) as connection:
        return [(kind, people) for kind, people in connection.execute(WRITTEN, [email])]


def test_somebody_is_found_by_name_let_in_and_taken_back(
    open_page: Open, database: str, door: str
) -> None:
    email = register(open_page, database, "Vilma")
    page = at_the_door(open_page, door)

    page.get_by_label("Name or code").fill("vilma angs")
    found = {"found": complaints_in_every_look(page)}
    page.get_by_role("button", name="Check in: Vilma Ängström").click()
    expect(page.get_by_text("Vilma Ängström is in.")).to_be_visible()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    page.get_by_label("Name or code").fill("vilma")
    expect(page.get_by_text("here since")).to_be_visible()
    found["in"] = complaints_in_every_look(page)
    page.get_by_role("button", name="Undo: Vilma Ängström").click()

    expect(page.get_by_text("Vilma Ängström: taken back.")).to_be_visible()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()
    assert written(database, email) == [("in", 1), ("out", 1)]
    assert found == {"found": {}, "in": {}}


def test_without_a_connection_all_is_kept_and_sent_when_there_is_one(
    open_page: Open, database: str, door: str
) -> None:
    email = register(open_page, database, "Tyra")
    page = at_the_door(open_page, door)
    page.locator("[data-kept]").wait_for()

    lose_connection(page)
    let_in(page, "Tyra")
    expect(page.get_by_text("No connection")).to_contain_text("1 not sent yet")
    page.reload()
    expect(page.get_by_text("No connection")).to_contain_text("1 not sent yet")
    page.get_by_label("Name or code").fill("tyra")
    expect(page.get_by_text("here since")).to_be_visible()
    before = written(database, email)
    find_connection(page)
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()

    assert (before, written(database, email)) == ([], [("in", 1)])


def test_two_devices_that_let_the_same_person_in_are_told_so(
    open_page: Open, database: str, door: str
) -> None:
    email = register(open_page, database, "Saga")
    first, second = at_the_door(open_page, door), at_the_door(open_page, door)
    second.locator("[data-kept]").wait_for()
    lose_connection(second)
    for page in (first, second):
        let_in(page, "Saga")
    expect(first.get_by_text("Connected", exact=True)).to_be_visible()

    find_connection(second)

    conflict = second.get_by_role("region", name="To look at")
    expect(conflict).to_contain_text("Saga Ängström: Was here already, on another device")
    wrong = complaints_in_every_look(second)
    conflict.get_by_role("button").click()
    expect(conflict).to_be_hidden()
    assert written(database, email) == [("in", 1), ("in", 1)]
    assert wrong == {}


def test_a_device_that_is_finished_keeps_nothing(open_page: Open, database: str, door: str) -> None:
    register(open_page, database, "Runa")
    page = at_the_door(open_page, door)
    page.locator("[data-kept]").wait_for()

    page.get_by_role("button", name="Finish on this device").click()

    expect(page.get_by_text("This device keeps nothing any more.")).to_be_visible()
    left = page.evaluate(
        "async () => [(await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length]"
    )
    assert left == [0, 0, 0]


LEFT = """async () => {
  const databases = await indexedDB.databases();
  const opened = databases.map(({ name }) => new Promise((resolve) => {
    const opening = indexedDB.open(name);
    opening.onsuccess = () => resolve(opening.result);
  }));
  const texts = [];
  for (const database of await Promise.all(opened)) {
    for (const table of database.objectStoreNames) {
      const asked = database.transaction(table).objectStore(table).getAll();
      texts.push(await new Promise((resolve) => {
        asked.onsuccess = () => resolve(JSON.stringify(asked.result));
      }));
    }
    database.close();
  }
  return texts.join() + (await caches.keys()).join();
}"""
"""All that the browser keeps for the site, as text."""


def sign_out(page: Page) -> None:
    """As when the session ends while the page stays open."""
    page.context.clear_cookies(name="sessionid")


def test_a_device_that_is_signed_out_forgets_the_names_at_once(
    open_page: Open, database: str, door: str
) -> None:
    register(open_page, database, "Embla")
    page = at_the_door(open_page, door)
    page.locator("[data-kept]").wait_for()
    before = page.evaluate(LEFT)

    sign_out(page)
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.get_by_label("Name or code").fill("embla")

    expect(page.get_by_text("Nobody is called so.")).to_be_visible()
    after = page.evaluate(LEFT)
    assert ("Embla" in before, "door-" in before) == (True, True)
    assert ("Embla" in after, "door-" in after) == (False, False)


def test_a_device_forgets_the_names_when_its_page_leads_to_signing_in(
    open_page: Open, database: str, door: str
) -> None:
    register(open_page, database, "Gunnlod")
    page = at_the_door(open_page, door)
    page.locator("[data-kept]").wait_for()
    before = page.evaluate(LEFT)

    sign_out(page)
    page.goto(door)

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    after = page.evaluate(LEFT)
    assert ("Gunnlod" in before, "Gunnlod" in after, "door-" in after) == (True, False, False)


def test_what_is_not_sent_yet_outlives_a_sign_out_without_a_name(
    open_page: Open, database: str, door: str
) -> None:
    email = register(open_page, database, "Hervor")
    page = at_the_door(open_page, door)
    page.locator("[data-kept]").wait_for()
    lose_connection(page)
    let_in(page, "Hervor")
    expect(page.get_by_text("No connection")).to_contain_text("1 not sent yet")

    sign_out(page)
    find_connection(page)
    expect(page.get_by_text("You are signed out.")).to_contain_text("1 not sent yet")
    left = page.evaluate(LEFT)
    page.goto(door)
    sign_in(page, "secretariat")
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()

    assert ("Hervor" in left, '"kind":"in"' in left) == (False, True)
    assert written(database, email) == [("in", 1)]


def test_a_day_after_the_workshop_an_open_page_forgets_the_names(
    open_page: Open, database: str, door: str
) -> None:
    register(open_page, database, "Jorunn")
    page = at_the_door(open_page, door)
    page.locator("[data-kept]").wait_for()

    page.evaluate("() => { const now = Date.now; Date.now = () => now() + 1e12; }")

    expect(page.get_by_text("This device keeps nothing any more.")).to_be_visible()
    left = page.evaluate(LEFT)
    assert ("Jorunn" in left, "door-" in left) == (False, False)


def film(code: str, path: Path) -> Path:
    """A picture of a badge's code as a camera would send it: 640 by 480, in shades of grey."""
    width, height, scale = 640, 480, 9
    matrix = [bytes(row) for row in segno.make(code, micro=False).matrix]
    side = len(matrix) * scale
    left, top = (width - side) // 2, (height - side) // 2
    rows = [bytearray(b"\xeb" * width) for _ in range(height)]
    for y, row in enumerate(matrix):
        line = b"".join((b"\x10" if dark else b"\xeb") * scale for dark in row)
        for offset in range(scale):
            rows[top + y * scale + offset][left : left + side] = line
    colour = b"\x80" * (width * height // 2)
    frame = b"FRAME\n" + b"".join(rows) + colour
    path.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 3 * frame)
    return path


@pytest.fixture
def address(site: str, door: str) -> str:
    return f"{site}{door}"


def test_a_code_before_the_camera_lets_somebody_in(
    browser: Browser, open_page: Open, database: str, address: str, tmp_path: Path
) -> None:
    email = register(open_page, database, "Idun")
    page = at_the_door(open_page, address)
    people = page.request.get(f"{address}list.json").json()["people"]
    code = next(one["code"] for one in people if one["name"] == "Idun Ängström")
    state = page.context.storage_state()
    camera = [
        *ARGUMENTS,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-video-capture={film(code, tmp_path / 'badge.y4m')}",
    ]

    launched = browser.browser_type.launch(executable_path=CHROMIUM, args=camera)
    phone = launched.new_context(
        storage_state=state, permissions=["camera"], locale="en-GB"
    ).new_page()
    phone.goto(address)
    phone.get_by_role("button", name="Scan").click()
    expect(phone.get_by_text("Idun Ängström is in.")).to_be_visible(timeout=20_000)
    expect(phone.get_by_text("Connected", exact=True)).to_be_visible()
    launched.close()

    assert written(database, email) == [("in", 1)]


def test_without_javascript_the_door_is_a_form(open_page: Open, database: str, door: str) -> None:
    email = register(open_page, database, "Freja")
    page = at_the_door(open_page, door, js=False)

    page.get_by_label("Name or code").fill("freja")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Check in: Freja Ängström").click()

    expect(page.get_by_role("button", name="Undo: Freja Ängström")).to_be_visible()
    assert written(database, email) == [("in", 1)]
