"""Who takes part in a workshop, what happened to each registration, and what was offered."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import (
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Sum,
    Value,
)
from django.db.models.functions import Lower, Trim, TruncDay
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusterix.lib.countries import countries
from clusterix.lib.personal import coarsened
from clusterix.mail.models import Message
from workshops.models import Workshop
from workshops.registration.models.consents import AudienceCategory, ConsentText
from workshops.registration.models.states import (
    ACCEPTED,
    ACTIVE,
    CHANGEABLE,
    HOLDING,
    EventKind,
    State,
)

LARGEST_PARTY = 50
TIME_TO_CONFIRM = timedelta(hours=48)
"""How long the link in the first mail is of use, where an address has to be confirmed."""
MOMENTS = (
    "created_at", "consented_at", "waiting_since", "cancelled_at", "updated_at", "erased_at",
)  # fmt: skip
"""Of which only the day is left of who was erased."""

one_line = RegexValidator(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029]",
    _("Write this on one line, without control characters."),
    inverse_match=True,
)


def new_reference() -> str:
    """The secret part of a registration's address: 192 random bits."""
    return secrets.token_urlsafe(24)


def country_choices() -> list[tuple[str, str]]:
    """All countries in the active language."""
    return countries()


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Which registrations."""

    def active(self) -> "RegistrationQuerySet":
        """Those by which somebody comes, or would like to."""
        return self.filter(state__in=ACTIVE)

    def holding(self) -> "RegistrationQuerySet":
        """Those that hold places."""
        return self.filter(state__in=HOLDING)

    def accepted(self) -> "RegistrationQuerySet":
        """Those of people who come, or came."""
        return self.filter(state__in=ACCEPTED)

    def in_line(self) -> "RegistrationQuerySet":
        """Those that wait for a place, the next first."""
        waiting = self.filter(state=State.WAITING)
        return waiting.order_by("-has_priority", "waiting_since", "pk")

    def run_out(self, at: datetime) -> "RegistrationQuerySet":
        """Those that somebody should have answered by that moment, and did not."""
        offers = Offer.objects.run_out(at).filter(registration=OuterRef("pk"))
        unconfirmed = Q(state=State.UNCONFIRMED, created_at__lte=at - TIME_TO_CONFIRM)
        return self.filter(Q(Exists(offers)) | unconfirmed)

    def to_catch_up(self, at: datetime) -> list[int]:
        """The workshops at which somebody's time is over, or somebody waits."""
        waiting = self.upcoming(at).filter(state=State.WAITING)
        rows = self.run_out(at).order_by().values_list("workshop", flat=True)
        return sorted({*rows, *waiting.order_by().values_list("workshop", flat=True)})

    def ahead_of(self, registration: "Registration") -> "RegistrationQuerySet":
        """Those that wait for the same workshop and come first."""
        waits = Q(waiting_since__lt=registration.waiting_since) | Q(
            waiting_since=registration.waiting_since, pk__lt=registration.pk
        )
        same = Q(has_priority=registration.has_priority) & waits
        first = Q() if registration.has_priority else Q(has_priority=True)
        line = self.filter(workshop=registration.workshop_id).in_line()
        return line.filter(same | first if first else same)

    def of(self, email: str) -> "RegistrationQuerySet":
        """Those made with an address, however it was written."""
        return self.filter(email_normalised=email.strip().lower(), erased_at=None)

    def made_by(self, key: UUID) -> "RegistrationQuerySet":
        """The one that a form became, if it was sent before."""
        return self.filter(idempotency_key=key)

    def for_page(self) -> "RegistrationQuerySet":
        """Those that were not erased, with their workshops and terms."""
        return self.filter(erased_at=None).select_related(
            "workshop__registration_settings", "workshop__region", "audience"
        )

    def upcoming(self, at: datetime) -> "RegistrationQuerySet":
        """Those for workshops that are not over that day."""
        return self.filter(workshop__ends_on__gte=at.date())

    def for_update(self) -> "RegistrationQuerySet":
        """Held until the end of the transaction, with their workshops."""
        return self.select_related("workshop").select_for_update(of=("self",)).order_by("pk")

    def places(self) -> int:
        """How many people they bring."""
        total: int | None = self.aggregate(total=Sum("party_size"))["total"]
        return total or 0

    def to_erase(self, at: datetime) -> "RegistrationQuerySet":
        """Those whose names and addresses have been kept as long as they may."""
        kept = ExpressionWrapper(
            F("workshop__registration_settings__retention_days") * timedelta(days=1),
            output_field=DurationField(),
        )
        return self.filter(erased_at=None, workshop__ends_on__lt=Value(at) - kept)

    def newest_first(self) -> "RegistrationQuerySet":
        """The last made before the others."""
        return self.order_by("-created_at", "-pk")


