"""Addresses of the catalogue: almost the same as the present one, and entries side by side."""

from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from initiatives.models import Initiative


def asking(query: QueryDict, **answers: str) -> str:
    """The same with other answers to some questions, from the first page on; empty ones go."""
    kept = [
        (name, value)
        for name, values in query.lists()
        for value in values
        if value and name != "page" and name not in answers
    ]
    return f"?{urlencode([*kept, *((name, value) for name, value in answers.items() if value)])}"


def toggled(query: QueryDict, question: str, value: str) -> str:
    """The same with a value chosen that was not, or the other way round; from the first page on."""
    others = [other for other in query.getlist(question) if other and other != value]
    chosen = others if value in query.getlist(question) else [*others, value]
    kept = asking(query, **{question: ""}).removeprefix("?")
    return (
        f"?{'&'.join(part for part in (kept, urlencode({question: chosen}, doseq=True)) if part)}"
    )


def beside(*initiatives: Initiative) -> str:
    """Those initiatives compared."""
    slugs = urlencode({"slug": [row.slug for row in initiatives]}, doseq=True)
    return f"{reverse('initiatives:compare')}?{slugs}"
