"""The admin of a kind of entry, through its life, and of the rows that belong to one."""

from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import models, router, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clusterix.curation.desk import Panel
from clusterix.curation.forms import (
    REASON_LENGTH,
    EntryForm,
    MoveForm,
    PartForm,
)
from clusterix.curation.history import choices_recorded, unrecorded, versions
from clusterix.curation.models import Entry
from clusterix.curation.scoped import ScopedAdmin, curator

M = TypeVar("M", bound=models.Model)
E = TypeVar("E", bound=Entry)

VERSIONS_A_PAGE = 20
VERBS = {
    "submit": _("Submit for review"),
    "send_back": _("Send back to draft"),
    "publish": _("Publish"),
    "archive": _("Archive"),
}


class EntryAdmin(ScopedAdmin[E]):
    """The admin of a kind of entry."""

    form: Any = EntryForm
    change_form_template = "admin/entry_form.html"
    object_history_template = "admin/entry_history.html"
    list_filter: ClassVar[Any] = ("state", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related: ClassVar[Any] = ("owner",)
    wanted: ClassVar[tuple[str, ...]]
    """The optional fields without which an entry counts as incomplete."""

    def entry_of(self, row: Any) -> Entry:
        """The entry itself."""
        entry: Entry = row
        return entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[E]:
        """What the user's partners own; with everything in it for the secretariat."""
        return curator(request).partner_entries(self.model)

    def choices(self, request: HttpRequest) -> QuerySet[E]:
        """Those entries, and all that are public."""
        return curator(request).linkable_entries(self.model).choosable()

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> E | None:
        """The entry, held while a form is saved so that two forms follow one another."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return self.get_queryset(request).select_for_update(no_key=True).filter(pk=found.pk).first()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts are deleted; what was submitted or public is sent back or archived."""
        may_change = self.has_change_permission(request, obj)
        return may_change and (obj is None or obj.state == Entry.State.DRAFT)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The public page, where there is one."""
        return obj.get_absolute_url() if obj is not None and obj.is_public else None

    def save_model(self, request: HttpRequest, obj: E, form: Any, change: bool) -> None:
        """Keeps the author and the reason; a change is recorded once all its rows are saved."""
        obj.because(form.cleaned_data["reason"])
        if change:
            with unrecorded(obj):
                obj.save()
        else:
            obj.created_by = curator(request)
            obj.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """A form is one version of the entry, with what was chosen and its rows."""
        entry = form.instance
        with unrecorded(entry):
            super().save_related(request, form, formsets, change)
        if change or choices_recorded(type(entry)):
            entry.save()

    def verbs(self, request: HttpRequest, entry: Entry) -> list[str]:
        """The steps that this user may take with the entry as it stands."""
        user = curator(request)
        state = Entry.State(entry.state)
        steps = {
            "submit": state == Entry.State.DRAFT and user.can_see(entry),
            "send_back": state == Entry.State.IN_REVIEW and user.can_see(entry),
            "publish": state != Entry.State.PUBLISHED and user.can_publish(entry),
            "archive": state == Entry.State.PUBLISHED and user.can_publish(entry),
        }
        return [verb for verb, may in steps.items() if may]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: the steps of an entry's life."""
        name = f"{self.opts.app_label}_{self.opts.model_name}_move"
        move = self.admin_site.admin_view(require_POST(self.move_view))
        return [path("<path:object_id>/move/", move, name=name), *super().get_urls()]

    def move_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Takes the step that was asked for, with its reason, on the version that was read."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            entry = self.get_object(request, unquote(object_id))
            if entry is None:
                raise Http404
            verbs = self.verbs(request, entry)
            if request.POST.get("verb") not in verbs:
                raise PermissionDenied
            form = MoveForm(request.POST, entry=entry, verbs=verbs)
            if form.is_valid():
                getattr(entry, form.cleaned_data["verb"])(reason=form.cleaned_data["reason"])
                state = entry.get_state_display()
                told = gettext("“%(entry)s” is now: %(state)s.") % {"entry": entry, "state": state}
                messages.success(request, told)
                return redirect(self.address("change", entry))
        context = {
            **self.admin_site.each_context(request),
            **self._steps(request, entry),
            "title": entry,
            "opts": self.opts,
            "original": entry,
            "move_form": form,
        }
        return TemplateResponse(request, "admin/entry_move.html", context)

    def _steps(self, request: HttpRequest, entry: Entry) -> dict[str, Any]:
        verbs = self.verbs(request, entry)
        return {
            "verbs": [(verb, VERBS[verb]) for verb in verbs],
            "move_form": MoveForm(entry=entry, verbs=verbs),
            "move_url": self.address("move", entry),
        }

    def render_change_form(
        self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Adds where the entry stands: what is missing, and which steps are open to the user."""
        obj = context["original"]
        if obj is not None:
            context |= self._steps(request, obj)
            missing, wanted = obj.missing(self.wanted), len(self.wanted)
            context |= {
                "missing": missing,
                "wanted_count": wanted,
                "present_count": wanted - len(missing),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Who changed what, when and why; the latest first."""
        entry = self.get_object(request, unquote(object_id))
        if entry is None or not self.has_view_permission(request, entry):
            raise Http404
        records = type(entry).history.filter(id=entry.pk).select_related("history_user")
        records = records.order_by("-history_date", "-history_id")
        paginator = self.get_paginator(request, records, VERSIONS_A_PAGE)
        page = paginator.get_page(request.GET.get("p"))
        oldest = page.end_index() == paginator.count
        before = list(records[page.end_index() : page.end_index() + 1])
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("History: %(entry)s") % {"entry": entry},
            "original": entry,
            "opts": self.opts,
            "page": page,
            "versions": versions([*page.object_list, *before], curator(request), whole=oldest),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.object_history_template, context)

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """What this kind of entry alone puts on the desk."""
        return []

    def address(self, view: str, entry: Entry) -> str:
        """Where that view of the entry is."""
        names = f"{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(f"{self.admin_site.name}:{names}", args=[entry.pk])


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
