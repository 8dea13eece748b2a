"""Where an invited expert writes, by the secret link that came by mail."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from clusterix.lib import limits
from clusterix.lib.secret_pages import secret, with_origin
from initiatives.comments.forms import CommentForm
from initiatives.comments.handling import write
from initiatives.comments.models import Comment

FROM_A_CLIENT = {"most": 60, "seconds": 3_600}
"""An office may share one address; a secret of 192 bits is not guessed at any pace."""
WAIT = "3600"


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, token: str) -> HttpResponse:
    """The form, and once something is written how it will stand on the page."""
    if not limits.is_within(request, "comment", **FROM_A_CLIENT):
        response = gone(request, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = WAIT
        return response
    now = timezone.now()
    rows = Comment.objects.open(now).with_secret(token)
    found = rows.select_related("initiative", "invited_by", "person").first()
    if found is None:
        return gone(request)
    form = CommentForm(request.POST if request.method == "POST" else None, comment=found)
    if not form.is_valid():
        return with_origin(form_page(request, found, form))
    if not write(found, form.words(), now):
        return gone(request)
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": request.path})


def form_page(request: HttpRequest, found: Comment, form: CommentForm) -> HttpResponse:
    """The form, with what was typed and what is wrong with it."""
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {
        "comment": found,
        "initiative": found.initiative,
        "form": form,
        "is_written": found.state == Comment.State.WRITTEN,
    }
    return render(request, "comments/write.html", context, status=status)


def gone(request: HttpRequest, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> HttpResponse:
    """The same for a link that is over and for one that never was."""
    is_pressed = status == HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "comments/gone.html", {"is_pressed": is_pressed}, status=status)
