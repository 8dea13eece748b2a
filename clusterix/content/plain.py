"""Rows as plain values: what a file says and what the database holds, in a form to compare."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.db import models

from clusterix.content.shapes import Kind, Part, Shape, key_of
from clusterix.lib.partial_dates import PartialDate

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]
Values = dict[str, Plain]


def plain(value: Any) -> Plain:
    """The value of a column in the form that both sides share: JSON, moments in UTC."""
    if isinstance(value, PartialDate):
        return value.text
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    found: Plain = value
    return found


def comparable(shape: Shape, name: str, value: Plain) -> str:
    """The value as a text; rows that keep no order in one that is always the same."""
    part = shape.parts.get(name)
    if part and not part.is_ordered and isinstance(value, list):
        return json.dumps(sorted(json.dumps(row, sort_keys=True) for row in value))
    return json.dumps(value, sort_keys=True)


def stored(kind: Kind, keys: Collection[str]) -> dict[str, Values]:
    """The rows of that kind with those keys, as files would give them."""
    rows = kind.model._base_manager.filter(**{f"{kind.key}__in": keys})
    extra = [kind.key, "position"] if kind.is_ordered else [kind.key]
    by_id, values = _columns(kind, rows, extra)
    for name, ids in _lists(kind, by_id).items():
        for pk, row in values.items():
            row[name] = ids.get(pk, [])
    return {str(row.pop(kind.key)): row for row in values.values()}


def _columns(
    shape: Shape, rows: models.QuerySet[Any], extra: Iterable[str]
) -> tuple[list[int], dict[int, Values]]:
    """The ids and the single values of rows."""
    paths = {name: _path(shape, name) for name in shape.fields if not _is_many(shape, name)}
    paths.update({name: name for name in extra})
    found = rows.values_list("pk", *paths.values())
    values = {
        pk: {name: plain(value) for name, value in zip(paths, row, strict=True)}
        for pk, *row in found
    }
    return list(values), values


def _lists(shape: Shape, ids: list[int]) -> dict[str, dict[int, list[Plain]]]:
    """By the name of each list, what it holds for each of the rows."""
    many = {name: _many(shape, name, ids) for name in shape.fields if _is_many(shape, name)}
    parts = {name: _rows(part, ids) for name, part in shape.parts.items()}
    return many | parts


def _many(shape: Shape, name: str, ids: list[int]) -> dict[int, list[Plain]]:
    field: Any = shape.model._meta.get_field(name)
    target = f"{field.m2m_reverse_field_name()}__{key_of(field.related_model)}"
    source = field.m2m_field_name()
    pairs = field.remote_field.through.objects.filter(**{f"{source}__in": ids})
    found: dict[int, list[Plain]] = defaultdict(list)
    for pk, key in pairs.order_by(target).values_list(source, target):
        found[pk].append(key)
    return found


def _rows(part: Part, parents: list[int]) -> dict[int, list[Plain]]:
    rows = part.model._base_manager.filter(**{f"{part.parent}__in": parents})
    order = ["position", "pk"] if part.is_ordered else ["pk"]
    ids, values = _columns(part, rows.order_by(*order), [f"{part.parent}_id"])
    lists = _lists(part, ids)
    by_parent: dict[int, list[Values]] = defaultdict(list)
    for pk, row in values.items():
        parent = row.pop(f"{part.parent}_id")
        row.update({name: found.get(pk, []) for name, found in lists.items()})
        by_parent[int(str(parent))].append(row)
    return {parent: list(found) for parent, found in by_parent.items()}


def _is_many(shape: Shape, name: str) -> bool:
    return shape.model._meta.get_field(name).many_to_many is True


def _path(shape: Shape, name: str) -> str:
    """How to reach the key that a reference is written with."""
    field = shape.model._meta.get_field(name)
    related = field.related_model
    return name if related is None else f"{name}__{key_of(related)}"  # type: ignore[arg-type]
