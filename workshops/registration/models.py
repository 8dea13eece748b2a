"""Who takes part in a workshop, on what terms, and what happened to each registration."""

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import DurationField, ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Lower, Trim
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Term
from clusterix.lib.countries import countries
from workshops.copying import later
from workshops.models import Workshop

LARGEST_PARTY = 50
SHORTEST_RETENTION = 1
LONGEST_RETENTION = 730

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


class AudienceCategory(Term):
    """What a participant is to the programme: a cluster organisation, a policy maker and so on."""

    class Meta(Term.Meta):
        verbose_name = _("audience category")
        verbose_name_plural = _("audience categories")


class ConsentText(models.Model):
    """What people agree to when they register. A text never changes; a change is a new version."""

    version = models.SlugField(_("version"), max_length=40, unique=True)
    text = models.TextField(_("text"), max_length=2_000)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("consent text")
        verbose_name_plural = _("consent texts")

    def __str__(self) -> str:
        return self.version

    def clean(self) -> None:
        """What people agreed to stays what they read; a trigger holds everyone to it."""
        kept = ConsentText.objects.filter(pk=self.pk).first()
        if kept and (kept.version, kept.text) != (self.version, self.text):
            raise ValidationError(
                _("A consent text does not change. Write a new version beside it."), code="kept"
            )


class SettingsQuerySet(models.QuerySet["RegistrationSettings"]):
    """Terms of registration."""

    def with_places_taken(self) -> "SettingsQuerySet":
        """Each with how many places are taken, from one query for all of them."""
        taken = (
            Registration.objects.active()
            .filter(workshop=OuterRef("workshop"))
            .order_by()
            .values("workshop")
            .annotate(places=Sum("party_size"))
            .values("places")
        )
        count = {"places_taken": Coalesce(Subquery(taken), 0)}
        return self.annotate(**count)


class SettingsManager(models.Manager["RegistrationSettings"]):
    """Answers terms together with the places taken, also as a workshop's own."""

    def get_queryset(self) -> SettingsQuerySet:
        """All terms, counted."""
        return SettingsQuerySet(self.model, using=self._db).with_places_taken()

    def for_form(self) -> SettingsQuerySet:
        """With the workshop and the text to agree to."""
        return self.get_queryset().select_related("workshop__region", "consent")


class RegistrationSettings(models.Model):
    """On what terms people register for a workshop. Its row is the lock on the places."""

    class Status(models.TextChoices):
        """Whether somebody can register now."""

        NOT_YET_OPEN = "not-yet-open", _("not open yet")
        OPEN = "open", _("open")
        FULL = "full", _("full")
        CLOSED = "closed", _("closed")

    workshop = models.OneToOneField(
        Workshop, models.CASCADE, related_name="registration_settings", verbose_name=_("workshop")
    )
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    capacity = models.PositiveIntegerField(
        _("places"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: as many as come."),
    )
    max_party_size = models.PositiveSmallIntegerField(
        _("largest group"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_PARTY)],
        help_text=_("How many people one registration may bring."),
    )
    consent = models.ForeignKey(
        ConsentText, models.PROTECT, related_name="+", verbose_name=_("consent text")
    )
    contact_email = models.EmailField(
        _("organiser's address"), help_text=_("Shown to visitors; answers to our mails go there.")
    )
    retention_days = models.PositiveSmallIntegerField(
        _("days until erasure"),
        default=90,
        validators=[MinValueValidator(SHORTEST_RETENTION), MaxValueValidator(LONGEST_RETENTION)],
        help_text=_("How long after the workshop names and addresses are kept."),
    )

    objects = SettingsManager()

    class Meta:
        base_manager_name = "objects"
        verbose_name = _("registration settings")
        verbose_name_plural = _("registration settings")
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")),
                name="registrationsettings_closes_after_opening",
                violation_error_message=_("Registration closes before it opens."),
            ),
            models.CheckConstraint(
                condition=Q(capacity=None) | Q(capacity__gte=1),
                name="registrationsettings_has_places",
                violation_error_message=_("Offer one place at least."),
            ),
            models.CheckConstraint(
                condition=Q(max_party_size__gte=1, max_party_size__lte=LARGEST_PARTY),
                name="registrationsettings_party_size_in_bounds",
                violation_error_message=_("A group has between 1 and 50 people."),
            ),
            models.CheckConstraint(
                condition=Q(
                    retention_days__gte=SHORTEST_RETENTION, retention_days__lte=LONGEST_RETENTION
                ),
                name="registrationsettings_retention_in_bounds",
                violation_error_message=_("Names are kept between 1 and 730 days."),
            ),
        ]

    places_taken: int
    """Annotated: the people expected."""

    def __str__(self) -> str:
        return str(self.workshop)

    def copy_to(self, workshop: Workshop, at: datetime | None = None) -> None:
        """Offer the same terms for another workshop, open as long before it as for this one.

        Nothing is offered where that time has passed.
        """
        days = workshop.starts_on - self.workshop.starts_on
        opens, closes = (
            later(moment, days, self.workshop, workshop)
            for moment in (self.opens_at, self.closes_at)
        )
        if closes > (at or timezone.now()):
            columns = [field.attname for field in self._meta.concrete_fields if field.name != "id"]
            same = {name: getattr(self, name) for name in columns}
            RegistrationSettings.objects.create(
                **same | {"workshop_id": workshop.pk, "opens_at": opens, "closes_at": closes}
            )

    @property
    def last_moment(self) -> datetime:
        """When registration closes: at the end of the workshop at the latest."""
        return min(self.closes_at, self.workshop.ends_at)

    @property
    def places_left(self) -> int | None:
        """How many more people can come; None where nobody counts."""
        return None if self.capacity is None else max(self.capacity - self.places_taken, 0)

    def status(self, at: datetime) -> "RegistrationSettings.Status":
        """Whether somebody can register at that moment."""
        if at >= self.last_moment:
            return self.Status.CLOSED
        if at < self.opens_at:
            return self.Status.NOT_YET_OPEN
        return self.Status.FULL if self.places_left == 0 else self.Status.OPEN


