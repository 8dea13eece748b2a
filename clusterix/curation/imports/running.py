"""An import from beginning to end: in one transaction, and one import at a time."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
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
from clusterix.curation.imports.writing import Ledger, Order, Writer
from clusterix.lib.tree import Mistake

ONE_AT_A_TIME = 0x696D706F
"""The advisory lock that imports take, so that the second sees what the first did."""
PATIENCE = "120s"
"""How long an import waits for people who change the same entries."""
TURN = "1800s"
"""How long it waits for its turn after other imports."""
ROWS_AT_ONCE = 500


@dataclass(frozen=True)
class Aside:
    """What goes on beside an import: what it does is kept, and how far it is told of."""

    ledger: Ledger | None = None
    tell: Callable[[int], object] = lambda _count: None
    opened: Callable[[Path, Wishes], Table] = opened


NOTHING_ASIDE = Aside()


class BusyError(Exception):
    """Somebody else holds what the import needs; nothing was imported."""


def run(
    path: Path,
    kind: type[Kind],
    order: Order,
    mapping: Path | Plan | None = None,
    aside: Aside = NOTHING_ASIDE,
) -> Report:
    """Import the rows of a file: all that are not refused, in one transaction.

    Nothing is kept of a dry run, nor of a strict one with a refused row. UnreadableError and
    RefusedError say what is wrong with the file or the mapping, BusyError that others are in the
    way; then nothing was imported either.
    """
    plan = mappings.read(mapping, kind.fields()) if isinstance(mapping, Path) else mapping
    table = aside.opened(path, plan.wishes if plan else Wishes())
    plan = plan or mappings.obvious(table.columns, kind.fields(), path.name)
    plan.check(table.columns)
    unmapped = [column for column in table.columns if column not in plan.columns]
    report = Report(table.notes, tuple(unmapped))
    try:
        with transaction.atomic():
            take_turn()
            writer = Writer(kind(order.partner), order, aside.ledger)
            _import(table, plan, writer, report, aside.tell)
            report.is_kept = not (order.dry_run or (order.strict and report.refused))
            transaction.set_rollback(not report.is_kept)
    except OperationalError as error:
        raise busy() from error
    return report


def busy() -> BusyError:
    """What is said where others are in the way."""
    return BusyError(
        _("Somebody else is changing the same entries. Nothing was changed: try again.")
    )


def take_turn() -> None:
    """Wait until no other import runs, and from then on for nobody for long."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [TURN])
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])


def _import(
    table: Table, plan: Plan, writer: Writer, report: Report, tell: Callable[[int], object]
) -> None:
    kind = writer.kind
    problems = [Mistake(plan.name, *problem) for problem in kind.check(plan)]
    if problems:
        raise RefusedError(problems)
    reader = Reader(kind, plan, _sources(kind, plan))
    rows = (
        (number, dict(zip(table.columns, cells, strict=True))) for number, cells in table.rows()
    )
    drafts = (reader.draft(number, row) for number, row in rows)
    for chunk in _chunks(drafts):
        report.results += writer.write(chunk)
        tell(len(report.results))


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
