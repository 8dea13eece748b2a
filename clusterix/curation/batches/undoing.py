"""Takes an import back: what it made goes, what it changed becomes what it was.

Entries that somebody changed since stay as they are, and so do those that others refer to by now.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _
from psycopg.sql import SQL, Identifier
from simple_history.models import HistoricalChanges

from clusterix.curation.batches import rows
from clusterix.curation.batches.kinds import kinds
from clusterix.curation.batches.models import ImportBatch, Kept, TouchedEntry, Undone
from clusterix.curation.imports.kinds import Kind
from clusterix.curation.models import User
from clusterix.curation.recording import record, record_deletion

AT_ONCE = 500
MOST_EXAMPLES = 200

UNCHANGED = SQL("""
SELECT touched.id FROM batches_touchedentry touched JOIN {table} e ON e.id = object_id
WHERE touched.id = ANY(%(lines)s) AND mark = {mark}
""")
LESS = SQL("""
DELETE FROM {own} p USING batches_touchedentry touched
WHERE touched.id = ANY(%(lines)s) AND p.{column} = object_id
    AND NOT coalesce(held -> {name}, '[]') @> to_jsonb(p.id)
""")
RESTORED = SQL("""
UPDATE {table} e SET {columns} FROM batches_touchedentry touched,
    LATERAL jsonb_populate_record(NULL::{table}, before) was
