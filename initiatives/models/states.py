"""Where an initiative stands on a given day."""

from datetime import date

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where an initiative stands on a given day; computed, never typed."""

    RUNNING = "running", _("running")
    UPCOMING = "upcoming", _("upcoming")
    ENDED = "ended", _("ended")
    UNKNOWN = "unknown", _("status unknown")


def status_on(day: date) -> Case:
    """The Status on that day in SQL: the same rule as Initiative.status()."""
    return Case(
        When(start_earliest__gt=day, then=Value(Status.UPCOMING)),
        When(end_latest__lt=day, then=Value(Status.ENDED)),
        When(start=None, then=Value(Status.UNKNOWN)),
        When(Q(open_ended=True) | Q(end__isnull=False), then=Value(Status.RUNNING)),
        default=Value(Status.UNKNOWN),
        output_field=models.CharField(),
    )
