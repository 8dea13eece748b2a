"""Files that are too much, broken or no tables at all are refused in words and at once."""

import io
from collections.abc import Callable
from pathlib import Path
from time import process_time
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZipFile

import pytest

from clusterix.curation.imports.files import opened
from clusterix.curation.imports.tables import UnreadableError, Wishes
from tests.imports.tables import BOOK, CONTENT_TYPES, SHEET, as_xlsx, by_hand, read

SECONDS = 5
DECLARATION = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]>'


def reason(folder: Path, content: bytes, wishes: Wishes | None = None) -> str:
    """Why a file with that content is refused, within five seconds of work."""
    start = process_time()
    with pytest.raises(UnreadableError) as refused:
        for _row in read(folder, content, wishes).rows():
            pass
    assert process_time() - start < SECONDS
    return str(refused.value)


def bomb(name: str, size: int) -> bytes:
    """A spreadsheet in which one part expands to that size."""
    file = io.BytesIO(by_hand(""))
    with ZipFile(file, "a", ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        for _piece in range(size // 1_000_000):
            part.write(b" " * 1_000_000)
    return file.getvalue()


def lzma() -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_LZMA) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
    return file.getvalue()


TEXTS = {
    "nothing": (b"", "The first row names no column."),
    "blank names": (b" , \n1,2\n", "The first row names no column."),
    "one name twice": (b"a,b, a \n", "Two columns are called “a”."),
    "too many columns": (b",".join([b"a"] * 201), "It has more than 200 columns."),
    "too many rows": (b"a,b\n" + b"1,2\n" * 60_001, "It has more than 60000 rows. Divide it into"),
    "a row too long": (b"a,b\n1,2\n1,2,3\n", "Row 3 has 3 cells, but there are 2 columns."),
    "a cell too long": (
        b"a,b\n1," + b"x" * 32_768,
        "In row 2 a cell is longer than 32767 characters.",
    ),
    "a cell without end": (b"a,b\n1," + b"x" * 200_000, "A cell is longer than 32767 characters."),
    "a line without end": (b"a,b\n" + b"x," * 7_000_000, "A line is too long to be a row."),
    "a quote without end": (b'a,b\n1,"open\n', "A quotation mark that opens a cell is never"),
    "NUL far down": (
        b"a,b\n" + b"1,2\n" * 300_000 + b"1,\0\n",
        "It has more than 60000 rows.",
    ),
    "NUL late": (
        b"a,b\n" + (b"1," + b"x" * 9_000 + b"\n") * 120 + b"1,\0\n",
        "In row 122 there is a character that no text can hold.",
    ),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(99), "It is neither text nor a spreadsheet"),
    "one NUL": (b"a,b\n1,2\0\n" + b"1,2\n" * 20, "It is neither text nor a spreadsheet"),
    "half a letter": (b"\xef\xbb\xbfa,b\n1,\xc3\n", "It is not UTF-8-SIG throughout."),
    "no encoding": (b"a,b\n1,\x81\x98\xff\xd2\n", "Its encoding is not one that is read here."),
    "old spreadsheet": (b"\xd0\xcf\x11\xe0" + bytes(99), "It is an old or a locked spreadsheet."),
    "JSON cut off": (b'[{"a": 1}, {"a": ', 'It is not JSON from here on: “{"a":”.'),
    "JSON of numbers": (b"[1, 2]", "Row 2 is not an object, as in {“title”: “…”}."),
    "JSON too deep": (b'[{"a": ' + b"[" * 200_000, "It is not JSON from here on"),
    "JSON too long": (b'[{"a": "' + b"x" * 14_000_000, "It is not JSON from here on"),
    "JSON in JSON": (b'[{"a": {"b": 1}}]', "In row 2 a value is made of others."),
    "JSON too wide": (
        b"[{%s}]" % b",".join(b'"a%d":1' % n for n in range(201)),
        "It has more than 200 columns.",
    ),
    "JSON of too many": (b"[" + b"{}," * 70_000 + b"{}]", "It has more than 60000 rows."),
    "JSON of nothing": (b"[{}]", "The first row names no column."),
    "half a surrogate": (
        b'[{"a": "\\ud800"}]',
        "In row 2 there is a character that no text can hold.",
    ),
    "a name of halves": (
        b'[{"\\ud800": 1}]',
        "In row 1 there is a character that no text can hold.",
    ),
    "JSON half a letter": (b'\xef\xbb\xbf[{"a": "\xc3"}]', "It is not UTF-8-SIG throughout."),
}
SPREADSHEETS: dict[str, tuple[Callable[[], bytes], str]] = {
    "cut off": (lambda: as_xlsx([["a"]])[:900], "It is not a spreadsheet that can be read."),
    "empty archive": (
        lambda: b"PK\x03\x04" + bytes(99),
        "It is not a spreadsheet that can be read.",
    ),
    "no spreadsheet": (
        lambda: by_hand("", **{"[Content_Types].xml": "<x/>"}),
        "It is not a spreadsheet that can be read.",
    ),
    "no sheets": (
        lambda: by_hand(
            "",
            **{
                "xl/workbook.xml": BOOK.replace("<sheet ", "<!-- ").replace(
                    "/></sheets>", "--></sheets>"
                )
            },
        ),
        "There is no sheet in it.",
    ),
    "unknown compression": (lzma, "It is not a spreadsheet that can be read."),
    "a bomb": (
        lambda: bomb("xl/worksheets/sheet2.xml", 500_000_000),
        "It expands to more than a spreadsheet with so many rows can be.",
    ),
    "a bomb of styles": (
        lambda: bomb("xl/styles.xml", 11_000_000),
        "It expands to more than a spreadsheet with so many rows can be.",
    ),
    "entities in the sheet": (
        lambda: by_hand("", **{"xl/worksheets/sheet1.xml": f"{DECLARATION}{SHEET}"}),
        "A part of it has a document type declaration: that is refused.",
    ),
    "entities in two bytes": (
        lambda: by_hand("", **{"xl/workbook.xml": (DECLARATION + BOOK[21:]).encode("utf-16")}),
        "A part of it has a document type declaration: that is refused.",
    ),
    "a long beginning": (
        lambda: by_hand("", **{"xl/workbook.xml": f"<!--{'x' * 70_000}-->{BOOK[21:]}"}),
        "A part of it has a document type declaration: that is refused.",
    ),
    "broken XML": (
        lambda: by_hand("", **{"[Content_Types].xml": CONTENT_TYPES[:-3]}),
        "It is not a spreadsheet that can be read.",
    ),
    "broken rows": (
        lambda: by_hand("<row><c r='A1'><v>1</v></c></row><row><c"),
        "It is not a spreadsheet that can be read.",
    ),
    "too many rows": (
        lambda: by_hand("<row><c><v>1</v></c></row>" * 70_000),
        "It has more than 60000 rows.",
    ),
    "a row far down": (
        lambda: by_hand("<row r='1'><c><v>1</v></c></row><row r='999999999'><c><v>1</v></c></row>"),
        "It has more than 60000 rows.",
    ),
    "a cell far right": (
        lambda: by_hand("<row><c r='XFD1'><v>1</v></c></row>"),
        "It has more than 200 columns.",
    ),
    "formulas": (
        lambda: as_xlsx([["a"], ["=1+1"]]),
        "It has formulas without their values.",
    ),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts_that_are_no_tables_are_refused(tmp_path: Path, name: str) -> None:
    content, expected = TEXTS[name]

    assert reason(tmp_path, content).startswith(expected)


@pytest.mark.parametrize("name", SPREADSHEETS)
def test_spreadsheets_that_are_none_are_refused(tmp_path: Path, name: str) -> None:
    build, expected = SPREADSHEETS[name]

    assert reason(tmp_path, build()).startswith(expected)


def test_files_that_are_too_large_are_not_even_opened(tmp_path: Path) -> None:
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(100_000_001)

    with pytest.raises(UnreadableError, match="It is larger than 100 MB"):
        opened(tmp_path / "large.csv", Wishes())


@pytest.mark.parametrize("path", ["nowhere.csv", ".", "/dev/zero"])
def test_what_is_no_file_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnreadableError, match="There is no such file"):
        opened(tmp_path / path, Wishes())


@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        (Wishes(encoding="rot13"), "“rot13” is no encoding that is read here."),
        (Wishes(encoding="utf-16"), "It is not UTF-16 throughout."),
        (Wishes(delimiter="slash"), "“slash” divides no cells here."),
    ],
)
def test_wishes_that_make_no_sense_are_refused(
    tmp_path: Path, wishes: Wishes, expected: str
) -> None:
    assert reason(tmp_path, b"a,b\n1,2\n", wishes).startswith(expected)
