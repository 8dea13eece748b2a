"""Who follows which search of the catalogue, and in which order initiatives became public."""

import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import Greatest, Lower, Trim
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from initiatives.models import Initiative, InitiativeQuerySet

CONFIRM_WITHIN = timedelta(days=3)
"""How long an address is kept whose owner has not said yes."""

LONGEST_QUERY = 1_500
"""It is part of an index, whose rows PostgreSQL bounds."""

MONDAY_MORNING = time(6, 0)
"""When weekly mails are written, in UTC."""


def new_reference() -> str:
    """The secret part of a subscription's address: 192 random bits."""
    return secrets.token_urlsafe(24)


def last_monday(at: datetime) -> datetime:
    """The last time before that moment when weekly mails were due."""
    monday = datetime.combine(at.date() - timedelta(at.weekday()), MONDAY_MORNING, at.tzinfo)
    return monday if monday <= at else monday - timedelta(weeks=1)


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """Which announcements."""

    def last_number(self) -> int:
        """The highest number that was given; 0 before the first."""
        last: int | None = self.aggregate(last=Max("pk"))["last"]
        return last or 0

    def numbered(self, after: int, until: int) -> "AnnouncementQuerySet":
        """Those with a number above the one and up to the other, in their order."""
        return self.filter(pk__gt=after, pk__lte=until).order_by("pk")


class Announcement(models.Model):
    """An initiative that was seen to be public for the first time; its primary key is its number.

    Numbers are given one transaction after the other (see `announcing`), to what was committed:
    whoever has heard of everything up to a number has missed nothing below it, however long the
    transaction took in which an initiative was published.
    """

    initiative = models.OneToOneField(Initiative, models.CASCADE, related_name="+")

    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return f"#{self.pk}"

    @staticmethod
    def missing() -> InitiativeQuerySet:
        """The public initiatives that have no number yet."""
        numbered = Announcement.objects.filter(initiative=OuterRef("pk"))
        missing: InitiativeQuerySet = Initiative.objects.exclude(Exists(numbered))
        return missing


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Which subscriptions."""

    def of(self, email: str) -> "SubscriptionQuerySet":
        """Those of an address, however it is written."""
        return self.filter(email_normalised=email.strip().lower())

    def open(self, at: datetime) -> "SubscriptionQuerySet":
        """Those whose secret address opens something: confirmed, or in time to be."""
        return self.exclude(confirmed_at=None, asked_at__lt=at - CONFIRM_WITHIN)

    def never_confirmed(self, at: datetime) -> "SubscriptionQuerySet":
        """Those that nobody has said yes to in time."""
        return self.filter(confirmed_at=None, asked_at__lt=at - CONFIRM_WITHIN)

    def confirmed(self) -> "SubscriptionQuerySet":
        """Those whose address' owner has said yes."""
        return self.filter(confirmed_at__isnull=False)

    def due(self, last: int, at: datetime) -> "SubscriptionQuerySet":
        """Those to look for news for: something was announced, or for weekly ones it is Monday."""
        at_once = Q(pace=Subscription.Pace.AT_ONCE, seen__lt=last)
        weekly = Q(pace=Subscription.Pace.WEEKLY, looked_at__lt=last_monday(at))
        return self.confirmed().filter(at_once | weekly)

    def by_search(self) -> "SubscriptionQuerySet":
        """In the order of what they search for."""
        return self.order_by("query", "pk")

    def searches(self) -> models.QuerySet["Subscription", tuple[str, str]]:
        """What they search for and in which language, each once."""
        return self.order_by("query", "language").values_list("query", "language").distinct()

    def first_unheard(self) -> int | None:
        """The lowest number up to which one of them has heard of everything; None for nobody."""
        lowest: int | None = self.aggregate(lowest=Min("seen"))["lowest"]
        return lowest

    def note_looked(self, last: int, at: datetime) -> None:
        """They have heard of everything up to that number."""
        self.update(seen=Greatest(F("seen"), last), looked_at=at)


class Subscription(models.Model):
    """An address to which news of a search goes. Whoever knows its reference can change it."""

    class Pace(models.TextChoices):
        """How often we write."""

        AT_ONCE = "at-once", _("At once, when something new appears")
        WEEKLY = "weekly", _("Once a week, on Monday morning, if there is something new")

    reference = models.CharField(max_length=40, unique=True, default=new_reference, editable=False)
    email = models.EmailField(_("e-mail address"))
    email_normalised = models.GeneratedField(
        expression=Lower(Trim("email")), output_field=models.TextField(), db_persist=True
    )
    language = models.CharField(max_length=10)
    query = models.CharField(
        max_length=LONGEST_QUERY,
        blank=True,
        help_text="The filters as an address of the catalogue has them, always in the same order.",
    )
    pace = models.CharField(_("how often"), max_length=10, choices=Pace)
    asked_at = models.DateTimeField(help_text="When we last wrote how to confirm or change it.")
    confirmed_at = models.DateTimeField(null=True)
    seen = models.BigIntegerField(default=0, help_text="It has heard of all up to that number.")
    looked_at = models.DateTimeField(null=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [
            models.UniqueConstraint(
                fields=["email_normalised", "query"],
                name="subscription_one_for_each_address_and_search",
                violation_error_message=_("This address follows this search already."),
            ),
            models.CheckConstraint(
                condition=Q(pace__in=["at-once", "weekly"]), name="subscription_pace_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, looked_at=None)
                | Q(confirmed_at__isnull=False, looked_at__isnull=False),
                name="subscription_looked_at_once_confirmed",
            ),
            models.CheckConstraint(
                condition=~Q(email="")
                & ~Q(email__regex=r"[[:cntrl:]]")
                & Q(query__regex=r"^[!-~]*$"),
                name="subscription_has_lines",
                violation_error_message=_("Write the address on one line."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    def get_absolute_url(self) -> str:
        """The page for whoever subscribed; its address is a secret."""
        return reverse("following:detail", args=[self.reference])

    @property
    def unsubscribe_path(self) -> str:
        """Where one POST ends it, in its language."""
        with override(self.language):
            return reverse("following:unsubscribe", args=[self.reference])

    @property
    def unsubscribe_url(self) -> str:
        """The same as its mails carry it."""
        return f"{settings.SITE_URL}{self.unsubscribe_path}"

    @property
    def is_confirmed(self) -> bool:
        """The owner of the address has said yes."""
        return self.confirmed_at is not None
