"""What every address of the interface for programs does alike."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from clusterix.lib import problems
from clusterix.lib.caching import BY_EVERYONE, SHAREABLE
from clusterix.lib.rest.throttle import ClientThrottle

ExceptionHandler = Callable[[Exception, Any], Response | None]

PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Accept-Language, If-None-Match",
    "Access-Control-Max-Age": "86400",
}


class OneFormat(BaseContentNegotiation):
    """Each address has one format, whatever a client says it would rather have."""

    def select_parser(self, _request: Request, _parsers: Any) -> None:
        """Nothing is ever sent here."""

    def select_renderer(
        self, _request: Request, renderers: Iterable[BaseRenderer], _suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """The first, which is the only one."""
        renderer = next(iter(renderers))
        return renderer, renderer.media_type


class ReadOnly(APIView):
    """An address to read from: language, limits, errors and preflights are settled here."""

    content_negotiation_class = OneFormat
    throttle_classes = [ClientThrottle]

    def get_exception_handler(self) -> ExceptionHandler:
        """Errors are told as problems."""
        return answer_error

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Speaks the language asked for; the middleware knows those in the address only."""
        translation.activate(language(request))
        super().initial(request, *args, **kwargs)

    def options(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Pages of other sites may read, and may ask whether something has changed."""
        return Response(status=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Lets caches keep it: whoever asks, signed in elsewhere or not, gets the same."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code in SHAREABLE:
            answer.headers["Cache-Control"] = BY_EVERYONE
        return answer


def language(request: Request) -> str:
    """The first language of the browser's list that the site speaks; else its own."""
    accepted = request.headers.get("Accept-Language", "")
    for code, _quality in parse_accept_lang_header(accepted.lower()):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return translation.get_supported_language_variant("en")


def answer_error(error: Exception, context: Any) -> Response | None:
    """A problem instead of what Django REST framework would say; None for a fault of ours."""
    response = exception_handler(error, context)
    if response is None:
        return None
    detail, errors = told(error)
    response.data = problems.problem(response.status_code, detail, errors)
    response.content_type = problems.MEDIA_TYPE
    return response


def told(error: Exception) -> tuple[str, list[problems.FieldError]]:
    """What a client is told of an error, as a whole and parameter by parameter."""
    match error:
        case ValidationError(detail=dict() as found):
            return _("Something that was asked was not understood."), problems.field_errors(found)
        case APIException():
            return str(error.detail), []
        case _:
            return _("There is nothing at this address."), []


def understood(form: forms.Form) -> None:
    """Raises a ValidationError unless each answer is one: empty boxes are for pages only."""
    query = cast(QueryDict, form.data)
    wrong = {name: [str(detail) for detail in found] for name, found in form.errors.items()}
    for name, field in form.fields.items():
        if not isinstance(field, forms.CharField) and "" in query.getlist(name):
            wrong.setdefault(name, [_("Leave it out rather than empty.")])
    if wrong:
        raise ValidationError(wrong)


def nothing_here(_request: HttpRequest) -> HttpResponse:
    """Any address below the interface that is none of its own."""
    return problems.answer(HTTPStatus.NOT_FOUND, _("There is nothing at this address."))
