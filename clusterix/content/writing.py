"""Writes records into their rows, each checked by its model before it is saved."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter
from typing import Any, cast

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from clusterix.content.merging import Change
from clusterix.content.plain import Values
from clusterix.content.reading import Place, Record
from clusterix.content.shapes import KINDS, Kind, Model, Part, Shape, key_of
from clusterix.curation.models import Entry
from clusterix.lib.tree import Mistake
from people.models import Mergeable

Task = tuple[Record, Change]
Row = Any
"""An instance of any model of the shapes."""


class Writer:
    """Writes the records that differ; what a model refuses goes to the list of mistakes."""

    def __init__(self, mistakes: list[Mistake]) -> None:
        self.mistakes = mistakes
        self.ids: dict[Model, dict[str, Any]] = {}

    def write(self, tasks: list[Task]) -> None:
        """The columns of all records first, then their lists, which may refer to any of them."""
        rows = [(*task, self.columns(*task)) for task in self.in_order(self.unsealed(tasks))]
        for record, change, row in rows:
            if row.pk:
                self.many(record, change, row)
                for name, part in KINDS[record.kind].parts.items():
                    if name in change.given:
                        self.part(record, part, (name,), row)
                self.seal(record, change, row)

    def unsealed(self, tasks: list[Task]) -> list[Task]:
        """Those of which something may still be written."""
        sealed = [task for task in tasks if _is_sealed(*task)]
        for record, _change in sealed:
            self.mistakes.append(
                record.mistake(
                    f"“{record.key}” is published and stays as it is. Write a new version under "
                    "a key of its own."
                )
            )
        return [task for task in tasks if task not in sealed]

    def in_order(self, tasks: list[Task]) -> Iterator[Task]:
        """Kind by kind, and within a kind those first that others refer to."""
        for name, kind in KINDS.items():
            by_key = {task[0].key: task for task in tasks if task[0].kind == name}
            graph = {key: _refers_to(kind, task[0]) for key, task in by_key.items()}
            for key in self.sorted(graph, by_key, kind):
                if key in by_key:
                    yield by_key[key]

    def sorted(
        self, graph: dict[str, set[str]], by_key: dict[str, Task], kind: Kind
    ) -> Iterable[str]:
        """The keys of a kind, each after those it refers to, without any that form a circle."""
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            circle = set(error.args[1])
        first = min((by_key[key][0] for key in circle), key=lambda record: record.line)
        self.mistakes.append(first.mistake(f"“{first.key}” leads back to itself."))
        self.known(kind.model).update(dict.fromkeys(circle))
        rest = {key: keys - circle for key, keys in graph.items() if key not in circle}
        return self.sorted(rest, by_key, kind)

    def columns(self, record: Record, change: Change) -> Row:
        """The record's row, saved with the columns that the file gives; unsaved if refused."""
        kind = KINDS[record.kind]
        known = {kind.key: record.key}
        manager = kind.model._base_manager
        row: Row = kind.model(**known) if change.is_new else manager.get(**known)
        names = [n for n in change.given if _is_column(kind, n) and n != kind.sealed_by]
        columns = self.resolved(kind, record.values, names)
        if columns is not None:
            _assign(row, columns)
            if isinstance(row, Entry) and row.is_public and not row.published_at:
                row.published_at = timezone.now()
            self.save(row, record, ())
        self.known(kind.model)[record.key] = row.pk
        return row

    def many(self, record: Record, change: Change, row: Row) -> None:
        """Its themes and the like; one version in the history for all of them."""
        kind = KINDS[record.kind]
        names = [name for name in kind.fields if name in change.given]
        many = [name for name in names if not _is_column(kind, name)]
        row.skip_history_when_saving = True
        for name in many:
            field: Any = kind.model._meta.get_field(name)
            ids = self.known(field.related_model)
            keys = cast("list[str]", record.values[name])
            getattr(row, name).set([ids[key] for key in keys if ids[key]])
        del row.skip_history_when_saving
        if many:
            self.save(row, record, ())

    def seal(self, record: Record, change: Change, row: Row) -> None:
        """Write what keeps the record as it is from now on."""
        column = KINDS[record.kind].sealed_by
        if column in change.given:
            setattr(row, column, row._meta.get_field(column).to_python(record.values[column]))
            self.save(row, record, ())

    def part(self, record: Record, part: Part, place: Place, parent: Row) -> None:
        """The rows of a part, those known again in the rows they have; the others go."""
        manager = part.model._base_manager
        present = defaultdict(list)
        for row in manager.filter(**{part.parent: parent}).order_by("pk"):
            present[_identity(part, vars(row))].append(row)
        rows = []
        for index, values in enumerate(_rows_at(record, place)):
            columns = self.resolved(part, values, part.fields)
            if columns is not None:
                columns |= {"position": index} if part.is_ordered else {}
                same = present[_identity(part, columns)]
                row = same.pop(0) if same else part.model(**{part.parent: parent})
                rows.append((index, row, columns))
        gone = [row.pk for same in present.values() for row in same]
        manager.filter(pk__in=gone).delete()
        if part.frees:
            manager.filter(**{part.parent: parent}).update(**dict.fromkeys(part.frees))
        for index, row, columns in rows:
            _assign(row, columns)
            self.save(row, record, (*place, index))
            for name, inner in part.parts.items():
                if row.pk:
                    self.part(record, inner, (*place, index, name), row)

    def resolved(self, shape: Shape, values: Values, names: Iterable[str]) -> dict[str, Any] | None:
        """The values as columns take them; None if one refers to a row that was refused itself."""
        columns = {}
        for name in names:
            field: Any = shape.model._meta.get_field(name)
            value = values[name]
            if field.is_relation and value is not None:
                columns[field.attname] = self.known(field.related_model)[str(value)]
                if columns[field.attname] is None:
                    return None
            else:
                columns[field.attname] = field.to_python(value)
        return columns

    def save(self, row: Row, record: Record, place: Place) -> None:
        """Save a row that its model agrees to."""
        try:
            row.full_clean()
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                here = place if name == NON_FIELD_ERRORS else (*place, name)
                self.mistakes.append(record.mistake(" ".join(messages), here))
            return
        row._change_reason = f"Loaded from {record.file}"[:100]
        row.save()

    def known(self, model: Model) -> dict[str, Any]:
        """The ids of all rows of a model by their keys; None for rows that were refused.

        What was merged into another entry is that one.
        """
        if model not in self.ids:
            pk = Coalesce("merged_into", "pk") if issubclass(model, Mergeable) else F("pk")
            self.ids[model] = dict(model._base_manager.values_list(key_of(model), pk))
        return self.ids[model]


