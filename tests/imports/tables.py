"""Files to read, as programs write them and as nobody should."""

import csv
import io
import json
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

from clusterix.curation.imports.files import opened
from clusterix.curation.imports.tables import Table, Wishes

Rows = list[list[str]]

CONTENT_TYPES = """<?xml version="1.0"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/xl/workbook.xml" ContentType=
"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType=
"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"""
RELATIONS = """<?xml version="1.0"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}"
 Target="{}"/></Relationships>"""
BOOK = """<?xml version="1.0"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"
 xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">
<sheets><sheet name="Cases" sheetId="1" r:id="r1"/></sheets></workbook>"""
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def as_csv(rows: Rows, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as Python's writer puts them."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_xlsx(rows: list[list[object]]) -> bytes:
    """The rows as a spreadsheet."""
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.worksheets[0].append(row)
    book.save(file)
    return file.getvalue()


def by_hand(rows: str, **parts: str | bytes) -> bytes:
    """A spreadsheet of which one writes the rows, and any other part, oneself."""
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": RELATIONS.format("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": RELATIONS.format("worksheet", "worksheets/sheet1.xml"),
        "xl/workbook.xml": BOOK,
        "xl/worksheets/sheet1.xml": f"{SHEET}{rows}</sheetData></worksheet>",
    }
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        for name, content in (written | parts).items():
            archive.writestr(name, content)
    return file.getvalue()


def as_json(rows: Rows, *, lines: bool = False) -> bytes:
    """The rows as objects, in an array or one on each line."""
    names, *values = rows
    objects = [dict(zip(names, row, strict=True)) for row in values]
    if lines:
        return "\n".join(json.dumps(found) for found in objects).encode()
    return json.dumps(objects, indent=1, ensure_ascii=False).encode()


def read(folder: Path, content: bytes, wishes: Wishes | None = None) -> Table:
    """The table in a file with that content."""
    file = folder / "table"
    file.write_bytes(content)
    return opened(file, wishes or Wishes())


def rows_of(table: Table) -> Rows:
    """The names of the columns and the rows."""
    return [list(table.columns), *(cells for _number, cells in table.rows())]
