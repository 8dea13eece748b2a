"""The admin of the catalogue and its vocabularies."""

from typing import Any

from django.contrib import admin
from django.db.models import ManyToManyField
from django.forms import ModelMultipleChoiceField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import TermAdmin
from clusterix.curation.entries import EntryAdmin
from clusterix.curation.models import Term
from clusterix.curation.scoped import PartInline
from initiatives.models import (
    SEARCHED_BEHIND_THE_SCENES,
    Ecosystem,
    Evidence,
    Initiative,
    InitiativeLink,
    InitiativeSource,
    Involvement,
    Lesson,
    Precondition,
    Relation,
    TargetGroup,
    Theme,
    Transfer,
)
from people import retired

VOCABULARIES: dict[str, type[Term]] = {
    "themes": Theme,
    "ecosystems": Ecosystem,
    "target_groups": TargetGroup,
}


@admin.register(Theme)
class ThemeAdmin(TermAdmin[Theme]):
    """Topics, wider ones with those that lie within them."""

    fields = ("key", "labels", "parent", "position")
    list_display = ("label", "key", "parent", "position")
    list_select_related = ("parent",)


@admin.register(Ecosystem)
class EcosystemAdmin(TermAdmin[Ecosystem]):
    """The European Union's industrial ecosystems."""

    fields = ("key", "labels", "position")


@admin.register(TargetGroup)
class TargetGroupAdmin(TermAdmin[TargetGroup]):
    """Whom initiatives are for."""

    fields = ("key", "labels", "position")


class InvolvementInline(PartInline[Involvement]):
    """The organisations of an initiative and their parts in it."""

    model = Involvement
    fields = ("organisation", "role", "position")
    autocomplete_fields = ("organisation",)
    ordering = ("position", "pk")


class RelationInline(PartInline[Relation]):
    """How an initiative relates to others."""

    model = Relation
    fk_name = "initiative"
    fields = ("kind", "related")
    autocomplete_fields = ("related",)
    ordering = ("kind", "pk")


class EvidenceInline(PartInline[Evidence]):
    """Results as figures."""

    model = Evidence
    fields = ("indicator", "value", "unit", "measured", "source_url", "position")
    ordering = ("position", "pk")


class PreconditionInline(PartInline[Precondition]):
    """What must be in place for a transfer."""

    model = Precondition
    fields = ("text", "position")
    ordering = ("position", "pk")


class TransferInline(PartInline[Transfer]):
    """Who takes the practice over."""

    model = Transfer
    fields = ("organisation", "region", "stage", "date", "what_changed", "link")
    autocomplete_fields = ("organisation", "region")
    ordering = ("date_earliest", "pk")


class LessonInline(PartInline[Lesson]):
    """What was learned."""

    model = Lesson
    fields = ("kind", "text", "position")
    ordering = ("position", "pk")


class InitiativeLinkInline(PartInline[InitiativeLink]):
    """Pages elsewhere about an initiative."""

    model = InitiativeLink
    fields = ("label", "url", "position")
    ordering = ("position", "pk")


class InitiativeSourceInline(PartInline[InitiativeSource]):
    """Where facts about an initiative were seen."""

    model = InitiativeSource
    fields = ("title", "url", "publisher", "about", "claim", "accessed_on", "position")
    ordering = ("position", "pk")


@admin.register(Initiative)
class InitiativeAdmin(EntryAdmin[Initiative]):
    """The catalogue's entries, good practices with their structured record."""

    list_display = ("title", "kind", "level", "state", "owner", "updated_at")
    list_filter = (*EntryAdmin.list_filter, "kind", "level")
    search_fields = SEARCHED_BEHIND_THE_SCENES
    ordering = ("title", "pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("regions",)
    change_form_template = "admin/initiative_form.html"
    inlines = (
        InvolvementInline,
        EvidenceInline,
        PreconditionInline,
        TransferInline,
        LessonInline,
        RelationInline,
        InitiativeLinkInline,
        InitiativeSourceInline,
    )
    changed_together = ("kind", "level", "language", *VOCABULARIES)
    wanted = {
        "description": _("there is only the summary to go by"),
        "start": _("the timeline and the filter by years leave it out"),
        "website": _("there is no way to it from here"),
        "funding_source": _("who wants to do the same asks first who paid"),
        "last_verified_on": _("readers see when somebody last looked at it"),
    }
    fieldsets = (
        (
            None,
            {"fields": ["title", "acronym", "slug", "kind", "level", "summary", "description"]},
        ),
        (_("When and where"), {"fields": ["start", "end", "open_ended", "regions"]}),
        (_("Money and links"), {"fields": ["budget", "currency", "funding_source", "website"]}),
        (_("What it is about and for whom"), {"fields": [*VOCABULARIES]}),
        (
            _("As a good practice"),
            {
                "description": _("Markdown."),
                "fields": [
                    "problem",
                    "how_it_works",
                    "stakeholders",
                    "resources",
                    "results",
                    "challenges",
                    "transferability",
                    "further_information",
                ],
            },
        ),
        (_("Curation"), {"fields": ["owner", "language", "last_verified_on"]}),
    )

    def notices(self, entry: Initiative) -> list[str]:
        """Codes of regions that are out of use."""
        return retired.notices(entry)

    def formfield_for_manytomany(
        self, db_field: "ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        """Vocabularies come in their own order."""
        if db_field.name in VOCABULARIES:
            kwargs["queryset"] = VOCABULARIES[db_field.name].objects.in_order()
        return super().formfield_for_manytomany(db_field, request, **kwargs)
