"""The admin of workshops and their sessions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.entries import EntryAdmin, PartAdmin
from clusterix.curation.forms import PartForm
from clusterix.curation.scoped import PartInline, curator
from workshops.models import (
    Contribution,
    Host,
    Material,
    Outcome,
    Presentation,
    Session,
    Workshop,
    WorkshopSource,
)


class HostInline(PartInline[Host]):
    """The organisations that hold a workshop."""

    model = Host
    fields = ("organisation", "position")
    autocomplete_fields = ("organisation",)
    ordering = ("position", "pk")


class WorkshopMaterialInline(PartInline[Material]):
    """Material of a workshop as a whole; that of a session is kept with the session."""

    model = Material
    fields = ("kind", "title", "url", "licence", "position")
    ordering = ("position", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Material]:
        """Without what belongs to a session."""
        return super().get_queryset(request).filter(session=None)


class OutcomeInline(PartInline[Outcome]):
    """What was agreed, and what came of it."""

    model = Outcome
    fields = (
        "what",
        "organisation",
        "initiative",
        "due_on",
        "state",
        "result",
        "link",
        "position",
    )
    autocomplete_fields = ("organisation", "initiative")
    ordering = ("position", "pk")


class WorkshopSourceInline(PartInline[WorkshopSource]):
    """Where facts about a workshop were seen."""

    model = WorkshopSource
    fields = ("title", "url", "publisher", "about", "claim", "accessed_on", "position")
    ordering = ("position", "pk")


@admin.register(Workshop)
class WorkshopAdmin(EntryAdmin[Workshop]):
    """Workshops; their sessions have forms of their own."""

    list_display = ("title", "starts_on", "city", "format", "state", "owner", "updated_at")
    list_filter = (*EntryAdmin.list_filter, "format", "is_example")
    search_fields = ("title", "theme", "city", "venue")
    ordering = ("-starts_on", "pk")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("region",)
    inlines = (HostInline, WorkshopMaterialInline, OutcomeInline, WorkshopSourceInline)
    wanted = ("description", "venue", "city", "region", "audience")
    fieldsets = (
        (None, {"fields": ["title", "theme", "slug", "summary", "description", "is_example"]}),
        (
            _("When and where"),
            {
                "fields": [
                    ("starts_on", "start_time"),
                    ("ends_on", "end_time"),
                    "time_zone",
                    "format",
                    "venue",
                    "city",
                    "region",
                ]
            },
        ),
        (_("For whom"), {"fields": ["audience", "languages"]}),
        (_("Afterwards"), {"fields": ["report", "conclusions"]}),
        (_("Curation"), {"fields": ["owner", "language", "last_verified_on"]}),
    )

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """The partner's next workshops, with how many have registered."""
        workshops = curator(request).partner_entries(Workshop).values("pk")
        upcoming = Workshop.unscoped.filter(pk__in=workshops).upcoming(at=timezone.localdate())
        return [
            Panel(
                gettext("Next workshops"),
                [
                    self._line(row)
                    for row in upcoming.prefetch_related("registration_settings")[: LINES + 1]
                ],
                gettext("No workshop of yours is planned."),
            )
        ]

    def _line(self, workshop: Workshop) -> Line:
        when = date_format(workshop.starts_on, "j F Y")
        kind = f"{when}, {workshop.get_state_display()}"
        return Line(str(workshop), self.address("change", workshop), kind, places(workshop))


def places(workshop: Workshop) -> str:
    """How many places are taken, in words; the terms of registration come from a higher app."""
    terms = getattr(workshop, "registration_settings", None)
    if terms is None:
        return gettext("No registration")
    taken = ngettext("%(count)s place taken", "%(count)s places taken", terms.places_taken)
    words = taken % {"count": terms.places_taken}
    if terms.capacity is None:
        return words
    return gettext("%(taken)s of %(capacity)s") % {"taken": words, "capacity": terms.capacity}


class ContributionInline(PartInline[Contribution]):
    """Who takes part in a session, and for whom they stood there."""

    model = Contribution
    fields = ("person", "role", "organisation", "affiliation", "position")
    autocomplete_fields = ("person", "organisation")
    ordering = ("position", "pk")


class PresentationInline(PartInline[Presentation]):
    """The initiatives that a session presents."""

    model = Presentation
    fields = ("initiative", "position")
    autocomplete_fields = ("initiative",)
    ordering = ("position", "pk")


class SessionMaterialInline(PartInline[Material]):
    """Material of one session."""

    model = Material
    fields = ("kind", "title", "url", "licence", "position")
    ordering = ("position", "pk")


class SessionForm(PartForm):
    """A change to a session is a change to its workshop."""

    entry_field = "workshop"


@admin.register(Session)
class SessionAdmin(PartAdmin[Session]):
    """Sessions, with who contributes and what they present."""

    form = SessionForm
    list_display = ("title", "workshop", "kind", "day", "starts_at", "room", "position")
    list_filter = ("kind",)
    search_fields = ("title", "workshop__title", "room")
    ordering = ("-workshop__starts_on", "workshop", "starts_at", "position", "pk")
    inlines = (ContributionInline, PresentationInline, SessionMaterialInline)
    fieldsets = (
        (None, {"fields": ["workshop", "kind", "title", "abstract"]}),
        (_("When and where"), {"fields": ["day", "starts_at", "ends_at", "room", "position"]}),
    )

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A session's material is its workshop's too."""
        for row in formset.save(commit=False):
            if isinstance(row, Material):
                row.workshop = form.instance.workshop
        super().save_formset(request, form, formset, change)
