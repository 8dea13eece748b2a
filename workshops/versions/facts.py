"""What a programme shows at one time, and what of it is different at another."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import TypedDict

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from workshops.models import Session


class Shown(TypedDict):
    """What a change list knows of a session; moments are ISO 8601 in UTC, empty if not known."""

    title: str
    day: str
    starts_at: str
    ends_at: str
    room: str
    is_cancelled: bool


Snapshot = dict[str, Shown]
"""The sessions of a programme by their guids."""


class Kind(TextChoices):
    """What can become of a session, in the word that marks it."""

    ADDED = "added", _("new")
    MOVED = "moved", _("moved")
    ROOM = "room", _("other room")
    RENAMED = "renamed", _("renamed")
    CANCELLED = "cancelled", _("cancelled")
    BACK = "back", _("takes place after all")
    REMOVED = "removed", _("removed")


class Change(TypedDict):
    """One thing that became of a session; both are the same where there is only one of them."""

    kind: str
    guid: str
    before: Shown
    after: Shown


def snapshot(sessions: Iterable[Session]) -> Snapshot:
    """What is shown of those sessions now."""
    return {
        str(session.guid): Shown(
            title=session.title,
            day=session.day.isoformat() if session.day else "",
            starts_at=stored(session.starts_at),
            ends_at=stored(session.ends_at),
            room=session.room,
            is_cancelled=session.is_cancelled,
        )
        for session in sessions
    }


def stored(moment: datetime | None) -> str:
    """A moment as it is kept, the same however it was given."""
    return moment.astimezone(UTC).isoformat() if moment else ""


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """What became of each session, in the order of the programme."""
    known = after | before
    latest = before | after
    found = [
        Change(kind=kind, guid=guid, before=known[guid], after=latest[guid])
        for guid in latest
        for kind in kinds(before.get(guid), after.get(guid))
    ]
    return sorted(found, key=place)


def place(change: Change) -> tuple[str, str, str, int]:
    """Where a change stands in the list: by the time of its session, the unknown ones last."""
    shown = change["after"]
    time = shown["starts_at"] or shown["day"] or "unknown"
    return time, shown["title"], change["guid"], Kind.values.index(change["kind"])


def kinds(before: Shown | None, after: Shown | None) -> Iterator[Kind]:
    """What became of one session; how a cancelled one changes besides is of no use to anybody."""
    was_on = before and not before["is_cancelled"]
    is_on = after and not after["is_cancelled"]
    if is_on and not was_on:
        yield Kind.BACK if before else Kind.ADDED
    elif was_on and not is_on:
        yield Kind.CANCELLED if after else Kind.REMOVED
    if before and after and is_on:
        yield from differences(before, after)


def differences(before: Shown, after: Shown) -> Iterator[Kind]:
    """In what a session that takes place differs from before."""
    if when(before) != when(after):
        yield Kind.MOVED
    if before["room"] != after["room"]:
        yield Kind.ROOM
    if before["title"] != after["title"]:
        yield Kind.RENAMED


def when(shown: Shown) -> tuple[str, str, str]:
    """From when until when, or on which day, as far as that is known."""
    return shown["starts_at"], shown["ends_at"], "" if shown["starts_at"] else shown["day"]
