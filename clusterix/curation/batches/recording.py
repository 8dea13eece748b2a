"""Imports that an operator makes by a command, remembered like those of the admin."""

from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from clusterix.curation.batches.ledger import BatchLedger
from clusterix.curation.batches.models import LONGEST_NAME, ImportBatch
from clusterix.curation.batches.steps import finish, in_turn, keep, take_back
from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.imports.kinds import Kind
from clusterix.curation.imports.results import Report
from clusterix.curation.imports.running import Aside, run
from clusterix.curation.imports.writing import Order

State = ImportBatch.State


def record(
    path: Path, kind: type[Kind], order: Order, mapping: Path | None
) -> tuple[Report, ImportBatch | None]:
    """Import a file; the report, and the batch by which it can be undone, if anything is kept."""
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            partner=order.partner,
            created_at=order.at,
            model=kind.model._meta.label,
            name=path.name[-LONGEST_NAME:],
            reason=order.reason[:REASON_LENGTH],
            publish=order.publish,
            state=State.RUNNING,
            mapping=mapping.read_text(encoding="utf-8", errors="replace") if mapping else "",
            mapping_name=mapping.name[-LONGEST_NAME:] if mapping else "",
        )
        report = run(path, kind, order, mapping, Aside(BatchLedger(batch)))
        if not report.is_kept:
            batch.delete()
            return report, None
        keep(batch, report)
        finish(batch)
    return report, batch


def undo(batch: ImportBatch, reason: str, tell: Callable[[int], object]) -> ImportBatch | None:
    """Undo an import; None where it is not one that stands."""
    with transaction.atomic():
        if not in_turn(batch) or batch.state != State.DONE:
            return None
        batch.undo_reason = reason[:REASON_LENGTH]
        take_back(batch, tell)
    return batch
