"""Telling curators, while they type, which entries have a like name already."""

import re
from typing import Any, Protocol

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from clusterix.curation.desk import Line
from clusterix.curation.models import Entry, EntryQuerySet
from clusterix.curation.resembling import resembling
from clusterix.curation.scoped import curator


class AlikeAdmin(Protocol):
    """The admin of a kind of entry, as far as it is needed here."""

    def choices(self, request: HttpRequest) -> Any:
        """What the user may know of: the entries that the user sees, and all that are public."""

    def address(self, view: str, entry: Entry) -> str:
        """Where that view of the entry is."""


def alike_page(admin: AlikeAdmin, request: HttpRequest) -> HttpResponse:
    """The entries with a name like `?name=`, but for the one that it is typed `?of=`."""
    if not curator(request).may_begin:
        raise PermissionDenied
    others: EntryQuerySet[Any] = admin.choices(request)
    key = request.GET.get("of", "")
    if re.fullmatch("[0-9]{1,18}", key):
        others = others.exclude(pk=int(key))
    found = lines(admin, request, others, request.GET.get("name", ""))
    return TemplateResponse(request, "admin/_alike.html", {"alike": found})


def warn_of_alike(admin: AlikeAdmin, request: HttpRequest, entry: Entry) -> None:
    """Says of a new entry which ones of a like name there are."""
    typed = " ".join(str(getattr(entry, name)) for name in entry.named_by)
    found = lines(admin, request, admin.choices(request).exclude(pk=entry.pk), typed)
    if found:
        names = format_html_join(", ", "{}", ((linked(line),) for line in found))
        told = gettext("Perhaps it was here already, look: {}.")
        messages.warning(request, format_html(told, names))


def lines(
    admin: AlikeAdmin, request: HttpRequest, others: EntryQuerySet[Any], typed: str
) -> list[Line]:
    """Those of the entries with a name like what was typed."""
    user = curator(request)
    return [
        Line(
            str(entry),
            admin.address("change", entry) if user.can_see(entry) else public_address(entry),
            str(entry.owner),
            entry.get_state_display(),
        )
        for entry in resembling(others, typed)
    ]


def linked(line: Line) -> str:
    """Its name, leading to it where that is open to whoever reads this."""
    return format_html('<a href="{}">{}</a>', line.url, line.label) if line.url else line.label


def public_address(entry: Any) -> str:
    """Where everyone reads the entry; empty where nobody does."""
    return entry.get_absolute_url() if entry.has_page else ""
