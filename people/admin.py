"""The admin of people, organisations and regions."""

from typing import Any, TypeVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import ReferenceAdmin
from clusterix.curation.desk import Line, Panel
from clusterix.curation.entries import EntryAdmin
from clusterix.curation.models import Entry
from clusterix.curation.scoped import PartInline, curator
from people import retired
from people.models import (
    Affiliation,
    Alias,
    Organisation,
    OrganisationSource,
    Person,
    PersonAlias,
    PersonLink,
    PersonSource,
    Region,
)

E = TypeVar("E", bound=Entry)


@admin.register(Region)
class RegionAdmin(ReferenceAdmin[Region]):
    """The NUTS classification."""

    list_display = ("code", "name", "level", "country", "is_retired")
    list_filter = ("level", "is_retired")
    search_fields = ("^code", "name")
    ordering = ("code",)

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """Public entries of all kinds that refer to codes out of use."""
        return [
            Panel(
                gettext("Retired region codes"),
                [self._line(one) for one in retired.outdated(curator(request))],
                gettext("Your public entries refer to regions by the codes in use."),
            )
        ]

    def _line(self, one: retired.Outdated) -> Line:
        options = one.entry._meta
        names = f"{self.admin_site.name}:{options.app_label}_{options.model_name}_change"
        address = reverse(names, args=[one.entry.pk])
        return Line(str(one.entry), address, str(options.verbose_name), one.words)


class MergeableAdmin(EntryAdmin[E]):
    """The admin of entries that can turn out to be the same as another."""

    change_form_template = "admin/mergeable_form.html"

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was merged into another stays as it was until that is undone."""
        is_merged = obj is not None and obj.merged_into_id
        return not is_merged and super().has_change_permission(request, obj)

    def verbs(self, request: HttpRequest, entry: Any) -> list[str]:
        """No step while it is part of another."""
        return [] if entry.merged_into_id else super().verbs(request, entry)


class AliasInline(PartInline[Alias]):
    """An organisation's other names."""

    model = Alias
    fields = ("name", "kind", "until", "note")
    ordering = ("name", "pk")


class OrganisationSourceInline(PartInline[OrganisationSource]):
    """Where facts about an organisation were seen."""

    model = OrganisationSource
    fields = ("title", "url", "publisher", "about", "claim", "accessed_on", "position")
    ordering = ("position", "pk")


@admin.register(Organisation)
class OrganisationAdmin(MergeableAdmin[Organisation]):
    """Organisations, with the names they had."""

    list_display = ("name", "kind", "city", "state", "owner", "updated_at")
    list_filter = (*EntryAdmin.list_filter, "kind", "esca_label")
    search_fields = ("name", "short_name", "aliases__name", "city")
    ordering = ("name", "pk")
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("region", "successor")
    inlines = (AliasInline, OrganisationSourceInline)
    changed_together = ("kind", "language")
    wanted = {
        "description": _("nobody learns what it does"),
        "region": _("it is on no map, and no filter by region finds it"),
        "city": _("two of the same name cannot be told apart"),
        "website": _("there is no way to it from here"),
        "last_verified_on": _("readers see when somebody last looked at it"),
    }
    fieldsets = (
        (None, {"fields": ["name", "short_name", "slug", "kind", "description", "website"]}),
        (_("Where it is"), {"fields": ["region", "city"]}),
        (
            _("Labels and records elsewhere"),
            {"fields": ["esca_label", "esca_awarded_on", "ror_id", "wikidata_id", "successor"]},
        ),
        (_("Curation"), {"fields": ["owner", "language", "last_verified_on"]}),
    )

    def notices(self, entry: Organisation) -> list[str]:
        """Codes of regions that are out of use."""
        return retired.notices(entry)


class AffiliationInline(PartInline[Affiliation]):
    """The roles a person holds or held."""

    model = Affiliation
    fields = ("role", "organisation", "start", "end")
    autocomplete_fields = ("organisation",)
    ordering = ("-end_latest", "-start_earliest", "pk")


class PersonAliasInline(PartInline[PersonAlias]):
    """A person's other names: they find the person, and stand on no page."""

    model = PersonAlias
    fields = ("name",)
    ordering = ("name", "pk")


class PersonLinkInline(PartInline[PersonLink]):
    """Pages elsewhere about a person."""

    model = PersonLink
    fields = ("label", "url", "position")
    ordering = ("position", "pk")


class PersonSourceInline(PartInline[PersonSource]):
    """Where facts about a person were seen."""

    model = PersonSource
    fields = OrganisationSourceInline.fields
    ordering = ("position", "pk")


@admin.register(Person)
class PersonAdmin(MergeableAdmin[Person]):
    """Persons, with the roles they held."""

    list_display = ("name", "headline", "visibility", "state", "owner", "updated_at")
    list_filter = (*EntryAdmin.list_filter, "visibility")
    search_fields = ("given_name", "family_name", "headline")
    ordering = ("family_name", "given_name", "pk")
    prepopulated_fields = {"slug": ("given_name", "family_name")}
    inlines = (AffiliationInline, PersonAliasInline, PersonLinkInline, PersonSourceInline)
    wanted = {
        "headline": _("lists and programmes have nothing to say beside the name"),
        "biography": _("who looks for a speaker learns nothing of them"),
        "last_verified_on": _("readers see when somebody last looked at it"),
    }
    unproposed = ("owner", "visibility", "contact_email")
    fieldsets = (
        (None, {"fields": ["given_name", "family_name", "slug", "headline", "biography", "orcid"]}),
        (_("Privacy"), {"fields": ["visibility", "contact_email"]}),
        (_("Curation"), {"fields": ["owner", "language", "last_verified_on"]}),
    )
