"""Imports that run at the same time, meet an editor, or are killed."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from asgiref.sync import async_to_sync
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from clusterix.curation.batches import progress, steps
from clusterix.curation.batches.asking import ask_to_check, ask_to_import, receive
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.imports import running
from clusterix.curation.imports.results import Report
from clusterix.curation.imports.running import run
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Partner
from clusterix.mail.tasks import sweep
from initiatives.imports import InitiativeKind
from initiatives.models import Initiative
from people.models import Organisation
from tests.factories import InitiativeFactory, PartnerFactory, member
from tests.faults import site
from tests.faults.test_worker import as_if_its_worker_died_an_hour_ago
from tests.imports.dumps import differences, everything
from tests.locks import wait_until_somebody_waits

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

ROWS = 600
"""More than are written at once."""
MAPPING = """
key: id
fields:
  title: name
  kind: {constant: platform}
  level: {constant: local}
  summary: name
  organisations: {column: by, create: {kind: {constant: other}}}
"""


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A table of which each organisation is named twice, and its mapping."""
    table, mapping = tmp_path / "table.csv", tmp_path / "mapping.yaml"
    rows = "".join(f"{n},School {n},Region {n // 2}\n" for n in range(ROWS))
    table.write_text(f"id,name,by\n{rows}", encoding="utf-8")
    mapping.write_text(MAPPING, encoding="utf-8")
    return table, mapping


