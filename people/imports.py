"""What a row of a table of organisations means."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from clusterix.curation.imports.kinds import Columns, Draft, Kind, Part
from clusterix.curation.imports.mappings import Row, Rule
from clusterix.curation.imports.values import RefusedValueError, understood
from clusterix.curation.models import Partner
from people.models import Alias, Organisation, OrganisationSource
from people.places import Places


def place(places: Places, text: str) -> tuple[str, str]:
    """The code of a region and a note on it; RefusedValueError for a place that is not known."""
    code = places.find(text)
    if not code:
        raise RefusedValueError(_("No country or region is known by this name or code."))
    former = text.strip().upper() in places.heirs
    return code, _("This code is no longer in use; now it is %(code)s.") % {
        "code": code
    } if former else ""


class OrganisationKind(Kind):
    """Organisations, with the other names that they go by."""

    model = Organisation
    name = "name"
    columns = (
        *("name", "short_name", "kind", "region", "city", "website", "description"),
        *("ror_id", "wikidata_id", "esca_label", "esca_awarded_on"),
    )
    followers = ("merging.Pair",)
    parts: ClassVar = {
        "aliases": Part(Alias, "organisation", ("name",)),
        "sources": Part(OrganisationSource, "organisation", ("title", "url")),
    }

    def __init__(self, partner: Partner) -> None:
        super().__init__(partner)
        self.places = Places()

    def column(self, name: str, text: str, rule: Rule) -> tuple[Any, str]:
        """A region by name or code; everything else as its field reads it."""
        if name == "region":
            return place(self.places, text)
        return super().column(name, text, rule)

    def rows(self, name: str, text: str, rule: Rule, _row: Row) -> tuple[Columns, str]:
        """Another name: a former one where the rule gives that role."""
        value, note = understood(Alias._meta.get_field("name"), text, rule)
        kind = Alias.Kind.FORMER if rule.role == Alias.Kind.FORMER else Alias.Kind.OTHER
        return {"name": value, "kind": kind}, note

    def countries(self, pks: Collection[int]) -> dict[int, set[str]]:
        """Where they sit."""
        rows = Organisation.unscoped.filter(pk__in=pks, region__isnull=False)
        return {pk: {code[:2]} for pk, code in rows.values_list("pk", "region")}

    def countries_of(self, draft: Draft) -> set[str]:
        """Where the row says that it sits."""
        code = draft.columns.get("region_id", "")
        return {code[:2]} if code else set()
