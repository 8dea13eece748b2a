"""Light or dark: the visitor's own choice, kept in a cookie that the browser's script writes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

THEMES = ("light", "dark")
COOKIE = "theme"


def chosen(request: HttpRequest) -> str:
    """The theme that the visitor chose; nothing where the device decides."""
    choice = request.COOKIES.get(COOKIE, "")
    return choice if choice in THEMES else ""


def keep_apart(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Tell caches that pages differ by the cookie, since the theme is drawn into them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware
