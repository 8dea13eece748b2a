"""What programs write comes back as it was, with a word on how it was read."""

import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from clusterix.curation.imports.tables import UnreadableError, Wishes
from tests.imports.tables import as_csv, as_json, as_xlsx, by_hand, read, rows_of

TABLE = [["id", "name", "note"], ["1", "Zoë", 'two\nlines, "quoted"'], ["2", "Å;b|c", ""]]

letters = st.text("abcdefghij", min_size=1, max_size=8)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=20)
words = st.text(
    st.characters(categories=["Lu", "Ll", "Nd"], include_characters=" .'\""), max_size=9
)


@st.composite
def tables(draw: st.DrawFn, cells: st.SearchStrategy[str]) -> list[list[str]]:
    """Named columns, and rows of which the first cell says which it is."""
    names = draw(st.lists(letters, min_size=2, max_size=5, unique=True))
    row = st.lists(cells, min_size=len(names) - 1, max_size=len(names) - 1)
    rows = draw(st.lists(row, min_size=1, max_size=6))
    return [names, *([str(number), *row] for number, row in enumerate(rows))]


def back(content: bytes, wishes: Wishes | None = None) -> list[list[str]]:
    with TemporaryDirectory() as folder:
        return rows_of(read(Path(folder), content, wishes))


@given(tables(texts), st.sampled_from([",", ";", "\t", "|"]))
def test_any_table_comes_back_from_csv(table: list[list[str]], delimiter: str) -> None:
    assert back(as_csv(table, delimiter=delimiter), Wishes(delimiter=delimiter)) == table


@given(
    tables(words),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_delimiter_and_encoding_are_found_out(
    table: list[list[str]], delimiter: str, encoding: str
) -> None:
    assert back(as_csv(table, encoding, delimiter)) == table


@given(tables(texts), st.booleans())
def test_any_table_comes_back_from_json(table: list[list[str]], lines: bool) -> None:
    assert back(as_json(table, lines=lines)) == table


@settings(max_examples=25)
@given(
    tables(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), max_size=9))
)
def test_any_table_comes_back_from_a_spreadsheet(table: list[list[str]]) -> None:
    as_text = [[cell.removeprefix("=") for cell in row] for row in table]

    assert back(as_xlsx([list(row) for row in as_text])) == as_text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("windows-1252", "Müller, Zoë, Français, naïve, Göteborg"),
        ("windows-1250", "Łódź, Gdańsk, Świętokrzyskie, żółw"),
        ("windows-1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
        ("windows-1250", "Győr, Pécs, tűz, Székesfehérvár"),
        ("windows-1251", "Пловдив, София, Варна"),
        ("windows-1253", "Θεσσαλονίκη, Αθήνα, Πάτρα"),
        ("windows-1254", "İstanbul, Gümüşhane, Muğla"),
        ("windows-1257", "Liepāja, Jūrmala, Rēzekne, Līvāni, Ķegums"),
        ("windows-1257", "Šiauliai, Panevėžys, Kėdainiai, Biržų"),
    ],
)
def test_encodings_of_one_byte_are_known_by_their_letters(
    tmp_path: Path, encoding: str, text: str
) -> None:
    table = read(tmp_path, as_csv([["id", "name"], ["1", text]], encoding))

    assert rows_of(table)[1] == ["1", text]
    assert table.notes == (f"Read as {encoding.upper()}, with a comma between cells.",)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_text_of_two_bytes_is_known_without_a_mark(tmp_path: Path, encoding: str) -> None:
    assert rows_of(read(tmp_path, as_csv(TABLE, encoding))) == TABLE


def test_how_a_file_is_read_can_be_said(tmp_path: Path) -> None:
    wishes = Wishes(encoding="Windows-1250", delimiter="semicolon")

    table = read(tmp_path, as_csv([["a", "b"], ["1", "ž"]], "windows-1250", ";"), wishes)

    assert rows_of(table) == [["a", "b"], ["1", "ž"]]


def test_rows_that_are_short_or_blank_do_no_harm(tmp_path: Path) -> None:
    table = read(tmp_path, b"id,name,note\n1\n\n , ,\n4,b,,,\n")

    assert list(table.rows()) == [(2, ["1", "", ""]), (5, ["4", "b", ""])]


def test_columns_without_a_name_are_numbered_and_those_at_the_end_left_out(tmp_path: Path) -> None:
    table = read(tmp_path, b"id,,name ,,\n1,2,3,,\n")

    assert rows_of(table) == [["id", "#2", "name"], ["1", "2", "3"]]


def test_odd_quotation_marks_are_read_as_they_are_and_told_of(tmp_path: Path) -> None:
    table = read(tmp_path, b'id,name\n1,"Cluster "Games" day"\n2,b\n')

    assert len(rows_of(table)) == 3
    assert table.notes[1] == (
        "Some quotation marks stand where none belong; they were read as they are."
    )


def test_spreadsheets_give_what_one_would_type(tmp_path: Path) -> None:
    row: list[object] = [1, 2021.0, 1.5, True, datetime.date(2026, 5, 4), datetime.time(9, 30)]
    moment = datetime.datetime(2026, 5, 4, 9, 30)  # noqa: DTZ001 (spreadsheets know no zones)

    table = read(tmp_path, as_xlsx([list("abcdefgh"), [*row, moment, None]]))

    assert rows_of(table)[1] == [
        *("1", "2021", "1.5", "true", "2026-05-04", "09:30:00", "2026-05-04T09:30:00", "")
    ]
    assert table.notes == ("Read from the sheet “Sheet”.",)


def test_a_sheet_can_be_asked_for(tmp_path: Path) -> None:
    two = by_hand("<row r='1'><c r='A1' t='inlineStr'><is><t>a</t></is></c></row>")

    assert read(tmp_path, two, Wishes(sheet="Cases")).columns == ("a",)
    with pytest.raises(UnreadableError, match="There is no sheet “Others” in it"):
        read(tmp_path, two, Wishes(sheet="Others"))


def test_other_sheets_are_told_of(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["a"])
    book.create_sheet("More")
    book.save(tmp_path / "two.xlsx")

    table = read(tmp_path, (tmp_path / "two.xlsx").read_bytes())

    assert table.notes == ("Read from the sheet “Sheet”.", "Not read: the sheets More.")


def test_cells_far_to_the_right_count_only_if_they_hold_anything(tmp_path: Path) -> None:
    rows = (
        "<row><c r='A1' t='str'><v>a</v></c></row><row><c r='A2'><v>1.0</v></c><c r='XFD2'/></row>"
    )

    assert rows_of(read(tmp_path, by_hand(rows))) == [["a"], ["1"]]


def test_values_in_json_read_as_text(tmp_path: Path) -> None:
    table = read(
        tmp_path,
        b'[{"a": 12345678901234567890, "b": 2.50, "c": true}, {"d": ["x", 1, null], "a": null}]',
    )

    assert rows_of(table) == [
        ["a", "b", "c", "d"],
        ["12345678901234567890", "2.50", "true", ""],
        ["", "", "", "x\n1\n"],
    ]
    assert table.notes == ("Read as UTF-8, each object a row.",)


def test_json_is_read_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("clusterix.curation.imports.documents.PIECE", 7)

    assert rows_of(read(tmp_path, as_json(TABLE))) == TABLE
