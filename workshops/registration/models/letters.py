"""The letters of a registration: how an organiser words them, and what was written to whom."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from clusterix.lib.placeholders import in_braces, is_balanced, unknown
from clusterix.mail.models import UNKNOWN_ADDRESS, Message, Setback
from workshops.registration.models.registrations import Registration, one_line
from workshops.registration.models.terms import RegistrationSettings

LONGEST_WORDING = 4_000
LONGEST_MENTION = 40


class LetterKind(models.TextChoices):
    """What we write about a registration, each called as its template."""

    ADDRESS = "registration_address", _("confirm the address")
    PENDING = "registration_pending", _("arrived, waits for approval")
    CONFIRMED = "registration_confirmed", _("place confirmed")
    WAITING = "registration_waiting", _("on the waiting list")
    OFFER = "registration_offer", _("a place is offered")
    EXPIRED = "registration_expired", _("offer over")
    REMINDER = "registration_reminder", _("reminder")
    REFUSED = "registration_refused", _("not taken")
    CHANGED = "registration_changed", _("changed")
    CANCELLED = "registration_cancelled", _("cancelled, place given up")
    LEFT = "registration_left", _("cancelled before there was a place")
    LINK = "registration_link", _("link sent again")
    THANKS = "registration_thanks", _("after the event")
    PROGRAMME = "programme_version", _("programme announced")
    NOTE = "organiser_note", _("mail to many")


WORDED = [kind for kind in LetterKind if kind not in (LetterKind.PROGRAMME, LetterKind.NOTE)]
"""Those whose opening words an organiser can write."""

COMMON = ("name", "workshop", "when", "where", "people")
FURTHER = {LetterKind.WAITING: ("position",), LetterKind.OFFER: ("until",)}


def placeholders(kind: str) -> tuple[str, ...]:
    """What the words of such a letter can have in braces."""
    return COMMON + FURTHER.get(LetterKind(kind), ())


def language_choices() -> list[tuple[str, str]]:
    """The languages in which people register."""
    return [(code, str(name)) for code, name in settings.LANGUAGES]


class LetterText(models.Model):
    """The words with which a letter about a workshop's registrations opens in a language.

    Facts, links and what is said of privacy are around them, whatever they are.
    """

    terms = models.ForeignKey(RegistrationSettings, models.CASCADE, related_name="letter_texts")
    kind = models.CharField(_("letter"), max_length=30, choices=LetterKind)
    language = models.CharField(_("language"), max_length=10, choices=language_choices)
    subject = models.CharField(
        _("subject"),
        max_length=150,
        blank=True,
        validators=[one_line],
        help_text=_("Empty: ours."),
    )
    text = models.TextField(
        _("opening words"),
        max_length=LONGEST_WORDING,
        blank=True,
        help_text=_(
            "As plain text, after “Dear …”; an empty line begins a paragraph. Addresses of pages "
            "do not become links. Empty: ours."
        ),
    )
    changed_at = models.DateTimeField(_("changed"), auto_now=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("changed by"),
    )

    class Meta:
        verbose_name = _("text of a letter")
        verbose_name_plural = _("texts of letters")
        constraints = [
            models.UniqueConstraint(
                fields=["terms", "kind", "language"],
                name="lettertext_one_for_each_letter",
                violation_error_message=_("This letter has words of yours in that language."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=WORDED),
                name="lettertext_kind_known",
                violation_error_message=_("There is no such letter."),
            ),
            models.CheckConstraint(
                condition=~Q(subject="") | ~Q(text=""),
                name="lettertext_says_something",
                violation_error_message=_("Write a subject or words, or go back to ours."),
            ),
            models.CheckConstraint(
                condition=~Q(subject__regex=r"[[:cntrl:]]"),
                name="lettertext_subject_is_a_line",
                violation_error_message=_("Write the subject on one line."),
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("text"), LONGEST_WORDING),
                name="lettertext_text_in_bounds",
                violation_error_message=_("Write 4,000 characters at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.language})"

    def clean(self) -> None:
        """What stands in braces is known; the message names what is not."""
        wrong = {}
        for field in ("subject", "text"):
            if problem := problem_with(getattr(self, field), placeholders(self.kind)):
                wrong[field] = ValidationError(problem, code="placeholder")
        if wrong:
            raise ValidationError(wrong)


def problem_with(text: str, names: tuple[str, ...]) -> str:
    """What is wrong with the braces of a text, in a sentence; empty if nothing is."""
    if strange := unknown(text, names):
        told = ", ".join(word[:LONGEST_MENTION] for word in strange)
        known = ", ".join(map(in_braces, names))
        return _t("Not known here: %(told)s. You can use %(known)s.") % {
            "told": told,
            "known": known,
        }
    if not is_balanced(text):
        return _t("A brace stands alone. Write “{{” or “}}” where you mean a brace itself.")
    return ""


class WrittenLetterQuerySet(models.QuerySet["WrittenLetter"]):
    """Which letters."""

    def about(self, workshop: int) -> "WrittenLetterQuerySet":
        """Those about the registrations of a workshop."""
        return self.filter(registration__workshop=workshop)

    def came_back(self) -> "WrittenLetterQuerySet":
        """Those that did not reach anybody."""
        return self.exclude(failure__in=["", Setback.SOFT, Setback.COMPLAINT])

    def unwelcome(self) -> "WrittenLetterQuerySet":
        """Those after which we write only what is owed: the address takes none, or wants none."""
        return self.filter(
            Q(failure__in=[Setback.HARD, Setback.COMPLAINT])
            | Q(failure__startswith=UNKNOWN_ADDRESS)
        )


class WrittenLetter(models.Model):
    """That somebody was written to, and what became of it; it outlasts the mail itself.

    PostgreSQL keeps it in step with the mail, whoever says what became of that.
    """

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="letters")
    kind = models.CharField(_("what"), max_length=30, choices=LetterKind)
    written_at = models.DateTimeField(_("when"))
    message = models.ForeignKey(Message, models.SET_NULL, null=True, related_name="+")
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    failed_at = models.DateTimeField(_("came back"), null=True)
    failure = models.CharField(
        _("why"),
        max_length=80,
        blank=True,
        default="",
        help_text="What the mail service reports, or the kind of error; never its text.",
    )

    objects = WrittenLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(kind="registration_thanks"),
                name="writtenletter_thanks_once",
                violation_error_message=_("They were thanked already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LetterKind.values), name="writtenletter_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(failed_at=None, failure="")
                | Q(failed_at__isnull=False) & ~Q(failure=""),
                name="writtenletter_failure_has_moment",
                violation_error_message=_("What came back did so at a moment, for a reason."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["registration"],
                condition=~Q(failure=""),
                name="writtenletter_failed",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def fate(self) -> str:
        """What became of it, in words."""
        if self.failure in Setback.values:
            return str(Setback(self.failure).label)
        if self.failure.startswith(UNKNOWN_ADDRESS):
            return str(Setback.HARD.label)
        if self.failure:
            return _t("not delivered: %(why)s") % {"why": self.failure}
        return _t("delivered") if self.delivered_at else _t("not yet delivered")
