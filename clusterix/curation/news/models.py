"""How curators want to hear of things, and what they are still to hear of."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

LONGEST_TEXT = 400


class MailWish(models.Model):
    """How somebody wants to hear of what waits for them, and of what became of what they began."""

    class How(models.TextChoices):
        """Once for each event, gathered, or not at all."""

        AT_ONCE = "at_once", _("a mail at once for each")
        DAILY = "daily", _("one mail a day")
        NEVER = "never", _("no mails: I look at my desk")

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_wish")
    how = models.CharField(_("mails about reviews"), max_length=10, choices=How)

    class Meta:
        verbose_name = _("wish about mails")
        verbose_name_plural = _("wishes about mails")
        constraints = [
            models.CheckConstraint(
                condition=Q(how__in=["at_once", "daily", "never"]), name="mailwish_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_how_display()


class Notice(models.Model):
    """Something that somebody is to hear of once a day, until the mail is written."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.CharField(_("what happened"), max_length=LONGEST_TEXT)
    path = models.CharField(_("where"), max_length=300)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        indexes = [models.Index(fields=["user", "at"], name="notice_user")]

    def __str__(self) -> str:
        return self.text
