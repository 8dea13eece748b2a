"""Entries that still refer to NUTS codes which are out of use, and what took their place."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext

from clusterix.curation.models import Entry, User
from people.models import Region

MOST = 200
"""How many references are read at once; a desk shows a few."""


@dataclass(frozen=True)
class Outdated:
    """An entry, and the regions that it refers to by codes out of use."""

    entry: Any
    regions: Sequence[Region]

    @property
    def words(self) -> str:
        """Which codes those are, and what they are now."""
        return " ".join(in_words(region) for region in self.regions)


def outdated(user: User) -> list[Outdated]:
    """The public entries that this user can correct and that refer to codes out of use."""
    first, *others = (
        user.changeable_entries(kind)
        .public()
        .filter(**{f"{way}__is_retired": True})
        .annotate(of_kind=Value(kind._meta.label), code=F(way))
        .values_list("of_kind", "pk", "code")
        for kind in Entry.__subclasses__()
        for way in ways(kind)
    )
    codes: dict[tuple[str, int], set[str]] = {}
    for label, pk, code in first.union(*others).order_by("of_kind", "pk", "code")[:MOST]:
        codes.setdefault((label, pk), set()).add(code)
    if not codes:
        return []
    named = Region.objects.select_related("successor").in_bulk(set().union(*codes.values()))
    entries = {
        (kind._meta.label, pk): entry
        for kind in Entry.__subclasses__()
        if (keys := [pk for label, pk in codes if label == kind._meta.label])
        for pk, entry in kind.objects.in_bulk(keys).items()
    }
    return [
        Outdated(entries[key], [named[code] for code in sorted(some)])
        for key, some in codes.items()
        if key in entries
    ]


def notices(entry: Entry) -> list[str]:
    """What to tell whoever changes an entry about the codes out of use that it refers to."""
    mine = type(entry).unscoped.filter(pk=entry.pk)
    referred = [Q(pk__in=mine.exclude(**{way: None}).values(way)) for way in ways(type(entry))]
    regions = Region.objects.filter(Q(*referred, _connector=Q.OR), is_retired=True)
    return [in_words(region) for region in regions.select_related("successor").in_order()]


def in_words(region: Region) -> str:
    """That a code is out of use, and what to take instead."""
    told = {"code": region.code, "name": region.label}
    if region.successor:
        now = {"now": region.successor.code, "now_named": region.successor.label}
        words = gettext("%(code)s (%(name)s) is out of use: it is now %(now)s (%(now_named)s).")
        return words % (told | now)
    return gettext("%(code)s (%(name)s) is out of use: it was divided, take one of the parts.") % (
        told
    )


@cache
def ways(kind: type[Entry]) -> Sequence[str]:
    """The ways from entries of that kind, or from rows that go with them, to regions."""
    fields = kind._meta.get_fields()
    own = [field.name for field in fields if leads_to_region(field)]
    of_parts = [
        f"{relation.name}__{field.name}"
        for relation in fields
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.CASCADE
        for field in relation.field.model._meta.get_fields()
        if leads_to_region(field)
    ]
    return [*own, *of_parts]


def leads_to_region(field: Any) -> bool:
    """It is a column, or a table between, in which regions are chosen."""
    is_choice = isinstance(field, (models.ForeignKey, models.ManyToManyField))
    return is_choice and field.related_model is Region
