"""Entries as the database holds them, with the rows that an import writes for them.

All of it is SQL, so that no value passes through Python on its way to being kept and back.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg.sql import SQL, Composable, Identifier, Literal

from clusterix.curation.imports.kinds import Kind


@dataclass(frozen=True)
class Own:
    """A table whose rows belong to an entry: its name, the column that leads to the entry."""

    model: Any
    column: str

    @property
    def table(self) -> str:
        """Its name."""
        name: str = self.model._meta.db_table
        return name


@cache
def own_rows(kind: type[Kind]) -> tuple[Own, ...]:
    """The tables that an import of that kind adds to."""
    return tuple(_own_rows(kind))


def _own_rows(kind: type[Kind]) -> Iterator[Own]:
    for name in kind.many:
        field = kind.model._meta.get_field(name)
        yield Own(field.remote_field.through, field.m2m_column_name())
    for part in kind.parts.values():
        yield Own(part.model, part.model._meta.get_field(part.parent).column)


def table(kind: type[Kind]) -> Identifier:
    """Where entries of that kind are."""
    return Identifier(kind.model._meta.db_table)


def columns(kind: type[Kind]) -> list[str]:
    """The columns that are not computed from others, but for the key."""
    fields = kind.model._meta.concrete_fields
    return [field.column for field in fields if not (field.generated or field.primary_key)]


def entry(kind: type[Kind]) -> Composable:
    """An entry `e` as JSON."""
    return _as_json("e", kind.model)


def _as_json(alias: str, model: Any) -> Composable:
    computed = [field.column for field in model._meta.concrete_fields if field.generated]
    return SQL("(to_jsonb({}) - {}::text[])").format(Identifier(alias), Literal(computed))


def mark(kind: type[Kind]) -> Composable:
    """What tells a state of an entry `e`, and of the rows that belong to it, from all others."""
    parts: list[Composable] = [SQL("{}::text").format(entry(kind))]
    for own in own_rows(kind):
        listed = SQL("(SELECT string_agg({}::text, ' ' ORDER BY p.id) FROM {} p WHERE p.{} = e.id)")
        parts.append(
            listed.format(_as_json("p", own.model), Identifier(own.table), Identifier(own.column))
        )
    return SQL("md5(concat_ws('/', {}))").format(SQL(", ").join(parts))


def held(kind: type[Kind]) -> Composable:
    """The keys of the rows that belong to an entry `e`, by their tables."""
    listed = SQL("(SELECT coalesce(jsonb_agg(p.id), '[]') FROM {} p WHERE p.{} = e.id)")
    pairs = [
        SQL("{}, {}").format(
            Literal(own.table), listed.format(Identifier(own.table), Identifier(own.column))
        )
        for own in own_rows(kind)
    ]
    return SQL("jsonb_build_object({})").format(SQL(", ").join(pairs))
