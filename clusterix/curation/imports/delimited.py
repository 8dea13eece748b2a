"""Tables as text: cells with a comma, semicolon, tab or bar between them, quoted where need be."""

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from clusterix.curation.imports import encodings
from clusterix.curation.imports.tables import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Cells,
    Numbered,
    Table,
    UnreadableError,
    Wishes,
    names,
)

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
SAMPLE_ROWS = 100
LONGEST_LINE = 2 * LONGEST_CELL * MOST_COLUMNS


def read(path: Path, wishes: Wishes) -> Table:
    """The table of such a file, read through once; UnreadableError says why it is none."""
    encoding = encodings.known(wishes.encoding) if wishes.encoding else encodings.found(path)
    delimiter = _known(wishes.delimiter) if wishes.delimiter else _found(path, encoding)
    try:
        records, columns = _checked(_Records(path, encoding, delimiter, strict=True))
    except _OddlyQuotedError:
        records, columns = _checked(_Records(path, encoding, delimiter, strict=False))
    notes = [
        _("Read as %(encoding)s, with a %(delimiter)s between cells.")
        % {"encoding": encoding.removesuffix("-sig").upper(), "delimiter": DELIMITERS[delimiter]}
    ]
    if not records.strict:
        notes.append(_("Some quotation marks stand where none belong; they were read as they are."))
    return Table(columns, tuple(notes), records.below_header)


def _checked(records: "_Records") -> tuple["_Records", tuple[str, ...]]:
    """The same records, read through once, and the names of their columns."""
    columns = names(next(iter(records), (1, []))[1])
    for _row in Table(columns, (), records.below_header).rows():
        pass
    return records, columns


class _Records:
    """The records of a file in one encoding with one delimiter."""

    def __init__(self, path: Path, encoding: str, delimiter: str, *, strict: bool) -> None:
        self.path = path
        self.encoding = encoding
        self.delimiter = delimiter
        self.strict = strict

    def __iter__(self) -> Iterator[Numbered]:
        """Each with its number; UnreadableError where the text breaks off or is none."""
        with self.path.open(encoding=self.encoding, newline="") as file:
            records = csv.reader(_lines(file), delimiter=self.delimiter, strict=self.strict)
            try:
                yield from enumerate(records, start=1)
            except UnicodeError as error:
                raise UnreadableError(
                    _("It is not %(encoding)s throughout.") % {"encoding": self.encoding.upper()}
                ) from error
            except csv.Error as error:
                raise _broken(error) from error

    def below_header(self) -> Iterator[Numbered]:
        """Those below the names of the columns."""
        records = iter(self)
        next(records)
        return records


class _OddlyQuotedError(UnreadableError):
    """A quotation mark in the middle of a cell."""


def _broken(error: csv.Error) -> UnreadableError:
    if "expected after" in str(error):
        return _OddlyQuotedError()
    if "unexpected end" in str(error):
        return UnreadableError(_("A quotation mark that opens a cell is never closed."))
    return UnreadableError(_("A cell is longer than %(most)d characters.") % {"most": LONGEST_CELL})


def _lines(file: TextIOWrapper) -> Iterator[str]:
    """The lines of a file, none of which is longer than a row can be."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise UnreadableError(_("A line is too long to be a row."))
        yield line


def _known(name: str) -> str:
    """A delimiter by itself or by its name."""
    by_name = {label: sign for sign, label in DELIMITERS.items()}
    sign = by_name.get(name, name)
    if sign not in DELIMITERS:
        raise UnreadableError(
            _("“%(name)s” divides no cells here. There are %(others)s.")
            % {"name": name[:40], "others": ", ".join(by_name)}
        )
    return sign


def _found(path: Path, encoding: str) -> str:
    """The delimiter by which most rows have as many cells as the first, and that are the most."""
    samples = {sign: _sample(_Records(path, encoding, sign, strict=False)) for sign in DELIMITERS}
    return max(samples, key=lambda sign: _fit(samples[sign]))


def _sample(records: _Records) -> list[Cells]:
    try:
        return [cells for _number, cells in islice(records, SAMPLE_ROWS)]
    except UnreadableError:
        return []


def _fit(rows: list[Cells]) -> float:
    width = len(rows[0]) if rows else 0
    same = sum(len(row) == width for row in rows)
    return width * same / len(rows) if width > 1 else 0
