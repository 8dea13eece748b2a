"""What programs are told when a request fails: problem details as in RFC 9457."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NotRequired, TypedDict

from django.http import HttpRequest, JsonResponse

MEDIA_TYPE = "application/problem+json"

FOR_PROGRAMS = "/api/"
"""What is below this address is read by programs."""


class FieldError(TypedDict):
    """What is wrong with a parameter."""

    field: str
    detail: str


class Problem(TypedDict):
    """Why a request failed."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldError]]


def is_for_program(request: HttpRequest) -> bool:
    """Whether a program asks, which wants data rather than a page."""
    return request.path.startswith(FOR_PROGRAMS)


def problem(status: int, detail: str, errors: Iterable[FieldError] = ()) -> Problem:
    """A problem that its status names."""
    known: Problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": detail,
    }
    return known | {"errors": found} if (found := list(errors)) else known


def field_errors(errors: Mapping[str, Iterable[object]]) -> list[FieldError]:
    """What a form found wrong, field by field."""
    return [
        {"field": field, "detail": str(detail)}
        for field, details in errors.items()
        for detail in details
    ]


def answer(status: int, detail: str) -> JsonResponse:
    """A problem as a whole answer, for what goes wrong before or beside the interface itself."""
    return JsonResponse(problem(status, detail), status=status, content_type=MEDIA_TYPE)
