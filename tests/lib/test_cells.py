import csv
import io
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.lib.cells import FORMULA, SEPARATORS, csv_line, harmless

TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("=+-@\uff1d;\t\r\n\"', ")
)


def test_text_stands_in_quotes_and_numbers_stand_bare() -> None:
    cells = ["a, “b”", 'say "so"', "", None, True, 7, Decimal("-1.50"), date(2026, 3, 1)]

    line = csv_line(cells)

    assert line == '"a, “b”","say ""so""",,,true,7,-1.50,2026-03-01\r\n'


@pytest.mark.parametrize(
    "formula",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\tplain", "\rplain"),
        *(
            "\uff1d1+1",
            "\uff0b1",
            "\uff0d1",
            "\uff20A1",
            " =1",
            '"=1',
            "\u00a0=1",
            "\ufeff=1",
            "\u200b=1",
        ),
        '=HYPERLINK("https://evil.example","click")',
    ],
)
def test_no_cell_begins_a_formula(formula: str) -> None:
    assert harmless(formula) == f"'{formula}"


def test_nor_does_a_part_that_a_spreadsheet_set_to_other_separators_takes_for_a_cell() -> None:
    text = "One; =2\n- three\tfour-five; six\r=7"

    assert harmless(text) == "One;' =2\n'- three\tfour-five; six\r'=7"


@pytest.mark.parametrize("text", ["", "a=b", "2016-06", "it\u2019s", "'=1", "50 % - more", "Ünder"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


@given(TEXTS)
def test_whatever_is_written_no_part_of_it_is_a_formula(text: str) -> None:
    parts = [harmless(text)]
    for separator in SEPARATORS:
        parts = [piece for part in parts for piece in part.split(separator)]

    formulas = [part for part in parts if FORMULA.match(part)]

    assert formulas == []


@given(TEXTS)
def test_what_is_harmless_already_is_left_alone(text: str) -> None:
    once = harmless(text)

    assert harmless(once) == once


@given(st.lists(TEXTS, min_size=2))
def test_a_reader_of_the_format_gets_the_same_cells(texts: list[str]) -> None:
    line = csv_line(texts)

    read = list(csv.reader(io.StringIO(line, newline=""), strict=True))

    assert read == [[harmless(text) for text in texts]]
