"""A table as an import sees it: named columns, and rows of text that are read one by one."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from unicodedata import normalize

from django.utils.translation import gettext as _

MOST_BYTES = 100_000_000
MOST_ROWS = 60_000
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
"""What a cell of a spreadsheet holds at most."""

UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")

Cells = list[str]
Numbered = tuple[int, Cells]
"""A row with its number in the file, as a spreadsheet shows it: the first below the names is 2."""


class UnreadableError(Exception):
    """A file that is not imported at all, with the reason in words."""


@dataclass(frozen=True)
class Wishes:
    """What somebody says about a file that one would otherwise find out from it."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(frozen=True)
class Table:
    """The columns of a file, what one ought to know about how it was read, and its rows."""

    columns: tuple[str, ...]
    notes: tuple[str, ...]
    read: Callable[[], Iterator[Numbered]]

    def rows(self) -> Iterator[Numbered]:
        """The rows that hold anything, each with as many cells as there are columns.

        UnreadableError where the table is larger than an import takes.
        """
        for count, (number, cells) in enumerate(self._filled(), start=1):
            if count > MOST_ROWS:
                raise too_many_rows()
            yield number, cells

    def _filled(self) -> Iterator[Numbered]:
        width = len(self.columns)
        for number, cells in self.read():
            if "".join(cells).strip():
                yield number, bounded(number, cells, width)


def too_many_rows() -> UnreadableError:
    """The refusal of a table that is too long."""
    return UnreadableError(
        _("It has more than %(most)d rows. Divide it into several files.") % {"most": MOST_ROWS}
    )


def bounded(number: int, cells: Cells, width: int) -> Cells:
    """The cells of a row, as many as there are columns; UnreadableError for what is no row."""
    if len(cells) != width:
        if len(cells) > width and any(cells[width:]):
            raise UnreadableError(
                _("Row %(row)d has %(cells)d cells, but there are %(columns)d columns.")
                % {"row": number, "cells": len(cells), "columns": width}
            )
        cells = (cells + [""] * (width - len(cells)))[:width]
    if max(map(len, cells), default=0) > LONGEST_CELL:
        raise UnreadableError(
            _("In row %(row)d a cell is longer than %(most)d characters.")
            % {"row": number, "most": LONGEST_CELL}
        )
    if UNSTORABLE.search("".join(cells)):
        raise UnreadableError(
            _("In row %(row)d there is a character that no text can hold.") % {"row": number}
        )
    return cells


def names(header: Iterable[str]) -> tuple[str, ...]:
    """The names of columns from the first row; UnreadableError where they do not tell them apart.

    A column without a name has its number for one, and nameless ones at the end are left out.
    """
    header = list(header)
    bounded(1, header, len(header))
    found = [normalize("NFC", " ".join(name.split())) for name in header]
    while found and not found[-1]:
        found.pop()
    if not found:
        raise UnreadableError(_("The first row names no column."))
    if len(found) > MOST_COLUMNS:
        raise UnreadableError(
            _("It has more than %(most)d columns.") % {"most": MOST_COLUMNS},
        )
    named = [name or f"#{place}" for place, name in enumerate(found, start=1)]
    twice = next((name for name in named if named.count(name) > 1), "")
    if twice:
        raise UnreadableError(_("Two columns are called “%(name)s”.") % {"name": twice[:80]})
    return tuple(named)
