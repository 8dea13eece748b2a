"""Which of what the site holds is about somebody."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import compress
from typing import Any

from django.apps import apps
from django.db import models

from clusterix.lib.personal import Part, Subject, Table, every_row, mentioning
from clusterix.privacy.registry import HOLDINGS, open_fields


@dataclass(frozen=True)
class Mention:
    """A row whose texts hold the address, wherever that is."""

    model: type[models.Model]
    pk: Any
    columns: tuple[str, ...]


def with_names(subject: Subject) -> Subject:
    """The same person, with all the names that go with the address here."""
    return subject.known_as(name for holding in HOLDINGS for name in holding.names(subject))


def model_of(table: Table | Part) -> type[models.Model]:
    """The model of a table."""
    return apps.get_model(table.model)


def part_rows(part: Part, pks: list[Any]) -> models.QuerySet[Any]:
    """The rows of a part that belong to those rows."""
    return every_row(model_of(part)).filter(**{f"{part.link}__in": pks}).order_by("pk")


def mentions(subject: Subject) -> Iterator[Mention]:
    """All rows of all tables in whose texts the address stands, by model and key.

    It reads everything, so that nothing depends on what we believe to know.
    """
    texts: dict[type[models.Model], list[str]] = {}
    for model, field in open_fields():
        texts.setdefault(model, []).append(field.name)
    for model, columns in texts.items():
        yield from _mentions(model, columns, subject)


def _mentions(model: type[models.Model], columns: list[str], subject: Subject) -> Iterator[Mention]:
    rows = mentioning(every_row(model).order_by("pk"), columns, subject)
    marks = {f"{name}_has_it": subject.mentioned_in(name) for name in columns}
    for pk, *has_it in rows.annotate(**marks).values_list("pk", *marks):
        yield Mention(model, pk, tuple(compress(columns, has_it)))
