"""A copy of everything that the site holds about somebody, for them to read and take along."""

from datetime import date, datetime, time
from typing import Any, TypedDict

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from clusterix.lib.personal import Part, Subject, Table
from clusterix.privacy.asking import mentions, model_of, part_rows
from clusterix.privacy.registry import HOLDINGS

Told = dict[str, Any]
"""A row by the labels of its columns; what belongs to it stands under the name of its table."""


class Held(TypedDict):
    """What is held of one kind."""

    what: str
    purpose: str
    kept: str
    records: dict[str, list[Told]]


class Mentioned(TypedDict):
    """Where else the address stands: in words that others wrote."""

    table: str
    number: str
    columns: list[str]


class Copy(TypedDict):
    """All that is held about an address."""

    address: str
    made_at: str
    held: list[Held]
    mentioned: list[Mentioned]


def copy(subject: Subject, at: datetime) -> Copy:
    """Everything about somebody; `held` is empty where there is nothing."""
    held = [
        Held(
            what=str(holding.title),
            purpose=str(holding.purpose),
            kept=str(holding.retention),
            records=records,
        )
        for holding in HOLDINGS
        if (records := _records(holding.tables, subject))
    ]
    return Copy(
        address=subject.email, made_at=at.isoformat(), held=held, mentioned=_mentioned(subject)
    )


def _records(tables: tuple[Table, ...], subject: Subject) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = {}
    for table in tables:
        rows = [told(row, table) for row in table.rows(subject).order_by("pk")]
        if rows:
            found.setdefault(title_of(table), []).extend(rows)
    return found


def title_of(table: Table | Part) -> str:
    """What the rows of a table are called."""
    return str(capfirst(str(model_of(table)._meta.verbose_name_plural)))


def told(row: models.Model, table: Table | Part) -> Told:
    """A row in words: what it holds, and the rows that belong to it."""
    secret = {name for group in table.fields if not group.is_told for name in group.names}
    wanted = getattr(table, "columns", ()) or _columns(row, secret)
    found = {label_of(type(row), name): value_of(row, name) for name in wanted}
    for part in getattr(table, "parts", ()):
        parts = [told(each, part) for each in part_rows(part, [row.pk])]
        if parts:
            found[title_of(part)] = parts
    return found


def _columns(row: models.Model, secret: set[str]) -> list[str]:
    """The columns of a row but for those that open something or are made of others."""
    return [
        field.name
        for field in row._meta.concrete_fields
        if field.name not in secret and not isinstance(field, models.GeneratedField)
    ]


def label_of(model: type[models.Model], name: str) -> str:
    """What people call a column."""
    if name == "pk":
        return gettext("Number")
    return str(capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name))))


def value_of(row: models.Model, name: str) -> Any:
    """What a column holds, in words where it is a code; a file is told by its size."""
    shown = getattr(row, f"get_{name}_display", None)
    value = shown() if shown else getattr(row, name)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return f"{len(value)} bytes"
    if value is None or isinstance(value, bool | int | float | dict | list):
        return value
    return str(value)


def _mentioned(subject: Subject) -> list[Mentioned]:
    return [
        Mentioned(
            table=mention.model._meta.label, number=str(mention.pk), columns=list(mention.columns)
        )
        for mention in mentions(subject)
    ]