def _refers_to(kind: Kind, record: Record) -> set[str]:
    """The keys of the same kind that the record's columns refer to."""
    fields = [kind.model._meta.get_field(name) for name in kind.fields]
    own = [field.name for field in fields if field.related_model is kind.model]
    return {str(record.values[name]) for name in own if record.values[name] is not None}


def _rows_at(record: Record, place: Place) -> list[Values]:
    """The rows that a record gives at that place."""
    found: Any = record.values
    for step in place:
        found = found[step]
    return list(found)


def _is_sealed(record: Record, change: Change) -> bool:
    kind = KINDS[record.kind]
    if change.is_new or not kind.sealed_by:
        return False
    rows = kind.model._base_manager.filter(**{kind.key: record.key})
    return bool(rows.values_list(kind.sealed_by, flat=True).get())


def _is_column(kind: Kind, name: str) -> bool:
    return name not in kind.parts and not kind.model._meta.get_field(name).many_to_many


def _identity(part: Part, columns: dict[str, Any]) -> tuple[Any, ...]:
    """What makes two rows of a part the same one."""
    fields: list[Any] = [part.model._meta.get_field(name) for name in part.same]
    return tuple(columns[field.attname] for field in fields)


def _assign(row: Row, columns: dict[str, Any]) -> None:
    for name, value in columns.items():
        setattr(row, name, value)
