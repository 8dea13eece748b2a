"""The admin of programme versions: to read, and to publish the next one of a workshop."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from clusterix.curation.forms import reopen
from clusterix.curation.models import Entry
from clusterix.curation.scoped import ScopedAdmin, curator
from workshops.models import ScheduleVersion, Workshop
from workshops.registration.announcing import Announcement, announce
from workshops.registration.places import BusyError
from workshops.versions.publishing import Order, RefusedError, pending
from workshops.versions.words import lines


class VersionForm(forms.ModelForm[ScheduleVersion]):
    """A note to everyone, on the workshop as it was read."""

    version = forms.CharField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = ScheduleVersion
        fields = ("note",)
        widgets = {"note": forms.Textarea(attrs={"rows": 4})}


class ScheduleVersionAdmin(ScopedAdmin[ScheduleVersion]):
    """What was announced of the programmes of the partner's workshops, and when."""

    view_on_site = False
    list_display = ("workshop", "number", "published_at", "published_by")
    list_select_related = ("workshop", "published_by")
    search_fields = ("workshop__title", "note")
    ordering = ("-published_at", "-pk")
    fieldsets = (
        (None, {"fields": ["workshop", "number", "note", "published_at", "published_by"]}),
    )

    def entry_of(self, row: Any) -> Entry:
        """The workshop."""
        workshop: Entry = row.workshop
        return workshop

    def get_queryset(self, request: HttpRequest) -> QuerySet[ScheduleVersion]:
        """Versions of the workshops that the user sees behind the scenes."""
        workshops = curator(request).partner_entries(Workshop)
        return super().get_queryset(request).filter(workshop__in=workshops).defer("snapshot")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A version is published from its workshop."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was announced stays as it was."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """People have heard of it."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: publishing the next version of a workshop."""
        publish = self.admin_site.admin_view(self.publish_view)
        name = "workshops_scheduleversion_publish"
        return [path("publish/<int:pk>/", publish, name=name), *super().get_urls()]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Shows what has changed, and publishes it; whoever registered is told by mail."""
        user = curator(request)
        workshop = get_object_or_404(user.partner_entries(Workshop), pk=pk)
        if not (workshop.is_public and user.can_publish(workshop)):
            raise PermissionDenied
        form = VersionForm(request.POST or None, initial={"version": workshop.version})
        if request.method == "POST" and form.is_valid():
            told = form.cleaned_data
            try:
                announced = announce(
                    Order(workshop.pk, told["version"], told["note"], user), timezone.now()
                )
            except (RefusedError, BusyError) as error:
                reopen(form, workshop.version)
                form.add_error(None, str(error))
            else:
                messages.success(request, in_words(announced))
                return redirect(reverse("admin:workshops_workshop_change", args=[pk]))
        return TemplateResponse(
            request, "admin/publish_programme.html", self._context(request, workshop, form)
        )

    def _context(
        self, request: HttpRequest, workshop: Workshop, form: VersionForm
    ) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "title": gettext("Publish the programme"),
            "opts": Workshop._meta,
            "original": workshop,
            "form": form,
            "latest": workshop.versions.for_pages().first(),
            "lines": lines(pending(workshop), workshop),
            "sessions": workshop.sessions.count(),
        }


def in_words(announced: Announcement) -> str:
    """What was published, and how many hear of it."""
    told = ngettext(
        "Version %(number)d of the programme is published. %(count)d mail tells of it.",
        "Version %(number)d of the programme is published. %(count)d mails tell of it.",
        announced.letters,
    )
    return told % {"number": announced.version.number, "count": announced.letters}
