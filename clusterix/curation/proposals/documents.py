"""Entries as documents: what a form can change of one, with its rows, as plain values.

A document is read from the entry, compared piece by piece with others, and written back. A piece is
a field of the entry, or one of the rows that belong to it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext as _

from clusterix.curation.history import unrecorded
from clusterix.curation.models import Entry
from clusterix.lib.personal import every_row

Value = None | bool | int | str | list[int]
Row = dict[str, Value]
Piece = tuple[str, ...]
"""A field's name; or the label of a model, and the key of one of its rows."""


class Rows(TypedDict):
    """The rows of one table that belong to an entry, by their keys."""

    link: str
    fields: list[str]
    rows: dict[str, Row]


class Document(TypedDict):
    """An entry, as far as a form can change it."""

    fields: dict[str, Value]
    parts: dict[str, Rows]


@dataclass(frozen=True)
class Draft:
    """What somebody typed: the entry as it is, as it is to be, and why."""

    base: Document
    proposed: Document
    reason: str


class ImpossibleError(Exception):
    """What a document says cannot be written any more; says why, in words."""


@dataclass(frozen=True)
class Shape:
    """What belongs into a document: fields of the entry; of each table, the link and the fields."""

    fields: tuple[str, ...]
    parts: Mapping[str, tuple[str, tuple[str, ...]]] = field(default_factory=dict)


def shape_of(document: Document) -> Shape:
    """The shape that a document has."""
    parts = document["parts"].items()
    return Shape(
        tuple(document["fields"]),
        {label: (part["link"], tuple(part["fields"])) for label, part in parts},
    )


def read(entry: Entry, shape: Shape) -> Document:
    """The document of an entry as the database has it now, all of its rows included."""
    stored = type(entry).unscoped.get(pk=entry.pk)
    return {
        "fields": {name: value_of(stored, name) for name in shape.fields},
        "parts": {
            label: {
                "link": link,
                "fields": list(names),
                "rows": dict(_rows(label, link, names, entry)),
            }
            for label, (link, names) in shape.parts.items()
        },
    }


def _rows(label: str, link: str, names: Iterable[str], entry: Entry) -> Iterator[tuple[str, Row]]:
    names = list(names)
    for row in every_row(table(label)).filter(**{link: entry.pk}).order_by("pk"):
        yield str(row.pk), {name: value_of(row, name) for name in names}


def table(label: str) -> type[models.Model]:
    """The model of a label."""
    return apps.get_model(label)


def value_of(row: models.Model, name: str) -> Value:
    """What a field of a row holds, as JSON can: keys for what it leads to."""
    column: Any = row._meta.get_field(name)
    if column.many_to_many:
        return sorted(
            every_row(column.remote_field.through)
            .filter(**{column.m2m_field_name(): row.pk})
            .values_list(column.m2m_reverse_name(), flat=True)
        )
    value = column.value_from_object(row)
    if value is None or isinstance(value, bool | int | str):
        return value
    text: str = column.value_to_string(row)
    return text


def pieces(document: Document) -> dict[Piece, Value | Row]:
    """The document in pieces."""
    found: dict[Piece, Value | Row] = {(name,): value for name, value in document["fields"].items()}
    for label, part in document["parts"].items():
        found |= {(label, key): row for key, row in part["rows"].items()}
    return found


@dataclass(frozen=True)
class Merged:
    """What two who changed the same document make of it."""

    changes: dict[Piece, Value | Row]
    """What is to be written; None for a row that goes."""
    conflicts: list[Piece]
    """What both changed, each otherwise."""


def merge(base: Document, proposed: Document, live: Document) -> Merged:
    """What was proposed on the base, brought to what is live: three ways, piece by piece."""
    was, wanted, now = pieces(base), pieces(proposed), pieces(live)
    changes, conflicts = {}, []
    for piece in {**was, **wanted}:
        old, new, present = was.get(piece), wanted.get(piece), now.get(piece)
        if new in (old, present):
            continue
        if present == old:
            changes[piece] = new
        else:
            conflicts.append(piece)
    return Merged(changes, conflicts)


def settled(base: Document, proposed: Document, live: Document, kept: Iterable[Piece]) -> Document:
    """The document that is proposed on what is live once conflicts are settled.

    The pieces that are `kept` stay as they are live; in all other conflicts the proposal holds.
    """
    merged = merge(base, proposed, live)
    wanted = pieces(proposed)
    ours = {piece: wanted.get(piece) for piece in merged.conflicts if piece not in set(kept)}
    return changed(live, merged.changes | ours)


def changed(document: Document, changes: Mapping[Piece, Value | Row]) -> Document:
    """A document in which some pieces are others."""
    fields: Any = {name: changes.get((name,), value) for name, value in document["fields"].items()}
    parts: dict[str, Rows] = {}
    for label, part in document["parts"].items():
        own = {piece[1]: row for piece, row in changes.items() if piece[0] == label and piece[1:]}
        rows: Any = {key: row for key, row in {**part["rows"], **own}.items() if row is not None}
        parts[label] = {"link": part["link"], "fields": part["fields"], "rows": rows}
    return {"fields": fields, "parts": parts}


def write(entry: Entry, document: Document, changes: Mapping[Piece, Value | Row]) -> None:
    """Make some pieces of an entry what they are to be, without a version of their own.

    The document says how the pieces hang together. Raises ImpossibleError where the database or
    the entry itself objects, and has changed nothing then. The caller holds the entry, in a
    transaction, and saves it once more for its version.
    """
    try:
        with transaction.atomic(), unrecorded(entry):
            _write_fields(entry, {piece[0]: changes[piece] for piece in changes if not piece[1:]})
            for label, part in document["parts"].items():
                own = {piece[1]: changes[piece] for piece in changes if piece[0] == label}
                _write_rows(entry, label, part["link"], own)
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except ValidationError as error:
        raise ImpossibleError(" ".join(error.messages)) from error
    except IntegrityError as error:
        told = _("The database refuses it: something that it needs has changed or gone since.")
        raise ImpossibleError(told) from error


def _write_fields(entry: Entry, values: Mapping[str, Any]) -> None:
    _put(entry, values)
    entry.full_clean()
    entry.save()
    _choose(entry, values)


def _write_rows(entry: Entry, label: str, link: str, rows: Mapping[str, Any]) -> None:
    model = table(label)
    every_row(model).filter(pk__in=[key for key, row in rows.items() if row is None]).delete()
    stored = every_row(model).filter(**{link: entry.pk}).in_bulk([int(key) for key in rows])
    for key, values in rows.items():
        if values is not None:
            row = stored.get(int(key)) or model(pk=int(key), **{f"{link}_id": entry.pk})
            _put(row, values)
            row.save()
            _choose(row, values)


def _put(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        column: Any = row._meta.get_field(name)
        if not column.many_to_many:
            setattr(row, column.attname, None if value is None else column.to_python(value))


def _choose(row: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if row._meta.get_field(name).many_to_many:
            getattr(row, name).set(value)
