"""The admin of what belongs to an entry and is changed on a page of its own."""

from typing import Any, TypeVar, cast

from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from clusterix.curation.forms import REASON_LENGTH, PartForm
from clusterix.curation.models import Entry
from clusterix.curation.scoped import ScopedAdmin, curator

M = TypeVar("M", bound=models.Model)


class PartAdmin(ScopedAdmin[M]):
    """The admin of rows that belong to an entry and need a form of their own."""

    view_on_site = False
    change_form_template = "admin/reasoned_form.html"
    form: Any = PartForm

    @property
    def _link(self) -> str:
        name: str = self.form.entry_field
        return name

    @property
    def _entry_model(self) -> type[Entry]:
        return cast("type[Entry]", self.model._meta.get_field(self._link).related_model)

    def entry_of(self, row: Any) -> Entry:
        """The entry that the row belongs to."""
        entry: Entry = getattr(row, self._link)
        return entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Rows of the entries that the user sees."""
        entries = curator(request).partner_entries(self._entry_model)
        rows = super().get_queryset(request).filter(**{f"{self._link}__in": entries})
        return rows.select_related(self._link)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> M | None:
        """The row; while a form is saved, its entry is held so that two follow one another."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        self._hold(self.entry_of(found))
        return super().get_object(request, object_id, from_field)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who works on any entry may add a row to it."""
        return curator(request).is_curator

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change an entry may take a row out of it."""
        return self.has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A row stays with its entry."""
        fields = super().get_readonly_fields(request, obj)
        return fields if obj is None else [*fields, self._link]

    def offered(
        self, request: HttpRequest, link: "models.ForeignKey[Any, Any]", kind: type[Entry]
    ) -> QuerySet[Any]:
        """A new row goes into an entry that the user may change."""
        is_its_own = link.name == self._link
        others = super().offered(request, link, kind)
        return curator(request).changeable_entries(kind) if is_its_own else others

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A change to the row is a version of its entry."""
        super().save_related(request, form, formsets, change)
        self._record(self.entry_of(form.instance), form.cleaned_data["reason"])

    def delete_model(self, request: HttpRequest, obj: M) -> None:
        """Taking the row out is a version of its entry."""
        entry, told = self.entry_of(obj), gettext("Deleted: %(row)s") % {"row": obj}
        super().delete_model(request, obj)
        self._record(entry, told[:REASON_LENGTH])

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Its changes are versions of its entry."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        entry = self.entry_of(row)
        names = f"{entry._meta.app_label}_{entry._meta.model_name}_history"
        return redirect(reverse(f"{self.admin_site.name}:{names}", args=[entry.pk]))

    def _hold(self, entry: Entry) -> Entry:
        held: Entry = type(entry).unscoped.select_for_update(no_key=True).get(pk=entry.pk)
        return held

    def _record(self, entry: Entry, reason: str) -> None:
        self._hold(entry).because(reason).save()
