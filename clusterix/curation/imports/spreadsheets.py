"""Tables as spreadsheets (.xlsx), looked through before the library that parses them sees them.

An .xlsx file is a ZIP archive of XML. What is in it is held to a size, no part of it may declare
entities of its own, and rows are counted before they are parsed.
"""

import datetime
import re
import warnings
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _
from openpyxl import load_workbook

from clusterix.curation.imports.tables import (
    MOST_COLUMNS,
    MOST_ROWS,
    Cells,
    Numbered,
    Table,
    UnreadableError,
    Wishes,
    names,
    too_many_rows,
)

MOST_PARTS = 2_000
MOST_EXPANDED = 400_000_000
MOST_OF_TEXTS = 100_000_000
MOST_BESIDE = 10_000_000
"""What a part that holds no cells may come to: styles, relations, pictures."""
MOST_TEXTS = 2_000_000
LONGEST_PROLOG = 65_536
PROLOG_PIECE = 4_096
PIECE = 1_000_000

CELLS = re.compile(r"/?xl/(worksheets/[^/]+|sharedStrings)\.xml", re.IGNORECASE)
ROW = (b"<row ", b"<row>", b":row ")
TEXT = (b"<si>", b"<si ", b":si>")
UNCOMPUTED = re.compile(rb"(</f>|<f[^<>]*/>)(<v\s*/>|<v></v>)?</c>")
OVERLAP = 200
"""So much of a piece is looked at again with the next, as a formula may lie across both."""


def read(path: Path, wishes: Wishes) -> Table:
    """The table on the first sheet, or on the one asked for; UnreadableError says why not."""
    _look_through(path)
    book = _Book(path, wishes.sheet)
    rows = book.rows()
    with closing(rows):
        header = next(rows, (1, []))[1]
    notes = [_("Read from the sheet “%(name)s”.") % {"name": book.sheet}]
    if book.others:
        others = ", ".join(book.others)[:200]
        notes.append(_("Not read: the sheets %(names)s.") % {"names": others})
    return Table(names(header), tuple(notes), book.below_header)


class _Book:
    """The cells of one sheet of a workbook as text."""

    def __init__(self, path: Path, wanted: str) -> None:
        self.path = path
        with _opened(path) as book:
            titles = [sheet.title for sheet in book.worksheets]
        if not titles or (wanted and wanted not in titles):
            raise UnreadableError(
                _("There is no sheet “%(name)s” in it.") % {"name": wanted}
                if wanted
                else _("There is no sheet in it.")
            )
        self.sheet = wanted or titles[0]
        self.others = [title for title in titles if title != self.sheet]

    def rows(self) -> Generator[Numbered, None, None]:
        """All rows with their numbers."""
        with _opened(self.path) as book:
            sheet = book[self.sheet]
            sheet.reset_dimensions()
            rows = enumerate(_quietly(sheet.iter_rows(values_only=True)), start=1)
            for number, row in rows:
                if number > MOST_ROWS + 1:
                    raise too_many_rows()
                yield number, _texts(row)

    def below_header(self) -> Iterator[Numbered]:
        """Those below the names of the columns."""
        rows = self.rows()
        next(rows)
        return rows


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The workbook in a file, whatever the file is called."""
    with path.open("rb") as file:
        book = _parsed(
            lambda: load_workbook(file, read_only=True, data_only=True, keep_links=False)
        )
        with closing(book):
            yield book


def _quietly(rows: Iterator[Any]) -> Iterator[Any]:
    """The rows as the library gives them, without its warnings about what it leaves out."""
    while (row := _parsed(lambda: next(rows, None))) is not None:
        yield row


def _parsed(parse: Callable[[], Any]) -> Any:
    """What the library makes of a part; UnreadableError for what it stumbles over."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parse()
    except Exception as error:  # it raises whatever a broken file leads it to
        raise UnreadableError(_("It is not a spreadsheet that can be read.")) from error


def _texts(row: tuple[Any, ...]) -> Cells:
    """The values of a row as one would type them."""
    cells = [_text(value) for value in row]
    while len(cells) > MOST_COLUMNS and not cells[-1]:
        cells.pop()
    return cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _look_through(path: Path) -> None:
    """Refuse an archive that would cost more than a table does, or that says what XML must not."""
    try:
        with ZipFile(path) as archive:
            parts = archive.infolist()
            _weigh(parts)
            for part in parts:
                _refuse_declarations(archive, part)
            for part in parts:
                if CELLS.fullmatch(part.filename):
                    _count(archive, part)
    except (BadZipFile, OSError, RuntimeError, EOFError, zlib.error) as error:
        raise UnreadableError(_("It is not a spreadsheet that can be read.")) from error


def _weigh(parts: list[ZipInfo]) -> None:
    """Hold what the archive says to bounds; no more than it says is ever expanded."""
    if any(part.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for part in parts):
        raise UnreadableError(_("It is not a spreadsheet that can be read."))
    texts = [part for part in parts if part.filename.lower().endswith("sharedstrings.xml")]
    beside = [part for part in parts if not CELLS.fullmatch(part.filename)]
    if (
        len(parts) > MOST_PARTS
        or sum(part.file_size for part in parts) > MOST_EXPANDED
        or any(part.file_size > MOST_OF_TEXTS for part in texts)
        or any(part.file_size > MOST_BESIDE for part in beside)
    ):
        raise UnreadableError(_("It expands to more than a spreadsheet with so many rows can be."))


def _refuse_declarations(archive: ZipFile, part: ZipInfo) -> None:
    """A part may not declare entities, which are how a small file becomes a large one."""
    parser = expat.ParserCreate()
    seen: list[str] = []
    parser.StartDoctypeDeclHandler = lambda *_declared: seen.append("declaration")
    parser.StartElementHandler = lambda *_element: seen.append("element")
    with archive.open(part) as file:
        while not seen and file.tell() < LONGEST_PROLOG and (piece := file.read(PROLOG_PIECE)):
            try:
                parser.Parse(piece)
            except expat.ExpatError:
                return
    if seen[:1] == ["declaration"] or (not seen and part.file_size > LONGEST_PROLOG):
        raise UnreadableError(_("A part of it has a document type declaration: that is refused."))


def _count(archive: ZipFile, part: ZipInfo) -> None:
    """Count rows and texts, and look for formulas of which nobody has computed the value."""
    rows = texts = 0
    before = b""
    with archive.open(part) as file:
        while piece := file.read(PIECE):
            rows += sum(map(piece.count, ROW))
            texts += sum(map(piece.count, TEXT))
            if rows > MOST_ROWS + 1 or texts > MOST_TEXTS:
                raise too_many_rows()
            if b"<f" in piece and UNCOMPUTED.search(before + piece):
                raise UnreadableError(
                    _(
                        "It has formulas without their values. Open it in a spreadsheet program "
                        "and save it again."
                    )
                )
            before = piece[-OVERLAP:]
