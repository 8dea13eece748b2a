"""The admin of workshops and their sessions."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import filesizeformat
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from clusterix.curation.admin import TermAdmin
from clusterix.curation.desk import LINES, Line, Panel
from clusterix.curation.entries import EntryAdmin
from clusterix.curation.forms import PartForm
from clusterix.curation.scoped import PartInline, curator
from people import retired
from workshops.copying import copy_programme, copy_terms, shape
from workshops.materials.forms import MaterialForm
from workshops.materials.serving import download
from workshops.models import (
    Contribution,
    Host,
    Material,
    Organiser,
    Outcome,
    Presentation,
    ScheduleVersion,
    Series,
    Session,
    Workshop,
    WorkshopSource,
)
from workshops.organisers_admin import OrganiserAdmin
from workshops.placed import BY_ITS_CLOCK, PlacedAdmin
from workshops.programme_page import programme_page
from workshops.versions.publishing import pending

admin.site.register(Organiser, OrganiserAdmin)


class HostInline(PartInline[Host]):
    """The organisations that hold a workshop."""

    model = Host
    fields = ("organisation", "position")
    autocomplete_fields = ("organisation",)
    ordering = ("position", "pk")


class MaterialInline(PartInline[Material]):
    """What there is to read or watch: files and links."""

    model = Material
    form: Any = MaterialForm
    is_proposable = False
    fields = ("kind", "title", "url", "upload", "stored", "licence", "position")
    readonly_fields = ("stored",)
    ordering = ("position", "pk")

    @admin.display(description=_("kept here"))
    def stored(self, material: Material) -> str:
        """The file that is kept, to look at."""
        if not material.file:
            return "–"
        view = f"{self.admin_site.name}:workshops_workshop_material"
        address = reverse(view, args=[material.workshop_id, material.reference])
        size = filesizeformat(material.size)
        return format_html('<a href="{}">{}</a> ({})', address, material.name, size)


class WorkshopMaterialInline(MaterialInline):
    """Material of a workshop as a whole; that of a session is kept with the session."""

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
        "result",
        "link",
        "instrument",
        "position",
    )
    autocomplete_fields = ("organisation", "initiative", "instrument")
    ordering = ("position", "pk")


class WorkshopSourceInline(PartInline[WorkshopSource]):
    """Where facts about a workshop were seen."""

    model = WorkshopSource
    fields = ("title", "url", "publisher", "about", "claim", "accessed_on", "position")
    ordering = ("position", "pk")


@admin.register(Series)
class SeriesAdmin(TermAdmin[Series]):
    """What workshops belong together in."""

    fields = ("key", "labels", "position")


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
    change_form_template = "admin/workshop_form.html"
    wanted = {
        "description": _("nobody learns what it is about"),
        "venue": _("nobody finds the way; calendars have no place"),
        "city": _("nobody can plan the journey"),
        "region": _("it is on no map, and no filter by region finds it"),
        "audience": _("nobody knows whether they are meant"),
    }
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
        (_("For whom"), {"fields": ["audience", "languages", "series"]}),
        (_("Afterwards"), {"fields": ["report", "conclusions"]}),
        (_("Curation"), {"fields": ["owner", "language", "last_verified_on"]}),
    )

    def notices(self, entry: Workshop) -> list[str]:
        """Codes of regions that are out of use."""
        return retired.notices(entry)

    def get_urls(self) -> list[URLPattern]:
        """Beside those of every entry: the order of the programme, and a file of a draft."""
        programme = self.admin_site.admin_view(partial(programme_page, self))
        file = self.admin_site.admin_view(require_safe(self.material_view))
        address = "<int:pk>/materials/<uuid:reference>/"
        return [
            path("<path:object_id>/programme/", programme, name="workshops_workshop_programme"),
            path(address, file, name="workshops_workshop_material"),
            *super().get_urls(),
        ]

    def material_view(self, request: HttpRequest, pk: int, reference: UUID) -> HttpResponseBase:
        """A file of a workshop that need not be public."""
        workshop = get_object_or_404(self.get_queryset(request), pk=pk)
        return download(request, get_object_or_404(workshop.materials.files(), reference=reference))

    def template(self, request: HttpRequest) -> Workshop | None:
        """The workshop that a new one is made after, where one was named."""
        number = request.GET.get("like", "")
        return self.get_queryset(request).filter(pk=number).first() if number.isdecimal() else None

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begins with the shape of another workshop, where one was named."""
        initial: dict[str, Any] = super().get_changeform_initial_data(request)
        source = self.template(request)
        return initial | shape(source) if source else initial

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A workshop made after another has the programme of that one, moved to its days."""
        super().save_related(request, form, formsets, change)
        source = None if change else self.template(request)
        if source:
            count = copy_programme(source, form.instance)
            copy_terms(source, form.instance)
            told = ngettext(
                "%(count)s session of “%(workshop)s” was copied to the new days.",
                "%(count)s sessions of “%(workshop)s” were copied to the new days.",
                count,
            )
            messages.info(request, told % {"count": count, "workshop": source})

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds how much of the programme is still to be announced, and whether the user may."""
        workshop = context["original"]
        is_public = workshop is not None and workshop.is_public
        context |= {
            "may_announce": is_public and curator(request).can_publish(workshop),
            "unannounced": len(pending(workshop)) if is_public else 0,
        }
        return super().render_change_form(request, context, *args, **kwargs)

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


