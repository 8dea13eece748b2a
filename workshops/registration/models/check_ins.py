"""Who came through a door: what was written down there, on which device, and when."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from workshops.registration.models.registrations import LARGEST_PARTY, Registration


class CheckInQuerySet(models.QuerySet["CheckIn"]):
    """What was written down at doors."""

    def latest_first(self) -> "CheckInQuerySet":
        """What counts comes first: the last that happened, by the clocks of the devices."""
        return self.order_by("-at", "-pk")


class CheckIn(models.Model):
    """That somebody came, or that this was taken back; nothing that was written is changed."""

    class Kind(models.TextChoices):
        """What happened."""

        IN = "in", _("came")
        OUT = "out", _("taken back")

    registration = models.ForeignKey(
        Registration, models.CASCADE, related_name="check_ins", verbose_name=_("registration")
    )
    kind = models.CharField(_("what"), max_length=3, choices=Kind)
    people = models.PositiveSmallIntegerField(_("people"))
    at = models.DateTimeField(_("when"))
    received_at = models.DateTimeField(_("arrived here"))
    device = models.UUIDField(_("device"))
    key = models.UUIDField(unique=True, default=uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("written down by"),
    )

    objects = CheckInQuerySet.as_manager()

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["in", "out"]), name="checkin_kind_known"),
            models.CheckConstraint(
                condition=Q(people__gte=1, people__lte=LARGEST_PARTY),
                name="checkin_people_in_bounds",
                violation_error_message=_("Between 1 and 50 people come by one registration."),
            ),
            models.CheckConstraint(
                condition=Q(at__lte=F("received_at")),
                name="checkin_is_not_in_the_future",
                violation_error_message=_("Nobody comes later than it is written down."),
            ),
        ]
        indexes = [models.Index(fields=["registration", "-at", "-id"], name="checkin_latest")]

    def __str__(self) -> str:
        return f"#{self.registration_id}: {self.kind}"
