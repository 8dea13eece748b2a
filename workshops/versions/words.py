"""Changes to a programme in the reader's language, by the clock of the venue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workshops.models import ScheduleVersion, Session, Workshop
from workshops.versions.facts import Change, Kind, Shown


@dataclass(frozen=True)
class Line:
    """A change in words, and where the session stands now; empty where it is gone."""

    kind: Kind
    text: str
    path: str


@dataclass(frozen=True)
class Told:
    """A version with its changes in words."""

    version: ScheduleVersion
    lines: list[Line]


def told(versions: Iterable[ScheduleVersion], workshop: Workshop) -> list[Told]:
    """Versions of that workshop's programme, whose sessions are read for it."""
    sessions = by_guid(workshop)
    return [
        Told(version, [line(change, workshop.zone, sessions) for change in version.changes])
        for version in versions
    ]


def lines(changes: Iterable[Change], workshop: Workshop) -> list[Line]:
    """Those changes to the programme of that workshop, whose sessions are read for it."""
    sessions = by_guid(workshop)
    return [line(change, workshop.zone, sessions) for change in changes]


def by_guid(workshop: Workshop) -> dict[str, Session]:
    """The sessions of a workshop by what identifies them in versions."""
    return {str(session.guid): session for session in workshop.sessions.all()}


def line(change: Change, zone: ZoneInfo, sessions: Mapping[str, Session]) -> Line:
    """A change in words, with the way to the session where it is still there."""
    session = sessions.get(change["guid"])
    return Line(
        Kind(change["kind"]), sentence(change, zone), session.get_absolute_url() if session else ""
    )


def sentence(change: Change, zone: ZoneInfo) -> str:
    """What became of the session, such as “Opening” moved to 14:30."""
    before, after = change["before"], change["after"]
    return template(Kind(change["kind"]), after) % {
        "title": after["title"],
        "before": before["title"],
        "when": moment(after, zone),
        "moved": moved(before, after, zone),
        "room": after["room"],
    }


def template(kind: Kind, shown: Shown) -> str:
    """The words for that kind of change."""
    if kind == Kind.ROOM and not shown["room"]:
        return _("“%(title)s” is not in a certain room any more")
    return {
        Kind.ADDED: _("“%(title)s” is new: %(when)s"),
        Kind.MOVED: _("“%(title)s” moved to %(moved)s"),
        Kind.ROOM: _("“%(title)s” is in another room: %(room)s"),
        Kind.RENAMED: _("“%(before)s” is now called “%(title)s”"),
        Kind.CANCELLED: _("“%(title)s” is cancelled: %(when)s"),
        Kind.BACK: _("“%(title)s” takes place after all: %(when)s"),
        Kind.REMOVED: _("“%(title)s” is no longer part of the programme: %(when)s"),
    }[kind]


def moved(before: Shown, after: Shown, zone: ZoneInfo) -> str:
    """To when a session moved: the hours alone where the day is the same."""
    start, was = local(after["starts_at"], zone), local(before["starts_at"], zone)
    is_same_day = start and was and start.date() == was.date()
    return hours(after, zone) if is_same_day else moment(after, zone)


def moment(shown: Shown, zone: ZoneInfo) -> str:
    """When a session is, as far as that is known."""
    start = local(shown["starts_at"], zone)
    if start:
        return f"{date_format(start, 'l j F')}, {hours(shown, zone)}"
    if shown["day"]:
        return date_format(date.fromisoformat(shown["day"]), "l j F")
    return _("a time that is not known yet")


def hours(shown: Shown, zone: ZoneInfo) -> str:
    """From when until when, by the clock of the venue."""
    ends = (local(shown[name], zone) for name in ("starts_at", "ends_at"))
    return "–".join(f"{end:%H:%M}" for end in ends if end)


def local(stored: str, zone: ZoneInfo) -> datetime | None:
    """A moment that was kept, by the clock of that zone."""
    return datetime.fromisoformat(stored).astimezone(zone) if stored else None
