"""What is different between two documents of an entry, in words."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusterix.curation.history import difference
from clusterix.curation.models import Entry, User
from clusterix.curation.proposals.documents import Document, Piece, Value, pieces, table
from clusterix.lib.personal import every_row


@dataclass(frozen=True)
class Difference:
    """What becomes of a piece: its name, and both texts in one."""

    piece: Piece
    label: str
    marked: SafeString


class Telling:
    """Tells of documents of one kind of entry to somebody, who may not see all that they name."""

    def __init__(self, kind: type[Entry], documents: Iterable[Document], user: User | None) -> None:
        self.kind = kind
        self.user = user
        self.names = self._named(list(documents))

    def differences(
        self, old: Document, new: Document, only: Iterable[Piece] | None = None
    ) -> list[Difference]:
        """What the second has otherwise, in the order of the form; all of it, or `only` some."""
        before, after = pieces(old), pieces(new)
        asked = sorted(before | after if only is None else only, key=self._place)
        return [
            Difference(piece, self.label(piece), self._marked(piece, before, after))
            for piece in asked
            if before.get(piece) != after.get(piece)
        ]

    def label(self, piece: Piece) -> str:
        """What a piece is called."""
        if piece[1:]:
            return str(capfirst(table(piece[0])._meta.verbose_name))
        return str(capfirst(_label(self.kind, piece[0])))

    def _marked(
        self, piece: Piece, before: Mapping[Piece, Any], after: Mapping[Piece, Any]
    ) -> SafeString:
        old, new = (self._text(piece, where.get(piece)) for where in (before, after))
        in_lines = bool(piece[1:]) or self.kind._meta.get_field(piece[0]).many_to_many
        return difference(old, new, in_lines=bool(in_lines))

    def _text(self, piece: Piece, value: Any) -> str:
        if piece[1:]:
            return "\n".join(self._lines(table(piece[0]), value or {}))
        return self._words(self.kind, piece[0], value)

    def _lines(self, model: type[models.Model], row: Mapping[str, Value]) -> Iterator[str]:
        for name in sorted(row, key=lambda name: _number(model, name)):
            words = self._words(model, name, row[name])
            if words and name != "position":
                yield f"{capfirst(_label(model, name))}: {words}"

    def _place(self, piece: Piece) -> tuple[int, str, int]:
        """Fields come as their kind has them, then the rows of each table as they were added."""
        if piece[1:]:
            return sys.maxsize, piece[0], int(piece[1])
        return _number(self.kind, piece[0]), "", 0

    def _words(self, model: type[models.Model], name: str, value: Value) -> str:
        if value is None or value in ("", []):
            return ""
        column: Any = model._meta.get_field(name)
        if column.is_relation:
            keys = value if isinstance(value, list) else [value]
            known = self.names[column.related_model]
            return "\n".join(sorted(known.get(key) or _("(not shown)") for key in keys))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return str(dict(column.flatchoices).get(value, value))

    def _named(self, documents: list[Document]) -> dict[Any, dict[Any, str]]:
        """What the rows are called that the documents lead to, by their models and keys."""
        wanted: dict[Any, set[Any]] = {}
        for document in documents:
            for model, name, value in _cells(self.kind, document):
                column: Any = model._meta.get_field(name)
                if column.is_relation:
                    keys = value if isinstance(value, list) else [value]
                    wanted.setdefault(column.related_model, set()).update(keys)
                    wanted[column.related_model] -= {None}
        return {
            model: {row.pk: str(row) for row in self._rows(model).filter(pk__in=keys)}
            for model, keys in wanted.items()
        }

    def _rows(self, model: Any) -> "models.QuerySet[Any]":
        """Of a model, the rows that may be named."""
        if not issubclass(model, Entry):
            return every_row(model)
        return self.user.linkable_entries(model) if self.user else model.unscoped.public()


def _cells(
    kind: type[Entry], document: Document
) -> Iterator[tuple[type[models.Model], str, Value]]:
    for name, value in document["fields"].items():
        yield kind, name, value
    for label, part in document["parts"].items():
        for row in part["rows"].values():
            for name, value in row.items():
                yield table(label), name, value


def _number(model: type[models.Model], name: str) -> int:
    """Where a field stands among those of its model; JSON of the database keeps no order."""
    names = [field.name for field in (*model._meta.fields, *model._meta.many_to_many)]
    return names.index(name)


def _label(model: type[models.Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "verbose_name", name))
