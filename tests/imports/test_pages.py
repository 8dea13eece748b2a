"""The admin's pages of imports, from the file to its undoing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from clusterix.curation.batches import steps
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Membership, Partner, User
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, PartnerFactory, RegionFactory, member, secretariat
from tests.imports.tables import as_xlsx, by_hand

pytestmark = pytest.mark.django_db

TABLE = (
    "Nr;Name;Short description;Country;Begin\n"
    "1;Cluster school;It teaches;SE;21.06.2016\n"
    "2;Harbour cluster;It sails;Atlantis;2017\n"
    "3;=Formula cluster;It counts;;2018\n"
)
COLUMNS = {
    "column-0": "key",
    "column-1": "title",
    "column-2": "summary",
    "column-3": "regions",
    "column-4": "start",
    "constant-kind": "platform",
    "constant-level": "local",
    "before_keys": "x-",
    "on_error": "refuse row",
}
Send = Callable[..., ImportBatch]


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    """Files lie in a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def agency() -> Partner:
    RegionFactory.create(code="SE")
    found: Partner = PartnerFactory.create(name="Skåne agency", slug="agency")
    return found


@pytest.fixture
def editor(agency: Partner) -> User:
    return member(agency, Membership.Role.EDITOR)


@pytest.fixture
def browser(editor: User) -> Client:
    return browser_of(editor)


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def at(batch: ImportBatch | int, view: str = "change") -> str:
    """Where that page of an import is."""
    pk = batch if isinstance(batch, int) else batch.pk
    return reverse(f"admin:batches_importbatch_{view}", args=[pk])


@pytest.fixture
def send(agency: Partner, browser: Client) -> Send:
    """Sends a table for the agency, and has the worker read it."""

    def sent(content: str | bytes = TABLE, **told: Any) -> ImportBatch:
        data = content if isinstance(content, bytes) else content.encode()
        upload = SimpleUploadedFile(told.pop("name", "table.csv"), data)
        form = {"model": "initiatives.Initiative", "partner": agency.pk, "reason": "The list"}
        client = told.pop("client", browser)
        answer = client.post(
            reverse("admin:batches_importbatch_add"), {**form, "upload": upload, **told}
        )
        assert answer.status_code == 302, answer.content.decode()
        return worked(ImportBatch.objects.latest("pk"))

    return sent


def worked(batch: ImportBatch) -> ImportBatch:
    """The import after the worker's next step."""
    steps.work(batch.pk)
    return ImportBatch.objects.get(pk=batch.pk)


@pytest.fixture
def checked(send: Send, browser: Client) -> Send:
    """The same with its columns told and tried out."""

    def sent(content: str | bytes = TABLE, **told: Any) -> ImportBatch:
        columns = told.pop("columns", COLUMNS)
        batch = send(content, **told)
        answer = browser.post(at(batch, "columns"), columns)
        assert answer.status_code == 302, answer.content.decode()
        return worked(batch)

    return sent


@pytest.fixture
def done(checked: Send, browser: Client) -> Send:
    """The same, imported."""

    def sent(content: str | bytes = TABLE, **told: Any) -> ImportBatch:
        batch = checked(content, **told)
        browser.post(at(batch, "import"), {"checked": batch.checked})
        return worked(batch)

    return sent


def page(client: Client, address: str) -> str:
    """A page that opens."""
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


# From the file to the entries


def test_a_table_is_read_mapped_tried_out_imported_and_undone(
    done: Send, browser: Client, agency: Partner, editor: User
) -> None:
    batch = done()

    assert (batch.state, batch.problem) == ("done", "")
    assert dict(batch.counts) == {"created": 2, "updated": 0, "unchanged": 0, "refused": 1}
    school = Initiative.unscoped.get(key="x-1")
    assert (school.title, str(school.start), school.state) == (
        "Cluster school",
        "21 June 2016",
        "draft",
    )
    assert (school.owner, school.created_by) == (agency, editor)
    assert school.history.get().history_change_reason == "The list"

    asked = browser.post(at(batch, "undo"), {"reason": "The wrong list"})

    assert asked["Location"] == at(batch)
    batch = worked(batch)
    assert (batch.state, batch.undone_by, batch.undo_reason) == (
        "undone",
        editor,
        "The wrong list",
    )
    assert not Initiative.unscoped.exists()
    assert "2 entries that were new go" in page(browser, at(batch))


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


# The report


def test_the_report_counts_and_names_row_column_value_and_reason(
    checked: Send, browser: Client
) -> None:
    shown = page(browser, at(checked()))

    assert "<dt>created</dt><dd>2</dd>" in shown
    assert "Country: “Atlantis”: No country or region is known by this name or code." in shown
    assert "Import all but the refused rows" in shown


