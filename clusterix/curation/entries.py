"""The admin of a kind of entry, through its life."""

import re
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import router, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from clusterix.curation.alike import alike_page, warn_of_alike
from clusterix.curation.desk import Panel
from clusterix.curation.forms import VERBS, EntryForm, MoveForm, StepForm
from clusterix.curation.history import (
    bring_back,
    choices_recorded,
    comparison,
    unrecorded,
    versions,
)
from clusterix.curation.many import many_page
from clusterix.curation.models import Entry
from clusterix.curation.news.telling import tell_submitted
from clusterix.curation.saved.keeping import forget_filter, save_filter, saved_filters
from clusterix.curation.scoped import ScopedAdmin, curator

if TYPE_CHECKING:
    from clusterix.curation.sites import CurationSite

E = TypeVar("E", bound=Entry)

VERSIONS_A_PAGE = 20
VERSIONS_OFFERED = 200
STAYING = {"owner", "slug"}
"""Fields that no earlier version brings back: whose an entry is, and where its page is."""


def taken(verb: str, entry: Entry) -> str:
    """What is told of a step that was taken."""
    if verb == "verify":
        return gettext("“%(entry)s” is marked as checked today.") % {"entry": entry}
    state = entry.get_state_display()
    return gettext("“%(entry)s” is now: %(state)s.") % {"entry": entry, "state": state}


class Missing(NamedTuple):
    """A field that is still empty, what it is called, and what readers miss without it."""

    field: str
    name: str
    why: str


