"""Somebody says what the columns are: guessed, remembered, or told by a mapping file."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusterix.curation.batches.models import ImportBatch
from tests.imports.pages.conftest import COLUMNS, Send, at, page, worked

pytestmark = pytest.mark.django_db


def test_columns_are_guessed_by_their_names(send: Send, browser: Client) -> None:
    shown = browser.get(at(send(), "columns"))

    form = shown.context["form"]
    assert [form.initial[f"column-{place}"] for place in range(5)] == [
        "key", "title", "summary", "regions", "start",
    ]  # fmt: skip


def test_columns_are_remembered_for_the_partner_and_the_kind(
    checked: Send, send: Send, browser: Client
) -> None:
    checked(columns={**COLUMNS, "column-3": "funding_source", "on_error": "skip value"})
    batch = send(name="next.csv")

    shown = browser.get(at(batch, "columns"))

    form = shown.context["form"]
    assert form.initial["column-3"] == "funding_source"
    assert form.initial["constant-kind"] == "platform"
    assert (form.initial["before_keys"], form.initial["on_error"]) == ("x-", "skip value")
    assert "Filled in as it was for table.csv" in shown.content.decode()


def test_columns_that_differ_from_those_before_are_guessed_anew(
    checked: Send, send: Send, browser: Client
) -> None:
    checked()

    shown = browser.get(at(send("Nr;Colour;Name\n1;red;Cluster school\n"), "columns"))

    form = shown.context["form"]
    assert shown.context["other"] is None
    assert [form.initial.get(f"column-{place}", "") for place in range(3)] == ["key", "", "title"]


def test_a_remembered_mapping_that_means_nothing_any_more_is_passed_over(
    checked: Send, send: Send, browser: Client
) -> None:
    ImportBatch.objects.filter(pk=checked().pk).update(mapping="key: [")
    batch = send()

    assert browser.get(at(batch, "columns")).context["other"] is None


WRONG_COLUMNS: dict[str, tuple[dict[str, str], str]] = {
    "one field twice": (
        {**COLUMNS, "column-2": "title"},
        "Two columns cannot both be “Title”.",
    ),
    "no title": (
        {**COLUMNS, "column-1": ""},
        "Say which column it is: Title.",
    ),
    "no key and no kind": (
        {**COLUMNS, "column-0": "", "constant-kind": ""},
        "Say which column it is: Key, by which it is known again, Kind.",
    ),
    "nonsense": ({**COLUMNS, "column-1": "password"}, "Select a valid choice"),
}


@pytest.mark.parametrize("what", WRONG_COLUMNS)
def test_columns_that_make_no_entry_are_refused_in_words(
    send: Send, browser: Client, what: str
) -> None:
    columns, reason = WRONG_COLUMNS[what]
    batch = send()

    answer = browser.post(at(batch, "columns"), columns)

    assert reason in answer.content.decode()
    assert ImportBatch.objects.get().state == "uploaded"


def test_a_mapping_file_says_it_too_and_comes_back_as_it_was(send: Send, browser: Client) -> None:
    batch = send()
    text = (
        "key: Nr\nfields: {title: Name, summary: Name, kind: {constant: platform},"
        " level: {constant: local}}\n"
    )
    upload = SimpleUploadedFile("mine.yaml", text.encode())

    browser.post(at(batch, "mapping"), {"mapping_file": upload})

    batch = worked(batch)
    assert (batch.state, batch.created) == ("checked", 3)
    file = browser.get(at(batch, "mapping_yaml"))
    assert file.content.decode() == text
    assert file["Content-Disposition"] == f'attachment; filename="mapping-{batch.pk}.yaml"'
    assert "mine.yaml" in page(browser, at(batch, "columns"))


MAPPING_FILES = {
    "a mistake": (b"key: Nr\nfields: {titel: Name}\n", "mine.yaml:2: “titel” is nothing that"),
    "no such column": (b"key: Nummer\nfields: {}\n", "The table has no column “Nummer”."),
    "no text": (b"\xff\xfe", "This is not UTF-8."),
    "a large one": (b"#" * 1_000_001, "It is larger than a mapping file can be."),
}


@pytest.mark.parametrize("what", MAPPING_FILES)
def test_a_mapping_file_with_mistakes_is_refused_with_their_lines(
    send: Send, browser: Client, what: str
) -> None:
    content, reason = MAPPING_FILES[what]
    upload = SimpleUploadedFile("mine.yaml", content)

    answer = browser.post(at(send(), "mapping"), {"mapping_file": upload})

    assert reason in answer.content.decode()


def test_there_is_no_mapping_file_before_somebody_says_what_columns_are(
    send: Send, browser: Client
) -> None:
    assert browser.get(at(send(), "mapping_yaml")).status_code == 404
