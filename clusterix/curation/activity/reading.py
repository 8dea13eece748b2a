"""The steps that the histories of all kinds of entry tell of, the latest first.

What one person did to many entries of a kind one after the other, for one reason, is one step: an
import of a thousand rows is read in a line.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, NamedTuple

from django.contrib.admin.templatetags.admin_urls import admin_urlname
from django.db.models import OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from clusterix.curation.history import Comparison, label_of
from clusterix.curation.models import Entry, Partner, User

STEPS = 50
READ_AT_ONCE = 1_000
"""The most versions that are read for a page; a step of more is told in pieces."""
NAMED = 3
SAID = {"state", "last_verified_on"}
MICROSECOND = timedelta(microseconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


class Place(NamedTuple):
    """Where in the order of all versions one stands: by time, then kind, then number."""

    at: datetime
    kind: int
    number: int

    def __str__(self) -> str:
        return f"{(self.at - BEGINNING) // MICROSECOND}-{self.kind}-{self.number}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """The place that an address names; None where it names none."""
        found = re.fullmatch(r"([0-9]{1,16})-([0-9]{1,2})-([0-9]{1,18})", text)
        if found is None:
            return None
        since, kind, number = map(int, found.groups())
        return cls(BEGINNING + since * MICROSECOND, kind, number)


@dataclass(frozen=True)
class Row:
    """A version as it is listed: what tells whether it is one step with the next."""

    place: Place
    kind: type[Entry]
    entry: int
    sort: str
    by: int | None
    reason: str

    @property
    def order(self) -> tuple[datetime, int, int]:
        """What is the greater, the earlier it is told."""
        return self.place.at, -self.place.kind, self.place.number

    @property
    def step(self) -> tuple[Any, ...]:
        """The same for versions that are one step: without a reason, those of one entry only."""
        return self.kind, self.sort, self.by, self.reason or self.entry


@dataclass(frozen=True)
class Named:
    """An entry that a step was taken with, as it was called then, and where its story is told."""

    title: str
    url: str


@dataclass(frozen=True)
class Step:
    """What somebody did, to one entry or to many at once."""

    at: datetime
    by: str
    reason: str
    kind: str
    count: int
    entries: list[Named]
    what: str
    labels: list[str]
    """The fields that changed, of one entry alone."""

    @property
    def others(self) -> int:
        """How many entries are not named."""
        return self.count - len(self.entries)


@dataclass(frozen=True)
class Activity:
    """A page of steps, and the place from which the next goes on; None after the first step."""

    steps: list[Step]
    older: Place | None


def activity(
    user: User,
    kinds: Sequence[type[Entry]],
    partner: Partner | None = None,
    by: User | None = None,
    after: Place | None = None,
) -> Activity:
    """The steps taken with entries that the user sees behind the scenes; after a place, the older.

    As many queries for one step as for a page of them.
    """
    found = [rows(user, kind, partner, by, after) for kind in kinds]
    ordered = islice(merge(*found, key=attrgetter("order"), reverse=True), READ_AT_ONCE)
    groups = [list(group) for _step, group in islice(groupby(ordered, attrgetter("step")), STEPS)]
    is_whole = sum(map(len, groups)) == sum(map(len, found)) < READ_AT_ONCE
    return Activity(told(user, groups), None if is_whole else groups[-1][-1].place)


def rows(
    user: User,
    kind: type[Entry],
    partner: Partner | None,
    by: User | None,
    after: Place | None,
) -> list[Row]:
    """The versions of one kind that come next, as many as are read at once."""
    number = Entry.__subclasses__().index(kind)
    records = kind.history.all()
    if not user.is_secretariat or partner:
        mine = user.partner_entries(kind)
        records = records.filter(
            id__in=(mine.filter(owner=partner) if partner else mine).values("pk")
        )
    if by:
        records = records.filter(history_user=by)
    if after:
        records = records.filter(older(after, number))
    names = ("history_date", "history_id", "id", "history_type", "state", "history_user_id")
    found = records.order_by("-history_date", "-history_id").values_list(
        *names, "history_change_reason"
    )
    return [
        Row(Place(at, number, pk), kind, entry, f"{sort} {state}", who, reason or "")
        for at, pk, entry, sort, state, who, reason in found[:READ_AT_ONCE]
    ]


def older(after: Place, number: int) -> Q:
    """What comes after a place, of the kind with that number."""
    before = Q(history_date__lt=after.at)
    if number > after.kind:
        return before | Q(history_date=after.at)
    if number == after.kind:
        return before | Q(history_date=after.at, history_id__lt=after.number)
    return before


def told(user: User, groups: list[list[Row]]) -> list[Step]:
    """The steps in words."""
    rows = sorted(
        (row for group in groups for row in group[:NAMED]), key=lambda row: row.place.kind
    )
    whole = {
        kind: Records(user, kind, list(some)) for kind, some in groupby(rows, lambda r: r.kind)
    }
    names = {user.pk: str(user) for user in User.objects.filter(pk__in={row.by for row in rows})}
    return [_step(group, whole[group[0].kind], names) for group in groups]


def _step(group: list[Row], records: "Records", names: dict[int, str]) -> Step:
    latest, count = group[0], len({row.entry for row in group})
    shown = {row.entry: row for row in reversed(group[:NAMED])}
    meta = latest.kind._meta
    return Step(
        at=latest.place.at,
        by=names.get(latest.by or 0) or gettext("the system"),
        reason=latest.reason,
        kind=str(meta.verbose_name if count == 1 else meta.verbose_name_plural),
        count=count,
        entries=[records.named(row) for row in reversed(shown.values())],
        what=records.what(latest),
        labels=records.labels(latest) if len(group) == 1 else [],
    )


class Records:
    """Whole versions of one kind of entry, with those before them."""

    def __init__(self, user: User, kind: type[Entry], rows: list[Row]) -> None:
        before = kind.history.filter(
            Q(history_date__lt=OuterRef("history_date"))
            | Q(history_date=OuterRef("history_date"), history_id__lt=OuterRef("history_id")),
            id=OuterRef("id"),
        ).order_by("-history_date", "-history_id")
        found = kind.history.annotate(before=Subquery(before.values("history_id")[:1]))
        self.records: dict[int, Any] = found.in_bulk([row.place.number for row in rows])
        earlier = {record.before for record in self.records.values()} - {None}
        self.earlier: dict[int, Any] = kind.history.in_bulk(earlier)
        self.comparison = Comparison([*self.records.values(), *self.earlier.values()])
        there = user.partner_entries(kind).filter(pk__in={row.entry for row in rows})
        self.there = set(there.values_list("pk", flat=True))

    def named(self, row: Row) -> Named:
        """What the entry was called, and where its history is, if it is still there."""
        record = self.records[row.place.number]
        kept = [field.attname for field in record.tracked_fields]
        entry = row.kind(**{name: getattr(record, name) for name in kept})
        history = admin_urlname(row.kind._meta, SafeString("history"))
        return Named(
            str(entry), reverse(history, args=[entry.pk]) if entry.pk in self.there else ""
        )

    def what(self, row: Row) -> str:
        """The step in a word or two."""
        record = self.records[row.place.number]
        before = self.earlier.get(record.before)
        if record.history_type == "-":
            return gettext("deleted")
        if before is None:
            return gettext("begun as “%(state)s”") % {"state": record.get_state_display()}
        if before.state != record.state:
            return gettext("now “%(state)s”") % {"state": record.get_state_display()}
        if before.last_verified_on != record.last_verified_on:
            return gettext("checked")
        return gettext("changed")

    def labels(self, row: Row) -> list[str]:
        """The fields that changed besides what the step says of itself."""
        record = self.records[row.place.number]
        before = self.earlier.get(record.before)
        if before is None:
            return []
        fields = self.comparison.changed(before, record)
        return [label_of(field) for field in fields if field.name not in SAID]
