"""Which events can have the room that they ask for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from workshops.interchange.plans import Place, Plan, place_of
from workshops.models import Session


class Taken(NamedTuple):
    """What is on in a room, from one moment to another."""

    start: datetime
    end: datetime
    title: str


class Rooms:
    """What is on in each room so far."""

    def __init__(self, sessions: Iterable[Session]) -> None:
        self.taken = defaultdict[str, list[Taken]](list)
        for session in sessions:
            self.take(place_of(session), session.title)

    def take(self, place: Place, title: str) -> str:
        """Have a place, which is free without a room or times; otherwise what is on there."""
        if not (place.room and place.start and place.end):
            return ""
        for other in self.taken[place.room]:
            if other.start < place.end and place.start < other.end:
                return other.title
        self.taken[place.room].append(Taken(place.start, place.end, title))
        return ""


def refuse_overlaps(plans: Sequence[Plan], present: Mapping[UUID, Session]) -> None:
    """Refuse events whose room is taken by a session that stays, or by an earlier event.

    A session whose event is refused stays where it was, where it may be in the way of others:
    all are then looked at again.
    """
    while not settled([plan for plan in plans if not plan.item.refusal], present):
        pass


def settled(plans: Sequence[Plan], present: Mapping[UUID, Session]) -> bool:
    """Refuse those for which there is no room; False as soon as one of them has to stay behind."""
    going = {plan.event.guid for plan in plans}
    rooms = Rooms(session for guid, session in present.items() if guid not in going)
    for plan in plans:
        other = rooms.take(plan.place, plan.event.title)
        if other:
            plan.item.refusal = _("The room is taken by “%(title)s” at that time.") % {
                "title": other
            }
            if not plan.is_new:
                return False
    return True
