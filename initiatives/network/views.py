"""The public page of the network: a picture, and the same in words."""

import numpy as np
from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from clusterix.curation.models import E, EntryQuerySet
from clusterix.lib.bits import every
from clusterix.lib.caching import for_everyone
from initiatives.index.catalogue import Catalogue
from initiatives.index.keeper import keeper
from initiatives.models import Initiative, Theme
from initiatives.network.drawing import picture
from initiatives.network.graph import QUESTIONS, Key, Question
from initiatives.network.reading import key_of, network
from initiatives.network.surroundings import Start
from initiatives.network.told import told
from initiatives.profile import Value
from people.models import Organisation

WAYS_IN = 12


@require_safe
@for_everyone
def network_detail(request: HttpRequest) -> HttpResponse:
    """The network around an organisation, an initiative or a theme; else where to begin."""
    asked = asked_for(request.GET)
    if asked is None:
        return render(request, "network/begin.html", ways_in(keeper.current()))
    start = start_of(asked)
    if key_of(start) != asked:
        return redirect(key_of(start).url, permanent=True)
    found = network(keeper.current(), start)
    title = _("Who works with whom around %(name)s") % {"name": found.start.name}
    context = {
        "crumbs": [Value(_("Network"), reverse("network:detail"))],
        "network": found,
        "picture": picture(found, title=title),
        "rows": told(found),
        "canonical": settings.SITE_URL + asked.url,
    }
    return render(request, "network/detail.html", context)


def asked_for(query: QueryDict) -> Key | None:
    """What the network is to begin from."""
    answers = (Key(question, query.get(question, "")) for question in QUESTIONS)
    return next((key for key in answers if key.slug), None)


def start_of(key: Key) -> Start:
    """The public entry or theme, by its present or a former address; else not found."""
    if key.question == "theme":
        return get_object_or_404(Theme, key=key.slug)
    if key.question == "initiative":
        return called(Initiative.objects.all(), key.slug)
    return called(Organisation.objects.all(), key.slug)


def called(entries: EntryQuerySet[E], slug: str) -> E:
    """The one of that address, or else the last to have had it; else not found."""
    found = entries.filter(slug=slug).first()
    return found or get_object_or_404(entries.once_called(slug)[:1])


def ways_in(catalogue: Catalogue) -> dict[str, list[Value]]:
    """Where to begin: the organisations and themes with most initiatives."""
    return {
        "organisations": largest(catalogue, "organisation"),
        "themes": largest(catalogue, "theme"),
    }


def largest(catalogue: Catalogue, question: Question) -> list[Value]:
    """The values of a facet that have most initiatives, with the networks around them."""
    asked = catalogue.questions[question]
    counts = asked.column.counts(every(catalogue.size))
    first = np.argsort(-counts, kind="stable")[:WAYS_IN]
    return [
        Value(
            asked.vocabulary.name(number),
            Key(question, asked.vocabulary.keys[number]).url,
            str(counts[number]),
        )
        for number in first.tolist()
        if counts[number]
    ]
