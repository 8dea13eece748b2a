"""What is sent is read as a table, or refused with a reason."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Partner
from tests.imports.pages.conftest import TABLE, Send, at, page, worked
from tests.imports.tables import as_xlsx, by_hand

pytestmark = pytest.mark.django_db


def test_what_was_found_out_of_a_file_is_shown_with_its_first_rows(
    send: Send, browser: Client
) -> None:
    batch = send(TABLE.replace("Cluster school", "Klüster").encode("windows-1252"))

    shown = page(browser, at(batch, "columns"))

    assert batch.state == "uploaded"
    assert "Read as WINDOWS-1252, with a semicolon between cells." in shown
    assert "Klüster" in shown
    assert "3 rows" in shown


def test_a_file_is_read_otherwise_if_somebody_says_so(send: Send, browser: Client) -> None:
    batch = send("Nr;Name\n1;ž\n".encode("windows-1250"))

    browser.post(at(batch, "again"), {"encoding": "windows-1252", "delimiter": "comma"})

    batch = worked(batch)
    assert batch.seen["columns"] == ["Nr;Name"]
    assert "WINDOWS-1252, with a comma" in batch.seen["notes"][0]


def test_a_way_to_read_that_there_is_not_is_refused(send: Send, browser: Client) -> None:
    answer = browser.post(at(send(), "again"), {"encoding": "ebcdic"})

    assert "Select a valid choice" in answer.content.decode()


UPLOADS = {
    "nothing": (b"", "The submitted file is empty."),
    "a PDF": (b"%PDF-1.7 ...", "This is no table."),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0....", "Save it as .xlsx without a password."),
}


@pytest.mark.parametrize("what", UPLOADS)
def test_what_is_no_table_is_refused_at_once(browser: Client, agency: Partner, what: str) -> None:
    content, reason = UPLOADS[what]
    form = {"model": "initiatives.Initiative", "partner": agency.pk, "reason": "x"}

    answer = browser.post(
        reverse("admin:batches_importbatch_add"),
        {**form, "upload": SimpleUploadedFile("table.csv", content)},
    )

    assert reason in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_what_is_too_large_is_refused(
    browser: Client, agency: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusterix.curation.batches.forms.MOST_UPLOADED", 10)
    form = {"model": "initiatives.Initiative", "partner": agency.pk, "reason": "x"}

    answer = browser.post(
        reverse("admin:batches_importbatch_add"),
        {**form, "upload": SimpleUploadedFile("table.csv", b"x" * 11)},
    )

    assert "It is larger than 25 MB" in answer.content.decode()


def entity_bomb() -> bytes:
    part = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    return by_hand("", **{"xl/sharedStrings.xml": part})


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "an entity bomb": (entity_bomb, "document type declaration: that is refused"),
    "no spreadsheet": (lambda: b"PK\x03\x04....", "It is not a spreadsheet that can be read."),
    "one name twice": (lambda: b"a,a\n", "Two columns are called “a”."),
}


@pytest.mark.parametrize("what", FILES)
def test_what_turns_out_to_be_no_table_says_why(send: Send, browser: Client, what: str) -> None:
    content, reason = FILES[what]

    batch = send(content())

    assert batch.state == "failed"
    assert reason in batch.problem
    shown = page(browser, at(batch))
    assert "Send another file" in shown
    assert browser.get(at(batch, "columns")).status_code == 404


def test_spreadsheets_and_json_are_read_like_text(send: Send) -> None:
    sheet = send(as_xlsx([["Nr", "Name"], [1, "A"]]), name="table.xlsx")
    objects = send('[{"Nr": 1, "Name": "A"}]', name="table.json")

    assert sheet.seen["columns"] == objects.seen["columns"] == ["Nr", "Name"]
    assert sheet.seen["samples"] == objects.seen["samples"] == [["1", "A"]]
