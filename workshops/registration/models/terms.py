"""On what terms people register for a workshop: when, how many, and of whom how many."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from workshops.copying import later
from workshops.models import Workshop
from workshops.registration.models.consents import AudienceCategory, ConsentText
from workshops.registration.models.registrations import LARGEST_PARTY, Registration

SHORTEST_RETENTION = 1
LONGEST_RETENTION = 730
LONGEST_OFFER = 336
"""Hours: two weeks."""
EARLIEST_REMINDER = 60
MOST_REMINDERS = 5
LATELY = timedelta(days=30)
"""For so long after a workshop, what is written down at its door still counts."""
LATEST_THANKS = 3
"""So many days after the workshop a letter of thanks is still in place, if none could be sent."""


def usual_reminders() -> list[int]:
    """A week before, and the day before."""
    return [7, 1]


class SettingsQuerySet(models.QuerySet["RegistrationSettings"]):
    """Terms of registration."""

    def with_places_taken(self) -> "SettingsQuerySet":
        """Each with how many places are taken, from one query for all of them."""
        taken = (
            Registration.objects.holding()
            .filter(workshop=OuterRef("workshop"))
            .order_by()
            .values("workshop")
            .annotate(places=Sum("party_size"))
            .values("places")
        )
        count = {"places_taken": Coalesce(Subquery(taken), 0)}
        return self.annotate(**count)

    def public(self) -> "SettingsQuerySet":
        """Those of workshops that anyone sees."""
        return self.filter(workshop__state=Workshop.State.PUBLISHED)

    def to_remind(self, at: datetime) -> "SettingsQuerySet":
        """Those of public workshops that begin soon, as far as anybody is to be reminded."""
        day = at.date()
        near = self.public().filter(
            workshop__starts_on__gte=day - timedelta(days=1),
            workshop__starts_on__lte=day + timedelta(days=EARLIEST_REMINDER + 1),
        )
        return near.filter(reminder_days__len__gt=0).select_related("workshop")

    def to_settle(self, at: datetime) -> "SettingsQuerySet":
        """Those of workshops that ended lately, where somebody was at the door."""
        lately = {
            "workshop__ends_on__gte": at.date() - LATELY,
            "workshop__ends_on__lte": at.date() + timedelta(days=1),
        }
        came = Registration.objects.filter(workshop=OuterRef("workshop"), check_ins__isnull=False)
        return self.filter(Exists(came), **lately).select_related("workshop")

    def to_thank(self, at: datetime) -> "SettingsQuerySet":
        """Those of public workshops that ended just now, as far as anybody is to be thanked."""
        day = at.date()
        over = self.public().filter(
            workshop__ends_on__gte=day - timedelta(days=LATEST_THANKS + 1),
            workshop__ends_on__lte=day,
        )
        return over.filter(sends_thanks=True).select_related("workshop")


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
        WAITING_LIST = "waiting-list", _("waiting list")
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
    confirms_address = models.BooleanField(
        _("confirm the address first"),
        default=False,
        db_default=False,
        help_text=_("A registration counts once a link in a mail was followed."),
    )
    needs_approval = models.BooleanField(
        _("the organiser approves each"),
        default=False,
        db_default=False,
        help_text=_("Nobody has a place before you said so."),
    )
    has_waiting_list = models.BooleanField(
        _("waiting list"),
        default=True,
        db_default=False,
        help_text=_("When all places are taken, people can wait for one."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours to answer an offer"),
        default=48,
        db_default=48,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_OFFER)],
        help_text=_("After that the place is offered to the next who waits."),
    )
    reminder_days = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(EARLIEST_REMINDER)]),
        verbose_name=_("days of reminders"),
        size=MOST_REMINDERS,
        blank=True,
        default=usual_reminders,
        db_default=Value([7, 1], ArrayField(models.PositiveSmallIntegerField())),
        help_text=_("So many days before, with commas between: 7,1. Empty: no reminders."),
    )
    sends_thanks = models.BooleanField(
        _("letter after the event"),
        default=True,
        db_default=True,
        help_text=_("On the day after: thanks, the materials, and the way to the certificate."),
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
            models.CheckConstraint(
                condition=Q(offer_hours__gte=1, offer_hours__lte=LONGEST_OFFER),
                name="registrationsettings_offer_in_bounds",
                violation_error_message=_("An offer stands between 1 and 336 hours."),
            ),
        ]

    places_taken: int
    """Annotated: the people expected."""

    def __str__(self) -> str:
        return str(self.workshop)

    def copy_to(self, workshop: Workshop, at: datetime | None = None) -> None:
        """Offer the same terms for another workshop, open as long before it as for this one.

        With the limits for categories, the questions and the words of letters.

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
            copied = RegistrationSettings.objects.create(
                **same | {"workshop_id": workshop.pk, "opens_at": opens, "closes_at": closes}
            )
            parts = (self.quotas, self.questions, self.letter_texts)
            for row in [row for rows in parts for row in rows.order_by("pk")]:
                row.pk = None
                row.terms = copied
                row.save()

    @property
    def last_moment(self) -> datetime:
        """When registration closes: at the end of the workshop at the latest."""
        return min(self.closes_at, self.workshop.ends_at)

    @property
    def time_to_answer(self) -> timedelta:
        """How long an offer stands."""
        return timedelta(hours=self.offer_hours)

    @property
    def largest_party(self) -> int:
        """How many people can come by one registration at most."""
        return min(self.max_party_size, self.capacity or self.max_party_size)

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
        if self.places_left != 0:
            return self.Status.OPEN
        return self.Status.WAITING_LIST if self.has_waiting_list else self.Status.FULL

    def takes_applications(self, at: datetime) -> bool:
        """Whether the form is of any use at that moment, be it for a place or to wait for one."""
        return self.status(at) in (self.Status.OPEN, self.Status.WAITING_LIST)


class Quota(models.Model):
    """How many of a workshop's places people of one audience category can have at most."""

    terms = models.ForeignKey(RegistrationSettings, models.CASCADE, related_name="quotas")
    audience = models.ForeignKey(
        AudienceCategory, models.PROTECT, related_name="+", verbose_name=_("audience category")
    )
    places = models.PositiveIntegerField(
        _("places at most"), help_text=_("Zero: nobody of this category.")
    )

    class Meta:
        verbose_name = _("limit for a category")
        verbose_name_plural = _("limits for categories")
        constraints = [
            models.UniqueConstraint(
                fields=["terms", "audience"],
                name="quota_one_for_each_category",
                violation_error_message=_("There is a limit for this category already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience}: {self.places}"
