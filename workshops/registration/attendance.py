"""Who is there: what devices at the doors of a workshop write down, and what comes of it after."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Sum, When
from django.db.models.functions import Coalesce

from clusterix.curation.models import User
from workshops.registration.models import (
    CheckIn,
    EventKind,
    Registration,
    RegistrationSettings,
    State,
)
from workshops.registration.models.registrations import RegistrationQuerySet
from workshops.registration.models.states import ACCEPTED
from workshops.registration.places import in_turn, note

EXPECTED = (*ACCEPTED, State.NO_SHOW)
"""Who can be let in: they have a place."""

MOST_AT_ONCE = 200
"""Entries that a device sends in one go."""

LONGEST_OFFLINE = timedelta(days=2)
"""A device whose clock is further back is not believed."""

LATE = timedelta(hours=6)
"""After the end of a workshop: by then the devices have found a connection."""


THERE = Case(When(kind=CheckIn.Kind.IN, then=F("people")), default=0, output_field=IntegerField())
"""How many people are there after an entry."""


class Entry(NamedTuple):
    """What a device wrote down; the same key is the same entry, however often it comes."""

    key: UUID
    registration: int
    kind: CheckIn.Kind
    people: int
    at: datetime
    device: UUID


class Answer(StrEnum):
    """What came of an entry."""

    DONE = "done"
    REPEATED = "repeated"
    ALREADY = "already"
    NOT_EXPECTED = "not-expected"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Told:
    """The answer to an entry: since when somebody was there already, or how else they stand."""

    entry: Entry
    answer: Answer
    since: datetime | None = None
    state: str = ""


@dataclass(frozen=True)
class Presence:
    """People of a workshop: how many have places, and how many of them are there."""

    expected: int
    arrived: int


def with_presence(rows: RegistrationQuerySet) -> RegistrationQuerySet:
    """Each with how many of its people are there, `present`, and since when, `since`."""
    latest = CheckIn.objects.filter(registration=OuterRef("pk")).latest_first()
    annotations = {
        "present": Coalesce(Subquery(latest.values(there=THERE)[:1]), 0),
        "since": Subquery(latest.values("at")[:1]),
    }
    return rows.annotate(**annotations)


def expected(terms: RegistrationSettings) -> RegistrationQuerySet:
    """Those who have places, each with who is there of them."""
    rows = Registration.objects.filter(workshop=terms.workshop_id, erased_at=None)
    return with_presence(rows.filter(state__in=EXPECTED))


def presence(terms: RegistrationSettings) -> Presence:
    """How many are there, from one query."""
    sums = expected(terms).order_by().aggregate(all=Sum("party_size"), here=Sum("present"))
    return Presence(sums["all"] or 0, sums["here"] or 0)


def record(
    terms: RegistrationSettings, entries: Sequence[Entry], user: User | None, at: datetime
) -> list[Told]:
    """Keep what a device wrote down, in its order; an answer for each entry.

    The device's times are believed within bounds. Of two devices that let the same people in, the
    second is told so, and the last word counts. Raises BusyError as `places` does.
    """
    return in_turn(terms.workshop_id, lambda: _record(terms, entries, user, at))


def _record(
    terms: RegistrationSettings, entries: Sequence[Entry], user: User | None, at: datetime
) -> list[Told]:
    numbers = {entry.registration for entry in entries}
    rows = Registration.objects.filter(workshop=terms.workshop_id, erased_at=None)
    found = {row.pk: row for row in rows.filter(pk__in=numbers)}
    latest = _latest(found)
    keys = set(
        CheckIn.objects.filter(key__in=[entry.key for entry in entries]).values_list(
            "key", flat=True
        )
    )
    told = []
    for entry in entries:
        answer = _answer(entry, found.get(entry.registration), latest, keys)
        told.append(answer)
        if answer.answer in (Answer.DONE, Answer.ALREADY):
            keys.add(entry.key)
            row = found[entry.registration]
            latest[row.pk] = CheckIn.objects.create(
                registration=row,
                kind=entry.kind,
                people=min(entry.people, row.party_size),
                at=min(max(entry.at, at - LONGEST_OFFLINE), at),
                received_at=at,
                device=entry.device,
                key=entry.key,
                by=user,
            )
    return told


def _latest(numbers: Iterable[int]) -> dict[int, CheckIn]:
    """What counts for each of these registrations."""
    rows = CheckIn.objects.filter(registration__in=list(numbers)).latest_first()
    return {row.registration_id: row for row in reversed(rows)}


def _answer(
    entry: Entry, row: Registration | None, latest: dict[int, CheckIn], keys: set[UUID]
) -> Told:
    if entry.key in keys:
        return Told(entry, Answer.REPEATED)
    if row is None:
        return Told(entry, Answer.UNKNOWN)
    if row.state not in EXPECTED:
        return Told(entry, Answer.NOT_EXPECTED, state=str(row.get_state_display()))
    before = latest.get(row.pk)
    is_there = before is not None and before.kind == CheckIn.Kind.IN
    if before and is_there and entry.kind == CheckIn.Kind.IN and before.device != entry.device:
        return Told(entry, Answer.ALREADY, since=before.at)
    return Told(entry, Answer.DONE)


def settle(terms: RegistrationSettings, at: datetime) -> int:
    """Once a workshop is over, tell those who attended from those who did not; how many.

    Only where somebody came through its door: a trial that was taken back says nothing of others.
    What an organiser has said stays.
    """
    if at < terms.workshop.ends_at + LATE:
        return 0
    return in_turn(terms.workshop_id, lambda: _settle(terms, at))


def _settle(terms: RegistrationSettings, at: datetime) -> int:
    somebody_came = presence(terms).arrived > 0
    changed = 0
    for row in expected(terms).select_related("workshop").order_by("pk"):
        kind = _outcome(row, somebody_came)
        if kind:
            row.become(State(kind.value), at)
            note(row, kind, at)
            changed += 1
    return changed


def _outcome(row: Registration, somebody_came: bool) -> EventKind | None:
    """What becomes of somebody who had a place; None where that is said already.

    Who attended without any entry was marked by an organiser.
    """
    if row.present:
        return EventKind.ATTENDED if row.state != State.ATTENDED else None
    if row.state == State.ATTENDED:
        return EventKind.NO_SHOW if row.since else None
    return EventKind.NO_SHOW if row.state == State.CONFIRMED and somebody_came else None
