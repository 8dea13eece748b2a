"""A table is imported once, as it was checked; it is discarded before, and undone after."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from clusterix.curation.batches import steps
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.models import Partner, User
from initiatives.models import Initiative
from tests.factories import InitiativeFactory
from tests.imports.pages.conftest import COLUMNS, TABLE, Send, at, page, worked

pytestmark = pytest.mark.django_db


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
