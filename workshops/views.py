"""The public pages of workshops, and of regions, which gather what all the apps know."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusterix.curation.changes import last_change
from clusterix.lib import htmx
from clusterix.lib.caching import for_everyone
from clusterix.lib.marks import mark
from initiatives.index.keeper import keeper
from initiatives.models import Initiative, Transfer
from initiatives.profile import Value
from people.linked_data import region_data
from people.models import Organisation, Region
from workshops import agenda, agenda_html, calendar, territory
from workshops.agenda import Programme
from workshops.agenda_html import Frame
from workshops.forms import ProgrammeSearch, WorkshopSearch, guids
from workshops.interchange import exporting, json_writer, xml_writer
from workshops.linked_data import session_data, workshop_data
from workshops.materials.serving import download
from workshops.models import Presentation, Series, Workshop
from workshops.remembered import remembered
from workshops.timetable import around, days, on_now, up_next
from workshops.versions.words import told

PAGE_SIZE = 20
MARK_SIZE = 128
MOST_IN_REGION = 60
"""So many of each kind stand on a region's page; one more shows that there are more."""

CALENDAR_LOOKS_BACK = timedelta(days=365)


@require_safe
@for_everyone
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
        "series": Series.objects.in_order(),
        "chosen": form.cleaned_data.get("series"),
    }
    return render(request, "workshops/list.html", context)


@require_safe
@for_everyone
@remembered
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
    programme = agenda.programme(workshop)
    sessions = programme.sessions
    search = ProgrammeSearch(request.GET, programme)
    context = {
        "workshop": workshop,
        "last_change": last_change(workshop),
        "mark": workshop_mark(workshop, programme),
        "search": search,
        "place": SafeString(agenda_html.PLACE),
        "on_now": on_now(sessions, at=now),
        "up_next": up_next(sessions, at=now),
        "is_over": workshop.is_over(at=now),
        "outcomes": workshop.told_outcomes(at=now.astimezone(workshop.zone).date()),
        "in_series": in_series(workshop),
        "linked_data": workshop_data(workshop, programme),
    }
    response = htmx.render(request, "workshops/detail.html", context, partial="answer")
    drawn = drawn_programme(workshop, programme, search)
    response.content = response.content.replace(agenda_html.PLACE.encode(), drawn)
    return response


def drawn_programme(workshop: Workshop, programme: Programme, search: ProgrammeSearch) -> bytes:
    """The sessions that are asked for as HTML; all of them where nothing is."""
    frame, told = Frame.of(workshop), agenda_html.news(workshop.latest_version)
    if search.is_asked:
        return agenda_html.by_days(search.found, frame, told).encode()
    return agenda_html.whole(programme, frame, told)


def in_series(workshop: Workshop) -> dict[str, Workshop | None]:
    """What comes before a workshop in its series, and what after; nothing where it has none."""
    if workshop.series is None:
        return {}
    others = Workshop.objects.filter(series=workshop.series, is_example=workshop.is_example)
    return {
        "earlier": others.earlier(workshop).first(),
        "later": others.later(workshop).first(),
    }


