"""Pages that htmx may ask for a part of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as render_page
from django.utils.cache import patch_vary_headers

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


def render(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    partial: str = "results",
    status: int = 200,
) -> HttpResponse:
    """The whole page, or only its `partialdef` named `partial` where htmx will swap just that.

    Boosted links and history restores replace the body, so they get the whole page.
    """
    name = f"{template}#{partial}" if wants_part(request) else template
    response = render_page(request, name, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Boosted", "HX-History-Restore-Request"])
    return response


def wants_part(request: HttpRequest) -> bool:
    """Whether the request comes from htmx and expects a part of the page."""
    details: HtmxDetails = request.htmx  # type: ignore[attr-defined]
    return bool(details) and not details.boosted and not details.history_restore_request
