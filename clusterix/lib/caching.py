"""Who may keep an answer, and for how long: every answer says so."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from clusterix.lib import theme

View = Callable[..., HttpResponseBase]

SECONDS_SHARED = 1
"""How long a cache before the site may answer in its place; part of the time an edit takes."""

BY_EVERYONE = f"public, max-age=0, s-maxage={SECONDS_SHARED}"
BY_ONE = "private, no-cache"

SHAREABLE = {HTTPStatus.OK, HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.NOT_MODIFIED}

HARMLESS_COOKIES = {theme.COOKIE}
"""Cookies that say nothing of who somebody is; pages that differ by them say so in `Vary`."""


def for_everyone(view: View) -> View:
    """Mark a view whose answers are the same for all visitors that are not signed in."""
    view.is_for_everyone = True  # type: ignore[attr-defined]
    return view


def say_who_may_keep(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Give each answer that does not say so itself the caches that may keep it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(
            "Cache-Control", BY_EVERYONE if is_shared(request, response) else BY_ONE
        )
        return response

    return middleware


def is_shared(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether nothing about an answer is for this visitor alone."""
    match = request.resolver_match
    return (
        getattr(match and match.func, "is_for_everyone", False)
        and response.status_code in SHAREABLE
        and not response.cookies
        and request.COOKIES.keys() <= HARMLESS_COOKIES
    )
