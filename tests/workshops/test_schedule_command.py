"""`manage.py import_schedule`."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from tests.factories import WorkshopFactory
from tests.workshops.conftest import as_json, event
from workshops.interchange import importing
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a schedule."""
    monkeypatch.chdir(tmp_path)
    Path("schedule.json").write_bytes(as_json(event(guid="", id=7), event(title="")))


def said(workshop: str, *options: str, file: str = "schedule.json") -> list[str]:
    """What the command prints, by line."""
    out = StringIO()
    call_command("import_schedule", workshop, file, *options, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("name", ["malmo", "malmo-2027"])
def test_a_workshop_is_named_by_address_or_key(malmo: Workshop, name: str) -> None:
    lines = said(name)

    assert lines == [
        "Read as JSON, 2 events.",
        "“Opening” (7): created",
        "  guid was missing: made from its id “7”",
        "“(no title)” (7a0fc001-e587-47e1-b378-b6ec7e666337): refused",
        "  It has no title.",
        "1 created, 0 updated, 0 unchanged, 1 refused.",
    ]
    assert malmo.sessions.get().title == "Opening"
    assert malmo.history.latest().history_change_reason == "Imported from schedule.json"


def test_a_draft_has_a_programme_too() -> None:
    workshop = WorkshopFactory.create(slug="draft", state="draft")

    said("draft")

    assert workshop.sessions.count() == 1


def test_an_address_counts_before_a_key(malmo: Workshop) -> None:
    WorkshopFactory.create(slug="other", key="malmo")

    said("malmo")

    assert malmo.sessions.count() == 1


@pytest.mark.usefixtures("malmo")
def test_a_dry_run_says_so_and_keeps_nothing() -> None:
    lines = said("malmo", "--dry-run")

    assert lines[-2:] == [
        "1 created, 0 updated, 0 unchanged, 1 refused.",
        "This was a dry run: nothing was kept.",
    ]
    assert not Session.objects.exists()


def test_a_workshop_that_there_is_not_is_an_error() -> None:
    with pytest.raises(CommandError, match="no workshop with the address or key “nowhere”"):
        said("nowhere")


@pytest.mark.usefixtures("malmo")
def test_a_file_that_is_no_schedule_is_an_error_in_words() -> None:
    Path("notes.txt").write_text("Dear all,", encoding="utf-8")

    with pytest.raises(CommandError) as refused:
        said("malmo", file="notes.txt")

    assert str(refused.value) == (
        "notes.txt cannot be imported. It is no schedule: neither JSON nor XML nor iCalendar."
    )


@pytest.mark.django_db(transaction=True)
def test_an_import_does_not_wait_for_an_editor_for_ever(
    malmo: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "PATIENCE", "100ms")

    def import_meanwhile() -> str:
        try:
            with pytest.raises(CommandError) as busy:
                said("malmo")
            return str(busy.value)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        Workshop.unscoped.select_for_update(no_key=True).get(pk=malmo.pk)
        reason = thread.submit(import_meanwhile).result()

    assert reason == ("Somebody else is changing this workshop. Nothing was imported: try again.")
    assert not Session.objects.exists()
