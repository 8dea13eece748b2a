"""Cells of a table that opens in a spreadsheet, and none of them as a formula."""

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

Cell = str | int | Decimal | date | None

BYTE_ORDER_MARK = "\ufeff"
"""At the head of a file it tells spreadsheets that the text is UTF-8; others skip it."""

QUOTE = '"'

FORMULA = re.compile(r'[\t\r]|[\s"\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]')  # noqa: RUF001
"""What makes a formula of a cell, full-width signs included; blanks and quotes do not stop it."""

SEPARATORS = (";", "\n", "\t", "\r")
"""Where a spreadsheet set to other separators than the comma begins a new cell."""


def csv_line(cells: Iterable[Cell]) -> str:
    """A line as RFC 4180 has it: text in quotes, numbers bare, nothing for what is not known."""
    return ",".join([csv_cell(cell) for cell in cells]) + "\r\n"


def csv_cell(cell: Cell) -> str:
    """A cell of such a line."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        text = cell if cell.isalnum() else harmless(cell)
        return f'"{text.replace(QUOTE, QUOTE * 2)}"' if QUOTE in text else f'"{text}"'
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def harmless(text: str) -> str:
    """The text with an apostrophe wherever a spreadsheet would otherwise read a formula."""
    for separator in SEPARATORS:
        if separator in text:
            first, *others = text.split(separator)
            text = separator.join([first, *map(as_text, others)])
    return as_text(text)


def as_text(part: str) -> str:
    """What may stand at the start of a cell, so that it is not calculated."""
    is_plain = part[:1].isalnum() or not FORMULA.match(part)
    return part if is_plain else f"'{part}"


def unharmed(text: str) -> str:
    """The text as it was before `harmless` had it."""
    for separator in SEPARATORS:
        if separator in text:
            first, *others = text.split(separator)
            text = separator.join([first, *map(_as_typed, others)])
    return _as_typed(text)


def _as_typed(part: str) -> str:
    return part[1:] if part[:1] == "'" and FORMULA.match(part[1:]) else part