@require_safe
@for_everyone
def workshop_session(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A session's page; under a former address of its workshop it leads to the present one."""
    workshop = Workshop.objects.for_programme().filter(slug=slug).first()
    programme = agenda.programme(workshop) if workshop else None
    session = programme and programme.session(number)
    if not (workshop and programme and session):
        return redirect(get_object_or_404(renamed(slug).sessions, pk=number), permanent=True)
    before, after = around(session, days(programme.sessions, workshop.zone))
    presented = [row.initiative for row in Presentation.objects.shown_in(number)]
    context = {
        "session": session,
        "workshop": workshop,
        "mark": session_mark(workshop, programme, presented),
        "presented": presented,
        "before": before,
        "after": after,
        "linked_data": session_data(session, workshop),
    }
    return render(request, "workshops/session.html", context)


def session_mark(workshop: Workshop, programme: Programme, presented: Sequence[Initiative]) -> str:
    """The mark of what a session presents first, or else of its workshop."""
    if presented:
        return mark(presented[0].key, presented[0].mark_nodes(), size=MARK_SIZE)
    return workshop_mark(workshop, programme)


def workshop_mark(workshop: Workshop, programme: Programme) -> str:
    """The mark of a workshop with that programme."""
    return mark(workshop.key, workshop.nodes(programme.stood_for), size=MARK_SIZE)


@require_safe
@for_everyone
def workshop_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """A workshop for people's own calendars, or those of its sessions that they chose."""
    workshop = Workshop.objects.select_related("region").filter(slug=slug).first()
    if workshop is None:
        address = reverse("workshops:calendar", args=[renamed(slug).slug])
        return redirect(f"{address}?{request.GET.urlencode()}".rstrip("?"), permanent=True)
    sessions = workshop.sessions.in_order()
    if "session" in request.GET:
        chosen = sessions.filter(guid__in=guids(request.GET.getlist("session")))
        events = calendar.timed(workshop, chosen)
    else:
        events = calendar.programme(workshop, sessions)
    return calendar_file(calendar.calendar(events, workshop.title), f"{workshop.slug}.ics")


@require_safe
@for_everyone
def workshop_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """What became of a programme from version to version, the last first."""
    workshop = Workshop.objects.filter(slug=slug).first()
    if workshop is None:
        return redirect("workshops:changes", renamed(slug).slug, permanent=True)
    versions = Paginator(workshop.versions.for_pages(), PAGE_SIZE)
    page = versions.get_page(request.GET.get("page"))
    context = {"workshop": workshop, "page": page, "versions": told(page.object_list, workshop)}
    return render(request, "workshops/changes.html", context)


@require_safe
@for_everyone
def workshops_calendar(_request: HttpRequest) -> HttpResponse:
    """All workshops of the last year and to come, to subscribe to."""
    since = timezone.localdate() - CALENDAR_LOOKS_BACK
    workshops = (
        Workshop.objects.filter(is_example=False).upcoming(at=since).select_related("region")
    )
    events = [calendar.workshop_event(workshop) for workshop in workshops]
    return calendar_file(calendar.calendar(events, _("Clusterix workshops")), "clusterix.ics")


@require_safe
@for_everyone
def workshop_schedule_json(_request: HttpRequest, slug: str) -> HttpResponse:
    """A workshop's programme for other programs; a former address leads to the present one."""
    workshop = Workshop.objects.filter(slug=slug).first()
    if workshop is None:
        return redirect("workshops:schedule_json", renamed(slug).slug, permanent=True)
    content = json_writer.written(exporting.programme(workshop, workshop.sessions.for_files()))
    return HttpResponse(content, content_type="application/json")


@require_safe
@for_everyone
def workshop_schedule_xml(_request: HttpRequest, slug: str) -> HttpResponse:
    """The same as XML."""
    workshop = Workshop.objects.filter(slug=slug).first()
    if workshop is None:
        return redirect("workshops:schedule_xml", renamed(slug).slug, permanent=True)
    content = xml_writer.written(exporting.programme(workshop, workshop.sessions.for_files()))
    return HttpResponse(content, content_type="application/xml; charset=utf-8")


@require_safe
@for_everyone
def workshop_material(request: HttpRequest, slug: str, reference: UUID) -> HttpResponseBase:
    """A file from a workshop; a former address leads to the present one."""
    workshop = Workshop.objects.filter(slug=slug).first()
    if workshop is None:
        return redirect("workshops:material", renamed(slug).slug, reference, permanent=True)
    return download(request, get_object_or_404(workshop.materials.files(), reference=reference))


def calendar_file(content: bytes, name: str) -> HttpResponse:
    """An iCalendar file to keep under that name."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
@for_everyone
def region_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What is known in a region and in those that lie in it."""
    region = get_object_or_404(Region.objects.select_related("successor"), pk=code.upper())
    if region.code != code:
        return redirect(region, permanent=True)
    catalogue = keeper.current()
    counts = territory.counts(catalogue)
    around = list(Region.objects.containing(region.code).exclude(pk=region.pk))
    parts = region.children.current().in_order()
    context = {
        "crumbs": [Value(_("Regions"), reverse("regions:list"))],
        "region": region,
        "countries": [region.country],
        "picture": territory.picture(region, counts),
        "around": around,
        "parts": [(part, counts.get(part.code, 0)) for part in parts],
        "predecessors": region.predecessors.in_order(),
        "themes": territory.themes(catalogue, region.code, counts),
        **known_in(region.code),
        "most": MOST_IN_REGION,
        "today": timezone.localdate(),
        "linked_data": region_data(region, around),
    }
    return render(request, "regions/detail.html", context)


def known_in(code: str) -> dict[str, Any]:
    """The first entries of each kind in a region, and how many there are."""
    few = slice(MOST_IN_REGION + 1)
    initiatives = Initiative.objects.within(code)
    organisations = Organisation.objects.within(code)
    workshops = Workshop.objects.within(code)
    transfers = Transfer.objects.public()
    return {
        "initiatives": initiatives.for_cards().by_title()[few],
        "initiatives_count": initiatives.count(),
        "organisations": organisations.for_cards().by_name()[few],
        "organisations_count": organisations.count(),
        "workshops": workshops.for_cards().order_by("-starts_on", "-pk")[few],
        "workshops_count": workshops.count(),
        "transfers": transfers.within(code).with_origins().latest_first()[few],
        "given": transfers.out_of(code).latest_first()[few],
    }


@require_safe
@for_everyone
def region_list(request: HttpRequest) -> HttpResponse:
    """The countries of the classification with the regions of which most is known."""
    found = territory.countries(keeper.current())
    context = {
        "known": [country for country in found if country.count],
        "others": [country for country in found if not country.count],
    }
    return render(request, "regions/list.html", context)