class EntryAdmin(ScopedAdmin[E]):
    """The admin of a kind of entry."""

    form: Any = EntryForm
    change_form_template = "admin/entry_form.html"
    change_list_template = "admin/entry_list.html"
    object_history_template = "admin/entry_history.html"
    list_filter: ClassVar[Any] = ("state", ("owner", admin.RelatedOnlyFieldListFilter))
    list_select_related: ClassVar[Any] = ("owner",)
    show_full_result_count = False
    wanted: ClassVar[Mapping[str, Any]]
    """The optional fields without which an entry counts as incomplete, and what is lost by each."""

    changed_together: ClassVar[tuple[str, ...]] = ("language",)
    """The fields that are set for many entries at once: choices, and lists that are added to.

    No constraint may be about one: they are not looked at again for each entry.
    """

    unproposed: ClassVar[tuple[str, ...]] = ("owner",)
    """The fields that are never part of a proposal."""

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """The list; one that nothing narrows down is whole, and not called a result."""
        listed = super().get_changelist_instance(request)
        if not (listed.query or listed.has_active_filters):
            listed.full_result_count = listed.result_count
        return listed

    def entry_of(self, row: Any) -> Entry:
        """The entry itself."""
        entry: Entry = row
        return entry

    def get_queryset(self, request: HttpRequest) -> QuerySet[E]:
        """What the user's partners own or the user reviews; all of it for the secretariat."""
        return curator(request).visible_entries(self.model)

    def choices(self, request: HttpRequest) -> QuerySet[E]:
        """Those entries, and all that are public."""
        return curator(request).linkable_entries(self.model).choosable()

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, with the filters of it that the user keeps."""
        kept = saved_filters(self, request)
        return super().changelist_view(request, kept | (extra_context or {}))

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> E | None:
        """The entry, held while a form is saved so that two forms follow one another."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return self.get_queryset(request).select_for_update(no_key=True).filter(pk=found.pk).first()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The partner's members see an entry here, and who reviews it while it is in review."""
        reviews = obj is not None and curator(request).can_review(obj)
        return reviews or super().has_view_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts are deleted; what was submitted or public is sent back or archived."""
        may_change = self.has_change_permission(request, obj)
        is_draft = obj is None or obj.state == Entry.State.DRAFT
        return may_change and is_draft and (obj is None or curator(request).can_steer(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """An organiser does not say whose the entry is."""
        fields = super().get_readonly_fields(request, obj)
        is_theirs = obj is None or curator(request).can_steer(obj)
        return fields if is_theirs else [*fields, "owner"]

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
        reviews = user.can_review(entry)
        waits = state == Entry.State.IN_REVIEW
        steps = {
            "submit": state == Entry.State.DRAFT and user.can_steer(entry),
            "send_back": reviews or (waits and user.can_steer(entry)),
            "publish": reviews or (state != Entry.State.PUBLISHED and user.can_publish(entry)),
            "verify": state == Entry.State.PUBLISHED and user.can_publish(entry),
            "archive": state == Entry.State.PUBLISHED and user.can_publish(entry),
        }
        return [verb for verb, may in steps.items() if may]

    def get_urls(self) -> list[URLPattern]:
        """Beside Django's own: the steps of an entry's life, and each of its versions."""
        names = f"{self.opts.app_label}_{self.opts.model_name}"
        move = self.admin_site.admin_view(require_POST(self.move_view))
        version = self.admin_site.admin_view(self.version_view)
        many = self.admin_site.admin_view(partial(many_page, self))
        alike = self.admin_site.admin_view(require_safe(partial(alike_page, self)))
        save = self.admin_site.admin_view(require_POST(partial(save_filter, self)))
        forget = self.admin_site.admin_view(require_POST(partial(forget_filter, self)))
        return [
            path("many/", many, name=f"{names}_many"),
            path("alike/", alike, name=f"{names}_alike"),
            path("filters/save/", save, name=f"{names}_save"),
            path("filters/<int:number>/forget/", forget, name=f"{names}_forget"),
            path("<path:object_id>/move/", move, name=f"{names}_move"),
            path("<path:object_id>/history/<int:number>/", version, name=f"{names}_version"),
            *super().get_urls(),
        ]

    def response_add(
        self, request: HttpRequest, obj: E, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Says of a new entry whether there was one of a like name: perhaps it is the same."""
        warn_of_alike(self, request, obj)
        return super().response_add(request, obj, post_url_continue)

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
                verb = form.cleaned_data["verb"]
                getattr(entry, verb)(reason=form.cleaned_data["reason"])
                if verb == "submit":
                    tell_submitted([entry], curator(request), timezone.now())
                messages.success(request, taken(verb, entry))
                stays = self.has_view_permission(request, entry)
                return redirect(self.address("change", entry) if stays else "admin:index")
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
        context |= {"named_by": self.model.named_by, "alike_url": self.at("alike")}
        if obj is not None:
            context |= self._steps(request, obj)
            context["may_propose"] = curator(request).can_see(obj)
            missing, wanted = self._missing(obj), len(self.wanted)
            context |= {
                "missing": missing,
                "notices": self.notices(obj),
                "lines_beside": self._site.lines_beside(request, obj),
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

    def version_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """How an entry was: beside what it is now or any other version, and the way back to it."""
        with transaction.atomic(using=router.db_for_write(self.model)):
            entry = self.get_object(request, unquote(object_id))
            if entry is None or not self.has_view_permission(request, entry):
                raise Http404
            records = type(entry).history.filter(id=entry.pk).select_related("history_user")
            record = get_object_or_404(records, history_id=number)
            form = StepForm(request.POST if request.method == "POST" else None, entry=entry)
            if request.method == "POST" and self._is_brought_back(request, entry, record, form):
                return redirect(self.address("change", entry))
        newest = records.latest("history_date", "history_id")
        others = records.exclude(history_id=number).order_by("-history_date", "-history_id")
        asked = request.GET.get("with", "")
        other = (
            records.filter(history_id=int(asked)).first()
            if re.fullmatch("[0-9]{1,18}", asked)
            else None
        )
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("A version of %(entry)s") % {"entry": entry},
            "original": entry,
            "opts": self.opts,
            "record": record,
            "other": other or newest,
            "is_newest": record == newest,
            "others": others[:VERSIONS_OFFERED],
            "changes": comparison(record, other or newest, curator(request)),
            "may_change": self.has_change_permission(request, entry),
            "form": form,
        }
        return TemplateResponse(request, "admin/entry_version.html", context)

    def _is_brought_back(self, request: HttpRequest, entry: E, record: Any, form: StepForm) -> bool:
        """Whether the entry is again as it was, in all that this user can change of it."""
        if not self.has_change_permission(request, entry):
            raise PermissionDenied
        if not form.is_valid():
            return False
        fields = set(self.get_form(request, entry, change=True).base_fields)
        recorded = {field.name for field in record.tracked_fields} | choices_recorded(type(entry))
        try:
            with transaction.atomic():
                bring_back(
                    entry, record, sorted(fields & recorded - STAYING), form.cleaned_data["reason"]
                )
        except ValidationError as error:
            form.add_error(None, error.messages)
            return False
        day = date_format(localtime(record.history_date), "j F Y, H:i")
        messages.success(request, gettext("It is again as it was on %(day)s.") % {"day": day})
        return True

    @property
    def _site(self) -> "CurationSite":
        return cast("CurationSite", self.admin_site)

    def _missing(self, entry: E) -> list[Missing]:
        named = entry.missing(self.wanted).items()
        return [Missing(field, name, str(self.wanted[field])) for field, name in named]

    def notices(self, entry: E) -> list[str]:
        """What this kind of entry alone tells whoever changes it."""
        return []

    def desk_panels(self, request: HttpRequest) -> list[Panel]:
        """What this kind of entry alone puts on the desk."""
        return []

    def address(self, view: str, entry: Entry) -> str:
        """Where that view of the entry is."""
        return self.at(view, entry.pk)

    def at(self, view: str, *args: Any) -> str:
        """Where that view of the kind, or of one of its rows, is."""
        names = f"{self.opts.app_label}_{self.opts.model_name}_{view}"
        return reverse(f"{self.admin_site.name}:{names}", args=args)