def test_a_likely_duplicate_is_flagged_with_a_link(
    checked: Send, browser: Client, agency: Partner
) -> None:
    other = InitiativeFactory.create(title="Cluster School", key="other", owner=agency)
    theirs = InitiativeFactory.create(title="Harbour cluster", key="theirs")

    shown = page(browser, at(checked(TABLE.replace("Atlantis", ""))))

    assert "“other” is called so too: perhaps it is the same." in shown
    assert f'href="/admin/initiatives/initiative/{other.pk}/change/"' in shown
    assert "“theirs” is called so too" in shown
    assert f'href="/admin/initiatives/initiative/{theirs.pk}/change/"' not in shown


def test_refused_rows_come_as_a_file_to_correct_and_send_again(
    checked: Send, browser: Client
) -> None:
    table = TABLE.replace(";;2018", ";Atlantis;2018").replace("It counts", "-- It\ncounts")
    batch = checked(table.replace("-- It\ncounts", '"-- It\ncounts"'))

    file = browser.get(at(batch, "refused_csv"))

    text = file.getvalue().decode("utf-8-sig")
    why = "Country: “Atlantis”: No country or region is known by this name or code."
    assert text.splitlines()[:2] == [
        '"Row","Why it was refused","Nr","Name","Short description","Country","Begin"',
        f'3,"{why}","2","Harbour cluster","It sails","Atlantis","2017"',
    ]
    assert '"\'=Formula cluster","\'-- It' in text
    assert file["Content-Disposition"] == f'attachment; filename="refused-{batch.pk}.csv"'

    again = checked(text.replace('"Atlantis"', '"SE"'))

    assert dict(again.counts)["created"] == 2
    browser.post(at(again, "import"), {"checked": again.checked})
    worked(again)
    formula = Initiative.unscoped.get(key="x-3")
    assert (formula.title, formula.summary) == ("=Formula cluster", "-- It\ncounts")


def test_a_table_without_refused_rows_has_no_such_file(checked: Send, browser: Client) -> None:
    batch = checked(TABLE.replace("Atlantis", "SE"))

    assert browser.get(at(batch, "refused_csv")).status_code == 404
    assert "Import these" in page(browser, at(batch))


def test_a_long_report_has_pages_and_can_be_narrowed_down(checked: Send, browser: Client) -> None:
    rows = "".join(f"{n};Name {n};Text;Atlantis;2017\n" for n in range(120))
    batch = checked(TABLE.splitlines(keepends=True)[0] + rows)

    first, last = page(browser, at(batch)), page(browser, f"{at(batch)}?p=3&only=refused")

    assert "Page 1 of 3" in first
    assert "Page 3 of 3" in last
    assert '?p=2&amp;only=refused"' in last
    assert "All rows with something to say" in last


def test_of_too_many_rows_the_refused_ones_are_told_first(
    checked: Send, monkeypatch: pytest.MonkeyPatch, agency: Partner
) -> None:
    monkeypatch.setattr(steps, "MOST_TOLD", 1)
    InitiativeFactory.create(title="Cluster School", key="other", owner=agency)

    batch = checked()

    assert [row.number for row in batch.told.all()] == [3]
    assert str(batch.told.get()) == "Row 3"
    assert "Of 2 rows with something to say, the first 1 are listed." in batch.notes


def test_columns_that_are_left_out_are_named(checked: Send) -> None:
    batch = checked(columns={**COLUMNS, "column-3": ""})

    assert "Columns that are left out: Country." in batch.notes


# Once, and nothing but what was checked


def test_the_same_file_again_changes_nothing(done: Send, checked: Send, browser: Client) -> None:
    done()

    again = checked()

    assert dict(again.counts) == {"created": 0, "updated": 0, "unchanged": 2, "refused": 1}
    assert "Import these" not in page(browser, at(again))


def test_an_entry_is_updated_by_its_key(done: Send, checked: Send) -> None:
    done()

    again = checked(TABLE.replace("It teaches", "It trains"))

    assert dict(again.counts) == {"created": 0, "updated": 1, "unchanged": 1, "refused": 1}
    assert again.told.get(number=2).changed == ["summary"]


def jobs() -> int:
    return int(ProcrastinateJob.objects.filter(task_name="batches.work").count())


