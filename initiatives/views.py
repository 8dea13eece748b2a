"""The public pages of the catalogue."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.middleware import HtmxDetails

from clusterix.lib import htmx
from clusterix.lib.caching import for_everyone
from clusterix.lib.chosen import without
from initiatives import citation, compare, looks
from initiatives.addresses import asking
from initiatives.chosen import chips, ways_out
from initiatives.facets import facets, found
from initiatives.filters import FACETS, DayForm, InitiativeFilter
from initiatives.linked_data import initiative_data
from initiatives.models import Initiative
from initiatives.profile import Value, countries, facts
from initiatives.remembered import remembered
from initiatives.selection import Selection
from initiatives.story import story

LONGEST_NAME = 100


@require_safe
@for_everyone
@remembered
def initiative_list(request: HttpRequest) -> HttpResponse:
    """The catalogue, narrowed down by what was asked, as it stood on a day."""
    asked = InitiativeFilter(request.GET, Initiative.objects.all())
    selection = Selection(asked)
    look = looks.chosen(request.GET)
    page = Paginator(selection.ids, look.page_size).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "page": page,
        "look": look,
        "looks": looks.LOOKS,
        **look.show(request.GET, selection, list(page)),
        "total": selection.total,
        "chips": chips(asked, request.GET),
        "facets": facets(asked, request.GET),
        **({} if len(selection) else ways_out(asked, request.GET)),
    }
    response = htmx.render(request, "initiatives/list.html", context, partial="answer")
    address = request.path + without(request.GET, "page").removesuffix("?")
    response["HX-Push-Url"] = "false" if address == shown_address(request) else address
    return response


@require_safe
@for_everyone
def initiative_choices(request: HttpRequest, facet: str) -> HttpResponse:
    """The choices of a facet, to be searched by name: a page of links, or the facet's own list."""
    if facet not in FACETS:
        raise Http404(facet)
    asked = InitiativeFilter(request.GET, Initiative.objects.all())
    words = request.GET.get("find", "").strip()[:LONGEST_NAME]
    others = request.GET.copy()
    others.pop("find", None)
    context = {
        "crumbs": [Value(_("Initiatives"), reverse("initiatives:list") + asking(others))],
        "facet": found(asked, facet, words, others),
        "find": words,
        "kept": [(name, value) for name, values in others.lists() for value in values],
    }
    return htmx.render(request, "initiatives/choices.html", context, partial="choices")


def shown_address(request: HttpRequest) -> str | None:
    """Where the reader is when htmx asks for a part: no second step back for the same answer."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return details.current_url_abs_path


@require_safe
@for_everyone
def initiative_compare(request: HttpRequest) -> HttpResponse:
    """A few initiatives side by side, as they stood today or on another day."""
    form = DayForm(request.GET)
    today = timezone.localdate()
    day = form.day or today
    comparison = compare.comparison(request.GET)
    only_differences = compare.only_differences(request.GET)
    rows = comparison.initiatives
    context = {
        "crumbs": [Value(_("Initiatives"), reverse("initiatives:list"))],
        "form": form,
        "day": day,
        "is_today": day == today,
        "comparison": comparison,
        "compared": compare.compared(rows, request.GET),
        "only_differences": only_differences,
        "switched": compare.switched(request.GET),
        "groups": compare.groups(rows, day, only_differences=only_differences)
        if comparison.is_possible
        else [],
    }
    return render(request, "initiatives/compare.html", context)


@require_safe
@for_everyone
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
        "story": story(initiative, day),
        "citation": citation.apa(citation.of(initiative, today)),
        "canonical": settings.SITE_URL + initiative.get_absolute_url(),
        "linked_data": initiative_data(initiative),
    }
    return render(request, "initiatives/detail.html", context)


@require_safe
@for_everyone
def initiative_citation(request: HttpRequest, slug: str, manner: str) -> HttpResponse:
    """The reference to an initiative's page as a file; a former address leads to the present."""
    initiative = Initiative.objects.for_marks().filter(slug=slug).first()
    if initiative is None:
        moved = get_object_or_404(Initiative.objects.once_called(slug)[:1])
        return redirect(f"initiatives:cite_{manner}", moved.slug, permanent=True)
    written = citation.MANNERS[manner]
    response = HttpResponse(
        written.write(citation.of(initiative, timezone.localdate())),
        content_type=f"{written.content_type}; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{initiative.slug}.{manner}"'
    return response
