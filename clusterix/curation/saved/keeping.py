"""Keeping a list as it is narrowed down, finding it again, and forgetting it."""

from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from clusterix.curation.models import User
from clusterix.curation.saved.forms import SavedFilterForm
from clusterix.curation.saved.models import SavedFilter
from clusterix.curation.scoped import curator

MOST = 30
"""So many filters of one list somebody keeps."""

FREE = {"q", "o"}
"""What may be asked of any list: words, and an order."""


class ListAdmin(Protocol):
    """The admin of a kind of entry, as far as it is needed here."""

    @property
    def opts(self) -> Any:
        """What Django knows of the kind."""

    def lookup_allowed(self, lookup: str, value: str) -> bool:
        """Whether the list may be narrowed down so."""

    def at(self, view: str, *args: Any) -> str:
        """Where that view of the kind is."""


@dataclass(frozen=True)
class Kept:
    """A saved filter beside a list, and whether the list is narrowed down to just that."""

    filter: SavedFilter
    is_here: bool
    forget_url: str


def understood(admin: ListAdmin, asked: QueryDict) -> str:
    """What of a query the list goes by, always in the same order; no page of it."""
    return urlencode(
        sorted(
            (name, value)
            for name, values in asked.lists()
            for value in values
            if value and (name in FREE or admin.lookup_allowed(name, value))
        )
    )


def saved_filters(admin: ListAdmin, request: HttpRequest) -> dict[str, Any]:
    """What a list says of filters: those that the user keeps, and how to keep this one."""
    here = understood(admin, request.GET)
    kept = [
        Kept(one, one.query == here, admin.at("forget", one.pk))
        for one in _of(curator(request), admin).order_by("name", "pk")
    ]
    is_new = here and not any(one.is_here for one in kept)
    return {
        "saved_filters": kept,
        "save_filter_form": SavedFilterForm(initial={"query": here}) if is_new else None,
        "save_filter_url": admin.at("save"),
    }


def save_filter(admin: ListAdmin, request: HttpRequest) -> HttpResponse:
    """Keep a filter under its name, in place of one that was called so."""
    form = SavedFilterForm(request.POST)
    query = understood(admin, QueryDict(request.POST.get("query", "")))
    if form.is_valid() and query:
        _keep(admin, request, form.cleaned_data["name"], query)
    else:
        messages.error(request, gettext("Narrow the list down and give that a name."))
    return redirect(f"{admin.at('changelist')}?{query}".rstrip("?"))


def forget_filter(admin: ListAdmin, request: HttpRequest, number: int) -> HttpResponse:
    """Do not keep a filter any longer."""
    kept = get_object_or_404(_of(curator(request), admin), pk=number)
    kept.delete()
    messages.success(request, gettext("“%(name)s” is forgotten.") % {"name": kept.name})
    return redirect(f"{admin.at('changelist')}?{kept.query}")


@transaction.atomic
def _keep(admin: ListAdmin, request: HttpRequest, name: str, query: str) -> None:
    user = User.objects.select_for_update(no_key=True).get(pk=curator(request).pk)
    kept = _of(user, admin)
    if not kept.filter(name=name).exists() and kept.count() >= MOST:
        told = gettext("%(most)d filters of a list are kept at most: forget one first.")
        messages.error(request, told % {"most": MOST})
        return
    SavedFilter.objects.update_or_create(
        user=user, kind=admin.opts.label_lower, name=name, defaults={"query": query}
    )
    messages.success(request, gettext("Kept as “%(name)s”.") % {"name": name})


def _of(user: User, admin: ListAdmin) -> Any:
    return SavedFilter.objects.filter(user=user, kind=admin.opts.label_lower)
