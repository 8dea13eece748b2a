"""Which entries somebody was asked about, and what is known of the links in public ones."""

from datetime import datetime, time, timedelta
from secrets import token_urlsafe
from typing import Self
from urllib.parse import urlsplit

from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import E, Entry, EntryQuerySet, Partner
from clusterix.lib.outside import Look, Verdict

OPEN_FOR = timedelta(days=56)
"""How long the links in a letter work, and nobody is asked about the same entries again."""
REFERENCE_BYTES = 12

LOOKED_AT_EVERY = timedelta(days=14)
DEAD_AFTER = 3
"""How many looks on different days must fail before anybody is told."""
LONGEST_URL = 500
LONGEST_HOST = 253


def new_reference() -> str:
    """What the links about one entry in one letter have in common."""
    return token_urlsafe(REFERENCE_BYTES)


class AskQuerySet(models.QuerySet["Ask"]):
    """Which questions."""

    def open(self, at: datetime) -> Self:
        """Those that can be answered by their links."""
        return self.filter(asked_at__gt=at - OPEN_FOR)

    def over(self, at: datetime) -> Self:
        """Those whose time has passed: their entries may be asked about again."""
        return self.filter(asked_at__lte=at - OPEN_FOR)

    def unasked(self, entries: EntryQuerySet[E]) -> EntryQuerySet[E]:
        """Of these entries, those that none of the questions is about."""
        kind = ContentType.objects.get_for_model(entries.model)
        return entries.exclude(Exists(self.filter(content_type=kind, object_id=OuterRef("pk"))))


class Ask(models.Model):
    """Those who answer for a partner are asked by mail whether one of its entries is correct."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    entry = GenericForeignKey("content_type", "object_id")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="+")
    reference = models.CharField(max_length=22, unique=True, default=new_reference)
    version = models.CharField(max_length=40, help_text="The state of the entry that it is about.")
    asked_at = models.DateTimeField()

    objects = AskQuerySet.as_manager()

    class Meta:
        verbose_name = _("question whether an entry is still correct")
        verbose_name_plural = _("questions whether entries are still correct")
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id"],
                name="ask_one_an_entry",
                violation_error_message=_("Somebody was asked about this entry already."),
            ),
        ]
        indexes = [models.Index(fields=["partner", "asked_at"], name="ask_partner")]

    def __str__(self) -> str:
        return str(self.entry)

    def is_answered(self, entry: Entry) -> bool:
        """Somebody has checked the entry since, by the letter or otherwise."""
        checked, asked = entry.last_verified_on, timezone.localdate(self.asked_at)
        return checked is not None and checked >= asked


class CheckedLinkQuerySet(models.QuerySet["CheckedLink"]):
    """Which links."""

    def due(self, at: datetime) -> Self:
        """Those to look at: after a time, and on the next day where it failed."""
        today = datetime.combine(at.date(), time.min, at.tzinfo)
        in_turn = Q(looked_at=None) | Q(looked_at__lte=at - LOOKED_AT_EVERY)
        in_doubt = Q(failures__range=(1, DEAD_AFTER - 1), looked_at__lt=today)
        return self.filter(in_turn | in_doubt)

    def one_a_host(self) -> "CheckedLinkQuerySet":
        """Of each host the one that was looked at the longest ago."""
        oldest = F("looked_at").asc(nulls_first=True)
        chosen = self.order_by("host", oldest, "pk").distinct("host")
        return CheckedLink.objects.filter(pk__in=chosen.values("pk")).order_by(oldest, "pk")

    def working(self) -> Self:
        """Those that something was found at."""
        return self.filter(failures=0, looked_at__isnull=False)

    def dead(self) -> Self:
        """Those that failed again and again."""
        return self.filter(failures__gte=DEAD_AFTER)

    def untold(self) -> Self:
        """Those that died since they last worked, of which nobody was told."""
        return self.dead().filter(told_at=None)


class CheckedLink(models.Model):
    """An address that public entries lead to, and whether something was there at the last look."""

    url = models.CharField(_("address"), max_length=LONGEST_URL, unique=True)
    host = models.CharField(max_length=LONGEST_HOST, blank=True, db_index=True)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    answer = models.CharField(_("what was found"), max_length=200, blank=True)
    failures = models.PositiveSmallIntegerField(_("failed looks in a row"), default=0)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    told_at = models.DateTimeField(_("told"), null=True)

    objects = CheckedLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("dead link")
        verbose_name_plural = _("dead links")
        constraints = [
            models.CheckConstraint(
                condition=Q(failures=0, failing_since=None, told_at=None)
                | Q(failures__gt=0, failing_since__isnull=False),
                name="link_fails_since_a_day",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @classmethod
    def to(cls, url: str) -> Self:
        """The link to an address that nobody has looked at, not yet written."""
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            host = ""
        return cls(url=url, host=host[:LONGEST_HOST])

    def note(self, look: Look, at: datetime) -> None:
        """Keep what was found; of the looks of one day one counts."""
        is_first = self.looked_at is None or self.looked_at.date() < at.date()
        self.looked_at, self.answer = at, look.words
        if look.verdict is Verdict.THERE:
            self.failures, self.failing_since, self.told_at = 0, None, None
        elif look.verdict is not Verdict.UNTOLD:
            self.failing_since = self.failing_since or at
            self.failures += is_first or not self.failures
        self.save()
