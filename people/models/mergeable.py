"""What entries share of which two can turn out to be one."""

from typing import TypeVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, EntryQuerySet

M = TypeVar("M", bound="Entry")


class MergeableQuerySet(EntryQuerySet[M]):
    """Entries of which two can turn out to be one."""

    def choosable(self) -> "MergeableQuerySet[M]":
        """Those that were not merged into another, which is to be chosen instead."""
        return self.filter(merged_into=None)

    def once_called(self, slug: str) -> "MergeableQuerySet[M]":
        """Entries whose address was that slug before, or that of one that was merged into them."""
        past = self.model.history.filter(slug=slug).values("id")
        merged = self.model.unscoped.filter(Q(slug=slug) | Q(pk__in=past)).values("merged_into")
        return self.filter(Q(pk__in=past) | Q(pk__in=merged)).order_by("-updated_at", "-pk")


class Mergeable(models.Model):
    """What an entry has that can turn out to be the same as another."""

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(state="archived") & ~Q(merged_into=F("id"))),
                name="%(class)s_merged_is_archived",
                violation_error_message=_("This was merged into another entry. Undo that first."),
            ),
        ]
