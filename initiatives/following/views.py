"""Following a search, and looking after that by a secret address."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from clusterix.lib import limits
from clusterix.lib.secret_pages import secret, with_origin
from initiatives.following import subscriptions
from initiatives.following.forms import FollowForm, PaceForm
from initiatives.following.models import Subscription
from initiatives.following.searches import Search

REQUESTS = {"most": 30, "seconds": 3_600}
SECONDS_TO_WAIT = 300


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """The form to follow the search in the address; the answer is the same for every e-mail."""
    search = Search.among_others(request.GET)
    if request.method != "POST":
        return form_page(request, FollowForm(search=search), HTTPStatus.OK)
    form = FollowForm(request.POST, search=search)
    if not form.is_valid():
        return form_page(request, form, HTTPStatus.UNPROCESSABLE_ENTITY)
    if not limits.is_within(request, "follow", **REQUESTS):
        form.add_error(None, too_often())
        return form_page(request, form, HTTPStatus.TOO_MANY_REQUESTS)
    subscriptions.ask(
        form.cleaned_data["email"],
        search,
        pace=form.cleaned_data["pace"],
        language=get_language() or "en",
        at=timezone.now(),
    )
    return see_other(reverse("following:asked"))


def form_page(request: HttpRequest, form: FollowForm, status: HTTPStatus) -> HttpResponse:
    """The form, with what was typed and what is wrong with it."""
    context = {"form": form, "search": form.search}
    response = render(request, "following/follow.html", context, status=status)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        response["Retry-After"] = str(SECONDS_TO_WAIT)
    return response


def too_often() -> str:
    """Why we ask for patience."""
    return _("Many requests come from where you are. Please wait a few minutes and send it again.")


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "following/asked.html")


@secret
@require_http_methods(["GET", "HEAD", "POST"])
def detail(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks whether to write at all, and how often; opening it changes nothing."""
    subscription = found(reference)
    if subscription is None:
        return over(request, HTTPStatus.NOT_FOUND)
    form = PaceForm(request.POST or None, initial={"pace": subscription.pace})
    if form.is_valid():
        subscriptions.settle(subscription, pace=form.cleaned_data["pace"], at=timezone.now())
        return see_other(f"{subscription.get_absolute_url()}?saved")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    context = {
        "subscription": subscription,
        "search": Search(subscription.query),
        "others": [
            (other, Search(other.query).words) for other in subscriptions.others(subscription)
        ],
        "form": form,
        "is_saved": "saved" in request.GET,
    }
    return with_origin(render(request, "following/detail.html", context, status=status))


@secret
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks whether to end it, and does; mail programs send the POST alone (RFC 8058).

    What is over already ends as well, and no answer leads on: they follow no redirect.
    """
    if request.method == "POST":
        subscriptions.end(Subscription.objects.filter(reference=reference))
        return over(request, HTTPStatus.OK)
    subscription = found(reference)
    if subscription is None:
        return over(request, HTTPStatus.NOT_FOUND)
    context = {"subscription": subscription, "search": Search(subscription.query)}
    return with_origin(render(request, "following/unsubscribe.html", context))


def found(reference: str) -> Subscription | None:
    """The subscription that a reference opens, if there is one."""
    return Subscription.objects.open(timezone.now()).filter(reference=reference).first()


def over(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Nobody follows anything here, or not any more."""
    return render(request, "following/over.html", status=status)


def see_other(location: str) -> HttpResponse:
    """Leads on after something was done, so that reloading does not do it again."""
    return HttpResponse(status=HTTPStatus.SEE_OTHER, headers={"Location": location})
