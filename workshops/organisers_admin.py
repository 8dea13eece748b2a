"""Who organises single workshops: given and taken by those who publish for the partner."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from clusterix.curation.admin import SecretariatAdmin
from clusterix.curation.models import Entry, User
from clusterix.curation.scoped import LinkChoices, curator
from workshops.models import Organiser, Workshop


class OrganiserForm(forms.ModelForm[Organiser]):
    """Which workshop, and the address of whom."""

    email = forms.EmailField(
        label=_("E-mail address"), help_text=_("Of somebody who has an account.")
    )

    class Meta:
        model = Organiser
        fields = ("workshop",)

    def clean(self) -> dict[str, Any]:
        """Finds whom the address belongs to; who runs the workshop already needs no role."""
        told = super().clean() or {}
        workshop: Workshop | None = told.get("workshop")
        user = User.objects.filter(email__iexact=told.get("email", ""), is_active=True).first()
        if "email" in told and user is None:
            self.add_error("email", _("Nobody with this address has an account yet."))
        if workshop and user:
            self.instance.user = user
            if user.can_steer(workshop):
                self.add_error("email", _("They belong to the partner of this workshop."))
            elif user.is_organiser(workshop):
                self.add_error("email", _("They organise this workshop already."))
        return told


class OrganiserAdmin(LinkChoices[Organiser], SecretariatAdmin[Organiser]):
    """Publishers choose organisers of their partner's workshops, the secretariat of all."""

    form = OrganiserForm
    fields = ("workshop", "email")
    list_display = ("user", "workshop", "given_by", "given_at")
    list_display_links = ("user",)
    list_select_related = ("user", "workshop", "given_by")
    search_fields = ("user__email", "workshop__title")
    ordering = ("-given_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organiser]:
        """Those of workshops that the user publishes."""
        partners = curator(request).managed_partners()
        return super().get_queryset(request).filter(workshop__owner__in=partners)

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
        return self.fields if obj is None else ("workshop", "user", "given_by", "given_at")

    def offered(
        self, request: HttpRequest, _link: "models.ForeignKey[Any, Any]", _kind: type[Entry]
    ) -> QuerySet[Any]:
        """The workshops that the user publishes, the latest first."""
        own = Workshop.unscoped.filter(owner__in=curator(request).managed_partners())
        return own.order_by("-starts_on", "-pk")

    def save_model(self, request: HttpRequest, obj: Organiser, form: Any, change: bool) -> None:
        """Keeps who gave the role."""
        obj.given_by = curator(request)
        super().save_model(request, obj, form, change)
