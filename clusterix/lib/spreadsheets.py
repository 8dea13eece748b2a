"""Spreadsheet files (Office Open XML), written while they are read: no file, little memory."""

import re
from collections.abc import Generator, Iterable, Mapping
from datetime import date
from io import BytesIO, RawIOBase
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile

from clusterix.lib.cells import Cell
from clusterix.lib.xml_text import xml_text

MOST_ROWS = 1_048_576
"""What the format holds on a sheet, the head among them."""

LONGEST_TEXT = 32_767
"""What the format holds in a cell, in units of UTF-16."""

LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
FIRST_DAY = date(1899, 12, 30)
HEAD, DAY = 1, 2
"""Styles: bold, and a day as ISO 8601 writes it."""

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

PLAIN = 'numFmtId="0" fontId="0" fillId="0" borderId="0"'
STYLES = (
    f'<styleSheet xmlns="{MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    f'<cellStyleXfs count="1"><xf {PLAIN}/></cellStyleXfs>'
    f'<cellXfs count="3"><xf {PLAIN} xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    "</styleSheet>"
)
SHEET = (
    f'<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0">'
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    "</sheetView></sheetViews><sheetData>"
)

Rows = Iterable[Iterable[list[Cell]]]
"""The rows of a sheet, many at a time; the first is its head."""


class Outgoing(RawIOBase):
    """What has been written and not yet sent."""

    def __init__(self) -> None:
        self.waiting = BytesIO()

    def write(self, data: bytes) -> int:  # type: ignore[override]  # narrower than any buffer
        """Keep it until it is taken."""
        return self.waiting.write(data)

    def take(self) -> bytes:
        """All that waits, which then waits no more."""
        taken = self.waiting.getvalue()
        self.waiting = BytesIO()
        return taken


def workbook(sheets: Mapping[str, Rows]) -> Generator[bytes, None, None]:
    """The file, piece by piece; raises RuntimeError where a sheet would pass two gigabytes."""
    out = Outgoing()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts(list(sheets)).items():
            with archive.open(name, "w") as part:
                part.write((PROLOGUE + content).encode())
        for number, rows in enumerate(sheets.values(), start=1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w") as sheet:
                sheet.write((PROLOGUE + SHEET).encode())
                for piece in xml_rows(rows):
                    sheet.write(piece.encode())
                    yield out.take()
                sheet.write(b"</sheetData></worksheet>")
    yield out.take()


def parts(names: list[str]) -> dict[str, str]:
    """The parts around the sheets, which say what there is and where."""
    numbered = list(enumerate(names, start=1))
    return {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
        + "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" '
            f'ContentType="{KIND}.worksheet+xml"/>'
            for number, _ in numbered
        )
        + "</Types>",
        "_rels/.rels": relations({"workbook": ("officeDocument", "xl/workbook.xml")}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        + "".join(
            f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="sheet{number}"/>'
            for number, name in numbered
        )
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": relations(
            {"styles": ("styles", "styles.xml")}
            | {
                f"sheet{number}": ("worksheet", f"worksheets/sheet{number}.xml")
                for number, _ in numbered
            }
        ),
        "xl/styles.xml": STYLES,
    }


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """Where a part finds the others: by their names, each with its kind and its place."""
    return (
        f'<Relationships xmlns="{PACKAGE}/relationships">'
        + "".join(
            f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{place}"/>'
            for name, (kind, place) in targets.items()
        )
        + "</Relationships>"
    )


def xml_rows(rows: Rows) -> Generator[str, None, None]:
    """The rows of a sheet, many at a time."""
    number = 0
    for several in rows:
        written = []
        for cells in several:
            number += 1
            style = HEAD if number == 1 else 0
            inner = "".join([xml_cell(cell, style) for cell in cells])
            written.append(f'<row r="{number}">{inner}</row>')
        yield "".join(written)


def xml_cell(cell: Cell, style: int) -> str:
    """A cell by what it is: text is never a formula, a number stays one."""
    if isinstance(cell, str) and cell:
        return (
            f'<c t="inlineStr" s="{style}"><is>'
            f'<t xml:space="preserve">{cell_text(cell)}</t></is></c>'
        )
    if cell is None or cell == "":
        return "<c/>"
    if isinstance(cell, bool):
        return f'<c t="b"><v>{cell:d}</v></c>'
    if isinstance(cell, date):
        return f'<c s="{DAY}"><v>{(cell - FIRST_DAY).days}</v></c>'
    return f"<c><v>{cell}</v></c>"


def cell_text(text: str) -> str:
    """Text as a cell can hold it: as much as fits, without what XML has no sign for."""
    if len(text) * 2 > LONGEST_TEXT:
        text = text.encode("utf-16-le", "ignore")[: LONGEST_TEXT * 2].decode("utf-16-le", "ignore")
    return escape(LOOKS_ESCAPED.sub("_x005F_", xml_text(text)))
