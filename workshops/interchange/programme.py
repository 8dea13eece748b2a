"""A programme as such, whichever file it comes from or goes into."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

WEB = ("http://", "https://")
"""How addresses of the web begin, the only ones that are read or written."""


@dataclass(frozen=True)
class Person:
    """Somebody who takes part, as the programme prints the name; the page, if there is one."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Link:
    """A page or recording of the web; its kind is one of `Material.Kind`."""

    url: str
    title: str
    kind: str


@dataclass(frozen=True)
class Attachment(Link):
    """Slides or a paper, kept elsewhere."""


@dataclass(frozen=True)
class Event:
    """A session. Its texts are Markdown or one line; its times are known both or not at all.

    The kind is one of `Session.Kind`, or empty where a file does not say it. Number and page are
    those of a session of ours.
    """

    guid: UUID
    title: str
    kind: str
    day: date
    start: datetime | None
    end: datetime | None
    room: str = ""
    track: str = ""
    abstract: str = ""
    people: tuple[Person, ...] = ()
    links: tuple[Link, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    number: int = 0
    url: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Slot:
    """A session whose times are known, by the clock of the venue."""

    start: datetime
    end: datetime
    event: Event


@dataclass(frozen=True)
class Day:
    """A day at the venue with its rooms; it ends when its last session does, perhaps after it."""

    date: date
    start: datetime
    end: datetime
    rooms: dict[str, list[Slot]]


@dataclass(frozen=True)
class Programme:
    """All that a schedule file says of a workshop."""

    title: str
    acronym: str
    version: str
    language: str
    time_zone: str
    starts_on: date
    ends_on: date
    url: str
    tracks: list[str]
    days: list[Day]
