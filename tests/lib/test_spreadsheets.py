import io
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusterix.lib.cells import Cell
from clusterix.lib.spreadsheets import LONGEST_TEXT, workbook


def read(sheets: dict[str, list[list[list[Cell]]]]) -> Any:
    """The file as another program reads it."""
    return openpyxl.load_workbook(io.BytesIO(b"".join(workbook(sheets))))


def first_cells(rows: Iterable[list[Cell]]) -> list[Any]:
    """What stands in the first column."""
    return [row[0].value for row in read({"Sheet": [list(rows)]})["Sheet"].iter_rows()]


def test_each_sheet_holds_its_rows() -> None:
    book = read({"One": [[["Head", "Second"]], [["a", "b"], ["c", ""]]], "<Two>": [[["x"]]]})

    assert book.sheetnames == ["One", "<Two>"]
    assert list(book["One"].values) == [("Head", "Second"), ("a", "b"), ("c", None)]
    assert book["One"]["A1"].font.b
    assert not book["One"]["A2"].font.b
    assert book["One"].freeze_panes == "A2"


def test_numbers_days_and_yes_or_no_stay_what_they_are() -> None:
    row: list[Cell] = [7, Decimal("1250000.50"), True, date(2026, 10, 30), None]

    sheet = read({"Sheet": [[["head"]], [row]]})["Sheet"]

    number, budget, is_open, verified, nothing = (cell.value for cell in sheet[2])
    assert (number, budget, is_open, nothing) == (7, 1250000.5, True, None)
    assert verified.date() == date(2026, 10, 30)
    assert sheet["D2"].number_format == "yyyy\\-mm\\-dd"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "007", "TRUE", "2016-06"])
def test_text_is_never_calculated_nor_converted(text: str) -> None:
    cell = read({"Sheet": [[[text]]]})["Sheet"]["A1"]

    assert (cell.value, cell.data_type) == (text, "s")


def test_what_no_cell_can_hold_is_left_out() -> None:
    too_long = "x" + "💡" * LONGEST_TEXT

    cells = first_cells([["a\x00b\x0bc\ufffe"], [too_long], ["  kept\n "]])

    assert cells == ["abc", "x" + "💡" * (LONGEST_TEXT // 2), "  kept\n "]


def test_text_that_looks_like_the_name_of_a_character_is_not_taken_for_one() -> None:
    (cell,) = first_cells([["_x0041_ and _x"]])

    assert cell == "_x005F_x0041_ and _x"


@settings(max_examples=50)
@given(st.text(min_size=1))
def test_any_text_gives_a_file_that_opens(text: str) -> None:
    (cell,) = first_cells([[text]])

    assert isinstance(cell, str | None)


def test_the_file_is_the_same_whenever_it_is_written() -> None:
    sheets: dict[str, list[list[list[Cell]]]] = {"Sheet": [[["a"]]]}

    assert b"".join(workbook(sheets)) == b"".join(workbook(sheets))
