"""Badges to cut out: a sheet of ten, each with a code by which its bearer is found at the door."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

import segno
from django.utils.translation import gettext as _
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from workshops.models import Workshop
from workshops.registration.codes import code_for
from workshops.registration.desk.paper import (
    HAIRLINE,
    INK,
    SOFT,
    around,
    drawable,
    fitted,
    width,
    write,
)
from workshops.registration.models import Registration

MOST = 1_000
"""Badges in one file: a web process draws them while the organiser waits."""

ACROSS, DOWN = 2, 5
WIDE, HIGH = 90 * mm, 54 * mm
LEFT, BOTTOM = (A4[0] - ACROSS * WIDE) / 2, (A4[1] - DOWN * HIGH) / 2
EDGE = 6 * mm
CODE = 22 * mm
QUIET = 2
"""Modules of white around a code; the card around it is white too."""

MASK = 3
"""One pattern for all: looking for the best of eight takes longer than all else on a card."""

NAME, ORGANISATION, SMALL = (19, 11), (11, 8), (8, 6)
"""Sizes of letters, the largest and the smallest; two lines of a name end above the code."""


@dataclass(frozen=True)
class Badge:
    """What stands on a card."""

    name: str
    organisation: str
    category: str
    code: str


def badges(registrations: Iterable[Registration]) -> Iterator[Badge]:
    """A card for each person, whoever comes along as a guest."""
    for row in registrations:
        category = row.audience.label if row.audience else ""
        code = code_for(row)
        yield Badge(row.name, row.organisation, category, code)
        guest = _("Guest of %(name)s") % {"name": row.name}
        for _number in range(1, row.party_size):
            yield Badge(guest, row.organisation, "", code)


def sheet(workshop: Workshop, cards: Iterable[Badge]) -> bytes:
    """The cards as a PDF, ten a page with lines to cut along; one empty page without any."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=A4, pageCompression=1, lang="en")
    canvas.setTitle(drawable(_("Badges: %(workshop)s") % {"workshop": workshop}))
    number = -1
    for number, card in enumerate(cards):
        place = number % (ACROSS * DOWN)
        if number and not place:
            canvas.showPage()
        row, column = divmod(place, ACROSS)
        canvas.saveState()
        canvas.translate(LEFT + column * WIDE, BOTTOM + (DOWN - 1 - row) * HIGH)
        draw(canvas, workshop, card)
        canvas.restoreState()
    if number < 0:
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw(canvas: Canvas, workshop: Workshop, card: Badge) -> None:
    """One card, from its lower left corner."""
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.25)
    canvas.rect(0, 0, WIDE, HIGH)
    draw_code(canvas, card.code)
    whole, beside = WIDE - 2 * EDGE, WIDE - CODE - 2 * EDGE
    canvas.setFillColor(SOFT)
    size, lines = fitted(workshop.title, whole, SMALL, 1)
    write(canvas, lines[0], (EDGE, HIGH - EDGE - size), size)
    canvas.setFillColor(INK)
    canvas.setStrokeColor(INK)
    size, lines = fitted(card.name, whole, NAME, 2)
    y = HIGH - EDGE - 4 * mm
    for line in lines:
        y -= 1.15 * size
        write(canvas, line, (EDGE, y), size, bold=True)
    below(canvas, card, beside)


def below(canvas: Canvas, card: Badge, room: float) -> None:
    """For whom they come and what they are, from the foot of the card up."""
    y = EDGE
    for text, sizes, colour in (
        (card.category, SMALL, SOFT),
        (card.organisation, ORGANISATION, INK),
    ):
        size, lines = fitted(text, room, sizes, 2)
        canvas.setFillColor(colour)
        for line in reversed(lines):
            write(canvas, line, (EDGE, y), size)
            y += 1.25 * size if line else 0


def draw_code(canvas: Canvas, code: str) -> None:
    """The code as a QR code in the lower right corner, and below it for those who type."""
    matrix = segno.make_qr(code, error="m", mask=MASK).matrix
    module = CODE / (len(matrix) + 2 * QUIET)
    path = canvas.beginPath()
    for down, row in enumerate(matrix, start=1):
        for start, length in runs(row):
            path.rect(start, -down, length, 1)
    canvas.saveState()
    canvas.translate(
        WIDE - CODE - EDGE / 2 + QUIET * module, EDGE / 2 + CODE - QUIET * module + 2 * mm
    )
    canvas.scale(module, module)
    canvas.setFillColor(INK)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.restoreState()
    canvas.setFillColor(SOFT)
    size = min(5.0, 5.0 * CODE / width(code, 5))
    write(canvas, code, (around(WIDE - CODE / 2 - EDGE / 2, code, size), EDGE / 2), size)


def runs(row: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Where dark modules stand beside each other, and how many."""
    start, length = 0, 0
    for place, dark in enumerate([*row, 0]):
        if dark:
            start = start if length else place
            length += 1
        elif length:
            yield start, length
            length = 0
