"""What leads to an entry: the foreign keys of all models, found by asking Django for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet
from simple_history.models import HistoricalChanges

from clusterix.curation.models import Entry

Columns = tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A foreign key that leads to a kind of entry."""

    field: "models.ForeignKey[Any, Any]"

    @property
    def model(self) -> Any:
        """Whose key it is."""
        return self.field.model

    @property
    def label(self) -> str:
        """The model and the field, to sort by."""
        return f"{self.model._meta.label_lower}.{self.field.name}"

    @property
    def every_row(self) -> "QuerySet[Any]":
        """All rows of the model, drafts too."""
        rows: QuerySet[Any] = self.model._base_manager.all()  # noqa: SLF001 (sees all)
        return rows

    def rows(self, pk: int) -> "QuerySet[Any]":
        """The rows that lead to that entry."""
        return self.every_row.filter(**{self.field.attname: pk}).order_by("pk")

    @property
    def columns(self) -> Columns:
        """What a row says beside its own key and the entry that it leads to."""
        fields = self.model._meta.concrete_fields
        own = {self.model._meta.pk.attname, self.field.attname}
        return tuple(f.attname for f in fields if not f.generated and f.attname not in own)

    @property
    def alike(self) -> list[Columns]:
        """The columns in which two rows are one, but for the entry that they lead to.

        Those that a constraint says; and all of them, where nothing else leads to such a row.
        """
        own = self.field.name
        constrained = [
            tuple(self.model._meta.get_field(name).attname for name in fields if name != own)
            for fields in unique_together(self.model)
            if own in fields
        ]
        return constrained if links_to(self.model) else [*constrained, self.columns]

    def twins(self, kept: int, gone: int) -> list[Any]:
        """The rows that lead to the one entry and say what a row says that leads to the other."""
        ours = list(self.rows(kept))
        known = {(names, values(row, names)) for row in ours for names in self.alike}
        return [
            row
            for row in (self.rows(gone) if ours else ())
            if any((names, values(row, names)) in known for names in self.alike)
        ]

    @cached_property
    def owner(self) -> str:
        """The way from a row to the entry that it is part of, as lookups; empty where to none."""
        return owner_of(self.model)


def links_to(kind: type[models.Model]) -> list[Link]:
    """All foreign keys that lead to that kind, the history of entries left alone."""
    relations = kind._meta.get_fields(include_hidden=True)
    fields = {
        relation.field
        for relation in relations
        if isinstance(relation, models.ManyToOneRel)
        and not issubclass(relation.field.model, HistoricalChanges)
    }
    return sorted((Link(field) for field in fields), key=lambda link: link.label)


def link(model: str, field: str) -> Link:
    """The foreign key of that name."""
    found: Any = apps.get_model(model)._meta.get_field(field)
    return Link(found)


def label_of(model: str) -> str:
    """What the rows of that model are called."""
    return str(apps.get_model(model)._meta.verbose_name_plural)


def unique_together(model: Any) -> Iterator[Columns]:
    """The fields that no two rows of a model have in common."""
    yield from ((field.name,) for field in model._meta.concrete_fields if field.unique)
    for constraint in model._meta.total_unique_constraints:
        yield tuple(constraint.fields)


def owner_of(model: Any) -> str:
    """The way to the entry that a row is part of: along the keys with which it is deleted."""
    if issubclass(model, Entry):
        return "pk"
    for field in model._meta.concrete_fields:
        relation = field.remote_field
        if relation and relation.on_delete is models.CASCADE:
            further = owner_of(relation.model)
            if further:
                return field.name if further == "pk" else f"{field.name}__{further}"
    return ""


def owner_kind(model: Any, way: str) -> type[Entry]:
    """The kind of entry at the end of that way."""
    for step in () if way == "pk" else way.split("__"):
        model = model._meta.get_field(step).related_model
    kind: type[Entry] = model
    return kind


def values(row: Any, names: Columns) -> tuple[Any, ...]:
    """What a row has in those columns."""
    return tuple(getattr(row, name) for name in names)


def stored(row: Any) -> dict[str, Any]:
    """A row as JSON can hold it."""
    fields = [field for field in row._meta.concrete_fields if not field.generated]
    return {field.attname: _plain(field, row) for field in fields}


def _plain(field: Any, row: Any) -> Any:
    value = field.value_from_object(row)
    return value if value is None or isinstance(value, (bool, int)) else field.value_to_string(row)


def restored(model: Any, columns: dict[str, Any]) -> Any:
    """The row that was stored so, not saved."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in columns.items()})
