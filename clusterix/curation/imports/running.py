"""An import from beginning to end: in one transaction, and one import at a time."""

from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext as _

from clusterix.curation.imports import mappings
from clusterix.curation.imports.files import opened
from clusterix.curation.imports.kinds import Kind
from clusterix.curation.imports.mappings import Plan, RefusedError
from clusterix.curation.imports.results import Report
from clusterix.curation.imports.tables import Table, Wishes
from clusterix.curation.imports.understanding import Reader
from clusterix.curation.imports.writing import Order, Writer
from clusterix.lib.tree import Mistake

ONE_AT_A_TIME = 0x696D706F
"""The advisory lock that imports take, so that the second sees what the first did."""
PATIENCE = "120s"
ROWS_AT_ONCE = 500


class BusyError(Exception):
    """Somebody else holds what the import needs; nothing was imported."""


def run(path: Path, kind: type[Kind], order: Order, mapping: Path | None = None) -> Report:
    """Import the rows of a file: all that are not refused, in one transaction.

    Nothing is kept of a dry run, nor of a strict one with a refused row. UnreadableError and
    RefusedError say what is wrong with the file or the mapping, BusyError that others are in the
    way; then nothing was imported either.
    """
    plan = mappings.read(mapping, kind.fields()) if mapping else None
    table = opened(path, plan.wishes if plan else Wishes())
    plan = plan or mappings.obvious(table.columns, kind.fields(), path.name)
    plan.check(table.columns)
    unmapped = [column for column in table.columns if column not in plan.columns]
    report = Report(table.notes, tuple(unmapped))
    try:
        with transaction.atomic():
            _wait_for_others()
            _import(table, plan, kind(order.partner), order, report)
            report.is_kept = not (order.dry_run or (order.strict and report.refused))
            transaction.set_rollback(not report.is_kept)
    except OperationalError as error:
        reason = _("Somebody else is changing the same entries. Nothing was imported: try again.")
        raise BusyError(reason) from error
    return report


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])


def _import(table: Table, plan: Plan, kind: Kind, order: Order, report: Report) -> None:
    problems = [Mistake(plan.name, *problem) for problem in kind.check(plan)]
    if problems:
        raise RefusedError(problems)
    reader = Reader(kind, plan, _sources(kind, plan))
    writer = Writer(kind, order)
    rows = (
        (number, dict(zip(table.columns, cells, strict=True))) for number, cells in table.rows()
    )
    drafts = (reader.draft(number, row) for number, row in rows)
    for chunk in _chunks(drafts):
        report.results += writer.write(chunk)


def _chunks(drafts: Iterator[Any]) -> Iterator[Sequence[Any]]:
    while chunk := list(islice(drafts, ROWS_AT_ONCE)):
        yield chunk


def _sources(kind: Kind, plan: Plan) -> list[dict[str, Any]]:
    """The source that the mapping names for all entries, checked once."""
    if not plan.source:
        return []
    part = kind.parts["sources"]
    row = part.model(**plan.source)
    try:
        row.clean_fields(exclude=[part.parent])
    except ValidationError as error:
        reasons = [f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items()]
        raise RefusedError(
            Mistake(plan.name, 1, f"source: {reason}") for reason in reasons
        ) from error
    return [{name: getattr(row, name) for name in plan.source}]
