"""The public pages of workshops, and of regions, which gather what all the apps know."""

from datetime import timedelta

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from initiatives.models import Initiative, Transfer
from people.models import Organisation, Region
from workshops import calendar
from workshops.forms import WorkshopSearch
from workshops.linked_data import workshop_data
from workshops.models import Workshop
from workshops.timetable import days

PAGE_SIZE = 20
MOST_IN_REGION = 60
"""So many of each kind stand on a region's page; one more shows that there are more."""

CALENDAR_LOOKS_BACK = timedelta(days=365)


@require_safe
def workshop_list(request: HttpRequest) -> HttpResponse:
    """What is coming up, the next first, then what has been, the last first."""
    today = timezone.localdate()
    form = WorkshopSearch(request.GET)
    workshops = form.apply(Workshop.objects.for_cards())
    past = Paginator(workshops.past(at=today), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "upcoming": workshops.upcoming(at=today) if past.number == 1 else [],
        "past": past,
    }
    return render(request, "workshops/list.html", context)


@require_safe
def workshop_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A workshop's page; a former address leads to the present one."""
    workshop = Workshop.objects.for_page().filter(slug=slug).first()
    return workshop_page(request, workshop) if workshop else redirect(renamed(slug), permanent=True)


def renamed(slug: str) -> Workshop:
    """The public workshop whose address was that slug before; else the page is not found."""
    return get_object_or_404(Workshop.objects.once_called(slug)[:1])


def workshop_page(request: HttpRequest, workshop: Workshop) -> HttpResponse:
    """The page of a workshop that `for_page()` loaded: before, during and after it."""
    now = timezone.now()
    context = {
        "workshop": workshop,
        "days": days(workshop.sessions.all(), workshop.zone),
        "on_now": [session for session in workshop.sessions.all() if session.is_on(at=now)],
        "is_over": workshop.is_over(at=now),
        "linked_data": workshop_data(workshop),
    }
    return render(request, "workshops/detail.html", context)


@require_safe
def workshop_calendar(_request: HttpRequest, slug: str) -> HttpResponse:
    """A workshop for people's own calendars; a former address leads to the present one."""
    workshop = Workshop.objects.select_related("region").filter(slug=slug).first()
    if workshop is None:
        return redirect("workshops:calendar", renamed(slug).slug, permanent=True)
    events = calendar.programme(workshop, workshop.sessions.in_order())
    return calendar_file(calendar.calendar(events, workshop.title), f"{workshop.slug}.ics")


@require_safe
def workshops_calendar(_request: HttpRequest) -> HttpResponse:
    """All workshops of the last year and to come, to subscribe to."""
    since = timezone.localdate() - CALENDAR_LOOKS_BACK
    workshops = (
        Workshop.objects.filter(is_example=False).upcoming(at=since).select_related("region")
    )
    events = [calendar.workshop_event(workshop) for workshop in workshops]
    return calendar_file(calendar.calendar(events, _("Clusterix workshops")), "clusterix.ics")


def calendar_file(content: bytes, name: str) -> HttpResponse:
    """An iCalendar file to keep under that name."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def region_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What is known in a region and in those that lie in it."""
    region = get_object_or_404(Region.objects.select_related("successor"), pk=code.upper())
    if region.code != code:
        return redirect(region, permanent=True)
    few = slice(MOST_IN_REGION + 1)
    workshops = Workshop.objects.within(region.code).for_cards()
    context = {
        "region": region,
        "countries": [region.country],
        "around": Region.objects.containing(region.code).exclude(pk=region.pk),
        "parts": region.children.current().in_order(),
        "predecessors": region.predecessors.in_order(),
        "initiatives": Initiative.objects.within(region.code).for_cards().by_title()[few],
        "organisations": Organisation.objects.within(region.code).for_cards().by_name()[few],
        "workshops": workshops.order_by("-starts_on", "-pk")[few],
        "transfers": Transfer.objects.public().within(region.code).latest_first()[few],
        "most": MOST_IN_REGION,
        "today": timezone.localdate(),
    }
    return render(request, "regions/detail.html", context)
