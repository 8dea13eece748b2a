"""How initiatives relate to one another."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry


class RelationQuerySet(models.QuerySet["Relation"]):
    """How initiatives relate."""

    def public(self) -> "RelationQuerySet":
        """Those of which both sides are public."""
        return self.filter(
            initiative__state=Entry.State.PUBLISHED, related__state=Entry.State.PUBLISHED
        )

    def to_public(self) -> "RelationQuerySet":
        """Those that lead to what everyone may see."""
        public = self.filter(related__state=Entry.State.PUBLISHED)
        return public.order_by("kind", "related__title", "pk")

    def from_public(self) -> "RelationQuerySet":
        """Those that come from what everyone may see."""
        public = self.filter(initiative__state=Entry.State.PUBLISHED)
        return public.order_by("kind", "initiative__title", "pk")


class Relation(models.Model):
    """How one initiative relates to another; read it as “initiative, kind, related”."""

    class Kind(models.TextChoices):
        """The relations there are."""

        PART_OF = "part-of", _("is part of")
        SUCCEEDS = "succeeds", _("succeeds")
        INSPIRED_BY = "inspired-by", _("was inspired by")

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=20, choices=Kind)
    related = models.ForeignKey(
        "Initiative",
        models.CASCADE,
        related_name="inverse_relations",
        verbose_name=_("other initiative"),
    )

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("related initiative")
        verbose_name_plural = _("related initiatives")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "kind", "related"],
                name="relation_unique",
                violation_error_message=_("This relation is listed already."),
            ),
            models.CheckConstraint(
                condition=~Q(initiative=F("related")),
                name="relation_not_with_itself",
                violation_error_message=_("An initiative cannot relate to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.related}"

    @property
    def inverse_label(self) -> str:
        """The relation read from the other side."""
        labels = {
            self.Kind.PART_OF: gettext("includes"),
            self.Kind.SUCCEEDS: gettext("was continued by"),
            self.Kind.INSPIRED_BY: gettext("inspired"),
        }
        return labels[self.Kind(self.kind)]
