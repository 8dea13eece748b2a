"""What every admin of entries or their parts goes by: rights follow from memberships.

Partners have no model permissions. Whoever adds an admin starts from a class of this module, of
`entries` or of `admin`; a test holds them to it.
"""

from abc import abstractmethod
from typing import Any, ClassVar, TypeVar, cast

from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import IntegrityError, models
from django.db.models import Q, QuerySet
from django.forms import (
    CheckboxSelectMultiple,
    Field,
    ModelChoiceField,
    ModelMultipleChoiceField,
)
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clusterix.curation.forms import (
    LinkForm,
    LinkSelect,
    LinksSelect,
)
from clusterix.curation.models import Entry, Partner, User, entry_kind

M = TypeVar("M", bound=models.Model)

MOST_ROWS = 250


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
        return curator(request).linkable_entries(kind).choosable()

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


class CurationAdmin(admin.ModelAdmin[M]):
    """What every admin of ours does alike, whoever comes in."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """The list, called what it lists."""
        titled = {"title": capfirst(self.opts.verbose_name_plural), **(extra_context or {})}
        return super().changelist_view(request, titled)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        """The form; who loses a race for an address, say, is told so at the field.

        Read once more, the form sees what the other saved meanwhile, and keeps what was typed.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            return super().changeform_view(request, object_id, form_url, extra_context)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Query strings may ask what the filters beside the list ask, and nothing else."""
        filters: tuple[Any, ...] = tuple(self.list_filter)
        names = [item if isinstance(item, str) else item[0] for item in filters]
        endings = ("__exact", "__id__exact", "__isnull")
        return lookup in {f"{name}{ending}" for name in names for ending in endings}


class ScopedAdmin(LinkChoices[M], CurationAdmin[M]):
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
        """Who works for a partner may begin a draft."""
        return curator(request).may_begin

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the partner's members and its organisers see an entry here."""
        user = curator(request)
        return user.is_curator if obj is None else user.can_see(self.entry_of(obj))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Members change drafts; the rest is for those who may publish."""
        user = curator(request)
        return user.is_curator if obj is None else user.can_change(self.entry_of(obj))

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

    is_proposable: ClassVar[bool] = True
    """Its rows are values alone, so that a change to them can wait beside what is live."""

    parent_admin: ClassVar[Any] = None
    """The admin whose form it stands in, where that is not the registered one."""

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
        return self.parent_admin or self.admin_site.get_model_admin(self.parent_model)

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
