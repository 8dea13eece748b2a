"""What an import will do: for each event, its session and what of it will change."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from workshops.interchange.programme import Event
from workshops.interchange.understanding import Item, derived
from workshops.models import Session, Workshop


class Place(NamedTuple):
    """A room (perhaps none) and the times, which may not be known."""

    room: str
    start: datetime | None
    end: datetime | None


NOWHERE = Place("", None, None)


@dataclass
class Plan:
    """An event, its session (not saved yet where it is new), and the columns that will differ."""

    item: Item
    event: Event
    session: Session
    values: dict[str, Any]
    is_new: bool

    @property
    def place(self) -> Place:
        """Where and when the session will be; nowhere once it is cancelled."""
        if self.event.is_cancelled or self.session.is_cancelled:
            return NOWHERE
        names = ("room", "starts_at", "ends_at")
        return Place(*(self.values.get(name, getattr(self.session, name)) for name in names))

    @property
    def moves(self) -> bool:
        """A session that is there already will be at another place or time."""
        return not self.is_new and self.place != place_of(self.session)


def place_of(session: Session) -> Place:
    """Where and when a session is; nowhere where it is cancelled."""
    if session.is_cancelled:
        return NOWHERE
    return Place(session.room, session.starts_at, session.ends_at)


def settle_identities(items: Iterable[Item], workshop: Workshop) -> None:
    """Give a guid of its own to what has that of another workshop, and refuse what repeats one."""
    guids = [item.event.guid for item in items if item.event]
    elsewhere = Session.objects.exclude(workshop=workshop).filter(guid__in=guids)
    taken = set(elsewhere.values_list("guid", flat=True))
    seen: dict[UUID, str] = {}
    for item in items:
        if item.event and item.event.guid in taken:
            item.remarks.append(
                _("guid belongs to a session of another workshop: one was made from it")
            )
            item.event = replace(item.event, guid=derived(workshop.key, str(item.event.guid)))
        if item.event and item.event.guid in seen:
            item.refusal = _("Its guid is that of %(other)s already.") % {
                "other": seen[item.event.guid]
            }
        elif item.event:
            seen[item.event.guid] = item.label


def remark_upon(items: Iterable[Item], workshop: Workshop, tracks: Iterable[str]) -> None:
    """Point out tracks that are new, once each, and what lies outside the workshop's days."""
    known = {*tracks, ""}
    for item in items:
        if not item.event:
            continue
        track = item.event.track
        if track not in known:
            item.remarks.append(_("track “%(track)s” is new") % {"track": track})
            known.add(track)
        if not workshop.starts_on <= item.event.day <= workshop.ends_on:
            item.remarks.append(
                _("%(day)s is none of the workshop's days") % {"day": item.event.day}
            )


def planned(
    items: Iterable[Item], workshop: Workshop, present: Mapping[UUID, Session]
) -> list[Plan]:
    """What is to be done about each event that is not refused."""
    plans = []
    for position, item in enumerate(items, start=1):
        known = present.get(item.event.guid) if item.event else None
        if item.event and item.event.is_cancelled and not known:
            item.refusal = _("It is cancelled, and no session here has its guid.")
        if item.event and not item.refusal:
            session = known or Session(workshop=workshop, guid=item.event.guid, position=position)
            values = differences(item.event, session)
            plans.append(Plan(item, item.event, session, values, is_new=known is None))
    return plans


def differences(event: Event, session: Session) -> dict[str, Any]:
    """The columns in which an event differs; what a file leaves empty says nothing."""
    said = {
        "title": event.title,
        "kind": event.kind,
        "abstract": event.abstract,
        "room": event.room,
        "track": event.track,
        "starts_at": event.start,
        "ends_at": event.end,
        "day": None if event.start or session.starts_at else event.day,
        "cancelled_at": timezone.now() if event.is_cancelled and not session.is_cancelled else None,
    }
    return {
        name: value for name, value in said.items() if value and value != getattr(session, name)
    }
