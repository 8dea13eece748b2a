"""What the schema of the interface for programs says that its views do not say themselves."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.encoding import force_str
from drf_spectacular.utils import OpenApiParameter

from clusterix.lib import problems

PROBLEM = {
    "type": "object",
    "description": "Why a request failed (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "For people."},
        "errors": {
            "type": "array",
            "description": "What is wrong with which parameter.",
            "items": {
                "type": "object",
                "required": ["field", "detail"],
                "properties": {"field": {"type": "string"}, "detail": {"type": "string"}},
            },
        },
    },
    "examples": [
        {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "Something that was asked was not understood.",
            "errors": [
                {
                    "field": "as_of",
                    "detail": "Write the day as year-month-day, such as 2016-06-21.",
                }
            ],
        }
    ],
}

IN_PATH = {
    "slug": "The last part of its page's address.",
    "code": "A NUTS code.",
    "name": "The name of a vocabulary.",
}
ANSWERS = {
    "301": "The address has changed; Location says what it is now.",
    "304": "It is what the client has already (If-None-Match).",
    "400": "Something that was asked was not understood; the problem names the parameter.",
    "404": "There is nothing at this address.",
    "414": "The address is too long.",
    "429": "The client asks too often; Retry-After says how many seconds to wait.",
    "503": "The database cannot be reached just now; Retry-After says when to come back.",
}
WITHOUT_PROBLEM = {"301", "304"}
HEADERS: dict[str, dict[str, Any]] = {
    "200": {
        "ETag": {"description": "For If-None-Match.", "schema": {"type": "string"}},
        "Cache-Control": {"schema": {"type": "string"}},
    },
    "301": {"Location": {"schema": {"type": "string", "format": "uri-reference"}}},
    "429": {"Retry-After": {"schema": {"type": "integer"}}},
    "503": {"Retry-After": {"schema": {"type": "integer"}}},
}


def add_common_answers(result: Any, **_kwargs: Any) -> Any:
    """Every operation can be refused, held back or unchanged, and says so in the same way."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path in result["paths"].values():
        for operation in path.values():
            for one in operation.get("parameters", []):
                one.setdefault("description", IN_PATH.get(one["name"], ""))
            answers = operation["responses"]
            for status, description in ANSWERS.items():
                answers.setdefault(status, answer(status, description))
            for status, headers in HEADERS.items():
                answers[status].setdefault("headers", headers)
    return result


def answer(status: str, description: str) -> dict[str, Any]:
    """An answer that is a problem, but for the one that has no body."""
    if status in WITHOUT_PROBLEM:
        return {"description": description}
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {problems.MEDIA_TYPE: {"schema": schema}}}


def parameters(
    fields: Mapping[str, forms.Field], examples: Mapping[str, str] | None = None
) -> list[OpenApiParameter]:
    """What a form asks for, as parameters of the query."""
    return [parameter(name, field, (examples or {}).get(name)) for name, field in fields.items()]


def parameter(name: str, field: forms.Field, example: str | None) -> OpenApiParameter:
    """One question of a form."""
    words = [force_str(field.label or ""), force_str(field.help_text)]
    several = isinstance(field, forms.MultipleChoiceField)
    one = one_value(field) | ({"examples": [example]} if example else {})
    return OpenApiParameter(
        name,
        {"type": "array", "items": one} if several else one,
        description=". ".join(word.strip(". ") for word in words if word),
        explode=True if several else None,
        style="form" if several else None,
    )


def one_value(field: forms.Field) -> dict[str, Any]:
    """What one value of a field may be; choices that the database holds are not listed."""
    match field:
        case forms.ChoiceField() if values := static_values(field):
            return {"type": "string", "enum": values}
        case forms.DateField():
            return {"type": "string", "format": "date"}
        case forms.IntegerField():
            return {
                "type": "integer",
                "minimum": field.min_value,
                "maximum": field.max_value,
                "default": field.initial,
            }
        case forms.CharField() if field.max_length:
            return {"type": "string", "maxLength": field.max_length}
    return {"type": "string"}


def static_values(field: forms.ChoiceField) -> list[str]:
    """The values that the code knows."""
    choices: Any = getattr(field.choices, "choices", field.choices)
    return [str(value) for value, _label in choices] if isinstance(choices, list) else []
