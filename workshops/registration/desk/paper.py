"""Text on paper: names in many scripts, made to fit where they stand."""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import fontpkg_noto_sans
from django.http import HttpResponse
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = "Noto Sans"
"""Latin, Greek and Cyrillic, all of each, and Devanagari."""

INK, SOFT, HAIRLINE = "#14233b", "#55617a", "#c9c3b6"

UNKNOWN = "\ufffd"
"""Stands for a sign that the font does not have."""

STROKE = 0.03
"""Of the size: how much an outline thickens a letter that is to be bold."""


@cache
def font() -> TTFont:
    """The font, read once by each process."""
    loaded = TTFont(FONT, str(fontpkg_noto_sans.ROOT / "files" / "NotoSans[wdth,wght].ttf"))
    pdfmetrics.registerFont(loaded)
    return loaded


def drawable(text: str) -> str:
    """The text on one line as far as the font has its signs; others stand as a replacement.

    Marks that only direct writing, such as those of right-to-left text, are left out.
    """
    known = font().face.charToGlyph
    composed = unicodedata.normalize("NFC", " ".join(text.split()))
    signs = (sign for sign in composed if unicodedata.category(sign)[0] != "C")
    return "".join(sign if ord(sign) in known else UNKNOWN for sign in signs)


@lru_cache(maxsize=10_000)
def width(text: str, size: float) -> float:
    """How wide a line is."""
    font()
    wide: float = pdfmetrics.stringWidth(text, FONT, size)
    return wide


def fitted(text: str, room: float, sizes: tuple[int, int], lines: int) -> tuple[int, list[str]]:
    """The largest size, between two, at which a text fits on so many lines, and those lines.

    Words are parted only at the smallest size, and what does not fit even then is left out.
    """
    text = drawable(text)
    largest, smallest = sizes
    for size in range(largest, smallest, -1):
        wrapped = list(wrap(text.split(), room, size))
        if len(wrapped) <= lines and all(width(line, size) <= room for line in wrapped):
            return size, wrapped
    wrapped = list(wrap(parted(text, room, smallest), room, smallest))
    if len(wrapped) > lines:
        last = wrapped[lines - 1]
        while width(f"{last}…", smallest) > room:
            last = last[:-1]
        wrapped = [*wrapped[: lines - 1], f"{last}…"]
    return smallest, wrapped


def wrap(words: Iterator[str] | list[str], room: float, size: int) -> Iterator[str]:
    """Words on lines, as many on each as there is room for; a longer word has its own."""
    line = ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and width(longer, size) > room:
            yield line
            line = word
        else:
            line = longer
    yield line


def parted(text: str, room: float, size: int) -> Iterator[str]:
    """The words, those that are too long for a line in pieces."""
    for word in text.split():
        piece = ""
        for sign in word:
            if width(piece + sign, size) > room:
                yield piece
                piece = ""
            piece += sign
        yield piece


def around(x: float, text: str, size: float) -> float:
    """Where a line begins that has its middle at x."""
    return x - width(text, size) / 2


def write(
    canvas: Canvas, text: str, place: tuple[float, float], size: float, bold: bool = False
) -> None:
    """A line that begins at a place; bold is thickened with the colour of strokes."""
    line = canvas.beginText()
    line.setTextOrigin(*place)
    line.setFont(FONT, size)
    line.setTextRenderMode(2 if bold else 0)
    canvas.setLineWidth(STROKE * size)
    line.textOut(text)
    line.setTextRenderMode(0)
    canvas.drawText(line)


def pdf_file(content: bytes, name: str) -> HttpResponse:
    """A document to keep or print; its name is ours."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
