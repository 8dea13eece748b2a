"""The admin of partners, and the base classes that decide who may do what in all other admins.

Partners have no model permissions: everything follows from their memberships.
"""

from abc import abstractmethod
from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import PermissionDenied
from django.db import models, router, transaction
from django.db.models import Q, QuerySet
from django.forms import (
    CheckboxSelectMultiple,
    Field,
    ModelChoiceField,
    ModelMultipleChoiceField,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clusterix.curation.desk import Panel
from clusterix.curation.forms import (
    REASON_LENGTH,
    EntryForm,
    LinkForm,
    LinkSelect,
    LinksSelect,
    MoveForm,
    PartForm,
    TermForm,
)
from clusterix.curation.history import choices_recorded, unrecorded, versions
from clusterix.curation.models import Entry, Membership, Partner, User, entry_kind

M = TypeVar("M", bound=models.Model)
E = TypeVar("E", bound=Entry)

VERSIONS_A_PAGE = 20
MOST_ROWS = 250
VERBS = {
    "submit": _("Submit for review"),
    "send_back": _("Send back to draft"),
    "publish": _("Publish"),
    "archive": _("Archive"),
}


def curator(request: HttpRequest) -> User:
    """The user, who is a curator or the site would not have let the request in."""
    return cast("User", request.user)


def links_to_entries(
    model: type[models.Model],
) -> "list[tuple[models.ForeignKey[Any, Any], type[Entry]]]":
    """The foreign keys of a model that lead to an entry, with the kind of entry."""
    links = (field for field in model._meta.get_fields() if isinstance(field, models.ForeignKey))
    return [(link, kind) for link in links if (kind := entry_kind(link))]


class LinkChoices(admin.options.BaseModelAdmin[M]):
    """What users may choose in forms: what they may see, and what everyone may see."""

    formfield_overrides: ClassVar[Any] = {models.URLField: {"assume_scheme": "https"}}

    def offered(
        self, request: HttpRequest, link: "models.ForeignKey[Any, Any]", kind: type[Entry]
    ) -> QuerySet[Any]:
        """The entries of that kind that the link may lead to."""
        return curator(request).linkable_entries(kind)

    def formfield_for_foreignkey(
        self, db_field: "models.ForeignKey[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offers entries by the user's rights, partners by membership; all else to everyone."""
        kind = entry_kind(db_field)
        if kind:
            kwargs["queryset"] = self.offered(request, db_field, kind)
        if db_field.related_model is Partner:
            partners = curator(request).own_partners()
            kwargs |= {"queryset": partners, "initial": partners.first(), "empty_label": None}
        if db_field.name in self.autocomplete_fields:
            kwargs["widget"] = LinkSelect(db_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: "models.ManyToManyField[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> ModelMultipleChoiceField[Any] | None:
        """Long lists are searched, others shown whole."""
        searched = db_field.name in self.autocomplete_fields
        chosen_by = LinksSelect(db_field, self.admin_site) if searched else CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, widget=chosen_by, **kwargs)

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> Field | None:
        """Beside a choice, only adding is offered: the chosen row may be another partner's."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget.can_change_related = False
            field.widget.can_delete_related = False
            field.widget.can_view_related = False
        return field


class ScopedAdmin(LinkChoices[M], admin.ModelAdmin[M]):
    """An admin of entries or their parts: rights follow from the entry that is concerned."""

    actions = None
    list_per_page = 50
    save_as = False

    @abstractmethod
    def entry_of(self, row: Any) -> Entry:
        """The entry whose partner decides about the row."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Every curator works with entries."""
        return curator(request).is_curator

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Every curator may begin a draft."""
        return curator(request).is_curator

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the partner's members see an entry here."""
        user = curator(request)
        return user.is_curator if obj is None else user.can_see(self.entry_of(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Members change drafts; the rest is for those who may publish."""
        user = curator(request)
        return user.is_curator if obj is None else user.can_change(self.entry_of(obj))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, called what it lists."""
        titled = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, titled)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Query strings may ask what the filters beside the list ask, and nothing else."""
        filters: tuple[Any, ...] = tuple(self.list_filter)
        names = [item if isinstance(item, str) else item[0] for item in filters]
        endings = ("__exact", "__id__exact", "__isnull")
        return lookup in {f"{name}{ending}" for name in names for ending in endings}

    # The entry's history has what Django would log beside it; nothing reads what these answer.

    def log_addition(self, *_what: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def log_change(self, *_what: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def log_deletions(self, *_what: Any) -> None:  # type: ignore[override]
        """Nothing."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Names what is deleted, and only counts what hangs on it: that may be others' work."""
        _names, counts, _lacking, protected = super().get_deleted_objects(objs, request)
        hindrance = ngettext(
            "%(count)s other record refers to it.",
            "%(count)s other records refer to it.",
            len(protected),
        ) % {"count": len(protected)}
        return [str(row) for row in objs], counts, set(), [hindrance] if protected else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The admin's own, without links to what the user may not see, and then the reason."""
        withheld = self._withheld(request, obj)
        sets = [
            (name, {**options, "fields": [f for f in options["fields"] if f not in withheld]})
            for name, options in super().get_fieldsets(request, obj)
        ]
        if obj is None or self.has_change_permission(request, obj):
            sets.append((_("This change"), {"fields": ["reason", "version"]}))
        return sets

    def _withheld(self, request: HttpRequest, obj: Any) -> set[str]:
        """Links of the row to entries that the user may not see."""
        user = curator(request)
        return {
            link.name
            for link, kind in links_to_entries(self.model)
            if obj is not None
            and (pk := getattr(obj, link.attname))
            and not user.linkable_entries(kind).filter(pk=pk).exists()
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
        return curator(request).linkable_entries(self.model)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> E | None:
        """The entry, held while a form is saved so that two forms follow one another."""
        found = super().get_object(request, object_id, from_field)
        if found is None or request.method != "POST":
            return found
        return self.get_queryset(request).select_for_update().filter(pk=found.pk).first()

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
        user = curator(request)
        is_its_own = link.name == self._link
        return user.changeable_entries(kind) if is_its_own else user.linkable_entries(kind)

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
        held: Entry = type(entry).unscoped.select_for_update().get(pk=entry.pk)
        return held

    def _record(self, entry: Entry, reason: str) -> None:
        self._hold(entry).because(reason).save()


class RowsInline(admin.TabularInline[M, models.Model]):
    """Rows inside the form of what they belong to, as many as one reads on a page."""

    form: Any = LinkForm
    extra = 0
    max_num = MOST_ROWS

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """Bounds the rows that a request may ask for, too."""
        return super().get_formset(request, obj, absolute_max=MOST_ROWS, **kwargs)


class PartInline(LinkChoices[M], RowsInline[M]):
    """Rows of an entry inside its form; rights are those of the entry."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[M]:
        """Without rows that lead to an entry the user may not see: they stay as they are."""
        rows = super().get_queryset(request)
        if self.autocomplete_fields:
            rows = rows.select_related(*self.autocomplete_fields)
        for link, kind in links_to_entries(self.model):
            linkable = curator(request).linkable_entries(kind)
            rows = rows.filter(Q(**{link.name: None}) | Q(**{f"{link.name}__in": linkable}))
        return rows

    @property
    def _parent_admin(self) -> Any:
        return self.admin_site.get_model_admin(self.parent_model)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the entry sees its rows."""
        may: bool = self._parent_admin.has_view_permission(request, obj)
        return may

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change the entry may change its rows."""
        may: bool = self._parent_admin.has_change_permission(request, obj)
        return may

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change the entry may add to it."""
        return self.has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may change the entry may take rows out of it."""
        return self.has_change_permission(request, obj)


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


class SecretariatAdmin(admin.ModelAdmin[M]):
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

    fields = ("name", "slug", "is_programme")
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
        """A new account has no password until its owner sets one."""
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
