"""Pairs of records that look like the same one, and what was made one."""

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, TypedDict

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.models import User
from people.models import Organisation, Person

Twin = Organisation | Person
KINDS: dict[str, Any] = {"organisation": Organisation, "person": Person}
"""The kinds of entry of which two can be merged, each by the name it has in addresses."""


def of_kind(name: str) -> Q:
    """What is about that kind of entry."""
    return Q(content_type__app_label="people", content_type__model=name)


class Moved(TypedDict):
    """What a merge did to the rows that led to an entry through one foreign key."""

    model: str
    field: str
    moved: list[Any]
    """The primary keys of those that lead to the other entry since."""
    cleared: list[Any]
    """Of those that would lead to themselves, and lead nowhere since."""
    twins: list[dict[str, Any]]
    """The columns of those that the other entry had too; they were deleted."""


class Record(TypedDict):
    """All that undoing a merge takes."""

    state: str
    names: list[list[Any]]
    """Primary keys and names of the other names that were added."""
    links: list[Moved]


class PairQuerySet(models.QuerySet["Pair"]):
    """Which pairs."""

    def likely(self) -> "PairQuerySet":
        """Those that nobody has told apart."""
        return self.filter(apart_at=None)

    def for_curator(self, user: User) -> "PairQuerySet":
        """Those of which the user sees both sides, and curates one."""
        return self.filter(reduce(or_, (_concerning(user, name) for name in KINDS)))

    def of(self, entry: Twin) -> "PairQuerySet":
        """Those with that entry."""
        kind = of_kind(str(entry._meta.model_name))
        return self.filter(kind, Q(one_id=entry.pk) | Q(other_id=entry.pk))

    def likeliest_first(self) -> "PairQuerySet":
        """The most alike first."""
        return self.order_by("-likeness", "pk")


def _concerning(user: User, name: str) -> Q:
    own = user.partner_entries(KINDS[name]).values("pk")
    seen = user.linkable_entries(KINDS[name]).choosable().values("pk")
    return (
        of_kind(name)
        & Q(one_id__in=seen, other_id__in=seen)
        & (Q(one_id__in=own) | Q(other_id__in=own))
    )


class Pair(models.Model):
    """Two entries of a kind that look like the same one, or of which somebody said they are not."""

    class Mark(models.TextChoices):
        """What two entries have in common."""

        NAME = "name", _("name")
        ROR = "ror", _("ROR id")
        WIKIDATA = "wikidata", _("Wikidata item")
        WEBSITE = "website", _("website")
        ORCID = "orcid", _("ORCID")

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    one_id = models.PositiveBigIntegerField()
    other_id = models.PositiveBigIntegerField()
    one: Any = GenericForeignKey("content_type", "one_id")
    other: Any = GenericForeignKey("content_type", "other_id")
    likeness = models.FloatField(_("likeness"), default=1)
    marks = ArrayField(
        models.CharField(max_length=10, choices=Mark),
        verbose_name=_("in common"),
        default=list,
        blank=True,
    )
    apart_at = models.DateTimeField(_("told apart"), null=True, blank=True)
    apart_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    objects = PairQuerySet.as_manager()

    class Meta:
        verbose_name = _("likely duplicate")
        verbose_name_plural = _("likely duplicates")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "one_id", "other_id"], name="pair_unique"
            ),
            models.CheckConstraint(condition=Q(one_id__lt=F("other_id")), name="pair_in_order"),
        ]
        indexes = [models.Index(fields=["-likeness", "id"], name="pair_likeness")]

    def __str__(self) -> str:
        return f"{self.one} / {self.other}"


class MergeQuerySet(models.QuerySet["Merge"]):
    """Which merges."""

    def for_curator(self, user: User) -> "MergeQuerySet":
        """Those of entries that the user curates."""
        return self.filter(reduce(or_, (_between_own(user, name) for name in KINDS)))

    def latest_first(self) -> "MergeQuerySet":
        """The last first."""
        return self.order_by("-merged_at", "-pk")

    def standing(self) -> "MergeQuerySet":
        """Those that were not undone."""
        return self.filter(undone_at=None)

    def that_took(self, entry: Twin) -> "MergeQuerySet":
        """The one by which that entry became part of another."""
        return self.standing().filter(of_kind(str(entry._meta.model_name)), gone_id=entry.pk)


def _between_own(user: User, name: str) -> Q:
    own = user.partner_entries(KINDS[name]).values("pk")
    return of_kind(name) & Q(kept_id__in=own, gone_id__in=own)


class Merge(models.Model):
    """Two entries that turned out to be one: which stayed, what it took over, and why."""

    content_type = models.ForeignKey(ContentType, models.CASCADE, related_name="+")
    kept_id = models.PositiveBigIntegerField()
    gone_id = models.PositiveBigIntegerField()
    kept: Any = GenericForeignKey("content_type", "kept_id")
    gone: Any = GenericForeignKey("content_type", "gone_id")
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    record = models.JSONField()
    merged_at = models.DateTimeField(_("merged"))
    merged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("merged by"),
    )
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("undone by"),
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "gone_id"],
                condition=Q(undone_at=None),
                name="merge_standing_unique",
            ),
            models.CheckConstraint(
                condition=~Q(kept_id=F("gone_id")), name="merge_not_with_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gone} → {self.kept}"

    @property
    def links(self) -> Iterable[Moved]:
        """What led to the entry that went."""
        found: list[Moved] = self.record["links"]
        return found
