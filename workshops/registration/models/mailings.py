"""What an organiser wrote to many who registered for a workshop."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workshops.models import Workshop
from workshops.registration.models.registrations import one_line

LONGEST_TEXT = 5_000


class BulkMailQuerySet(models.QuerySet["BulkMail"]):
    """Which of them."""

    def newest_first(self) -> "BulkMailQuerySet":
        """The last sent before the others."""
        return self.select_related("sent_by").order_by("-sent_at", "-pk")


class BulkMail(models.Model):
    """A mail to many who registered, written once, however often it was sent off."""

    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="bulk_mails", verbose_name=_("workshop")
    )
    subject = models.CharField(_("subject"), max_length=150, validators=[one_line])
    text = models.TextField(_("text"), max_length=LONGEST_TEXT)
    to_whom = models.CharField(_("to"), max_length=500)
    recipients = models.PositiveIntegerField(_("people"))
    sent_at = models.DateTimeField(_("sent"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("sent by"),
    )
    idempotency_key = models.UUIDField(unique=True, editable=False)
    fingerprint = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        help_text="The same for the same words to the same people on the same day.",
    )

    objects = BulkMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail to many")
        verbose_name_plural = _("mails to many")
        constraints = [
            models.CheckConstraint(
                condition=Q(recipients__gte=1),
                name="bulkmail_reaches_somebody",
                violation_error_message=_("There is nobody to write to."),
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=r"[[:cntrl:]]"),
                name="bulkmail_subject_is_a_line",
                violation_error_message=_("Write the subject on one line."),
            ),
        ]
        indexes = [models.Index(fields=["workshop", "sent_at"], name="bulkmail_of_a_workshop")]

    def __str__(self) -> str:
        return self.subject
