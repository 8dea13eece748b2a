"""Mails on their way: what to say to whom, and whether it was delivered."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import make_msgid
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

KEPT = timedelta(days=30)
"""How long a mail is kept once it was delivered or refused for good: it is personal data."""

UNKNOWN_ADDRESS = "SMTPRecipientsRefused"
"""How `last_error` begins where the server does not take mail for an address."""


class Setback(models.TextChoices):
    """What the mail service reports of a mail that it took, each graver than the one before."""

    SOFT = "soft", _("held up")
    REJECTED = "rejected", _("not delivered")
    COMPLAINT = "complaint", _("marked as spam by its reader")
    HARD = "hard", _("the address takes no mail")

    @property
    def lighter(self) -> list[str]:
        """None at all, and those that this one outweighs."""
        return ["", *Setback.values[: Setback.values.index(self)]]


def new_message_id() -> str:
    """A Message-ID of this site; every repeat of a mail carries the same one."""
    return make_msgid(domain=urlsplit(settings.SITE_URL).hostname)


class MessageQuerySet(models.QuerySet["Message"]):
    """Which mails."""

    def waiting(self) -> "MessageQuerySet":
        """Those that still have to be delivered."""
        return self.filter(sent_at=None, refused_at=None)

    def done_with(self, at: datetime) -> "MessageQuerySet":
        """Those delivered or refused so long ago that nothing needs them any more."""
        return self.filter(Q(sent_at__lt=at - KEPT) | Q(refused_at__lt=at - KEPT))

    def finished(self) -> "MessageQuerySet":
        """Those that were delivered, or refused for good."""
        return self.filter(Q(sent_at__isnull=False) | Q(refused_at__isnull=False))

    def to(self, address: str) -> "MessageQuerySet":
        """Those for an address, however it is written, delivered or not."""
        return self.filter(to__iexact=address)

    def in_list(self, list_id: str) -> "MessageQuerySet":
        """Those that belong to a list of mails."""
        return self.filter(list_id=list_id)

    def ended_at(self, urls: Iterable[str]) -> "MessageQuerySet":
        """Those that one POST to one of these addresses ends."""
        return self.filter(unsubscribe_url__in=list(urls))

    def bounced(self) -> "MessageQuerySet":
        """Those whose address takes no mail, as opposed to ours or to what we wrote."""
        refused = Q(refused_at__isnull=False, last_error__startswith=UNKNOWN_ADDRESS)
        return self.filter(refused | Q(setback=Setback.HARD))

    def note_setback(self, setback: Setback, at: datetime) -> None:
        """Keep what came back of them, unless it is known already or something graver is."""
        self.filter(setback__in=setback.lighter).update(setback=setback, setback_at=at)

    def note_arrival(self, at: datetime) -> None:
        """They are in their readers' mailboxes; what came back of them stays."""
        self.filter(arrived_at=None).update(arrived_at=at)

    def drop(self) -> list[int]:
        """Delete them and answer their numbers, in the caller's transaction.

        Each is locked first, as by whoever notes what became of it: the log comes after the mail.
        """
        mine = list(self.select_for_update().order_by("pk").values_list("pk", flat=True))
        Message.objects.filter(pk__in=mine).delete()
        return mine

    def newest_first(self) -> "MessageQuerySet":
        """The last written before the others."""
        return self.order_by("-pk")


class Message(models.Model):
    """One mail to one address; it exists if and only if the change it tells of was committed."""

    message_id = models.CharField(max_length=255, unique=True, default=new_message_id)
    to = models.EmailField()
    reply_to = models.EmailField(blank=True)
    subject = models.CharField(max_length=250)
    list_id = models.CharField(
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text="RFC 2919: which list of mails it belongs to.",
    )
    unsubscribe_url = models.CharField(
        max_length=500,
        blank=True,
        default="",
        db_default="",
        help_text="RFC 8058: one POST there ends such mails.",
    )
    text = models.TextField()
    html = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(
        max_length=80, blank=True, help_text="The kind of error and its SMTP code, never its text."
    )
    sent_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    arrived_at = models.DateTimeField(
        null=True, help_text="When the mail service said that it is in the mailbox."
    )
    setback = models.CharField(
        max_length=20, choices=Setback, blank=True, default="", db_default=""
    )
    setback_at = models.DateTimeField(
        null=True, help_text="When the mail service said that it came back."
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        constraints = [
            models.CheckConstraint(
                condition=~Q(to__regex=r"[\r\n]")
                & ~Q(reply_to__regex=r"[\r\n]")
                & ~Q(subject__regex=r"[\r\n]")
                & ~Q(message_id__regex=r"[\r\n]"),
                name="message_headers_have_one_line",
                violation_error_message=_("A line break in a header would start another header."),
            ),
            models.CheckConstraint(
                condition=Q(list_id__regex=r"^[A-Za-z0-9.-]*$")
                & Q(unsubscribe_url__regex=r"^(https?://[!#-;=?-~]+)?$"),
                name="message_list_headers_are_plain",
                violation_error_message=_("A list has a plain name and a plain address to end it."),
            ),
            models.CheckConstraint(
                condition=Q(sent_at=None) | Q(refused_at=None),
                name="message_sent_or_refused",
                violation_error_message=_("A mail is delivered or refused, not both."),
            ),
            models.CheckConstraint(
                condition=Q(setback="", setback_at=None)
                | Q(setback__in=Setback.values, setback_at__isnull=False),
                name="message_setback_has_moment",
                violation_error_message=_("What came back did so at a moment."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="message_waiting",
                condition=Q(sent_at=None, refused_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.message_id

    def note_delivery(self, at: datetime) -> None:
        """The server has it."""
        self._note("", sent_at=at)

    def note_failure(self, kind: str) -> None:
        """The server did not take it this time."""
        self._note(kind)

    def note_refusal(self, kind: str, at: datetime) -> None:
        """The server will not take it, however often we ask."""
        self._note(kind, refused_at=at)

    def _note(self, error: str, **moment: datetime) -> None:
        Message.objects.filter(pk=self.pk).update(
            attempts=F("attempts") + 1, last_error=error, **moment
        )


class Attachment(models.Model):
    """A file that a mail carries."""

    message = models.ForeignKey(Message, models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=r"^[A-Za-z0-9._-]+$") & ~Q(content_type__regex=r"[\r\n]"),
                name="attachment_has_plain_name",
            ),
        ]

    def __str__(self) -> str:
        return self.name
