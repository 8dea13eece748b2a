"""The invitations of a partner, for those who answer for it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clusterix.curation.admin import SecretariatAdmin
from clusterix.curation.invitations import handling
from clusterix.curation.invitations.forms import InvitationForm
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.scoped import curator


@admin.register(Invitation)
class InvitationAdmin(SecretariatAdmin[Invitation]):
    """Publishers invite for their own partners, the secretariat for all."""

    form = InvitationForm
    change_form_template = "admin/invitation_form.html"
    fields = ("partner", "email", "role")
    list_display = ("email", "partner", "role", "state", "invited_by", "expires_at")
    list_select_related = ("partner", "invited_by")
    search_fields = ("email",)
    ordering = ("-made_at", "-pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invitation]:
        """Those of the partners that the user answers for."""
        return super().get_queryset(request).filter(partner__in=curator(request).managed_partners())

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever publishes for a partner answers for its members."""
        return curator(request).manages_members

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Those who answer for the partner."""
        user = curator(request)
        return user.manages_members if obj is None else user.manages(obj.partner_id)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Those who answer for a partner."""
        return self.has_view_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent stays as it is."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It is withdrawn, and later forgotten by itself."""
        return False

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is asked for; afterwards what became of it."""
        return self.fields if obj is None else (*self.fields, "state", "invited_by", "expires_at")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form of this user, who cannot give more than they have."""
        made: Any = super().get_form(request, obj, change, **kwargs)
        return type("OwnInvitationForm", (made,), {"inviter": curator(request)})

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """The partners that the user answers for."""
        partners = curator(request).managed_partners()
        kwargs |= {"queryset": partners, "initial": partners.first(), "empty_label": None}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str | SafeString:
        """What became of it."""
        if invitation.accepted_at:
            return gettext("taken up")
        if invitation.withdrawn_at:
            return gettext("withdrawn")
        return gettext("open") if invitation.is_open(timezone.now()) else gettext("expired")

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Sends it."""
        handling.send(obj, curator(request), timezone.now())

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: sending one again, and withdrawing it."""
        again = self.admin_site.admin_view(require_POST(self.again_view))
        withdraw = self.admin_site.admin_view(require_POST(self.withdraw_view))
        return [
            path("<int:pk>/again/", again, name="invitations_invitation_again"),
            path("<int:pk>/withdraw/", withdraw, name="invitations_invitation_withdraw"),
            *super().get_urls(),
        ]

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offers what can still be done about it."""
        original = context["original"]
        context["is_pending"] = original is not None and original.is_pending
        return super().render_change_form(request, context, *args, **kwargs)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Writes once more."""
        return self._do(request, pk, handling.send_again, gettext("The invitation is on its way."))

    def withdraw_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Closes it."""
        return self._do(request, pk, handling.withdraw, gettext("The link does not work any more."))

    def _do(
        self, request: HttpRequest, pk: int, what: Callable[[int, datetime], bool], done: str
    ) -> HttpResponse:
        if not self.get_queryset(request).filter(pk=pk).exists():
            raise Http404
        if what(pk, timezone.now()):
            messages.success(request, done)
        else:
            messages.error(request, gettext("This invitation was answered or withdrawn before."))
        return redirect(reverse("admin:invitations_invitation_change", args=[pk]))
