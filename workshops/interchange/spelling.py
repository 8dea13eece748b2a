"""What both formats of c3voc spell in the same words."""

from datetime import timedelta
from math import ceil

from workshops.interchange.programme import Event, Link, Programme, Slot
from workshops.models import Material

PRODUCT = "clusterix"
TIMESLOT = "00:05"

TYPES = {
    Material.Kind.SLIDES: "slides",
    Material.Kind.PAPER: "paper",
    Material.Kind.RECORDING: "media",
    Material.Kind.PHOTO: "media",
}
"""What the formats call kinds of material; all others are pages of the web."""


def link_type(link: Link) -> str:
    """What the formats call the kind of a link."""
    return TYPES.get(Material.Kind(link.kind), "web")


def duration(slot: Slot) -> str:
    """Hours and minutes, begun ones counted whole, as in 01:30."""
    minutes = ceil((slot.end - slot.start) / timedelta(minutes=1))
    return f"{minutes // 60:02}:{minutes % 60:02}"


def event_slug(event: Event, programme: Programme) -> str:
    """A name of the event that no other has, in the signs that the formats allow."""
    return f"{programme.acronym}-session-{event.number}"
