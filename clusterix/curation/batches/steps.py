"""What the worker does about an import, each step once.

It goes by the state of the import alone. Whatever a step does is committed together with the state
that says so: a job that is taken up again after its worker was killed finds all undone, or done.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clusterix.curation.batches.ledger import BatchLedger
from clusterix.curation.batches.looking import digest_of, look, table_of
from clusterix.curation.batches.mapping import plan_of
from clusterix.curation.batches.models import ImportBatch, ToldRow
from clusterix.curation.batches.progress import Progress
from clusterix.curation.batches.undoing import Undoing
from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.imports.mappings import RefusedError
from clusterix.curation.imports.results import Outcome, Report, Result
from clusterix.curation.imports.running import Aside, BusyError, busy, run, take_turn
from clusterix.curation.imports.tables import UnreadableError
from clusterix.curation.imports.writing import Order
from clusterix.curation.models import Partner, User

State = ImportBatch.State
MOST_TOLD = 5_000
"""So many rows of a report are kept, the refused ones first."""

log = structlog.stdlib.get_logger("clusterix.imports")


class StaleError(Exception):
    """What is to be imported is not what was checked, or nobody may ask for it any more."""


def work(pk: int) -> None:
    """Take the step that the import waits for, if it waits for any."""
    batch = ImportBatch.objects.select_related("partner", "created_by").filter(pk=pk).first()
    step = STEPS.get(batch.state) if batch else None
    if batch is None or step is None:
        return
    try:
        step(batch)
    except (UnreadableError, RefusedError, BusyError, StaleError) as error:
        fail(batch, str(error))
    except Exception:
        fail(batch, _("Something went wrong here, and nothing was changed. Try again later."))
        raise


def fail(batch: ImportBatch, problem: str) -> None:
    """Say why a step came to nothing."""
    state = State.DONE if batch.state == State.UNDOING else State.FAILED
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=batch.state)
    waiting.update(state=state, problem=problem, undo_reason="", undone_by=None)
    log.warning("import failed", batch=batch.pk, step=batch.state)


def read(batch: ImportBatch) -> None:
    """Look into the file."""
    look(batch)
    waiting = ImportBatch.objects.filter(pk=batch.pk, state=State.READING)
    waiting.update(state=State.UPLOADED, seen=batch.seen, rows=batch.rows)


def check(batch: ImportBatch) -> None:
    """Do all of it and undo it, to see what would become of each row."""
    fingerprint = fingerprint_of(batch)
    with Progress(batch.pk) as progress:
        report = run_batch(batch, progress.tell, dry_run=True)
    with transaction.atomic():
        keep(batch, report)
        batch.state, batch.checked = State.CHECKED, fingerprint
        batch.save()


def import_(batch: ImportBatch) -> None:
    """Import what was checked, in one transaction."""
    with Progress(batch.pk) as progress, transaction.atomic():
        if not in_turn(batch):
            return
        if fingerprint_of(batch) != batch.checked:
            raise StaleError(_("It is not what was checked any more. Check it again."))
        keep(batch, run_batch(batch, progress.tell))
        finish(batch)


def undo(batch: ImportBatch) -> None:
    """Take back what was imported, in one transaction."""
    with Progress(batch.pk) as progress, transaction.atomic():
        if in_turn(batch):
            still_belongs(batch, batch.undone_by)
            take_back(batch, progress.tell)


STEPS: dict[str, Callable[[ImportBatch], None]] = {
    State.READING: read,
    State.CHECKING: check,
    State.RUNNING: import_,
    State.UNDOING: undo,
}


def in_turn(batch: ImportBatch) -> bool:
    """Wait for one's turn; False where somebody else took the step meanwhile."""
    state = batch.state
    try:
        take_turn()
    except OperationalError as error:
        raise busy() from error
    batch.refresh_from_db()
    return batch.state == state


def run_batch(
    batch: ImportBatch, tell: Callable[[int], object], *, dry_run: bool = False
) -> Report:
    """Import the file of a batch, or see what would become of it."""
    still_belongs(batch, batch.created_by)
    order = Order(
        partner=batch.partner,
        reason=batch.reason,
        at=timezone.now(),
        user=batch.created_by,
        publish=batch.publish,
        dry_run=dry_run,
    )
    aside = Aside(BatchLedger(batch), tell, table_of)
    return run(batch.path, batch.kind, order, plan_of(batch), aside)


def still_belongs(batch: ImportBatch, user: User | None) -> None:
    """StaleError where whoever asked for a step has left the partner meanwhile."""
    partners = user.own_partners() if user and user.is_active else Partner.objects.none()
    if not partners.filter(pk=batch.partner_id).exists():
        raise StaleError(_("Whoever asked for this does not belong to the partner any more."))


def keep(batch: ImportBatch, report: Report) -> None:
    """Keep what an import says of its rows, up to a bound."""
    batch.count(report.counts)
    batch.rows_done = batch.rows = len(report.results)
    batch.problem = ""
    batch.notes = list(report.notes)
    if report.unmapped:
        left = _("Columns that are left out: %(names)s.") % {"names": ", ".join(report.unmapped)}
        batch.notes.append(left)
    ToldRow.objects.filter(batch=batch).delete()
    telling = [result for result in report.results if result.lines(whole=False)]
    telling.sort(key=lambda result: (result.outcome != Outcome.REFUSED, result.number))
    if len(telling) > MOST_TOLD:
        batch.notes.append(
            _("Of %(all)d rows with something to say, the first %(most)d are listed.")
            % {"all": len(telling), "most": MOST_TOLD}
        )
    ToldRow.objects.bulk_create([told(batch, result) for result in telling[:MOST_TOLD]])


def told(batch: ImportBatch, result: Result) -> ToldRow:
    """What is said of a row."""
    return ToldRow(
        batch=batch,
        number=result.number,
        key=result.key[:200],
        outcome=result.outcome,
        changed=list(result.changed),
        remarks=[
            {"text": str(remark), "twin": remark.twin}
            for remark in result.remarks
            if not remark.is_minor
        ],
    )


def finish(batch: ImportBatch) -> None:
    """It is imported."""
    batch.state, batch.finished_at = State.DONE, timezone.now()
    batch.save()
    log.info("imported", batch=batch.pk, created=batch.created, updated=batch.updated)


def take_back(batch: ImportBatch, tell: Callable[[int], object]) -> None:
    """Undo an import within the caller's transaction, for whom and why it says itself."""
    reason = _("Import %(number)d undone: %(reason)s") % {
        "number": batch.pk,
        "reason": batch.undo_reason,
    }
    undoing = Undoing(batch, batch.undone_by, reason[:REASON_LENGTH])
    batch.undone = undoing.run(tell)
    batch.state, batch.undone_at, batch.problem = State.UNDONE, timezone.now(), ""
    batch.save()
    batch.touched.all().delete()
    log.info("import undone", batch=batch.pk, kept=batch.undone["kept"])


def fingerprint_of(batch: ImportBatch) -> str:
    """What tells the file and all that is said about it from any other."""
    told: list[Any] = [digest_of(batch.path), batch.mapping, batch.model, batch.partner_id]
    told += [batch.publish, batch.created_by_id]
    return sha256(repr(told).encode()).hexdigest()