class RegistrationQuerySet(models.QuerySet["Registration"]):
    """Which registrations."""

    def active(self) -> "RegistrationQuerySet":
        """Those that hold places."""
        return self.filter(state=Registration.State.CONFIRMED)

    def of(self, email: str) -> "RegistrationQuerySet":
        """Those made with an address, however it was written."""
        return self.filter(email_normalised=email.strip().lower(), erased_at=None)

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

    class State(models.TextChoices):
        """Only confirmed registrations hold places."""

        CONFIRMED = "confirmed", _("confirmed")
        CANCELLED = "cancelled", _("cancelled")

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
    idempotency_key = models.UUIDField(unique=True, editable=False)
    fingerprint = models.CharField(max_length=64, editable=False)
    revision = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("registered"))
    updated_at = models.DateTimeField(auto_now=True)
    cancelled_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "email_normalised"],
                condition=Q(state="confirmed", erased_at=None),
                name="registration_one_active_for_each_address",
                violation_error_message=_("There is a registration with this address already."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["confirmed", "cancelled"]), name="registration_state_known"
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
                | Q(erased_at__isnull=False, name="", email="", organisation="", needs=""),
                name="registration_names_somebody_until_erased",
                violation_error_message=_("Give a name and an address."),
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
        """It holds places at a workshop that is not over."""
        return self.is_active and at < self.workshop.ends_at

    def take(self, details: Mapping[str, object]) -> bool:
        """Take corrected details over; whether anything differs from before."""
        differs = any(getattr(self, name) != value for name, value in details.items())
        if differs:
            for name, value in details.items():
                setattr(self, name, value)
            self.revision += 1
            self.save()
        return differs

    def cancel(self, at: datetime) -> None:
        """Give its places up."""
        self.state = self.State.CANCELLED
        self.cancelled_at = at
        self.revision += 1
        self.save()

    def erase(self, at: datetime) -> None:
        """Forget who it was; how many came from where stays for the programme's indicators."""
        self.name = self.email = self.organisation = self.needs = self.fingerprint = ""
        self.reference = new_reference()
        self.erased_at = at
        self.save()

    @property
    def is_active(self) -> bool:
        """It holds places."""
        return self.state == self.State.CONFIRMED


class RegistrationEvent(models.Model):
    """Something that happened to a registration; it says when, not who."""

    class Kind(models.TextChoices):
        """What can happen."""

        REGISTERED = "registered", _("registered")
        CHANGED = "changed", _("changed")
        CANCELLED = "cancelled", _("cancelled")
        CANCELLED_BY_ORGANISER = "cancelled-by-organiser", _("cancelled by the organiser")
        LINK_SENT = "link-sent", _("link sent again")
        ERASED = "erased", _("name and address erased")

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=30, choices=Kind)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "registered",
                        "changed",
                        "cancelled",
                        "cancelled-by-organiser",
                        "link-sent",
                        "erased",
                    ]
                ),
                name="registrationevent_kind_known",
            ),
        ]
        indexes = [models.Index(fields=["registration", "at"], name="registrationevent_order")]

    def __str__(self) -> str:
        return self.get_kind_display()
