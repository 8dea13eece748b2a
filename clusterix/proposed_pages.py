"""The public page that a proposal makes of an entry: alone, and beside the one that is live."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from clusterix.curation.proposals import documents
from clusterix.curation.proposals.letters import address
from clusterix.curation.proposals.models import Proposal
from clusterix.curation.proposals.views import gone, open_request
from clusterix.curation.scoped import curator
from clusterix.lib.secret_pages import secret
from clusterix.previews import PAGES

LIVE, PROPOSED = "live", "proposed"
SIDES = (LIVE, PROPOSED)
"""What `?side=` asks for: one of the two pages, to stand in a frame of this site."""


@require_safe
def proposal_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it will be once a proposal is approved, for those who decide or proposed it."""
    return page(request, _proposal(request, pk))


@require_safe
def proposal_beside(request: HttpRequest, pk: int) -> HttpResponse:
    """The page as it is and as it will be, for the same."""
    proposal = _proposal(request, pk)
    return beside(request, proposal, reverse("proposal_preview", args=[pk]), address(proposal))


@secret
@require_safe
def proposed_page(request: HttpRequest, token: str) -> HttpResponse:
    """The page as it will be, for an expert, at an address that is a secret."""
    asked = open_request(token)
    return page(request, asked.proposal) if asked else gone(request)


@secret
@require_safe
def proposed_beside(request: HttpRequest, token: str) -> HttpResponse:
    """Both pages, for an expert."""
    asked = open_request(token)
    if asked is None:
        return gone(request)
    pages = reverse("proposed_page", args=[token])
    return beside(request, asked.proposal, pages, reverse("proposals:expert", args=[token]))


def beside(request: HttpRequest, proposal: Proposal, pages: str, back: str) -> HttpResponse:
    """Two frames, with the page before and after; `pages` is where `?side=` gives each."""
    frames = {side: f"{pages}?side={side}" for side in SIDES}
    context = {"proposal": proposal, "frames": frames, "back": back}
    response = render(request, "proposals/before_after.html", context)
    response.headers["X-Robots-Tag"] = "noindex"
    csp_update({"frame-src": [SELF]})(lambda _request: response)(request)
    return response


def page(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    """The page as it is proposed; one of the two sides for a frame, where that is asked for."""
    side = request.GET.get("side")
    if side not in SIDES:
        messages.info(request, gettext("A preview: this is proposed, and not public."))
        return proposed(request, proposal)
    request.is_framed = True  # type: ignore[attr-defined]  # base.html asks for it
    response = proposed(request, proposal, is_applied=side == PROPOSED)
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    csp_replace({"frame-ancestors": [SELF]})(lambda _request: response)(request)
    return response


def proposed(request: HttpRequest, proposal: Proposal, *, is_applied: bool = True) -> HttpResponse:
    """The page of an entry as it is proposed, from within a transaction that is always undone."""
    kind: Any = proposal.kind
    with transaction.atomic():
        live = get_object_or_404(kind.unscoped.public().choosable(), pk=proposal.object_id)
        if is_applied:
            _apply(request, proposal, live)
        shown = kind.objects.for_page().get(pk=live.pk)
        shown.is_previewed = True
        response = PAGES[kind](request, shown)
        transaction.set_rollback(True)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _apply(request: HttpRequest, proposal: Proposal, live: Any) -> None:
    """Writes what is proposed, but for what conflicts with the live entry."""
    base, wanted = proposal.documents
    now = documents.read(live, documents.shape_of(wanted))
    try:
        documents.write(live, wanted, documents.merge(base, wanted, now).changes)
    except documents.ImpossibleError as error:
        messages.error(request, str(error))


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.on_entries_for(curator(request)), pk=pk)