class Registration(models.Model):
    """Somebody's places at a workshop. Whoever knows its reference can change it."""

    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    workshop = models.ForeignKey(
        Workshop, models.PROTECT, related_name="registrations", verbose_name=_("workshop")
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.CONFIRMED)
    party_size = models.PositiveSmallIntegerField(
        _("people"), default=1, validators=[MinValueValidator(1), MaxValueValidator(LARGEST_PARTY)]
    )
    name = models.CharField(_("name"), max_length=120, validators=[one_line])
    email = models.EmailField(_("e-mail address"))
    email_normalised = models.GeneratedField(
        expression=Lower(Trim("email")), output_field=models.TextField(), db_persist=True
    )
    organisation = models.CharField(
        _("organisation"), max_length=200, blank=True, validators=[one_line]
    )
    audience = models.ForeignKey(
        AudienceCategory,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("you are"),
    )
    country = models.CharField(_("country"), max_length=2, blank=True, choices=country_choices)
    language = models.CharField(max_length=10)
    needs = models.TextField(
        _("what we should know"),
        blank=True,
        max_length=1_000,
        help_text=_(
            "Such as step-free access, an interpreter or a diet. Only the organiser sees it."
        ),
    )
    consent = models.ForeignKey(ConsentText, models.PROTECT, related_name="+")
    consented_at = models.DateTimeField()
    waiting_since = models.DateTimeField(null=True, editable=False)
    has_priority = models.BooleanField(
        _("priority"), default=False, db_default=False, editable=False
    )
    priority_reason = models.CharField(
        _("reason for the priority"),
        max_length=300,
        blank=True,
        default="",
        db_default="",
        editable=False,
    )
    idempotency_key = models.UUIDField(unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("registered"))
    updated_at = models.DateTimeField(auto_now=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    present: int
    """Annotated by `attendance`: how many of its people are there."""
    since: datetime | None
    """Annotated by `attendance`: when that was written down."""

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "email_normalised"],
                condition=Q(state__in=ACTIVE, erased_at=None),
                name="registration_one_active_for_each_address",
                violation_error_message=_("There is a registration with this address already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="registration_state_known"
            ),
            models.CheckConstraint(
                condition=Q(party_size__gte=1, party_size__lte=LARGEST_PARTY),
                name="registration_party_size_in_bounds",
                violation_error_message=_("A group has between 1 and 50 people."),
            ),
            models.CheckConstraint(
                condition=Q(state="cancelled", cancelled_at__isnull=False)
                | (~Q(state="cancelled") & Q(cancelled_at=None)),
                name="registration_cancelled_has_date",
                violation_error_message=_("A registration has a day of cancelling if cancelled."),
            ),
            models.CheckConstraint(
                condition=Q(erased_at=None) & ~Q(name="") & ~Q(email="")
                | Q(
                    erased_at__isnull=False,
                    name="",
                    email="",
                    organisation="",
                    needs="",
                    priority_reason="",
                ),
                name="registration_names_somebody_until_erased",
                violation_error_message=_("Give a name and an address."),
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(waiting_since__isnull=False),
                name="registration_waits_since_a_moment",
                violation_error_message=_("Who waits does so since a moment."),
            ),
            models.CheckConstraint(
                condition=Q(has_priority=False, priority_reason="")
                | Q(has_priority=True) & (~Q(priority_reason="") | Q(erased_at__isnull=False)),
                name="registration_priority_has_reason",
                violation_error_message=_("Say why somebody goes before the others."),
            ),
            models.CheckConstraint(
                condition=~Q(name__regex=r"[[:cntrl:]]")
                & ~Q(organisation__regex=r"[[:cntrl:]]")
                & ~Q(email__regex=r"[[:cntrl:]]"),
                name="registration_has_lines",
                violation_error_message=_("Write names on one line."),
            ),
        ]
        indexes = [models.Index(fields=["email_normalised"], name="registration_email")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """The page for whoever registered; its address is a secret."""
        return reverse("registration:detail", args=[self.reference])

    def can_change(self, at: datetime) -> bool:
        """Something can still come of it, or be given up: the workshop is not over."""
        return self.state in CHANGEABLE and at < self.workshop.ends_at

    def take(self, details: Mapping[str, object]) -> bool:
        """Take corrected details over; whether anything differs from before."""
        differs = any(getattr(self, name) != value for name, value in details.items())
        if differs:
            for name, value in details.items():
                setattr(self, name, value)
            self.revision += 1
            self.save()
        return differs

    def become(self, state: State, at: datetime) -> None:
        """Change its state."""
        self.state = state
        if state == State.WAITING:
            self.waiting_since = at
        if state == State.CANCELLED:
            self.cancelled_at = at
        self.revision += 1
        self.save()

    def give_priority(self, reason: str) -> None:
        """Go before those who wait without."""
        self.has_priority = True
        self.priority_reason = reason
        self.save()

    def erase(self, at: datetime) -> None:
        """Forget who it was, and what was written to them, be it on its way or not.

        How many came from where stays for the programme's indicators.

        What is left cannot be found by anything that somebody else knows: a link, a form that was
        sent, or the second at which it was.
        """
        self.name = self.email = self.organisation = self.needs = ""
        self.language = self.fingerprint = self.priority_reason = ""
        self.has_priority, self.revision = False, 0
        self.reference, self.idempotency_key = new_reference(), uuid4()
        self.erased_at = at
        self.save()
        Registration.objects.filter(pk=self.pk).update(**coarsened(*MOMENTS))
        self.events.update(**coarsened("at"))
        until = {"expires_at": TruncDay("expires_at") + timedelta(days=1)}
        self.offers.update(**coarsened("made_at", "answered_at"), **until)
        self.answers.all().delete()
        self.check_ins.all().delete()
        Message.objects.filter(pk__in=self.letters.values("message")).drop()
        self.letters.all().delete()

    @property
    def holds_places(self) -> bool:
        """Nobody else can have its places."""
        return self.state in HOLDING

    @property
    def is_accepted(self) -> bool:
        """Somebody comes, or came."""
        return self.state in ACCEPTED

    @property
    def is_active(self) -> bool:
        """Somebody comes, or would like to."""
        return self.state in ACTIVE

    @property
    def has_open_questions(self) -> bool:
        """The organiser asked something that has to be answered, and was not."""
        asked = self.workshop.registration_settings.questions.filter(is_required=True)
        return asked.exclude(answers__registration=self).exists()

    @property
    def open_offer(self) -> "Offer | None":
        """The offer that waits for an answer."""
        return self.offers.filter(answer="").first()


class RegistrationEvent(models.Model):
    """Something that happened to a registration; it says when, not who."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=30, choices=EventKind)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EventKind.values), name="registrationevent_kind_known"
            ),
        ]
        indexes = [models.Index(fields=["registration", "at"], name="registrationevent_order")]

    def __str__(self) -> str:
        return self.get_kind_display()


class Reminder(models.Model):
    """That somebody was reminded so many days before: nobody is reminded of a day twice."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "days"], name="reminder_once"),
        ]

    def __str__(self) -> str:
        return f"#{self.registration_id}, {self.days}"


