"""The admin of registration: the terms, and who registered for a partner's workshops."""

from collections.abc import Iterator
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import SecretariatAdmin, TermAdmin
from clusterix.curation.forms import LinkForm, PartForm
from clusterix.curation.models import Entry
from clusterix.curation.scoped import PartInline
from workshops.models import ScheduleVersion
from workshops.placed import BY_ITS_CLOCK, PlacedAdmin
from workshops.registration import places
from workshops.registration.desk.frame import address
from workshops.registration.desk.pages import desk_urls
from workshops.registration.misgivings import warnings
from workshops.registration.models import (
    AudienceCategory,
    ConsentText,
    Question,
    Quota,
    Registration,
    RegistrationSettings,
)
from workshops.registration.registration_admin import RegistrationAdmin
from workshops.registration.version_admin import ScheduleVersionAdmin

admin.site.register(Registration, RegistrationAdmin)
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


class QuotaForm(LinkForm):
    """A limit is never below the people of its category who have places already."""

    def clean(self) -> dict[str, Any]:
        """Counted while the terms are held, which saving them does first."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        limit, audience = cleaned.get("places"), cleaned.get("audience")
        quota = cast("Quota", self.instance)
        if limit is not None and audience and quota.terms_id:
            workshop = quota.terms.workshop_id
            rows = Registration.objects.holding().filter(workshop=workshop, audience=audience)
            held = rows.places()
            if limit < held:
                message = ngettext(
                    "%(count)d place of this category is taken already.",
                    "%(count)d places of this category are taken already.",
                    held,
                )
                self.add_error("places", message % {"count": held})
        return cleaned


class QuotaInline(PartInline[Quota]):
    """Of whom there may be how many."""

    model = Quota
    form: Any = QuotaForm
    fields = ("audience", "places")
    ordering = ("pk",)


class QuestionInline(PartInline[Question]):
    """What the organiser asks."""

    model = Question
    fields = ("position", "text", "hint", "kind", "choices", "is_required", "asked")
    ordering = ("position", "pk")


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
            names = ", ".join(last_to_come(workshop.pk, taken - capacity))
            told = gettext("The last who registered: %(names)s.") % {"names": names}
            raise ValidationError(f"{message % {'count': taken}} {told}")
        return capacity


MOST_NAMES = 5


def last_to_come(workshop: int, people: int) -> Iterator[str]:
    """Of the last who registered, so many that without them that many people fewer come."""
    rows = Registration.objects.holding().filter(workshop=workshop, erased_at=None)
    for registration in rows.newest_first()[:MOST_NAMES]:
        if people > 0:
            yield registration.name
            people -= registration.party_size


@admin.register(RegistrationSettings)
class RegistrationSettingsAdmin(PlacedAdmin[RegistrationSettings]):
    """On what terms people register for the partner's workshops."""

    form = SettingsForm
    change_form_template = "admin/registration/terms_form.html"
    list_display = ("workshop", "opens_at", "closes_at", "capacity", "taken", "desk")
    search_fields = ("workshop__title",)
    ordering = ("-workshop__starts_on", "pk")
    inlines = (QuotaInline, QuestionInline)
    fieldsets = (
        (None, {"fields": ["workshop", "opens_at", "closes_at", "capacity", "max_party_size"]}),
        (
            _("How places are given"),
            {"fields": ["confirms_address", "needs_approval", "has_waiting_list", "offer_hours"]},
        ),
        (_("Mails"), {"fields": ["reminder_days", "sends_thanks"]}),
        (_("Personal data"), {"fields": ["consent", "contact_email", "retention_days"]}),
    )

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: the desk from which registration is run."""
        return [*desk_urls(self.admin_site), *super().get_urls()]

    @admin.display(description=_("desk"))
    def desk(self, terms: RegistrationSettings) -> str:
        """The way to the desk."""
        return format_html('<a href="{}">{}</a>', address("desk", terms), gettext("Desk"))

    @admin.display(description=_("places taken"))
    def taken(self, terms: RegistrationSettings) -> int:
        """How many people are expected."""
        return terms.places_taken

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Registrations need their terms; registration is closed rather than deleted."""
        may = super().has_delete_permission(request, obj)
        return may and (obj is None or not obj.workshop.registrations.exists())

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Says what would go wrong with these terms, before it does."""
        if request.method == "GET" and (terms := context["original"]):
            for warning in warnings(terms, timezone.now()):
                messages.warning(request, warning)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Places that are new go to those who wait, with the change or not at all."""
        super().save_related(request, form, formsets, change)
        places.fill(form.instance.workshop_id, timezone.now())

    def _hold(self, entry: Entry) -> Entry:
        """In the order in which people register: the terms first, then the workshop."""
        places.hold(entry.pk)
        return super()._hold(entry)
