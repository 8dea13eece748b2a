"""The filters that are set on a list: in words, and where the list without one of them is."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in words, and where dropping it leads."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A filter to drop, and how many entries that would give."""

    label: str
    url: str
    count: int


def helpful(found: Iterable[Suggestion]) -> list[Suggestion]:
    """Those that give something, what gives most first."""
    return sorted((one for one in found if one.count), key=lambda one: -one.count)


def without(query: QueryDict, question: str, value: str | None = None) -> str:
    """The address of the list without that answer, or without all answers to the question."""
    kept = [
        (name, other)
        for name, others in query.lists()
        for other in others
        if name != "page" and other and not (name == question and value in {None, other})
    ]
    return f"?{urlencode(kept)}"
