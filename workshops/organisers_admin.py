"""Who organises single workshops: chosen and dismissed by those who publish for the partner."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clusterix.curation.admin import SecretariatAdmin
from clusterix.curation.models import Entry, User
from clusterix.curation.scoped import LinkChoices, curator
from clusterix.lib.personal import LONGEST_ADDRESS
from workshops import organising
from workshops.models import Organiser, Workshop


class OrganiserForm(forms.ModelForm[Organiser]):
    """Which workshop, and the address of whom."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=LONGEST_ADDRESS,
        help_text=_("Whoever has no account yet is invited by mail to open one."),
    )
    found: User | None = None
    """Whose address it is, once the form is valid; None if nobody has an account with it."""

    class Meta:
        model = Organiser
        fields = ("workshop",)

    def clean(self) -> dict[str, Any]:
        """Finds whom the address belongs to; who runs the workshop already needs no role."""
        told = super().clean() or {}
        workshop: Workshop | None = told.get("workshop")
        email = told.get("email")
        if workshop and email:
            self.found = User.objects.filter(email__iexact=email, is_active=True).first()
            complaint = self._complaint(workshop, email)
            if complaint:
                self.add_error("email", complaint)
        return told

    def _complaint(self, workshop: Workshop, email: str) -> str:
        """Why the role is not given; empty if it is."""
        if self.found is None:
            is_invited = organising.invitations_to(workshop, email).open(timezone.now()).exists()
            asked = gettext("This address is invited already. Send that invitation again.")
            return asked if is_invited else ""
        if self.found.can_steer(workshop):
            return gettext("They belong to the partner of this workshop.")
        if self.found.is_organiser(workshop):
            return gettext("They organise this workshop already.")
        return ""


class OrganiserAdmin(LinkChoices[Organiser], SecretariatAdmin[Organiser]):
    """Publishers choose organisers of their partner's workshops, the secretariat of all."""

    form = OrganiserForm
    fields = ("workshop", "email")
    change_form_template = "admin/organiser_form.html"
    list_display = ("who", "workshop", "state", "given_by", "given_at")
    list_display_links = ("who",)
    list_select_related = ("user", "invitation", "workshop", "given_by")
    search_fields = ("user__email", "invitation__email", "workshop__title")
    ordering = ("-given_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organiser]:
        """Those of workshops that the user publishes."""
        partners = curator(request).managed_partners()
        rows = Organiser.objects.with_offers().filter(workshop__owner__in=partners)
        return rows.order_by(*self.ordering)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever publishes for a partner chooses who runs its workshops."""
        return curator(request).manages_members

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who publish the workshop."""
        user = curator(request)
        return user.manages_members if obj is None else user.can_publish(obj.workshop)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those who publish for a partner."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The role is given and taken."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who gives the role takes it: its bearer is out with the next request."""
        return self.has_view_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is asked for; afterwards who it is."""
        told = ("workshop", "who", "state", "given_by", "given_at")
        return self.fields if obj is None else told

    def offered(
        self, request: HttpRequest, _link: "models.ForeignKey[Any, Any]", _kind: type[Entry]
    ) -> QuerySet[Any]:
        """The workshops that the user publishes, the latest first."""
        own = Workshop.unscoped.filter(owner__in=curator(request).managed_partners())
        return own.order_by("-starts_on", "-pk")

    @admin.display(description=_("organiser"), ordering="user")
    def who(self, row: Organiser) -> str:
        """Whom it is; of whoever is invited, only the address is known."""
        return str(row.user or row.invitation)

    @admin.display(description=_("state"))
    def state(self, row: Organiser) -> str:
        """Whether they came."""
        if row.invitation is None:
            return gettext("organises")
        if not row.invitation.is_open(timezone.now()):
            return gettext("invitation expired")
        if not row.may_be_given:
            return gettext("invitation void: who sent it does not publish the workshop any more")
        until = date_format(row.invitation.expires_at, "j F Y")
        return gettext("invited, until %(day)s") % {"day": until}

    def save_model(self, request: HttpRequest, obj: Organiser, form: Any, change: bool) -> None:
        """Gives the role, or offers it by mail."""
        by = curator(request)
        if form.found:
            organising.appoint(obj, form.found, by)
        else:
            organising.invite(obj, form.cleaned_data["email"], by, timezone.now())
            messages.info(
                request, gettext("They have no account yet. An invitation is on its way.")
            )

    def delete_model(self, request: HttpRequest, obj: Organiser) -> None:
        """Takes the role, or what was offered: the link does not work any more."""
        organising.dismiss(obj)

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: sending an invitation again."""
        again = self.admin_site.admin_view(require_POST(self.again_view))
        return [
            path("<int:pk>/again/", again, name="workshops_organiser_again"),
            *super().get_urls(),
        ]

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Writes once more, in the name of whoever asks for it now."""
        row = self.get_queryset(request).filter(pk=pk).first()
        if row is None:
            raise Http404
        if organising.invite_again(row, curator(request), timezone.now()):
            messages.success(request, gettext("The invitation is on its way."))
        else:
            messages.error(request, gettext("This invitation was answered before."))
        return redirect("admin:workshops_organiser_change", pk)
