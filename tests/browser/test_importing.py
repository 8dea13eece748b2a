"""A list with five broken rows, from the file to its undoing, on a phone."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Open, sign_in
from tests.browser.importing import PATIENCE, check, count, refused_rows, send
from tests.browser.looks import complaints_in_every_look

HEADER = "Nr;Title;Short description;Country;Begin\n"
GOOD = "".join(f"{n};Listed cluster {n};It is on the list.;SE;2{n:03}\n" for n in range(1, 4))
BROKEN = (
    "4;Wrong country;It is on the list.;Atlantis;2017\n"
    "5;Wrong date;It is on the list.;SE;soon\n"
    "6;;It has no title.;SE;2017\n"
    ";No key;It is on the list.;SE;2017\n"
    "1;The same key;It is on the list.;SE;2017\n"
)


def test_a_list_with_five_broken_rows_is_corrected_imported_and_undone(
    open_page: Open, tmp_path: Path
) -> None:
    page = open_page("/admin/", "phone")
    sign_in(page, "publisher")
    page.goto("/admin/batches/importbatch/add/")
    found = {"upload": complaints_in_every_look(page)}

    send(page, "list.csv", (HEADER + GOOD + BROKEN).encode())
    expect(page.locator("#id_column-1")).to_have_value("title")
    found["columns"] = complaints_in_every_look(page)
    page.set_viewport_size({"width": 360, "height": 780})
    check(page, "phone-list-")
    found["report"] = complaints_in_every_look(page)
    page.set_viewport_size({"width": 360, "height": 780})
    assert (count(page, "created"), count(page, "refused")) == ("3", "5")

    text = refused_rows(page, tmp_path)
    assert text.count("\n") == 6
    page.get_by_role("button", name="Import all but the refused rows").click()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible(timeout=PATIENCE)

    corrected = (
        text.replace('"Atlantis"', '"AT"')
        .replace('"soon"', '"21.06.2016"')
        .replace('"6",,', '"6","A title",')
        .replace(',,"No key"', ',"7","No key"')
        .replace('"1","The same key"', '"8","The same key"')
    )
    send(page, "corrected.csv", corrected.encode())
    check(page, "phone-list-")
    assert (count(page, "created"), count(page, "refused")) == ("5", "0")
    page.get_by_role("button", name="Import these").click()
    expect(page.get_by_role("link", name="Undo this import")).to_be_visible(timeout=PATIENCE)

    page.get_by_role("link", name="Undo this import").click()
    expect(page.get_by_text("5 entries that were new go")).to_be_visible()
    found["undo"] = complaints_in_every_look(page)
    page.set_viewport_size({"width": 360, "height": 780})
    page.get_by_label("Reason").fill("The list of last year")
    page.get_by_role("button", name="Undo it").click()
    expect(page.get_by_text(re.compile("^Undone"))).to_be_visible(timeout=PATIENCE)
    found["undone"] = complaints_in_every_look(page)
    page.goto("/admin/batches/importbatch/")
    found["list"] = complaints_in_every_look(page)

    assert {name: wrong for name, wrong in found.items() if wrong} == {}


def test_an_import_goes_on_without_javascript(open_page: Open) -> None:
    page = open_page("/admin/", js=False)
    sign_in(page, "publisher")
    page.goto("/admin/batches/importbatch/add/")
    page.get_by_label("File").set_input_files(
        {"name": "plain.csv", "mimeType": "text/csv", "buffer": (HEADER + GOOD).encode()}
    )
    page.get_by_label("Reason").fill("The list of the year")

    page.get_by_role("button", name="Send the file").click()

    for _look in range(90):
        if page.get_by_role("link", name="Look again").count() == 0:
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_role("link", name="Say what its columns are")).to_be_visible()
