"""Keeps of each entry that an import touches how it was, and how the import left it."""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from psycopg.sql import SQL, Composable

from clusterix.curation.batches import rows
from clusterix.curation.batches.kinds import kinds
from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.imports.kinds import Kind
from clusterix.curation.models import Entry

BEFORE = SQL("""
INSERT INTO batches_touchedentry (batch_id, content_type_id, object_id, before, held, mark)
SELECT %(batch)s, %(kind)s, e.id, {entry}, {held}, '' FROM {table} e WHERE e.id = ANY(%(pks)s)
""")
CHANGED = SQL("""
UPDATE batches_touchedentry touched SET mark = {mark} FROM {table} e
WHERE batch_id = %(batch)s AND content_type_id = %(kind)s AND object_id = e.id
    AND object_id = ANY(%(pks)s)
""")
NEW = SQL("""
INSERT INTO batches_touchedentry (batch_id, content_type_id, object_id, mark)
SELECT %(batch)s, %(kind)s, e.id, {mark} FROM {table} e WHERE e.id = ANY(%(pks)s)
""")


class BatchLedger:
    """The ledger of one import."""

    def __init__(self, batch: ImportBatch) -> None:
        self.batch = batch

    def before(self, kind: Kind, changed: Sequence[Entry]) -> None:
        """Keep how these entries are."""
        shape = type(kind)
        parts = {"entry": rows.entry(shape), "held": rows.held(shape), "table": rows.table(shape)}
        self._write(shape, BEFORE.format(**parts), changed)

    def after(self, kind: Kind, changed: Sequence[Entry], new: Sequence[Entry]) -> None:
        """Keep how the import left those entries, and which of them it made."""
        shape = type(kind)
        self._write(shape, _filled(CHANGED, shape), changed)
        self._write(shape, _filled(NEW, shape), new)
        saved = kind.saved()
        for other in {type(entry) for entry in saved}:
            also = kinds()[other._meta.label]
            self._write(also, _filled(NEW, also), saved)

    def _write(self, kind: type[Kind], statement: Composable, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        values: dict[str, int | list[int]] = {
            "batch": self.batch.pk,
            "kind": ContentType.objects.get_for_model(kind.model).pk,
            "pks": [entry.pk for entry in entries],
        }
        with connection.cursor() as cursor:
            cursor.execute(statement, values)


def _filled(statement: SQL, kind: type[Kind]) -> Composable:
    return statement.format(mark=rows.mark(kind), table=rows.table(kind))
