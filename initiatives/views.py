"""The public pages of the catalogue."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from clusterix.lib import htmx
from initiatives.chosen import chips, suggestions, without
from initiatives.facets import facets
from initiatives.filters import DayForm, InitiativeFilter
from initiatives.linked_data import initiative_data
from initiatives.models import Initiative
from initiatives.profile import Value, countries, facts, story

PAGE_SIZE = 20


@require_safe
def initiative_list(request: HttpRequest) -> HttpResponse:
    """The catalogue, narrowed down by what was asked, as it stood on a day."""
    asked = InitiativeFilter(request.GET, Initiative.objects.all())
    page = Paginator(asked.qs.for_cards(), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "page": page,
        "rows": [(row, row.status(asked.day), row.period(asked.day)) for row in page],
        "total": Initiative.objects.count(),
        "chips": chips(asked, request.GET),
        "facets": facets(asked),
        "suggestions": [] if page.object_list else suggestions(asked, request.GET),
        "as_table": request.GET.get("view") == "table",
    }
    response = htmx.render(request, "initiatives/list.html", context, partial="answer")
    address = request.path + without(request.GET, "page").removesuffix("?")
    response["HX-Push-Url"] = "false" if address == shown_address(request) else address
    return response


def shown_address(request: HttpRequest) -> str | None:
    """Where the reader is when htmx asks for a part: no second step back for the same answer."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details.current_url_abs_path


@require_safe
def initiative_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An initiative's page; a former address leads to the present one."""
    initiative = Initiative.objects.for_page().filter(slug=slug).first()
    if initiative is None:
        moved = get_object_or_404(Initiative.objects.once_called(slug)[:1])
        return redirect(moved, permanent=True)
    return initiative_page(request, initiative)


def initiative_page(request: HttpRequest, initiative: Initiative) -> HttpResponse:
    """The page of an initiative that `for_page()` loaded, as it stood today or on another day."""
    form = DayForm(request.GET)
    today = timezone.localdate()
    day = form.day or today
    context = {
        "initiative": initiative,
        "crumbs": [Value(_("Initiatives"), reverse("initiatives:list"))],
        "form": form,
        "day": day,
        "is_today": day == today,
        "status": initiative.status(day),
        "period": initiative.period(day),
        "facts": facts(initiative),
        "countries": countries(initiative),
        "story": story(initiative),
        "canonical": settings.SITE_URL + initiative.get_absolute_url(),
        "linked_data": initiative_data(initiative),
    }
    return render(request, "initiatives/detail.html", context)
