"""The public pages of people and organisations."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from clusterix.curation.changes import last_change
from clusterix.lib import htmx
from clusterix.lib.caching import for_everyone
from people.facets import chips, facets, suggestions
from people.forms import DirectorySearch, OrganisationSearch, PersonSearch
from people.linked_data import organisation_data, person_data
from people.models import Organisation, Person, Region
from people.roles import career, countries

PAGE_SIZE = 24


@require_safe
@for_everyone
def person_list(request: HttpRequest) -> HttpResponse:
    """Everyone who has a page, by family name or by how well they match."""
    people = Person.objects.listed()
    return directory(request, "people/list.html", PersonSearch(request.GET), people)


@require_safe
@for_everyone
def person_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """A person's page; a former address leads to the present one."""
    people = Person.objects.listed()
    person = people.for_page().filter(slug=slug).first()
    if person is None:
        return redirect(get_object_or_404(people.once_called(slug)[:1]), permanent=True)
    return person_page(request, person)


def person_page(request: HttpRequest, person: Person) -> HttpResponse:
    """The page of a person whom `for_page()` loaded."""
    affiliations = person.public_affiliations
    context = {
        "person": person,
        "last_change": last_change(person),
        "career": career(affiliations, timezone.localdate()),
        "countries": countries(affiliations),
        "contributions": person.contributions.public().latest_first().for_lists(),
        "linked_data": person_data(person, affiliations),
    }
    return render(request, "people/detail.html", context)


@require_safe
@for_everyone
def organisation_list(request: HttpRequest) -> HttpResponse:
    """All organisations, by name or by how well they match."""
    organisations = Organisation.objects.all()
    form = OrganisationSearch(request.GET)
    return directory(request, "organisations/list.html", form, organisations)


def directory(
    request: HttpRequest, template: str, form: DirectorySearch, entries: Any
) -> HttpResponse:
    """A directory narrowed down by what was asked, with what else can be asked of it."""
    found = form.apply(entries.for_cards().by_name())
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "facets": facets(form, entries),
        "chips": chips(form, request.GET),
        "suggestions": [] if page.paginator.count else suggestions(form, entries, request.GET),
    }
    return htmx.render(request, template, context, partial="answer")


@require_safe
@for_everyone
def organisation_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """An organisation's page; a former address leads to the present one."""
    organisations = Organisation.objects.all()
    organisation = organisations.for_page().filter(slug=slug).first()
    if organisation is None:
        return redirect(get_object_or_404(organisations.once_called(slug)[:1]), permanent=True)
    return organisation_page(request, organisation)


def organisation_page(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The page of an organisation that `for_page()` loaded, with all that is known through it."""
    affiliations = organisation.affiliations.public().latest_first().select_related("person")
    today = timezone.localdate()
    context = {
        "organisation": organisation,
        "last_change": last_change(organisation),
        "countries": sorted({row.country for row in Region.objects.reached_by(organisation)}),
        "predecessors": organisation.predecessors.by_name(),
        "involvements": organisation.involvements.public().by_role(),
        "people_now": [role for role in affiliations if not role.is_over(at=today)],
        "people_then": [role for role in affiliations if role.is_over(at=today)],
        "hosted": organisation.hosted_workshops.for_cards().order_by("-starts_on", "-pk"),
        "contributions": organisation.contributions.public().latest_first().for_lists(),
        "transfers": organisation.transfers.public().latest_first(),
        "outcomes": organisation.outcomes.public().for_page().told(today),
        "linked_data": organisation_data(organisation),
        "today": today,
    }
    return render(request, "organisations/detail.html", context)
