"""Who takes practices over, and how far they have come."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from clusterix.lib.partial_dates import Earliest, PartialDateField
from people.models import Organisation, Region


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Who takes practices over."""

    def public(self) -> "TransferQuerySet":
        """Those of public initiatives by whom everyone may see."""
        return self.by_public_adopters().filter(initiative__state=Entry.State.PUBLISHED)

    def by_public_adopters(self) -> "TransferQuerySet":
        """Those by a region or a public organisation, with all that they name."""
        return self.filter(
            Q(region__isnull=False) | Q(organisation__state=Entry.State.PUBLISHED)
        ).select_related("initiative", "region", "organisation")

    def within(self, region: str) -> "TransferQuerySet":
        """Those to the region of that code, to one that lies in it, or to who sits there."""
        return self.filter(self._taken_over_in(region))

    def out_of(self, region: str) -> "TransferQuerySet":
        """Those to elsewhere of what takes place in the region of that code."""
        placed = Region.initiatives.through.objects.filter(
            initiative=OuterRef("initiative"), region__code__startswith=region
        )
        return self.filter(Exists(placed)).exclude(self._taken_over_in(region))

    @staticmethod
    def _taken_over_in(region: str) -> Q:
        """By a region that lies there, or by a public organisation that sits there."""
        by_organisation = Q(
            organisation__state=Entry.State.PUBLISHED,
            organisation__region__code__startswith=region,
        )
        return Q(region__code__startswith=region) | by_organisation

    def with_origins(self) -> "TransferQuerySet":
        """With the regions in which the initiatives take place."""
        regions = Region.objects.in_order()
        return self.prefetch_related(Prefetch("initiative__regions", regions))

    def earliest_first(self) -> "TransferQuerySet":
        """As they happened; where that is not known, at the end."""
        return self.order_by(F("date_earliest").asc(nulls_last=True), "pk")

    def latest_first(self) -> "TransferQuerySet":
        """The latest first; where that is not known, at the end."""
        return self.order_by(F("date_earliest").desc(nulls_last=True), "-pk")


class Transfer(models.Model):
    """A region or organisation that takes a practice over, and how far it has come."""

    class Stage(models.TextChoices):
        """How far the transfer has come."""

        INTERESTED = "interested", _("interested")
        PLANNING = "planning", _("planning")
        ADAPTING = "adapting", _("adapting")
        ADOPTED = "adopted", _("adopted")
        DROPPED = "dropped", _("dropped")

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="transfers")
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("region"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("organisation"),
    )
    date = PartialDateField(_("date"))
    date_earliest = models.GeneratedField(
        expression=Earliest("date"), output_field=models.DateField(), db_persist=True
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    what_changed = models.CharField(_("what changed"), max_length=500, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False) | Q(organisation__isnull=False),
                name="transfer_has_adopter",
                violation_error_message=_("Say which region or organisation takes it over."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.region}: {self.get_stage_display()}"

    @property
    def public_organisation(self) -> Organisation | None:
        """The organisation that takes it over, where everyone may see that one."""
        return self.organisation if self.organisation and self.organisation.is_public else None

    @property
    def adopter(self) -> Organisation | Region | None:
        """Who takes it over, as far as everyone may know."""
        return self.public_organisation or self.region
