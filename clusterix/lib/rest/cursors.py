"""Pages of a long list that stay right while the list changes.

A cursor remembers the last few rows that its reader has seen. The next page begins after the
last of them that has not changed since: rows that did not change keep their order, so none of
them is left out or repeated, whatever was added or taken away around them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from clusterix.lib.rest.views import understood

Key = int | str
Steady = Callable[[Sequence[Key], datetime], set[Key]]

REMEMBERED = 20
MOST = 100
LONGEST = 1_000

NOT_A_CURSOR = _("This is not a cursor of this list. Take it from “next” or “previous”.")
EXPIRED = _("Everything around this cursor has changed. Please start again without it.")


class PageForm(forms.Form):
    """Which page of a list, and how long it may be."""

    cursor = forms.CharField(
        required=False, max_length=LONGEST, help_text=_("Where a page begins. Do not make it up.")
    )
    page_size = forms.IntegerField(
        required=False, min_value=1, max_value=MOST, initial=20, help_text=_("Rows on a page.")
    )


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a list: the rows seen there, the nearest first, when they were, and which way."""

    seen: list[Key]
    position: int
    at: datetime
    backwards: bool

    def write(self, of: str) -> str:
        """The cursor as it stands in an address, good for the list of that name only."""
        at = int(self.at.timestamp() * 1_000_000)
        return signing.dumps([self.seen, self.position, at, self.backwards], salt=of)

    @classmethod
    def read(cls, text: str, of: str) -> Self:
        """The cursor of an address; a ValidationError where none of ours was for that list."""
        try:
            seen, position, at, backwards = signing.loads(text, salt=of)
        except signing.BadSignature as error:
            raise ValidationError({"cursor": [NOT_A_CURSOR]}) from error
        return cls(seen, position, datetime.fromtimestamp(at / 1_000_000, UTC), backwards)

    def find(self, keys: Sequence[Key], steady: Steady) -> int:
        """Where it stands in the list as it is now; without a row seen, at the edge it began at."""
        if not self.seen:
            return len(keys) if self.backwards else 0
        still = steady(self.seen, self.at)
        for place, key in enumerate(self.seen):
            guess = self.position + place if self.backwards else self.position - place - 1
            index = index_of(key, keys, guess) if key in still else None
            if index is not None:
                return index if self.backwards else index + 1
        raise ValidationError({"cursor": [EXPIRED]})


def index_of(key: Key, keys: Sequence[Key], guess: int) -> int | None:
    """Where a row stands, looked for first where it stood before; None where it is gone."""
    if 0 <= guess < len(keys) and keys[guess] == key:
        return guess
    try:
        return [*keys].index(key)
    except ValueError:
        return None


class CursorPagination(BasePagination):
    """Cuts the ordered keys of a list into pages with a way on and a way back."""

    keys: Sequence[Key]
    start: int
    stop: int

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """The keys of the page asked for; give the ordered keys of the whole list."""
        form = PageForm(request.query_params)
        understood(form)
        size = form.cleaned_data["page_size"] or form.fields["page_size"].initial
        self.request, self.keys = request, queryset
        self.start, self.stop = self.span(form.cleaned_data["cursor"], size, view.steady)
        return list(queryset[self.start : self.stop])

    def span(self, cursor: str, size: int, steady: Steady) -> tuple[int, int]:
        """The first row of the page and the first after it."""
        if not cursor:
            return 0, size
        place = Cursor.read(cursor, self.request.path)
        at = place.find(self.keys, steady)
        return (max(at - size, 0), at) if place.backwards else (at, at + size)

    def get_paginated_response(self, data: Any) -> Response:
        """The page with its neighbours' addresses and how many rows there are in all."""
        return Response(
            {
                "count": len(self.keys),
                "next": self.address(backwards=False) if self.stop < len(self.keys) else None,
                "previous": self.address(backwards=True) if self.start > 0 else None,
                "results": data,
            }
        )

    def address(self, *, backwards: bool) -> str:
        """Where the page after this one, or the one before it, is found."""
        if backwards:
            seen, position = self.keys[self.start : self.start + REMEMBERED], self.start
        else:
            seen = self.keys[max(self.stop - REMEMBERED, 0) : self.stop][::-1]
            position = self.stop
        cursor = Cursor(list(seen), position, timezone.now(), backwards)
        asked = [
            (name, value)
            for name, values in self.request.query_params.lists()
            for value in values
            if name != "cursor"
        ]
        query = urlencode([*asked, ("cursor", cursor.write(self.request.path))])
        return f"{settings.SITE_URL}{self.request.path}?{query}"

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a page looks like."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "minimum": 0, "examples": [1]},
                "next": {**address, "description": "The page after this one."},
                "previous": {**address, "description": "The page before this one."},
                "results": schema,
            },
        }