class ContributionFormSet(BaseInlineFormSet[Contribution, Any, Any]):
    """Who takes part in a session; tells of those who are expected elsewhere at that time."""

    def clean(self) -> None:
        """Refuses clashes until the box that accepts them is ticked."""
        super().clean()
        if "despite_clashes" in self.data:
            return
        rows = [form.cleaned_data for form in self.forms if form.is_valid()]
        people = [row["person"] for row in rows if row.get("person") and not row.get("DELETE")]
        elsewhere = self.instance.contributions_beside().filter(person__in=people)
        clashes = elsewhere.select_related("person", "session__workshop").in_order()
        if clashes:
            raise ValidationError([clash_in_words(clash) for clash in clashes])


def clash_in_words(clash: Contribution) -> str:
    """Who is expected elsewhere, where and when, by the clock of that place."""
    session = clash.session
    moments = [moment for moment in (session.starts_at, session.ends_at) if moment]
    hours = [f"{moment.astimezone(session.workshop.zone):%H:%M}" for moment in moments]
    return gettext("%(person)s takes part in “%(session)s” (%(workshop)s) then, %(hours)s.") % {
        "person": clash.person,
        "session": session,
        "workshop": session.workshop,
        "hours": "–".join(hours),
    }


class ContributionInline(PartInline[Contribution]):
    """Who takes part in a session, and for whom they stood there."""

    model = Contribution
    formset = ContributionFormSet
    fields = ("person", "role", "organisation", "affiliation", "position")
    autocomplete_fields = ("person", "organisation")
    ordering = ("position", "pk")


class PresentationInline(PartInline[Presentation]):
    """The initiatives that a session presents."""

    model = Presentation
    fields = ("initiative", "position")
    autocomplete_fields = ("initiative",)
    ordering = ("position", "pk")


class SessionForm(PartForm):
    """A change to a session is a change to its workshop."""

    entry_field = "workshop"
    instance: Session

    class Meta:
        help_texts = {"starts_at": BY_ITS_CLOCK, "ends_at": BY_ITS_CLOCK}

    despite_clashes = forms.BooleanField(
        label=_("Save although somebody is expected elsewhere at that time"), required=False
    )
    is_cancelled = forms.BooleanField(
        label=_("Cancelled"),
        required=False,
        help_text=_("It keeps its line in the programme, struck through, and frees its room."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["is_cancelled"] = self.instance.is_cancelled

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"cancelled_at"}

    def clean(self) -> dict[str, Any]:
        """Cancels the session or restores it; the old reason goes with the tick."""
        cleaned = super().clean()
        if cleaned["is_cancelled"]:
            self.instance.cancel(at=timezone.now())
        else:
            self.instance.restore()
            if "cancelled_because" not in self.changed_data:
                cleaned["cancelled_because"] = ""
        return cleaned


@admin.register(Session)
class SessionAdmin(PlacedAdmin[Session]):
    """Sessions, with who contributes and what they present."""

    form = SessionForm
    list_display = ("title", "workshop", "kind", "day", "begins", "room", "position")
    list_filter = ("kind",)
    search_fields = ("title", "workshop__title", "room")
    ordering = ("-workshop__starts_on", "workshop", "starts_at", "position", "pk")
    inlines = (ContributionInline, PresentationInline, MaterialInline)
    fieldsets = (
        (None, {"fields": ["workshop", "kind", "title", "track", "abstract"]}),
        (_("When and where"), {"fields": ["day", "starts_at", "ends_at", "room", "position"]}),
        (_("Clashes"), {"fields": ["despite_clashes"]}),
        (_("Cancelling"), {"fields": ["is_cancelled", "cancelled_because"]}),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was announced is cancelled rather than deleted, so that calendars hear of it."""
        may = super().has_delete_permission(request, obj)
        return may and not (obj and ScheduleVersion.objects.knowing(obj).exists())

    @admin.display(description=_("starts"), ordering="starts_at")
    def begins(self, session: Session) -> str:
        """When it starts, by the clock of the place; nothing where that is not known."""
        zone = session.workshop.zone
        start = session.starts_at
        return date_format(start.astimezone(zone), "j F Y, H:i") if start else ""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """A session's material is its workshop's too."""
        for row in formset.save(commit=False):
            if isinstance(row, Material):
                row.workshop = form.instance.workshop
        super().save_formset(request, form, formset, change)