def test_a_double_click_imports_once(checked: Send, browser: Client) -> None:
    batch = checked()
    before = jobs()

    answers = [
        browser.post(at(batch, "import"), {"checked": batch.checked}, follow=True)
        for _click in range(2)
    ]

    assert jobs() == before + 1
    assert "This was asked for already" not in answers[0].content.decode()
    assert "This was asked for already" in answers[1].content.decode()
    worked(batch)
    worked(batch)
    assert Initiative.history.count() == 2


def test_what_is_imported_is_what_somebody_saw_the_report_of(
    checked: Send, browser: Client
) -> None:
    batch = checked()

    browser.post(at(batch, "import"), {"checked": "f" * 64})

    assert ImportBatch.objects.get().state == "checked"


def test_a_file_that_changed_after_the_check_is_not_imported(
    checked: Send, browser: Client
) -> None:
    batch = checked()
    batch.path.write_text(TABLE.replace("school", "scam"), encoding="utf-8")
    browser.post(at(batch, "import"), {"checked": batch.checked})

    batch = worked(batch)

    assert (batch.state, batch.problem) == (
        "failed",
        "It is not what was checked any more. Check it again.",
    )
    assert not Initiative.unscoped.exists()
    assert "Change the columns" in page(browser, at(batch))


# What cannot be imported


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


