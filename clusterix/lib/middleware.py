"""What every request passes: its id and line in the log, its bounds, and headers on the way out."""

import re
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from ipaddress import ip_address
from time import perf_counter
from urllib.parse import unquote_to_bytes
from uuid import uuid4

import structlog
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from clusterix.lib import problems

View = Callable[[HttpRequest], HttpResponse]

LONGEST_PATH = 2_048
LONGEST_QUERY = 8_192
LONGEST_VALUE = 2_048
MOST_PARAMETERS = 200
LARGEST_BODY = 26_214_400

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")

UNUSED_FEATURES = (
    *("accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope"),
    *("magnetometer", "microphone", "midi", "payment", "usb"),
)
HEADERS = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in UNUSED_FEATURES),
}

FOR_ANY_SITE = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Retry-After, X-Request-ID",
    "Cross-Origin-Resource-Policy": "cross-origin",
}

log = structlog.stdlib.get_logger("clusterix.request")


class RefusedError(Exception):
    """A request outside of its bounds, with the reason that a person is told."""

    def __init__(self, status: HTTPStatus, reason: str) -> None:
        self.status = status
        self.reason = reason


def record(get_response: View) -> View:
    """Give the request an id that all its log lines carry, and write one line about it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        start = perf_counter()
        request_id = id_of(request)
        # Django logs failures after the last middleware: the next request, not this one, clears.
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = get_response(request)
        log.info(
            "request",
            method=request.method,
            path=request.path,
            status=response.status_code,
            duration_ms=round((perf_counter() - start) * 1000),
        )
        response["X-Request-ID"] = request_id
        return response

    return middleware


def id_of(request: HttpRequest) -> str:
    """Answer the id that a proxy of ours gave, or else a new one."""
    given = request.headers.get("X-Request-ID", "")
    if settings.TRUSTED_PROXIES and REQUEST_ID.fullmatch(given):
        return given
    return str(uuid4())


def locate(get_response: View) -> View:
    """Set the client's address to what the outermost proxy of ours saw."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if address := forwarded_address(request):
            request.META["REMOTE_ADDR"] = address
        return get_response(request)

    return middleware


def forwarded_address(request: HttpRequest) -> str | None:
    """Answer the address that so many proxies passed on; a client can write the others itself."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if not 0 < settings.TRUSTED_PROXIES <= len(hops):
        return None
    try:
        return str(ip_address(hops[-settings.TRUSTED_PROXIES].strip()))
    except ValueError:
        return None


def bound(get_response: View) -> View:
    """Refuse, with a page that says why, what no form or link of ours would send."""

    def middleware(request: HttpRequest) -> HttpResponse:
        try:
            check_address(request)
            check_body(request)
        except RefusedError as refusal:
            if problems.is_for_program(request):
                return problems.answer(refusal.status, refusal.reason)
            page = render_to_string("refused.html", {"reason": refusal.reason})
            return HttpResponse(page, status=refusal.status)
        return get_response(request)

    return middleware


def check_address(request: HttpRequest) -> None:
    """Hold the path and the query to their bounds."""
    query = request.META.get("QUERY_STRING", "")
    if len(request.path) > LONGEST_PATH or len(query) > LONGEST_QUERY:
        raise RefusedError(HTTPStatus.REQUEST_URI_TOO_LONG, _("The address is too long."))
    if query.count("&") >= MOST_PARAMETERS:
        raise RefusedError(HTTPStatus.BAD_REQUEST, _("The address has too many parameters."))
    if not is_utf8(query):
        reason = _("The part of the address after the question mark is not valid UTF-8.")
        raise RefusedError(HTTPStatus.BAD_REQUEST, reason)
    if (request.encoding or "utf-8").lower() != "utf-8":
        reason = _("Text has to be sent as UTF-8.")
        raise RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, reason)
    check_texts([("", request.path), *pairs(request.GET)])
    for name, value in pairs(request.GET):
        if len(value) > LONGEST_VALUE:
            reason = _("The value of “%(name)s” is too long.") % {"name": name[:40]}
            raise RefusedError(HTTPStatus.BAD_REQUEST, reason)


def is_utf8(query: str) -> bool:
    """Tell whether a query, which WSGI hands over byte by byte, is text."""
    try:
        unquote_to_bytes(query.encode("latin-1")).decode()
    except UnicodeDecodeError:
        return False
    return True


def check_body(request: HttpRequest) -> None:
    """Hold a posted form to its bounds."""
    damaged = RefusedError(
        HTTPStatus.BAD_REQUEST, _("The form arrived damaged. Please send it again.")
    )
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal():
        raise damaged
    if int(length) > LARGEST_BODY:
        reason = _("The form or file is too large.")
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason)
    try:
        form = request.POST
    except SuspiciousOperation as error:
        reason = _("The form has too much in it.")
        raise RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, reason) from error
    except (MultiPartParserError, UnreadablePostError) as error:
        raise damaged from error
    check_texts(pairs(form))


def pairs(parameters: QueryDict) -> Iterator[tuple[str, str]]:
    """Yield each value beside its name, a name as often as it came."""
    for name, values in parameters.lists():
        for value in values:
            yield name, str(value)


def check_texts(texts: Iterable[tuple[str, str]]) -> None:
    """Refuse characters that no text has and the database cannot store."""
    for name, value in texts:
        if UNSTORABLE.search(name + value):
            known = {"name": UNSTORABLE.sub("", name)[:40] or _("The address")}
            reason = _("%(name)s contains a character that cannot be stored.") % known
            raise RefusedError(HTTPStatus.BAD_REQUEST, reason)


def send_headers(get_response: View) -> View:
    """Tell browsers what no page of ours needs: devices, and being part of another site.

    What programs read is there for the pages of other sites too.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        headers = HEADERS | FOR_ANY_SITE if problems.is_for_program(request) else HEADERS
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
