"""Pages at addresses that are secrets: whoever knows one has the key to it."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

View = Callable[..., HttpResponse]


def secret(view: View) -> View:
    """Whoever knows the address has the key to it: no cache, no index and no referrer keeps it."""

    @wraps(view)
    @never_cache
    def guarded(request: HttpRequest, **kwargs: str) -> HttpResponse:
        response = view(request, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        response.setdefault("Referrer-Policy", "no-referrer")
        return response

    return guarded


def with_origin(response: HttpResponse) -> HttpResponse:
    """Lets browsers say where a form comes from, though not its path.

    Under `no-referrer` they send `Origin: null`, which the guard against forged requests refuses.
    """
    response["Referrer-Policy"] = "strict-origin"
    return response
