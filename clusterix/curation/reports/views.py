"""Where readers report an error in an entry."""

from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from clusterix.curation.models import Entry
from clusterix.curation.reports.forms import ReportForm
from clusterix.curation.reports.handling import receive
from clusterix.lib import limits

FROM_A_CLIENT = {"most": 30, "seconds": 3_600}
"""An office may share one address."""
FROM_AN_ADDRESS = {"most": 5, "seconds": 86_400}
ON_AN_ENTRY = {"most": 20, "seconds": 3_600}
"""Each report writes to all who curate the entry."""

WAIT = 3_600
"""How many seconds to wait before reporting again."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, slug: str, kind: type[Entry]) -> HttpResponse:
    """The form for an entry that has a page; a former address leads to the present one."""
    entry = kind.objects.with_pages().filter(slug=slug).first()
    if entry is None:
        moved = get_object_or_404(kind.objects.with_pages().once_called(slug)[:1])
        return redirect(address(moved), permanent=True)
    if request.method == "POST":
        return submitted(request, entry)
    part = request.GET.get("part", "")
    return form_page(request, entry, ReportForm(entry=entry, initial={"part": part}))


def submitted(request: HttpRequest, entry: Entry) -> HttpResponse:
    """The answer to a filled-in form; the same one sent twice is one report."""
    form = ReportForm(request.POST, entry=entry)
    if not form.is_valid():
        return form_page(request, entry, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not may_send(request, entry, form.cleaned_data["email"]):
        form.add_error(None, _("That was many reports. What you wrote is kept: send it later."))
        response = form_page(request, entry, form, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = str(WAIT)
        return response
    if not receive(entry, form.told(), timezone.now()):
        form.renew()
        form.add_error(None, _("This form was sent before. Send it again to report this as well."))
        return form_page(request, entry, form, HTTPStatus.CONFLICT)
    location = address(entry, "_thanks")
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": location})


def may_send(request: HttpRequest, entry: Entry, email: str) -> bool:
    """Whether there are not too many reports from there, for that reader or on that entry."""
    on_entry = f"{entry._meta.label} {entry.pk}"
    return (
        limits.is_within(request, "report", **FROM_A_CLIENT)
        and limits.is_within_for(on_entry, "report on entry", **ON_AN_ENTRY)
        and (not email or limits.is_within_for(email.lower(), "report by", **FROM_AN_ADDRESS))
    )


def form_page(
    request: HttpRequest, entry: Entry, form: ReportForm, status: HTTPStatus = HTTPStatus.OK
) -> HttpResponse:
    """The form, with what was typed and what is wrong with it."""
    return render(request, "reports/report.html", {"entry": entry, "form": form}, status=status)


@never_cache
@require_safe
def thanks(request: HttpRequest, slug: str, kind: type[Entry]) -> HttpResponse:
    """The report is kept; it says the same to everyone."""
    entry = get_object_or_404(kind.objects.with_pages(), slug=slug)
    return render(request, "reports/thanks.html", {"entry": entry})


def address(entry: Any, page: str = "") -> str:
    """Where an error in that entry is reported."""
    return reverse(f"reports:{entry._meta.model_name}{page}", args=[entry.slug])
