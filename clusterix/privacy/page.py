"""What the privacy page says: the registry in words, so that the page says what is done."""

from collections.abc import Iterator
from dataclasses import dataclass

from clusterix.lib.personal import Fields, Holding, Part, Table, Words
from clusterix.privacy.asking import model_of
from clusterix.privacy.exporting import label_of
from clusterix.privacy.registry import HOLDINGS


@dataclass(frozen=True)
class Row:
    """Fields with a purpose in common; it is empty where that of the whole holding says it."""

    fields: str
    purpose: Words


@dataclass(frozen=True)
class Said:
    """What is held, why and for how long."""

    holding: Holding
    rows: tuple[Row, ...]


def everything() -> list[Said]:
    """All that is held, in the order of the registry."""
    return [Said(holding, tuple(dict.fromkeys(rows_of(holding)))) for holding in HOLDINGS]


def rows_of(holding: Holding) -> Iterator[Row]:
    """Its fields as people call them."""
    for table in holding.tables:
        for owner in owners(table):
            for group in owner.fields:
                yield Row(labels(owner, group), group.purpose)


def owners(table: Table) -> Iterator[Table | Part]:
    """A table and what belongs to it."""
    yield table
    yield from table.parts


def labels(owner: Table | Part, group: Fields) -> str:
    """What people call the fields of a group."""
    words = (label_of(model_of(owner), name) for name in group.names)
    return str(group.said) or " · ".join(words)
