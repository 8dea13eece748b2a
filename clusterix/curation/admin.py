"""The admin of what is nobody's entry: reference data, vocabularies, partners and their members."""

from typing import Any, TypeVar

from allauth.usersessions.admin import UserSession
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from clusterix.curation.forms import PartnerForm, TermForm
from clusterix.curation.models import Membership, Partner, User
from clusterix.curation.scoped import CurationAdmin, RowsInline, curator
from clusterix.curation.sessions import end_all

M = TypeVar("M", bound=models.Model)

admin.site.unregister(UserSession)  # where somebody is signed in is for them alone to see


class ReferenceAdmin(admin.ModelAdmin[M]):
    """The admin of public reference data: curators refer to it, nobody edits it here."""

    def view_on_site(self, obj: Any) -> str:
        """Its public page."""
        address: str = obj.get_absolute_url()
        return address

    def choices(self, request: HttpRequest) -> QuerySet[M]:
        """What may be chosen in a form: all of it."""
        return self.get_queryset(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Every curator may look."""
        return curator(request).is_curator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Every curator may look."""
        return curator(request).is_curator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """It comes from elsewhere."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It comes from elsewhere."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """It comes from elsewhere."""
        return False


class SecretariatAdmin(CurationAdmin[M]):
    """The admin of what the programme itself keeps: members, partners, vocabularies."""

    actions = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Only the secretariat."""
        return curator(request).is_secretariat

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the secretariat."""
        return curator(request).is_secretariat

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only the secretariat."""
        return curator(request).is_secretariat

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the secretariat."""
        return curator(request).is_secretariat

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the secretariat."""
        return curator(request).is_secretariat


class TermAdmin(SecretariatAdmin[M]):
    """The admin of a vocabulary."""

    form: Any = TermForm

    list_display: Any = ("label", "key", "position")
    search_fields = ("key", "labels")
    ordering = ("position", "key")


class MembershipInline(RowsInline[Membership]):
    """Who belongs to a partner, in which role; the secretariat decides."""

    model = Membership
    autocomplete_fields = ("user", "partner")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the secretariat."""
        return curator(request).is_secretariat

    has_change_permission = has_delete_permission = has_add_permission = has_view_permission


@admin.register(Partner)
class PartnerAdmin(SecretariatAdmin[Partner]):
    """Teams that curate."""

    form = PartnerForm
    fields = ("name", "slug", "is_programme", "regions_reviewed", "themes_reviewed")
    prepopulated_fields = {"slug": ("name",)}
    list_display = ("name", "is_programme")
    search_fields = ("name",)
    ordering = ("name",)
    inlines = (MembershipInline,)

    def choices(self, request: HttpRequest) -> QuerySet[Partner]:
        """All partners: only the secretariat chooses among them by search."""
        return self.get_queryset(request)


@admin.register(User)
class UserAdmin(SecretariatAdmin[User]):
    """People who sign in. They set their own password by the link that resets it."""

    fields = ("email", "first_name", "last_name", "is_active")
    list_display = ("email", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active", "memberships__role")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    inlines = (MembershipInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Operators' accounts are for operators only: who changes an address could take it over."""
        users = super().get_queryset(request)
        return users if curator(request).is_superuser else users.filter(is_superuser=False)

    def choices(self, request: HttpRequest) -> QuerySet[User]:
        """Those whom the user may see here."""
        return self.get_queryset(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Accounts are closed by making them inactive: the history names their owners."""
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """A new account has no password until its owner sets one; a closed one is signed out."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not obj.is_active:
            end_all(obj)
