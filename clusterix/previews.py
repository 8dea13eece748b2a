"""An entry's public page before it is public, for those who curate it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from clusterix.curation.models import Entry
from clusterix.curation.scoped import curator
from clusterix.lib.markdown import render
from initiatives.models import Initiative
from initiatives.views import initiative_page
from people.models import Organisation, Person
from people.views import organisation_page, person_page
from workshops.models import Workshop
from workshops.reviews.models import PeerReview
from workshops.reviews.views import review_page
from workshops.views import workshop_page

Page = Callable[[HttpRequest, Any], HttpResponse]

LONGEST_TEXT = 50_000
"""As long as a report of a workshop may be."""

PAGES: dict[type[Entry], Page] = {
    Initiative: initiative_page,
    Organisation: organisation_page,
    Person: person_page,
    Workshop: workshop_page,
    PeerReview: review_page,
}


@require_safe
def preview(request: HttpRequest, app_label: str, model_name: str, pk: int) -> HttpResponse:
    """The page as everyone would see it, if the entry were published as it is."""
    kind = kind_called(app_label, model_name)
    entries = curator(request).visible_entries(kind).choosable().select_related("owner")
    entry = get_object_or_404(entries, pk=pk)
    told = gettext("A preview for %(partner)s. State of the entry: %(state)s.")
    messages.info(request, told % {"partner": entry.owner, "state": entry.get_state_display()})
    with as_if_published(entry) as published:
        response = PAGES[kind](request, published)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@contextmanager
def as_if_published(entry: Entry) -> Iterator[Entry]:
    """The entry as its page loads it, public inside of a transaction that is always undone.

    So the page asks the database what it asks for any visitor, and shows what it will show.
    """
    kind: Any = type(entry)
    with transaction.atomic():
        kind.unscoped.filter(pk=entry.pk).update(
            state=Entry.State.PUBLISHED, published_at=Coalesce("published_at", Now())
        )
        published: Entry = kind.objects.for_page().get(pk=entry.pk)
        published.is_previewed = not entry.is_public
        yield published
        transaction.set_rollback(True)


def kind_called(app_label: str, model_name: str) -> type[Entry]:
    """The kind of entry of that name; Http404 for anything else."""
    for kind in PAGES:
        if (kind._meta.app_label, kind._meta.model_name) == (app_label, model_name):
            return kind
    raise Http404


@require_POST
def markdown_preview(request: HttpRequest) -> HttpResponse:
    """What pages make of a text while somebody writes it; nothing is kept."""
    text = request.POST.get("text", "")
    if len(text) > LONGEST_TEXT:
        return HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return HttpResponse(render(text))
