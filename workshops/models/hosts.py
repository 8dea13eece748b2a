"""Who holds workshops."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from people.models import Organisation


class HostQuerySet(models.QuerySet["Host"]):
    """Who holds workshops."""

    def in_order(self) -> "HostQuerySet":
        """The leading host first."""
        return self.order_by("position", "pk")


class Host(models.Model):
    """An organisation that holds a workshop."""

    workshop = models.ForeignKey("Workshop", models.CASCADE, related_name="host_rows")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="host_rows", verbose_name=_("organisation")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = HostQuerySet.as_manager()

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "organisation"],
                name="host_unique",
                violation_error_message=_("This organisation is a host already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)