def test_a_fault_of_ours_leaves_words_and_is_raised(
    send: Send, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = send()
    browser.post(at(batch, "columns"), COLUMNS)

    def break_down(*_what: object, **_how: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(steps, "run", break_down)

    with pytest.raises(ZeroDivisionError):
        worked(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.problem) == (
        "failed",
        "Something went wrong here, and nothing was changed. Try again later.",
    )


# Who may


def test_publishers_publish_and_editors_do_not(
    browser: Client, agency: Partner, send: Send
) -> None:
    form = {"model": "initiatives.Initiative", "partner": agency.pk, "reason": "x"}
    upload = SimpleUploadedFile("table.csv", b"a,b\n1,2\n")

    refused = browser.post(
        reverse("admin:batches_importbatch_add"), {**form, "upload": upload, "publish": "on"}
    )
    by_publisher = send(publish="on", client=browser_of(member(agency, "publisher")))
    by_secretariat = send(publish="on", client=browser_of(secretariat()))

    assert "You may not publish for this partner." in refused.content.decode()
    assert by_publisher.publish
    assert by_secretariat.publish


def test_nobody_imports_for_a_partner_they_do_not_belong_to(browser: Client) -> None:
    rival = PartnerFactory.create()
    form = {"model": "initiatives.Initiative", "partner": rival.pk, "reason": "x"}
    upload = SimpleUploadedFile("table.csv", b"a,b\n1,2\n")

    answer = browser.post(reverse("admin:batches_importbatch_add"), {**form, "upload": upload})

    assert "Select a valid choice" in answer.content.decode()
    assert not ImportBatch.objects.exists()


READ = ("change", "columns", "mapping_yaml", "refused_csv", "undo")
WRITE = ("again", "mapping", "import", "discard", "columns", "undo")


def test_to_a_rival_the_import_does_not_exist(checked: Send) -> None:
    batch = checked()
    rival = browser_of(member(role="publisher"))

    read = {view: rival.get(at(batch, view)).status_code for view in READ}
    written = {view: rival.post(at(batch, view)).status_code for view in WRITE}

    assert read == dict.fromkeys(READ, 404)
    assert written == dict.fromkeys(WRITE, 404)
    assert batch.name not in page(rival, reverse("admin:batches_importbatch_changelist"))
    assert ImportBatch.objects.get().state == "checked"


def test_an_import_that_is_not_there_is_missing(browser: Client) -> None:
    assert {browser.get(at(10**9, view)).status_code for view in READ} == {404}
    assert {browser.post(at(10**9, view)).status_code for view in WRITE} == {404}


@pytest.mark.parametrize("view", ["again", "mapping", "import", "discard"])
def test_what_changes_something_is_posted(checked: Send, browser: Client, view: str) -> None:
    assert browser.get(at(checked(), view)).status_code == 405


@pytest.mark.parametrize("view", ["change", "mapping_yaml", "refused_csv"])
def test_what_is_read_is_not_posted(checked: Send, browser: Client, view: str) -> None:
    assert browser.post(at(checked(), view)).status_code == 405


def test_who_is_no_curator_is_sent_to_sign_in(checked: Send) -> None:
    batch = checked()

    answers = {Client().get(at(batch, view)).status_code for view in READ}

    assert answers == {302}


def test_the_secretariat_sees_all_imports(checked: Send) -> None:
    batch = checked()

    assert batch.name in page(
        browser_of(secretariat()), reverse("admin:batches_importbatch_changelist")
    )


@pytest.mark.parametrize("gone", ["membership", "account"])
def test_who_left_the_partner_imports_and_undoes_nothing_any_more(
    checked: Send, browser: Client, editor: User, agency: Partner, gone: str
) -> None:
    batch = checked()
    browser.post(at(batch, "import"), {"checked": batch.checked})
    if gone == "membership":
        editor.memberships.all().delete()
    else:
        User.objects.filter(pk=editor.pk).update(is_active=False)

    batch = worked(batch)

    why = "Whoever asked for this does not belong to the partner any more."
    assert (batch.state, batch.problem) == ("failed", why)
    assert not Initiative.unscoped.exists()
    ImportBatch.objects.update(state="undoing", undo_reason="x", finished_at=batch.created_at)
    batch = worked(batch)
    assert (batch.state, batch.problem) == ("done", why)


# On the way


@pytest.mark.parametrize("state", ["reading", "checking", "running", "undoing"])
def test_a_page_says_how_far_it_is_and_asks_again(send: Send, browser: Client, state: str) -> None:
    batch = send()
    changed = {"rows": 200, "rows_done": 50, "finished_at": batch.created_at}
    ImportBatch.objects.filter(pk=batch.pk).update(state=state, **changed)

    whole = page(browser, at(batch))
    part = browser.get(at(batch), headers={"HX-Request": "true"})

    assert 'hx-trigger="every 1s"' in whole
    assert ("50 of 200" in whole) == (state != "reading")
    assert "<html" not in part.content.decode()
    assert 'id="progress"' in part.content.decode()
    assert "HX-Refresh" not in part.headers


def test_once_it_is_there_the_page_is_loaded_anew(checked: Send, browser: Client) -> None:
    part = browser.get(at(checked()), headers={"HX-Request": "true"})

    assert part["HX-Refresh"] == "true"


def test_an_import_that_came_to_nothing_is_discarded_with_its_file(
    checked: Send, browser: Client
) -> None:
    batch = checked()
    path = batch.path

    answer = browser.post(at(batch, "discard"), follow=True)

    assert "Discarded, with its file." in answer.content.decode()
    assert not ImportBatch.objects.exists()
    assert not path.exists()


def test_what_was_imported_is_not_discarded(done: Send, browser: Client) -> None:
    batch = done()

    answer = browser.post(at(batch, "discard"), follow=True)

    assert "It cannot be discarded as it stands." in answer.content.decode()
    assert ImportBatch.objects.exists()


def test_only_what_was_imported_can_be_undone(checked: Send, browser: Client) -> None:
    batch = checked()

    assert browser.get(at(batch, "undo"))["Location"] == at(batch)


def test_undoing_says_first_what_it_would_do(done: Send, browser: Client) -> None:
    batch = done()
    changed = Initiative.unscoped.get(key="x-1")
    changed.save()

    shown = page(browser, at(batch, "undo"))

    assert "1 entry that was new goes" in shown
    assert "Cluster school</a>: Somebody changed it since." in shown
    refused = browser.post(at(batch, "undo"), {"reason": ""})
    assert "This field is required." in refused.content.decode()
    assert ImportBatch.objects.get().state == "done"


# What it costs


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_at_one_row_and_at_three(
    send: Send,
    browser: Client,
    rows: int,
    agency: Partner,
) -> None:
    names = "".join(f"{n};Name {n};Text;SE;2017\n{n + 9};B {n};T;Atlantis;\n" for n in range(rows))
    for n in range(rows):
        InitiativeFactory.create(title=f"Name {n}", key=f"other-{n}", owner=agency)
    batches = [send(TABLE.splitlines(keepends=True)[0] + names) for _n in range(rows)]
    batch = batches[0]
    browser.get("/admin/")

    costs = {"columns": cost(browser, at(batch, "columns"))}
    browser.post(at(batch, "columns"), COLUMNS)
    worked(batch)
    batch.refresh_from_db()
    costs["report"] = cost(browser, at(batch))
    browser.post(at(batch, "import"), {"checked": batch.checked})
    worked(batch)
    page(browser, at(batch, "undo"))
    costs["undo"] = cost(browser, at(batch, "undo"))
    costs["list"] = cost(browser, reverse("admin:batches_importbatch_changelist"))

    assert costs == {"columns": 9, "report": 9, "undo": 29, "list": 8}


def cost(client: Client, address: str) -> int:
    """How many queries a page takes."""
    with CaptureQueriesContext(connection) as queries:
        page(client, address)
    return len(queries)
