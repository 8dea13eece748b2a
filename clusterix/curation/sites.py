"""The admin as a place: who enters, through which doors, and what meets them there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.admin import AdminSite
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from clusterix.curation.desk import Desk, EntryDesk, Keeper, Line, panels
from clusterix.curation.models import Entry

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
"""What counts as a second factor; recovery codes only stand in for one."""

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class ChoicesView(AutocompleteJsonView):
    """Answers what may be chosen in a form, which is more than the lists show: public entries."""

    def get_queryset(self) -> QuerySet[Any]:
        """What the admin of the chosen model offers to this user, narrowed by what was typed."""
        offering: Any = self.model_admin
        choices = offering.choices(self.request).order_by(*offering.get_ordering(self.request))
        found: QuerySet[Any]
        found, may_repeat = offering.get_search_results(self.request, choices, self.term)
        return found.distinct() if may_repeat else found

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only models that say what may be chosen are offered at all."""
        offers = hasattr(self.model_admin, "choices")
        return offers and self.model_admin.has_view_permission(request, obj)


class CurationSite(AdminSite):
    """Where partners curate: open to their members and to operators, with a second factor."""

    site_title = _("Clusterix curation")
    site_header = _("Clusterix curation")
    index_title = _("Your desk")
    index_template = "admin/desk.html"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Only a partner's members and operators come in; the flag `is_staff` means nothing."""
        return request.user.is_authenticated and request.user.is_active and request.user.is_curator

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """Opens a view to those who come in, once they have set up a second factor."""

        @wraps(view)
        def behind_second_factor(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if settings.MFA_REQUIRED and not is_mfa_enabled(request.user, FACTORS):
                return redirect("mfa_activate_totp")
            return view(request, *args, **kwargs)

        return cast("V", super().admin_view(behind_second_factor, cacheable))

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the shortcut to any object's public address, which tells drafts' addresses."""
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """There is one way to sign in; who has and still may not enter is told so."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.path)

    def logout(  # type: ignore[override] # any response will do
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """There is one way to sign out."""
        return redirect("account_logout")

    def password_change(  # type: ignore[override] # any response will do
        self, request: HttpRequest, extra_context: Any = None
    ) -> HttpResponse:
        """There is one way to change a password."""
        return redirect("account_change_password")

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        """What may be chosen in a form, as JSON."""
        return cast("HttpResponse", ChoicesView.as_view(admin_site=self)(request))

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The desk: what this user began, what waits, what needs care, what comes next."""
        entries = [admin for model, admin in self._registry.items() if issubclass(model, Entry)]
        others = [admin for admin in self._registry.values() if admin not in entries]
        listed = panels(
            request,
            cast("list[EntryDesk]", entries),
            [cast("Desk", admin) for admin in others if hasattr(admin, "desk_panels")],
        )
        return super().index(request, {"panels": listed, **(extra_context or {})})

    def lines_beside(self, request: HttpRequest, entry: Entry) -> list[Line]:
        """What lies beside an entry until somebody decides about it."""
        admins = self._registry.values()
        keepers = [cast("Keeper", admin) for admin in admins if hasattr(admin, "lines_beside")]
        return [line for keeper in keepers for line in keeper.lines_beside(request, entry)]
