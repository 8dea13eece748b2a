"""The entries that rows are part of: they get a version when a merge moves their rows."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from clusterix.curation.models import Entry, User
from clusterix.curation.recording import record
from people.merging.links import Link, owner_kind

Owners = dict[type[Entry], set[int]]


def owners_of(rows: Iterable[tuple[Link, Iterable[Any]]]) -> Owners:
    """The entries that rows are part of, given by primary keys; locked, in the order of keys."""
    owners: Owners = {}
    for link, pks in rows:
        if link.owner and pks:
            found = link.every_row.filter(pk__in=pks).values_list(link.owner, flat=True)
            owners.setdefault(owner_kind(link.model, link.owner), set()).update(found)
    for kind in sorted(owners, key=lambda kind: kind._meta.label):
        entries = kind.unscoped.filter(pk__in=owners[kind]).order_by("pk")
        list(entries.select_for_update(no_key=True).values_list("pk", flat=True))
    return owners


def add_versions(owners: Owners, but: set[Entry], user: User | None, reason: str) -> None:
    """A version for each of the entries, so that forms opened on the one before are refused."""
    for kind, pks in owners.items():
        others = pks - {entry.pk for entry in but if isinstance(entry, kind)}
        kind.unscoped.filter(pk__in=others).update(updated_at=timezone.now())
        entries = list(kind.unscoped.filter(pk__in=others).order_by("pk"))
        record(kind, entries, user, reason, is_update=True)
