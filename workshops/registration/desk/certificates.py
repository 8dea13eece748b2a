"""Certificates for those who were there: a page each."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from io import BytesIO

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from workshops.models import Host, Workshop
from workshops.registration.desk.paper import HAIRLINE, INK, SOFT, around, drawable, fitted, write
from workshops.registration.letters import when
from workshops.registration.models import Registration, State

MOST = 2_000
"""Certificates in one file."""

WIDE, HIGH = landscape(A4)
EDGE = 12 * mm
ROOM = WIDE - 2 * (EDGE + 20 * mm)


def has_certificate(registration: Registration, at: datetime) -> bool:
    """Somebody was there, and it is over."""
    return registration.state == State.ATTENDED and at >= registration.workshop.ends_at


def certificates(registrations: Iterable[Registration], organiser: str) -> bytes:
    """A page for each, in the language in which they registered."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=(WIDE, HIGH), pageCompression=1, lang="en")
    canvas.setTitle(drawable(_("Certificates of attendance")))
    for registration in registrations:
        with override(registration.language):
            draw(canvas, registration, organiser)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw(canvas: Canvas, registration: Registration, organiser: str) -> None:
    """One page: who took part in what, when and where, and who says so."""
    workshop = registration.workshop
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.75)
    canvas.rect(EDGE, EDGE, WIDE - 2 * EDGE, HIGH - 2 * EDGE)
    place = ", ".join(filter(None, [workshop.venue, workshop.place]))
    y = HIGH - 42 * mm
    for text, sizes, lines, looks, gap in (
        (_("Certificate of attendance"), (15, 12), 1, (SOFT, False), 12),
        (registration.name, (34, 16), 2, (INK, True), 3),
        (registration.organisation, (15, 10), 2, (SOFT, False), 11),
        (_("took part in"), (13, 11), 1, (SOFT, False), 9),
        (workshop.title, (24, 13), 3, (INK, True), 11),
        (when(workshop), (13, 9), 2, (INK, False), 2),
        (hours(workshop), (13, 9), 1, (INK, False), 2),
        (place, (13, 9), 2, (INK, False), 0),
    ):
        colour, is_bold = looks
        y = centred(canvas, (text, sizes, lines), y, colour, bold=is_bold) - gap * mm * bool(text)
    canvas.setStrokeColor(HAIRLINE)
    canvas.setLineWidth(0.75)
    canvas.line(WIDE / 2 - 45 * mm, 34 * mm, WIDE / 2 + 45 * mm, 34 * mm)
    centred(canvas, (_("Organised by %(name)s") % {"name": organiser}, (12, 8), 2), 32 * mm, SOFT)


def centred(
    canvas: Canvas,
    said: tuple[str, tuple[int, int], int],
    y: float,
    colour: str,
    *,
    bold: bool = False,
) -> float:
    """Lines in the middle of the page, below a height; the height below them."""
    text, sizes, lines = said
    if not text:
        return y
    size, wrapped = fitted(text, ROOM, sizes, lines)
    canvas.setFillColor(colour)
    canvas.setStrokeColor(colour)
    for line in wrapped:
        y -= 1.25 * size
        write(canvas, line, (around(WIDE / 2, line, size), y), size, bold)
    return y


def hours(workshop: Workshop) -> str:
    """How long it took, where that is known: of one day, from its beginning to its end."""
    if workshop.starts_on != workshop.ends_on or not (workshop.start_time and workshop.end_time):
        return ""
    count = round((workshop.ends_at - workshop.starts_at) / timedelta(hours=1), 2)
    words = ngettext("%(count)s hour", "%(count)s hours", 1 if count == 1 else 2)
    return words % {"count": f"{count:g}"}


def organiser(workshop: Workshop) -> str:
    """Who holds the workshop: its public hosts, or else the partner that keeps its record."""
    hosts = Host.objects.filter(workshop=workshop).in_order().select_related("organisation")
    names = [row.organisation.name for row in hosts if row.organisation.is_public]
    return ", ".join(names) or str(workshop.owner)
