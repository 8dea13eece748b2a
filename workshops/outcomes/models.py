"""Reminders of what was agreed: which were written, so that each is written once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from workshops.models import Outcome


class Reminder(models.Model):
    """A reminder of an outcome, committed with its mails; a day that moves asks for a new one."""

    class Occasion(models.TextChoices):
        """When its owner is reminded."""

        SOON = "soon", _("before it is due")
        OVERDUE = "overdue", _("once it is overdue")

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="reminders")
    occasion = models.CharField(max_length=10, choices=Occasion)
    due_on = models.DateField(help_text="The day on which the outcome was due then.")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint(
                fields=["outcome", "occasion", "due_on"],
                name="reminder_unique",
                violation_error_message=_("The owner was reminded of this already."),
            ),
            models.CheckConstraint(
                condition=models.Q(occasion__in=["soon", "overdue"]),
                name="reminder_occasion_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} ({self.get_occasion_display()})"
