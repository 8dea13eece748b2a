"""Tables as JSON: an array of objects, or an object on each line, read without holding it all."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from clusterix.curation.imports import encodings
from clusterix.curation.imports.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    Numbered,
    Table,
    UnreadableError,
    Wishes,
    bounded,
    names,
    too_many_rows,
)

PIECE = 1_000_000
LONGEST_OBJECT = 2 * LONGEST_CELL * MOST_COLUMNS
BETWEEN = " \t\r\n,"

Object = dict[str, Any]


def read(path: Path, wishes: Wishes) -> Table:
    """The table of such a file, read through once; its columns are the names in any object.

    A list in a cell reads as its values on a line each.
    """
    encoding = encodings.known(wishes.encoding) if wishes.encoding else encodings.found(path)
    document = _Document(path, encoding)
    columns: dict[str, None] = {}
    for number, found in document.objects():
        if number > MOST_ROWS + 1:
            raise too_many_rows()
        columns.update(dict.fromkeys(found))
        if len(columns) > MOST_COLUMNS:
            break
        bounded(number, [_text(value, number) for value in found.values()] or [""], len(found) or 1)
    note = _("Read as %(encoding)s, each object a row.") % {
        "encoding": encoding.removesuffix("-sig").upper()
    }
    return Table(names(columns), (note,), lambda: document.rows(list(columns)))


class _Document:
    """The objects of a file."""

    def __init__(self, path: Path, encoding: str) -> None:
        self.path = path
        self.encoding = encoding

    def rows(self, columns: list[str]) -> Iterator[Numbered]:
        """The values by those names, as text."""
        for number, found in self.objects():
            yield number, [_text(found.get(name), number) for name in columns]

    def objects(self) -> Iterator[tuple[int, Object]]:
        """Each with the number that its row would have; UnreadableError for what is no object."""
        for number, value in enumerate(self._values(), start=2):
            if not isinstance(value, dict):
                raise UnreadableError(
                    _("Row %(row)d is not an object, as in {“title”: “…”}.") % {"row": number}
                )
            yield number, value

    def _values(self) -> Iterator[Any]:
        decoder = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
        pending = ""
        for piece in self._pieces():
            pending = (pending + piece).lstrip(BETWEEN)
            place = 0
            while place < len(pending):
                try:
                    value, end = decoder.raw_decode(pending, place)
                except (ValueError, RecursionError):
                    break
                yield value
                place = _next(pending, end)
            pending = pending[place:]
            if len(pending) > LONGEST_OBJECT:
                break
        if pending.strip():
            raise UnreadableError(
                _("It is not JSON from here on: “%(text)s”.") % {"text": pending[:60]}
            )

    def _pieces(self) -> Iterator[str]:
        """The text of the file within the brackets of an array, where there are any."""
        with self.path.open(encoding=self.encoding) as file:
            try:
                first = file.read(PIECE).lstrip()
                is_array = first.startswith("[")
                before = first[1:] if is_array else first
                while piece := file.read(PIECE):
                    yield before
                    before = piece
            except UnicodeError as error:
                raise UnreadableError(
                    _("It is not %(encoding)s throughout.") % {"encoding": self.encoding.upper()}
                ) from error
        last = before.rstrip()
        yield last.removesuffix("]") if is_array else last


def _next(text: str, place: int) -> int:
    """Where the next value begins."""
    while place < len(text) and text[place] in BETWEEN:
        place += 1
    return place


def _text(value: Any, number: int) -> str:
    """A value as the text of a cell."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and not any(isinstance(item, list | dict) for item in value):
        return "\n".join(_text(item, number) for item in value)
    raise UnreadableError(
        _("In row %(row)d a value is made of others. Give texts, numbers or a list of them.")
        % {"row": number}
    )
