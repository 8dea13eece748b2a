"""What holds of every import that is remembered, how long it is kept, and that no job is lost."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from clusterix.curation.batches import keeping, steps, tasks
from clusterix.curation.batches.asking import ask_to_undo
from clusterix.curation.batches.models import (
    FILE_KEPT,
    UNDOABLE,
    ImportBatch,
    ToldRow,
    TouchedEntry,
)
from clusterix.curation.batches.personal import erase, former_states_of, imports_of, rows_of
from clusterix.curation.batches.progress import Progress
from clusterix.curation.imports import running
from clusterix.lib.cells import harmless, unharmed
from clusterix.lib.personal import Subject
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, PartnerFactory, member

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
Make = Callable[..., ImportBatch]


@pytest.fixture
def make(settings: Settings, tmp_path: Path) -> Make:
    """Makes an import with a file."""
    settings.MEDIA_ROOT = str(tmp_path)
    partner = PartnerFactory.create()

    def made(**told: Any) -> ImportBatch:
        batch = ImportBatch(
            **{
                "partner": partner,
                "created_at": timezone.now(),
                "model": "initiatives.Initiative",
                "name": "table.csv",
                "reason": "The list",
                **told,
            }
        )
        batch.file.save("table.csv", ContentFile(b"key,title\n1,A\n"), save=False)
        batch.save()
        return batch

    return made


def touched(batch: ImportBatch, **told: Any) -> TouchedEntry:
    """An entry that the import is said to have touched."""
    kind = ContentType.objects.get_for_model(Initiative)
    return TouchedEntry.objects.create(
        **{"batch": batch, "content_type": kind, "object_id": 1, "mark": "m", **told}
    )


# What is always true

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "importbatch_state_known": ({"state": "lost"}, "is not a valid choice"),
    "importbatch_done_has_date": ({"state": "done"}, "What was imported has the time of it."),
    "importbatch_undone_has_reason": (
        {"state": "undone", "finished_at": datetime.fromisoformat("2026-05-04T12:00Z")},
        "Say why it is undone.",
    ),
    "importbatch_has_reason": ({"reason": ""}, "Say why these entries are imported."),
}


def refuse(batch: ImportBatch) -> None:
    """Have the model look at it as forms do."""
    batch.clean_fields(exclude=["reason"])
    batch.validate_constraints()


@pytest.mark.parametrize("constraint", WRONG)
def test_what_is_never_true_of_an_import(make: Make, constraint: str) -> None:
    told, reason = WRONG[constraint]
    batch = make()
    for name, value in told.items():
        setattr(batch, name, value)

    with pytest.raises(ValidationError, match=reason):
        refuse(batch)
    with pytest.raises(IntegrityError, match=constraint):
        batch.save()


def test_a_row_is_told_of_once(make: Make) -> None:
    batch = make()
    batch.told.create(number=2, outcome="refused")

    with pytest.raises(IntegrityError, match="toldrow_unique"):
        batch.told.create(number=2, outcome="created")


def test_an_entry_is_touched_once(make: Make) -> None:
    batch = make()
    touched(batch)

    with pytest.raises(IntegrityError, match="touchedentry_unique"):
        touched(batch)


def test_what_an_entry_was_is_known_as_a_whole_or_not_at_all(make: Make) -> None:
    with pytest.raises(IntegrityError, match="touchedentry_before_is_whole"):
        touched(make(), before={"id": 1})


def test_rows_call_themselves_by_their_numbers(make: Make) -> None:
    batch = make()
    line = touched(batch)

    assert str(batch) == f"Import {batch.pk}: table.csv"
    assert str(line) == f"{line.content_type_id} 1"


# How long it is kept


def test_files_go_after_their_time_with_what_is_told_of_rows(make: Make) -> None:
    now = timezone.now()
    old, young = (
        make(created_at=now - FILE_KEPT - MINUTE),
        make(created_at=now - FILE_KEPT + MINUTE),
    )
    for batch in (old, young):
        batch.told.create(number=2, outcome="refused", remarks=[])
    path = old.path

    assert keeping.forget_files(now) == 1
    assert keeping.forget_files(now) == 0

    old.refresh_from_db()
    assert (old.file.name, path.exists(), old.told.count()) == ("", False, 0)
    assert (young.path.exists(), young.told.count()) == (True, 1)


def test_former_states_of_entries_go_after_their_time(make: Make) -> None:
    now = timezone.now()
    for at in (now - UNDOABLE - MINUTE, now - UNDOABLE + MINUTE):
        touched(make(created_at=at), before={"id": 1}, held={})

    assert keeping.forget_former_states(now) == 1
    assert TouchedEntry.objects.get().batch.created_at == now - UNDOABLE + MINUTE


def test_files_without_an_import_are_swept_once_they_are_old(make: Make) -> None:
    batch, lost, fresh = make(), make(), make()
    now = timezone.now()
    for one in (batch, lost):
        os.utime(one.path, (now.timestamp() - 7_200, now.timestamp() - 7_200))
    ImportBatch.objects.filter(pk__in=[lost.pk, fresh.pk]).delete()

    assert keeping.sweep_files(now) == 1
    assert [one.path.exists() for one in (batch, lost, fresh)] == [True, False, True]


def test_where_no_file_ever_was_nothing_is_swept(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "nowhere")

    assert keeping.sweep_files(timezone.now()) == 0


def test_the_worker_lets_all_of_it_go(make: Make) -> None:
    old = make(created_at=timezone.now() - UNDOABLE - MINUTE)
    touched(old)

    tasks.forget.func(timestamp=0)

    old.refresh_from_db()
    assert not old.file
    assert not old.touched.exists()


# About people


def test_an_address_is_struck_out_and_what_has_it_removed(make: Make) -> None:
    ada, others = Subject.of("ada@example.org"), Subject.of("bob@example.org")
    batch = make(reason="Asked for by ada@example.org", seen={"samples": [["ada@example.org"]]})
    batch.told.create(
        number=2, outcome="refused", remarks=[{"text": "ada@example.org", "twin": ""}]
    )
    touched(batch, before={"description": "Ask ada@example.org"}, held={})
    path = batch.path

    assert erase(others, timezone.now()) == {
        "batches.ImportBatch": [],
        "batches.ToldRow": [],
        "batches.TouchedEntry": [],
    }
    erase(ada, timezone.now())

    batch.refresh_from_db()
    assert (batch.reason, batch.seen, batch.file.name) == ("Asked for by [erased]", {}, "")
    assert not path.exists()
    assert [rows(ada).count() for rows in (imports_of, rows_of, former_states_of)] == [0, 0, 0]


# No step is lost, none is taken twice


def jobs() -> list[int]:
    found = ProcrastinateJob.objects.filter(task_name="batches.work").order_by("id")
    return [job.args["batch"] for job in found]


def test_an_import_that_waits_without_a_job_gets_one(make: Make) -> None:
    waiting, _checked = make(state="reading"), make(state="checked")

    tasks.sweep.func(timestamp=0)
    tasks.sweep.func(timestamp=0)

    assert jobs() == [waiting.pk]


def test_a_job_for_what_is_not_there_or_does_not_wait_does_nothing(make: Make) -> None:
    checked = make(state="checked")

    tasks.work.func(batch=checked.pk)
    tasks.work.func(batch=10**9)

    checked.refresh_from_db()
    assert checked.state == "checked"


@pytest.mark.parametrize("step", [steps.import_, steps.undo])
def test_a_step_that_somebody_else_took_meanwhile_is_not_taken_again(
    make: Make, step: Callable[[ImportBatch], None]
) -> None:
    batch = make(state="running")
    ImportBatch.objects.update(state="done", finished_at=timezone.now())

    step(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.undone_at) == ("done", 0, None)


def test_an_import_that_does_not_get_its_turn_says_so(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "TURN", "10ms")
    batch = make(state="running")
    aside = connection.copy()
    with aside.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [running.ONE_AT_A_TIME])
        steps.work(batch.pk)
    aside.close()

    batch.refresh_from_db()
    assert batch.state == "failed"
    assert batch.problem.endswith("Nothing was changed: try again.")


def test_an_undoing_that_came_to_nothing_leaves_the_import_as_it_was(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = make(state="done", finished_at=timezone.now())
    ask_to_undo(batch, member(batch.partner), "A mistake")
    monkeypatch.setattr(steps, "take_back", lambda *_what: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        steps.work(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, batch.undone_by, batch.undo_reason) == ("done", None, "")
    assert batch.problem.startswith("Something went wrong here")


def test_how_far_it_is_is_told_now_and_then(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = make(rows=200, state="running")
    with Progress(batch.pk) as progress:
        progress.tell(50)
        monkeypatch.setattr(progress, "last", 0)
        progress.tell(100)

        assert progress.last > 0
    assert batch.percent == 0
    assert make(rows_done=50).percent == 0
    assert make(rows=200, rows_done=50).percent == 25


# What was made harmless is what it was


@pytest.mark.parametrize("text", ["=1+1", "a;-b", "'quoted", "x\n@y", "plain", "'=kept", ""])
def test_what_a_file_of_refused_rows_made_harmless_comes_back(text: str) -> None:
    assert unharmed(harmless(text)) == (text.removeprefix("'") if text == "'=kept" else text)


def test_imports_know_the_kinds_of_all_apps(make: Make) -> None:
    InitiativeFactory.create()

    assert ToldRow(outcome="created").label == "created"
    assert make(model="people.Organisation").kind.model._meta.label == "people.Organisation"
