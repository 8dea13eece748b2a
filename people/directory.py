"""Organisations by the names that they go by, for imports that name them."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clusterix.curation.imports.values import RefusedValueError
from clusterix.curation.imports.words import folded
from clusterix.curation.models import Partner
from clusterix.curation.recording import record
from people.models import Alias, Organisation

LONGEST_SLUG = 80
NAMES = ("name", "short_name")


class Directory:
    """Finds organisations by name, short name or another name, in this order; notes new ones."""

    def __init__(self, visible: QuerySet[Organisation], partner: Partner) -> None:
        self.partner = partner
        self.new: dict[str, Organisation] = {}
        self.last: list[Organisation] = []
        self.ids: list[dict[str, set[int]]] = [{}, {}, {}]
        visible = visible.filter(merged_into=None)
        for pk, *names in visible.values_list("pk", *NAMES).iterator():
            for rank, name in enumerate(names):
                self._add(rank, name, pk)
        others = Alias.objects.filter(organisation__in=visible)
        for pk, name in others.values_list("organisation", "name").iterator():
            self._add(len(NAMES), name, pk)

    def _add(self, rank: int, name: str, pk: int) -> None:
        if name:
            self.ids[rank].setdefault(folded(name), set()).add(pk)

    def find(self, text: str) -> Organisation | None:
        """The one of that name, known by its id alone; RefusedValueError for one of several."""
        name = folded(text)
        for ids in self.ids:
            found = ids.get(name, set())
            if len(found) > 1:
                raise RefusedValueError(_("Several organisations are called so."))
            if found:
                return Organisation(pk=next(iter(found)))
        return self.new.get(name)

    def add(self, text: str, columns: dict[str, Any]) -> Organisation:
        """A draft of that name, to be saved once a row that names it is."""
        organisation = Organisation(name=text, owner=self.partner, **columns)
        self.new[folded(text)] = organisation
        return organisation

    def save(self, organisations: Iterable[Organisation], reason: str, user: Any) -> None:
        """Save those that are new, each with its first version."""
        self.last = list({id(row): row for row in organisations if not row.pk}.values())
        slugs = {slugify(row.name)[:LONGEST_SLUG].strip("-") for row in self.last}
        taken = set(Organisation.unscoped.filter(slug__in=slugs).values_list("slug", flat=True))
        for row in self.last:
            slug = slugify(row.name)[:LONGEST_SLUG].strip("-")
            row.slug = f"{slug}-{row.key}".strip("-") if not slug or slug in taken else slug
            row.created_by = user
            taken.add(row.slug)
        Organisation.unscoped.bulk_create(self.last)
        record(Organisation, self.last, user, reason, is_update=False)

    def forget(self) -> None:
        """Those that were saved last were not kept."""
        last, self.last = self.last, []
        for row in last:
            row.pk = None
            row._state.adding = True  # noqa: SLF001 (what saving it had set)
