"""What a file tells, in its own words: nothing of it is checked yet."""

from dataclasses import dataclass
from typing import NamedTuple

from django.utils.translation import gettext as _

from clusterix.curation.imports.tables import UnreadableError

MOST_EVENTS = 2_000


class Reference(NamedTuple):
    """A link or an attachment."""

    url: str
    title: str
    kind: str


@dataclass(frozen=True)
class Told:
    """An event; whatever the file leaves out is empty.

    `date` is a moment or a day in ISO 8601, `start` a time of that day, `day` the day under which
    the file lists the event. `own_id` is what the file itself calls it beside the guid.
    """

    title: str = ""
    guid: str = ""
    own_id: str = ""
    kind: str = ""
    subtitle: str = ""
    abstract: str = ""
    description: str = ""
    room: str = ""
    track: str = ""
    day: str = ""
    date: str = ""
    start: str = ""
    end: str = ""
    duration: str = ""
    people: tuple[str, ...] = ()
    links: tuple[Reference, ...] = ()
    attachments: tuple[Reference, ...] = ()
    remarks: tuple[str, ...] = ()
    is_cancelled: bool = False


@dataclass(frozen=True)
class Source:
    """A file: what it is, its clock's zone, where its relative addresses begin, its events."""

    format: str
    zone: str
    base_url: str
    tracks: frozenset[str]
    events: tuple[Told, ...]


def too_many_events() -> UnreadableError:
    """The reason why a file with more events than that is not read."""
    return UnreadableError(_("It has more than %(most)d events.") % {"most": MOST_EVENTS})
