"""Two entries side by side: what they say, and what leads to each."""

from typing import Any, NamedTuple

from django.db import models

from people.merging.links import links_to
from people.merging.models import Twin
from people.models import Organisation, Person

COMPARED = {
    Organisation: (
        *("name", "short_name", "kind", "region", "city", "website", "description", "ror_id"),
        *("wikidata_id", "esca_label", "state", "owner", "language", "last_verified_on"),
    ),
    Person: (
        *("given_name", "family_name", "headline", "biography", "orcid", "visibility"),
        *("state", "owner", "language", "last_verified_on"),
    ),
}
"""What every curator may know of an entry that is public."""


class Row(NamedTuple):
    """What both say under one heading."""

    label: str
    one: Any
    other: Any

    @property
    def differs(self) -> bool:
        """They say different things."""
        return bool(self.one != self.other)


def facts(one: Twin, other: Twin) -> list[Row]:
    """What the entries say, but for what both leave empty."""
    fields = [type(one)._meta.get_field(name) for name in COMPARED[type(one)]]
    rows = [Row(_label(field), _words(field, one), _words(field, other)) for field in fields]
    return [row for row in rows if row.one or row.other]


def leading(one: Twin, other: Twin) -> list[Row]:
    """How many rows of each kind lead to the entries."""
    rows = [
        Row(
            str(link.model._meta.verbose_name_plural),
            link.rows(one.pk).count(),
            link.rows(other.pk).count(),
        )
        for link in links_to(type(one))
    ]
    return [row for row in rows if row.one or row.other]


def _label(field: Any) -> str:
    return str(field.verbose_name)


def _words(field: Any, entry: Twin) -> Any:
    if field.choices:
        return getattr(entry, f"get_{field.name}_display")()
    value = getattr(entry, field.name)
    return str(value) if isinstance(value, models.Model) else value