class OfferQuerySet(models.QuerySet["Offer"]):
    """Which offers."""

    def run_out(self, at: datetime) -> "OfferQuerySet":
        """Those that nobody answered in time."""
        return self.filter(answer="", expires_at__lte=at)


class Offer(models.Model):
    """Places kept for somebody who waited, until they answer or their time is over."""

    class Answer(models.TextChoices):
        """What became of it."""

        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("not answered in time")
        WITHDRAWN = "withdrawn", _("withdrawn")

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="offers")
    made_at = models.DateTimeField(_("offered"))
    expires_at = models.DateTimeField(_("stands until"))
    answered_at = models.DateTimeField(_("answered"), null=True)
    answer = models.CharField(_("answer"), max_length=20, choices=Answer, blank=True, default="")

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [
            models.UniqueConstraint(
                fields=["registration"],
                condition=Q(answer=""),
                name="offer_one_open_for_each_registration",
                violation_error_message=_("There is an offer that waits for an answer."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="offer_stands_for_a_while",
                violation_error_message=_("An offer ends before it is made."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None)
                | Q(
                    answer__in=["accepted", "declined", "expired", "withdrawn"],
                    answered_at__isnull=False,
                ),
                name="offer_answered_at_a_moment",
                violation_error_message=_("An answer has its moment."),
            ),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="offer_open", condition=Q(answer="")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def close(self, answer: "Offer.Answer", at: datetime) -> None:
        """Keep what became of it."""
        self.answer = answer
        self.answered_at = at
        self.save()