WHERE touched.id = ANY(%(lines)s) AND e.id = object_id
""")
GONE = SQL("DELETE FROM {table} WHERE id = ANY(%(pks)s)")


@dataclass
class Outcome:
    """What becomes of the entries that an import touched."""

    restored: int = 0
    deleted: int = 0
    kept: list[Kept] = field(default_factory=list)

    @property
    def summary(self) -> Undone:
        """As it is kept and shown."""
        return Undone(
            restored=self.restored,
            deleted=self.deleted,
            kept=len(self.kept),
            examples=self.kept[:MOST_EXAMPLES],
        )


@dataclass
class Sorted:
    """Of some entries, those that go back and those that stay."""

    restored: list[TouchedEntry] = field(default_factory=list)
    deleted: list[TouchedEntry] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)

    @property
    def going(self) -> list[TouchedEntry]:
        """Those that do not stay as they are."""
        return [*self.restored, *self.deleted]


class Undoing:
    """Undoes one import for somebody, or says what that would do."""

    def __init__(self, batch: ImportBatch, user: User | None, reason: str = "") -> None:
        self.batch = batch
        self.user = user
        self.reason = reason
        self.going = defaultdict[type[Kind], list[int]](list)

    def survey(self) -> Undone:
        """What it would do, as all stands; nothing is changed."""
        outcome = Outcome()
        for kind, lines in self._chunks():
            found = self._sort(kind, lines)
            self.going[kind] += [line.object_id for line in found.going]
            _add(outcome, found)
        return outcome.summary

    def run(self, tell: Callable[[int], object]) -> Undone:
        """Do it, within a transaction that the caller holds."""
        outcome, done = Outcome(), 0
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for kind, lines in self._chunks():
            for found in self._undone(kind, lines):
                _add(outcome, found)
            done += len(lines)
            tell(done)
        return outcome.summary

    def _chunks(self) -> Iterator[tuple[type[Kind], list[TouchedEntry]]]:
        """What it touched, those entries first that may refer to others."""
        of_batch = TouchedEntry.objects.filter(batch=self.batch).defer("before", "held")
        first = self.batch.model
        for label in sorted(kinds(), key=lambda label: (label != first, label)):
            kind = kinds()[label]
            lines = of_batch.filter(content_type=ContentType.objects.get_for_model(kind.model))
            pks = list(lines.order_by("object_id").values_list("pk", flat=True))
            for start in range(0, len(pks), AT_ONCE):
                chunk = lines.filter(pk__in=pks[start : start + AT_ONCE])
                yield (
                    kind,
                    list(
                        chunk.annotate(is_new=models.Q(before__isnull=True)).order_by("object_id")
                    ),
                )

    def _undone(self, kind: type[Kind], lines: Sequence[TouchedEntry]) -> Iterator[Sorted]:
        """All of these at once; or one by one, where the database objects to some."""
        try:
            with transaction.atomic():
                found = self._undo(kind, lines)
        except IntegrityError:
            if len(lines) == 1:
                yield self._refused(kind, lines[0])
            else:
                for line in lines:
                    yield from self._undone(kind, [line])
        else:
            yield found

    def _undo(self, kind: type[Kind], lines: Sequence[TouchedEntry]) -> Sorted:
        held = kind.model.unscoped.filter(pk__in=[line.object_id for line in lines])
        list(held.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        found = self._sort(kind, lines)
        gone = list(kind.model.unscoped.filter(pk__in=[line.object_id for line in found.deleted]))
        record_deletion(kind.model, gone, self.user, self.reason)
        for own in rows.own_rows(kind):
            name = {"own": own.table, "column": own.column}
            parts = {part: Identifier(word) for part, word in name.items()}
            _execute(LESS.format(**parts, name=own.table), lines=_pks(found.going))
        _execute(GONE.format(table=rows.table(kind)), pks=[entry.pk for entry in gone])
        self._restore(kind, found.restored)
        return found

    def _restore(self, kind: type[Kind], lines: Sequence[TouchedEntry]) -> None:
        columns = SQL(", ").join(
            SQL("{0} = was.{0}").format(Identifier(name)) for name in rows.columns(kind)
        )
        _execute(RESTORED.format(table=rows.table(kind), columns=columns), lines=_pks(lines))
        entries = list(kind.model.unscoped.filter(pk__in=[line.object_id for line in lines]))
        record(kind.model, entries, self.user, self.reason, is_update=True)

    def _sort(self, kind: type[Kind], lines: Sequence[TouchedEntry]) -> Sorted:
        """Which of these go back, and why the others stay."""
        found = Sorted()
        pks = [line.object_id for line in lines]
        entries = kind.model.unscoped.only("key", "state", "owner", kind.name).in_bulk(pks)
        unchanged = self._unchanged(kind, lines)
        referred = self._referred(kind, [line.object_id for line in lines if _is_new(line)])
        for line in lines:
            entry = entries.get(line.object_id)
            if entry is None:
                if not _is_new(line):
                    found.kept.append(_gone(kind, line))
            elif line.pk not in unchanged:
                found.kept.append(_kept(entry, _("Somebody changed it since.")))
            elif self.user and not self.user.can_change(entry):
                found.kept.append(_kept(entry, _("You may not change it as it stands.")))
            elif line.object_id in referred:
                found.kept.append(_kept(entry, referred[line.object_id]))
            else:
                (found.deleted if _is_new(line) else found.restored).append(line)
        return found

    def _unchanged(self, kind: type[Kind], lines: Sequence[TouchedEntry]) -> set[int]:
        statement = UNCHANGED.format(table=rows.table(kind), mark=rows.mark(kind))
        with connection.cursor() as cursor:
            cursor.execute(statement, {"lines": _pks(lines)})
            return {pk for (pk,) in cursor.fetchall()}

    def _referred(self, kind: type[Kind], pks: Sequence[int]) -> dict[int, str]:
        """Of these entries, those that others refer to, each with what does."""
        found: dict[int, str] = {}
        for model, name, others in references(kind) if pks else ():
            reason = _("Something refers to it: %(what)s.") % {"what": model._meta.verbose_name}
            for pk in self._others(others, model).filter(**{f"{name}__in": pks}).distinct():
                found.setdefault(pk, reason)
        return found

    def _others(self, referring: "models.QuerySet[Any]", model: Any) -> "models.QuerySet[Any]":
        """Those that are not themselves about to go with an entry that was looked at before."""
        for kind, going in self.going.items():
            for own in rows.own_rows(kind):
                if own.model is model:
                    link = next(f for f in model._meta.fields if f.column == own.column)
                    referring = referring.exclude(**{f"{link.name}__in": going})
        return referring

    def _refused(self, kind: type[Kind], line: TouchedEntry) -> Sorted:
        entry = kind.model.unscoped.get(pk=line.object_id)
        reason = _("The database refuses it: something else has taken its place since.")
        return Sorted(kept=[_kept(entry, reason)])


def references(kind: type[Kind]) -> "Iterator[tuple[Any, str, models.QuerySet[Any]]]":
    """What can refer to an entry, but for rows of its own: models, fields, and whom they mean."""
    own = {(one.model, one.column) for one in rows.own_rows(kind)}
    for relation in kind.model._meta.get_fields(include_hidden=True):
        link: Any = getattr(relation, "field", None)
        if (
            isinstance(relation, models.ManyToOneRel)
            and link.db_constraint
            and not issubclass(link.model, HistoricalChanges)
            and (link.model, link.column) not in own
        ):
            yield link.model, link.name, _every(link.model).values_list(link.attname, flat=True)
    content_type = ContentType.objects.get_for_model(kind.model)
    for model in apps.get_models():
        for field_ in model._meta.private_fields:
            if isinstance(field_, GenericForeignKey) and model._meta.label not in kind.followers:
                rows_ = _every(model).filter(**{field_.ct_field: content_type})
                yield model, field_.fk_field, rows_.values_list(field_.fk_field, flat=True)


def _every(model: Any) -> "models.QuerySet[Any]":
    """All rows of a table, in no order."""
    every: models.QuerySet[Any] = model._base_manager.order_by()  # noqa: SLF001 (sees all)
    return every


def _is_new(line: Any) -> bool:
    """The import made the entry."""
    new: bool = line.is_new
    return new


def _kept(entry: Any, reason: str) -> Kept:
    return Kept(name=str(entry), model=entry._meta.label, pk=entry.pk, reason=reason)


def _gone(kind: type[Kind], line: TouchedEntry) -> Kept:
    """An entry that is not there any more, by the name that it had."""
    line.refresh_from_db(fields=["before"])
    name = str(line.before[kind.name])
    reason = _("Somebody deleted it since.")
    return Kept(name=name, model=kind.model._meta.label, pk=line.object_id, reason=reason)


def _add(outcome: Outcome, found: Sorted) -> None:
    outcome.restored += len(found.restored)
    outcome.deleted += len(found.deleted)
    outcome.kept += found.kept


def _pks(lines: Sequence[TouchedEntry]) -> list[int]:
    return [line.pk for line in lines]


def _execute(statement: Any, **values: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
