"""Where an expert without an account decides about a proposal, by a link that works once."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clusterix.curation.proposals import deciding
from clusterix.curation.proposals.deciding import ConflictError, TooLateError
from clusterix.curation.proposals.documents import ImpossibleError
from clusterix.curation.proposals.forms import DecisionForm
from clusterix.curation.proposals.models import ExpertRequest
from clusterix.curation.proposals.reading import read
from clusterix.lib.secret_pages import secret, with_origin


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def expert(request: HttpRequest, token: str) -> HttpResponse:
    """Shows what is to be different, and takes the decision."""
    asked = open_request(token)
    if asked is None:
        return gone(request)
    form = DecisionForm(request.POST or None, proposal=asked.proposal)
    if not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
        return _page(request, asked, form, token, status)
    try:
        deciding.answer(asked, form.cleaned_data, timezone.now())
    except TooLateError:
        return gone(request)
    except (ConflictError, ImpossibleError):
        return render(request, "proposals/moved_on.html", status=HTTPStatus.CONFLICT)
    return with_origin(render(request, "proposals/thanks.html", {"asked": asked}))


def open_request(token: str) -> ExpertRequest | None:
    """The request that a link leads to, while it can be answered."""
    requests = ExpertRequest.objects.open(timezone.now()).with_secret(token)
    found = requests.select_related("proposal__content_type", "asked_by").first()
    return found if found and found.proposal.subject.is_public else None


def gone(request: HttpRequest) -> HttpResponse:
    """The same for a link that is over and for one that never was."""
    return render(request, "proposals/gone.html", status=HTTPStatus.NOT_FOUND)


def _page(
    request: HttpRequest, asked: ExpertRequest, form: DecisionForm, token: str, status: HTTPStatus
) -> HttpResponse:
    proposal = asked.proposal
    context = {
        "asked": asked,
        "proposal": proposal,
        "reading": read(proposal, None),
        "form": form,
        "token": token,
    }
    return with_origin(render(request, "proposals/expert.html", context, status=status))