@pytest.fixture
def batch(files: tuple[Path, Path], tmp_path: Path, settings: Settings) -> ImportBatch:
    """The same table, sent, checked and asked to be imported; the worker is not at it yet."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    partner = PartnerFactory.create(slug="agency")
    InitiativeFactory.create(key=str(ROWS - 1), owner=partner, state="draft")
    upload = SimpleUploadedFile("table.csv", files[0].read_bytes())
    blank = ImportBatch(partner=partner, model="initiatives.Initiative", reason="The list")
    batch = receive(blank, upload, member(partner))
    steps.work(batch.pk)
    ask_to_check(batch, MAPPING, "mapping.yaml")
    steps.work(batch.pk)
    batch.refresh_from_db()
    assert ask_to_import(batch, batch.checked)
    return batch


def jobs_left() -> int:
    """How many steps wait for a worker or have one."""
    waiting = ProcrastinateJob.objects.filter(
        task_name="batches.work", status__in=["todo", "doing"]
    )
    return int(waiting.count())


def imported(files: tuple[Path, Path], partner: Partner) -> Report:
    order = Order(partner=partner, reason="Imported", at=timezone.now())
    return run(files[0], InitiativeKind, order, files[1])


def options(files: tuple[Path, Path]) -> list[str]:
    """What the command is told."""
    return [str(files[0]), "--mapping", str(files[1]), "--partner", "agency"]


def wait_until_only_this_connection_is_left() -> None:
    """Return once the server has ended the connections of a process that is gone."""
    give_up = time.monotonic() + 180
    with connection.cursor() as cursor:
        while time.monotonic() < give_up:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.05)
    pytest.fail("Somebody is still connected.")


def test_of_imports_at_the_same_time_one_writes_and_the_others_find_it_done(
    files: tuple[Path, Path],
) -> None:
    partner = PartnerFactory.create()
    start = Barrier(4)

    def one(_turn: int) -> str:
        try:
            start.wait()
            return imported(files, partner).total
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        totals = sorted(threads.map(one, range(4)))

    done = f"0 created, 0 updated, {ROWS} unchanged, 0 refused"
    assert totals == [done, done, done, f"{ROWS} created, 0 updated, 0 unchanged, 0 refused"]
    assert Initiative.unscoped.count() == Initiative.history.count() == ROWS
    assert Organisation.unscoped.count() == ROWS // 2


def test_an_import_does_not_wait_for_an_editor_for_ever(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "PATIENCE", "100ms")
    partner = PartnerFactory.create(slug="agency")
    InitiativeFactory.create(key="7", owner=partner)
    command = ["import_entries", "initiatives.Initiative", *options(files)]

    def import_meanwhile() -> str:
        try:
            with pytest.raises(CommandError) as busy:
                call_command(*command)
            return str(busy.value)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        Initiative.unscoped.select_for_update().get(key="7")
        reason = thread.submit(import_meanwhile).result()

    assert reason.endswith("Nothing was changed: try again.")
    assert Initiative.unscoped.count() == 1


def test_undoing_does_not_wait_for_another_import_for_ever(
    files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    PartnerFactory.create(slug="agency")
    call_command("import_entries", "initiatives.Initiative", *options(files))
    number = str(ImportBatch.objects.get().pk)
    monkeypatch.setattr(running, "TURN", "100ms")

    def undo_meanwhile() -> str:
        try:
            with pytest.raises(CommandError) as busy:
                call_command("import_entries", "--undo", number)
            return str(busy.value)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as thread, transaction.atomic():
        running.take_turn()
        reason = thread.submit(undo_meanwhile).result()

    assert reason.endswith("Nothing was changed: try again.")
    assert Initiative.unscoped.count() == ROWS


def test_a_killed_import_leaves_nothing(files: tuple[Path, Path]) -> None:
    partner = PartnerFactory.create(slug="agency")
    InitiativeFactory.create(key=str(ROWS - 1), owner=partner)

    with transaction.atomic():
        Initiative.unscoped.select_for_update().get(key=str(ROWS - 1))
        process = site.start(
            *site.MANAGE, "import_entries", "initiatives.Initiative", *options(files)
        )
        wait_until_somebody_waits()
        process.kill()
        process.wait()

    assert Initiative.unscoped.count() == 1
    assert not Organisation.unscoped.exists()
    assert imported(files, partner).refused == 0


def test_an_import_whose_worker_was_killed_is_taken_up_again_and_done_once(
    batch: ImportBatch, settings: Settings
) -> None:
    media = {"MEDIA_ROOT": settings.MEDIA_ROOT}
    before = everything()
    with transaction.atomic():
        Initiative.unscoped.select_for_update().get(key=str(ROWS - 1))
        worker = site.start(*site.MANAGE, "worker", **media)
        wait_until_somebody_waits()
        worker.kill()
        worker.wait()
    wait_until_only_this_connection_is_left()
    left = differences(before, everything())
    batch.refresh_from_db()
    state = batch.state

    as_if_its_worker_died_an_hour_ago()
    async_to_sync(sweep.func)(timestamp=0)
    site.start(*site.MANAGE, "worker", "--once", **media).wait(3 * site.SECONDS)
    steps.work(batch.pk)

    assert (left, state) == (set(), "running")
    batch.refresh_from_db()
    assert (batch.state, batch.created, batch.updated) == ("done", ROWS - 1, 1)
    assert Initiative.unscoped.count() == ROWS
    assert Initiative.history.filter(history_change_reason="The list").count() == ROWS
    assert jobs_left() == 0


def test_two_workers_import_a_batch_once(batch: ImportBatch) -> None:
    start = Barrier(2)

    def one(_turn: int) -> None:
        try:
            start.wait()
            steps.work(batch.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(one, range(2)))

    batch.refresh_from_db()
    assert (batch.state, batch.created) == ("done", ROWS - 1)
    assert Initiative.history.filter(history_change_reason="The list").count() == ROWS
    assert batch.touched.count() == ROWS + ROWS // 2


def test_how_far_an_import_is_is_seen_from_outside(
    batch: ImportBatch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SECONDS", 0)
    seen = []

    def look(batch: ImportBatch, report: Report) -> None:
        aside = connection.copy()
        with aside.cursor() as cursor:
            cursor.execute("SELECT rows_done FROM batches_importbatch WHERE id = %s", [batch.pk])
            seen.append(cursor.fetchone())
        aside.close()
        keep(batch, report)

    keep = steps.keep
    monkeypatch.setattr(steps, "keep", look)

    steps.work(batch.pk)

    assert seen == [(ROWS,)]
