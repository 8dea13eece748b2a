"""Where an entry is said to be still correct by a link from a mail, and how old all have become."""

from http import HTTPStatus

from django.contrib.admin import site
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from clusterix.curation.freshness.ageing import ageing
from clusterix.curation.freshness.answering import Question, asked, confirm
from clusterix.curation.scoped import curator
from clusterix.lib import limits
from clusterix.lib.secret_pages import secret, with_origin

FROM_A_CLIENT = {"most": 300, "seconds": 3_600}
"""Whoever goes through a letter opens many, and programs that read mails open all of them."""
WAIT = "3600"


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Asks whether an entry is still correct; only the button says so, for links are looked at."""
    if not limits.is_within(request, "still correct", **FROM_A_CLIENT):
        response = gone(request, HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = WAIT
        return response
    now, is_post = timezone.now(), request.method == "POST"
    if is_post and confirm(token, request.POST.get("version", ""), now):
        return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": request.path})
    question = asked(token, now)
    if question is None:
        return gone(request)
    is_refused = is_post and not question.is_answered
    return with_origin(page(request, question, is_refused=is_refused))


def gone(request: HttpRequest, status: HTTPStatus = HTTPStatus.NOT_FOUND) -> HttpResponse:
    """The same for a link that is over, for one that never was, and for whoever may not answer."""
    is_pressed = status == HTTPStatus.TOO_MANY_REQUESTS
    return render(request, "freshness/gone.html", {"is_pressed": is_pressed}, status=status)


def page(request: HttpRequest, question: Question, *, is_refused: bool) -> HttpResponse:
    """The question, or that it is answered; refused where the entry changed under the reader."""
    entry = question.entry
    names = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change"
    context = {
        "question": question,
        "entry": entry,
        "kind": entry._meta.verbose_name,
        "change_url": reverse(names, args=[entry.pk]),
    }
    status = HTTPStatus.CONFLICT if is_refused else HTTPStatus.OK
    template = "freshness/answered.html" if question.is_answered else "freshness/question.html"
    return render(request, template, context, status=status)


@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """How old what is public has become, by partner; of one's own, and for the secretariat all."""
    today = timezone.localdate()
    context = {
        **site.each_context(request),
        "title": gettext("Ageing report"),
        "today": today,
        "partners": ageing(curator(request), today),
    }
    return render(request, "admin/ageing.html", context)
