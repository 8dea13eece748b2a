"""What readers say is wrong with an entry, for those who curate it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, User

LONGEST_TEXT = 2_000

ADDRESS_KEPT = timedelta(days=180)
"""How long a reader's address waits for an answer."""
ADDRESS_KEPT_ONCE_HANDLED = timedelta(days=30)


def kinds() -> dict[str, type[Entry]]:
    """The kinds of entry, each by the name it has in addresses."""
    return {str(kind._meta.model_name): kind for kind in Entry.__subclasses__()}


@dataclass(frozen=True)
class Told:
    """What a reader wrote in the form."""

    text: str
    part: str
    email: str
    language: str
    idempotency_key: UUID


@dataclass(frozen=True)
class Answer:
    """What a curator says became of a report, and whether the reader is to read it."""

    state: str
    text: str
    reply: bool


class ReportQuerySet(models.QuerySet["Report"]):
    """Which reports."""

    def on_entries_of(self, user: User) -> "ReportQuerySet":
        """Those on entries that the user sees behind the scenes."""
        seen = (
            Q(
                content_type__app_label=kind._meta.app_label,
                content_type__model=name,
                object_id__in=user.partner_entries(kind).values("pk"),
            )
            for name, kind in kinds().items()
        )
        return self.filter(reduce(or_, seen))

    def open(self) -> "ReportQuerySet":
        """Those that nobody has answered or dismissed."""
        return self.filter(state=Report.State.OPEN)

    def earliest_first(self) -> "ReportQuerySet":
        """As they came in."""
        return self.order_by("created_at", "pk")

    def open_first(self) -> "ReportQuerySet":
        """Those that wait first, then those that were handled last."""
        return self.order_by(F("handled_at").desc(nulls_first=True), "-pk")

    def to_forget(self, at: datetime) -> "ReportQuerySet":
        """Those whose reader's address may not be kept any longer at that moment."""
        unanswered = Q(created_at__lte=at - ADDRESS_KEPT)
        handled = Q(handled_at__lte=at - ADDRESS_KEPT_ONCE_HANDLED)
        return self.exclude(email="").filter(unanswered | handled)


class Report(models.Model):
    """An error that a reader found in an entry."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        DISMISSED = "dismissed", _("dismissed")

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    entry = GenericForeignKey("content_type", "object_id")
    part = models.CharField(_("part of the page"), max_length=40, blank=True)
    text = models.TextField(_("what is wrong"), max_length=LONGEST_TEXT)
    email = models.EmailField(
        _("e-mail address for the answer"), blank=True, help_text=_("Erased after its time.")
    )
    language = models.CharField(max_length=10, default="en")
    idempotency_key = models.UUIDField(unique=True)
    created_at = models.DateTimeField(_("received"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), max_length=LONGEST_TEXT, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("handled by"),
    )
    handled_at = models.DateTimeField(_("handled"), null=True, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report from a reader")
        verbose_name_plural = _("reports from readers")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & Q(LessThanOrEqual(Length("text"), LONGEST_TEXT)),
                name="report_says_something_short",
                violation_error_message=_("Say what is wrong, in 2,000 characters at most."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", handled_at=None, answer="")
                | (
                    Q(state__in=["answered", "dismissed"], handled_at__isnull=False) & ~Q(answer="")
                ),
                name="report_handled_with_an_answer",
                violation_error_message=_("Say what became of it."),
            ),
            models.CheckConstraint(
                condition=Q(email__regex=r"^\S*$"),
                name="report_address_is_one_word",
                violation_error_message=_("An e-mail address has no spaces."),
            ),
        ]
        indexes = [models.Index(fields=["content_type", "object_id"], name="report_entry")]

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def part_label(self) -> str:
        """The heading of the part that the reader chose; empty where none was."""
        headings: dict[str, str] = dict(self.entry.headings.choices) if self.entry else {}
        return str(headings.get(self.part, self.part))

    @property
    def wants_answer(self) -> bool:
        """There is an address to answer to."""
        return bool(self.email)

    def says(self, entry: Entry, told: Told) -> bool:
        """It is this that was told of that entry."""
        return self.entry == entry and (self.text, self.part, self.email) == (
            told.text,
            told.part,
            told.email,
        )

    def handle(self, answer: Answer, by: User, at: datetime) -> None:
        """Somebody answered or dismissed it."""
        self.state, self.answer = answer.state, answer.text
        self.handled_by, self.handled_at = by, at
        self.save()
