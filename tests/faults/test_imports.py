"""Imports that run at the same time, meet an editor, or are killed."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from clusterix.curation.imports import running
from clusterix.curation.imports.results import Report
from clusterix.curation.imports.running import run
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Partner
from initiatives.imports import InitiativeKind
from initiatives.models import Initiative
from people.models import Organisation
from tests.factories import InitiativeFactory, PartnerFactory
from tests.faults import site

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


def imported(files: tuple[Path, Path], partner: Partner) -> Report:
    order = Order(partner=partner, reason="Imported", at=timezone.now())
    return run(files[0], InitiativeKind, order, files[1])


def options(files: tuple[Path, Path]) -> list[str]:
    """What the command is told."""
    return [str(files[0]), "--mapping", str(files[1]), "--partner", "agency"]


def wait_until_somebody_waits() -> None:
    """Return once another connection waits for a lock of this one."""
    give_up = time.monotonic() + 60
    with connection.cursor() as cursor:
        while time.monotonic() < give_up:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.05)
    pytest.fail("Nobody waits.")


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

    assert reason.endswith("Nothing was imported: try again.")
    assert Initiative.unscoped.count() == 1


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
