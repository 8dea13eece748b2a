"""How old what is public has become, by whose it is and of which kind."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.contrib.admin import site
from django.db import models
from django.db.models import Aggregate, Count, Q, Window
from django.db.models.functions import RowNumber
from django.urls import reverse

from clusterix.curation.freshness.models import CheckedLink
from clusterix.curation.freshness.places import places, where
from clusterix.curation.models import Entry, EntryQuerySet, Partner, User

OLDEST = 5


class MedianDay(Aggregate):
    """The day in the middle."""

    template = "PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = models.DateField()


@dataclass(frozen=True)
class Figures:
    """What a partner published of one kind."""

    kind: type[Entry]
    published: int
    unchecked: int
    stale: int
    incomplete: int
    dead_links: int
    median_age: timedelta | None
    """Of the last checks of those that can become wrong; None where there are none."""

    @property
    def label(self) -> str:
        """What they are."""
        return str(self.kind._meta.verbose_name_plural)

    @property
    def url(self) -> str:
        """Where they are listed."""
        return reverse(f"admin:{self.kind._meta.app_label}_{self.kind._meta.model_name}_changelist")


@dataclass(frozen=True)
class Old:
    """An entry that nobody has checked for long."""

    entry: Any

    @property
    def url(self) -> str:
        """Where it is changed."""
        names = f"{self.entry._meta.app_label}_{self.entry._meta.model_name}"
        return reverse(f"admin:{names}_change", args=[self.entry.pk])


@dataclass
class Ageing:
    """All that one partner published."""

    partner: Partner
    figures: list[Figures] = field(default_factory=list)
    oldest: list[Old] = field(default_factory=list)


def ageing(user: User, at: date) -> list[Ageing]:
    """By partner, as far as the user sees behind the scenes; in as many queries for one as for all.

    Partners that have published nothing are left out.
    """
    told = {partner.pk: Ageing(partner) for partner in user.own_partners()}
    dead = dead_links(user)
    for kind in Entry.__subclasses__():
        published = user.partner_entries(kind).public().with_checks().filter(owner__in=list(told))
        for owner, figures in counted(published, at, dead).items():
            told[owner].figures.append(figures)
        for entry in longest_unchecked(published, at):
            told[entry.owner_id].oldest.append(Old(entry))
    for one in told.values():
        one.oldest.sort(key=lambda old: old.entry.checked_on)
        del one.oldest[OLDEST:]
    return [one for one in told.values() if one.figures]


def counted(
    published: EntryQuerySet[Any], at: date, dead: Mapping[tuple[int, type[Entry]], int]
) -> dict[int, Figures]:
    """By partner, how many entries of one kind are how old."""
    kind = published.model
    rows = (
        published.order_by()
        .values("owner")
        .annotate(
            published=Count("pk"),
            unchecked=Count("pk", filter=Q(last_verified_on=None)),
            stale=Count("pk", filter=kind.is_stale(at)),
            incomplete=Count("pk", filter=kind.lacks(wanted(kind))),
            middle=MedianDay("checked_on", filter=kind.ages(at) or None),
        )
    )
    return {
        row["owner"]: Figures(
            kind=kind,
            published=row["published"],
            unchecked=row["unchecked"],
            stale=row["stale"],
            incomplete=row["incomplete"],
            dead_links=dead.get((row["owner"], kind), 0),
            median_age=row["middle"] and at - row["middle"],
        )
        for row in rows
    }


def longest_unchecked(published: EntryQuerySet[Any], at: date) -> Sequence[Any]:
    """Of each partner the entries of one kind whose last check was the longest ago."""
    line = Window(RowNumber(), partition_by="owner", order_by=["checked_on", "pk"])
    ages = published.filter(published.model.ages(at)).annotate(number=line)
    return list(ages.filter(number__lte=OLDEST).order_by("checked_on", "pk"))


def dead_links(user: User) -> Mapping[tuple[int, type[Entry]], int]:
    """How many dead links each partner has in entries of each kind."""
    links = list(CheckedLink.objects.dead())
    found = where(links, {place: place.rows_of(user) for place in places()})
    return Counter((one.entry.owner_id, type(one.entry)) for one in found)


def wanted(kind: type[Entry]) -> Iterable[str]:
    """The fields without which an entry of that kind counts as incomplete."""
    admin: Any = site.get_model_admin(kind)
    fields: Iterable[str] = admin.wanted
    return fields
