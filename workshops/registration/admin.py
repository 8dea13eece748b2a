"""The admin of registration: the terms, and who registered for a partner's workshops."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import SecretariatAdmin, TermAdmin
from clusterix.curation.forms import PartForm
from clusterix.curation.models import Entry
from clusterix.curation.scoped import ScopedAdmin, curator
from workshops.models import ScheduleVersion, Workshop
from workshops.placed import BY_ITS_CLOCK, PlacedAdmin
from workshops.registration import places
from workshops.registration.models import (
    AudienceCategory,
    ConsentText,
    Registration,
    RegistrationEvent,
    RegistrationSettings,
)
from workshops.registration.version_admin import ScheduleVersionAdmin

admin.site.register(ScheduleVersion, ScheduleVersionAdmin)


@admin.register(AudienceCategory)
class AudienceCategoryAdmin(TermAdmin[AudienceCategory]):
    """What participants can say they are."""


@admin.register(ConsentText)
class ConsentTextAdmin(SecretariatAdmin[ConsentText]):
    """What people agree to; a text is written once and then stays."""

    list_display = ("version", "text", "created_at")
    ordering = ("-pk",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A change is a new version."""
        return False


class SettingsForm(PartForm):
    """The terms of registration for a workshop."""

    entry_field = "workshop"

    class Meta:
        help_texts = {"opens_at": BY_ITS_CLOCK, "closes_at": BY_ITS_CLOCK}

    def clean_capacity(self) -> int | None:
        """Nobody who was told of a place loses it; the count holds until the form is saved."""
        capacity: int | None = self.cleaned_data["capacity"]
        workshop = self.entry_concerned()
        if capacity is None or workshop is None:
            return capacity
        places.hold(workshop.pk)
        taken = Registration.objects.active().filter(workshop=workshop.pk).places()
        if capacity < taken:
            message = ngettext(
                "%(count)d place is confirmed already. Offer as many at least.",
                "%(count)d places are confirmed already. Offer as many at least.",
                taken,
            )
            raise ValidationError(message, params={"count": taken})
        return capacity


@admin.register(RegistrationSettings)
class RegistrationSettingsAdmin(PlacedAdmin[RegistrationSettings]):
    """On what terms people register for the partner's workshops."""

    form = SettingsForm
    list_display = ("workshop", "opens_at", "closes_at", "capacity", "taken")
    search_fields = ("workshop__title",)
    ordering = ("-workshop__starts_on", "pk")
    fieldsets = (
        (None, {"fields": ["workshop", "opens_at", "closes_at", "capacity", "max_party_size"]}),
        (_("Personal data"), {"fields": ["consent", "contact_email", "retention_days"]}),
    )

    @admin.display(description=_("places taken"))
    def taken(self, terms: RegistrationSettings) -> int:
        """How many people are expected."""
        return terms.places_taken

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Registrations need their terms; registration is closed rather than deleted."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.workshop.registrations.exists())

    def _hold(self, entry: Entry) -> Entry:
        """In the order in which people register: the terms first, then the workshop."""
        places.hold(entry.pk)
        return super()._hold(entry)


class EventInline(admin.TabularInline[RegistrationEvent, Registration]):
    """What happened to a registration."""

    model = RegistrationEvent
    fields = ("at", "kind")
    ordering = ("at", "pk")
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees the registration."""
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Events happen."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Events happened."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Events happened."""
        return False


@admin.register(Registration)
class RegistrationAdmin(ScopedAdmin[Registration]):
    """Who registered for the partner's workshops: to read, and to cancel."""

    view_on_site = False  # that address belongs to the person
    list_display = ("name", "workshop", "party_size", "organisation", "state", "created_at")
    list_filter = ("state", ("workshop", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("workshop",)
    search_fields = ("name", "email", "organisation")
    ordering = ("-created_at", "-pk")
    inlines = (EventInline,)
    change_form_template = "admin/registration_form.html"
    fieldsets = (
        (None, {"fields": ["workshop", "state", "party_size", "created_at", "cancelled_at"]}),
        (
            _("Who"),
            {"fields": ["name", "email", "organisation", "audience", "country", "language"]},
        ),
        (_("What we should know"), {"fields": ["needs"]}),
        (_("Consent"), {"fields": ["consent", "consented_at", "erased_at"]}),
    )

    def entry_of(self, row: Any) -> Entry:
        """The workshop."""
        workshop: Entry = row.workshop
        return workshop

    def get_queryset(self, request: HttpRequest) -> QuerySet[Registration]:
        """Registrations for the workshops that the user sees behind the scenes."""
        workshops = curator(request).partner_entries(Workshop)
        return super().get_queryset(request).filter(workshop__in=workshops)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People register themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People change their registrations themselves."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was registered is cancelled, and erased in its time."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: giving up somebody's places."""
        cancel = self.admin_site.admin_view(self.cancel_view)
        name = "registration_registration_cancel"
        return [path("<int:pk>/cancel/", cancel, name=name), *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offers to cancel while that is possible."""
        context["can_cancel"] = context["original"].can_change(timezone.now())
        return super().render_change_form(request, context, *args, **kwargs)

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks whether to give up somebody's places, and does; they are told by mail."""
        registration = self.get_object(request, str(pk))
        if registration is None:
            raise Http404
        if not registration.can_change(timezone.now()):
            raise PermissionDenied
        if request.method == "POST":
            self._cancel(request, registration)
            return redirect(reverse("admin:registration_registration_change", args=[pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Cancel this registration?"),
            "opts": self.opts,
            "original": registration,
        }
        return TemplateResponse(request, "admin/registration_cancel.html", context)

    def _cancel(self, request: HttpRequest, registration: Registration) -> None:
        try:
            places.cancel(registration, timezone.now(), by_organiser=True)
        except places.BusyError:
            messages.error(request, places.BUSY)
        else:
            messages.success(request, gettext("Cancelled; a mail tells them so."))
