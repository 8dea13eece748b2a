"""Where links are: every column of addresses in entries, and in the rows that hang on one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.urls import reverse

from clusterix.curation.freshness.models import CheckedLink, CheckedLinkQuerySet
from clusterix.curation.models import Entry, User
from clusterix.lib.personal import Rows, every_row


@dataclass(frozen=True)
class Place:
    """A column of addresses, and the way from its rows to their entry."""

    model: type[models.Model]
    column: str
    kind: type[Entry]
    link: str = ""

    @property
    def entry(self) -> str:
        """The name under which a row has the key of its entry."""
        return f"{self.link}__pk" if self.link else "pk"

    def rows(self) -> Rows:
        """Those whose entry has a page that everyone may open."""
        public = self._within(every_row(self.model), self.kind.objects.with_pages())
        return public.exclude(**{self.column: ""})

    def rows_of(self, user: User) -> Rows:
        """Those among them whose entry this user sees behind the scenes."""
        return self._within(self.rows(), user.partner_entries(self.kind))

    def rows_for(self, user: User) -> Rows:
        """Those among them that this user can correct."""
        return self._within(self.rows(), user.changeable_entries(self.kind))

    def _within(self, rows: Rows, entries: Rows) -> Rows:
        return rows.filter(**{f"{self.entry}__in": entries.values("pk")})


@cache
def places() -> Sequence[Place]:
    """All of them, as the models say."""
    return [
        Place(model, field.name, kind, link)
        for kind in Entry.__subclasses__()
        for model, link in [(kind, ""), *parts(kind)]
        for field in model._meta.get_fields()
        if isinstance(field, models.URLField)
    ]


def parts(kind: type[Entry]) -> Iterator[tuple[type[models.Model], str]]:
    """The tables whose rows go when an entry of that kind goes, and the column that says whose."""
    for relation in kind._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.CASCADE:
            yield relation.field.model, relation.field.name


def dead_in(rows: Mapping[Place, Rows]) -> CheckedLinkQuerySet:
    """The dead links that are in one of these rows, each of which is read once."""
    dead = CheckedLink.objects.dead()
    lead_nowhere = (
        some.filter(Exists(dead.filter(url=OuterRef(place.column)))).values(place.column)
        for place, some in rows.items()
    )
    return dead.filter(reduce(or_, (Q(url__in=urls) for urls in lead_nowhere)))


@dataclass(frozen=True)
class Found:
    """A link in an entry."""

    entry: Any
    link: CheckedLink

    @property
    def path(self) -> str:
        """Where the entry is changed."""
        names = f"{self.entry._meta.app_label}_{self.entry._meta.model_name}"
        return reverse(f"admin:{names}_change", args=[self.entry.pk])


def where(links: Sequence[CheckedLink], rows: Mapping[Place, Rows]) -> list[Found]:
    """In which entries these links are, by those rows; the links in their order."""
    by_url = {link.url: link for link in links}
    leads = [
        some.filter(**{f"{place.column}__in": list(by_url)}).values_list(
            F(place.column), Value(place.kind._meta.label), F(place.entry)
        )
        for place, some in rows.items()
    ]
    first, *others = leads
    found = set(first.union(*others)) if links else set()
    keys: dict[str, set[int]] = {}
    for _url, label, pk in found:
        keys.setdefault(label, set()).add(pk)
    entries = {
        (kind._meta.label, pk): entry
        for kind in Entry.__subclasses__()
        if kind._meta.label in keys
        for pk, entry in kind.objects.select_related("owner")
        .in_bulk(keys[kind._meta.label])
        .items()
    }
    order = {url: number for number, url in enumerate(by_url)}
    ordered = sorted(found, key=lambda one: (order[one[0]], one[1], one[2]))
    return [
        Found(entries[label, pk], by_url[url])
        for url, label, pk in ordered
        if (label, pk) in entries
    ]
