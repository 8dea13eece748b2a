"""The programme of a workshop on its pages."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.safestring import SafeString

from workshops import agenda_html
from workshops.agenda import Item, Reading, Speaker
from workshops.agenda_html import Frame
from workshops.models import Material, Workshop

register = template.Library()


@register.simple_tag
def cancelled(item: Item, language: str) -> SafeString:
    """That a session does not take place, and why; nothing for one that does."""
    return agenda_html.cancelled(item, language)


@register.simple_tag
def people(speakers: Iterable[Speaker]) -> SafeString:
    """Who takes part, as items of a list."""
    return agenda_html.people(speakers)


@register.simple_tag
def materials(readings: Sequence[Reading], workshop: Workshop) -> SafeString:
    """What there is to read or watch, as a list."""
    return agenda_html.materials(readings, Frame.of(workshop))


@register.filter
def readings(rows: Iterable[Material]) -> list[Reading]:
    """Materials as a programme tells of them."""
    return list(map(Reading.of, rows))
