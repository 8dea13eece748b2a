"""Who does what in which initiative."""

from typing import NamedTuple

from django.db import models
from django.db.models import Case, Value, When
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from people.models import Organisation


class PartPlayed(NamedTuple):
    """The part of an organisation in an initiative: its role, and what tells it from others."""

    role: str
    key: str
    kind: str
    name: str


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    """Who does what in which initiative."""

    def public(self) -> "InvolvementQuerySet":
        """Those of which both sides are public, with both."""
        return self.filter(
            initiative__state=Entry.State.PUBLISHED, organisation__state=Entry.State.PUBLISHED
        ).select_related("initiative", "organisation")

    def of_public_organisations(self) -> "InvolvementQuerySet":
        """Those whose organisation everyone may see, with it."""
        public = self.filter(organisation__state=Entry.State.PUBLISHED)
        return public.select_related("organisation").defer(
            "organisation__description", "organisation__search"
        )

    def by_role(self) -> "InvolvementQuerySet":
        """The leading roles first, and then as the curator ordered them."""
        roles = enumerate(Involvement.Role)
        rank = Case(*(When(role=role, then=Value(place)) for place, role in roles))
        return self.order_by(rank, "position", "organisation__name", "initiative__title", "pk")


class Involvement(models.Model):
    """The part an organisation plays in an initiative."""

    class Role(models.TextChoices):
        """The parts there are, the leading ones first."""

        OWNER = "owner", _("owner")
        COORDINATOR = "coordinator", _("coordinator")
        PARTNER = "partner", _("partner")
        FUNDER = "funder", _("funder")
        HOST = "host", _("host")
        BENEFICIARY = "beneficiary", _("beneficiary")

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="involvements")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="involvements",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        verbose_name = _("involved organisation")
        verbose_name_plural = _("involved organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "organisation", "role"],
                name="involvement_unique",
                violation_error_message=_("This organisation has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


WEIGHTS = {role.value: weight for weight, role in enumerate(reversed(Involvement.Role), 1)}
"""How large an organisation stands in the mark of an initiative, by its role."""
