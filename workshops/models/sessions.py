"""The items of a programme: what happens when, in which room."""

import uuid
from datetime import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Func, Prefetch, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from clusterix.lib import search
from clusterix.lib.markdown_field import MarkdownField
from initiatives.models import Initiative
from workshops.models.contributions import Contribution, ContributionQuerySet, Presentation
from workshops.models.materials import Material


class SessionQuerySet(models.QuerySet["Session"]):
    """Parts of programmes."""

    def public(self) -> "SessionQuerySet":
        """Those of public workshops."""
        return self.filter(workshop__state=Entry.State.PUBLISHED)

    def taking_place(self) -> "SessionQuerySet":
        """Those that are not cancelled."""
        return self.filter(cancelled_at=None)

    def in_order(self) -> "SessionQuerySet":
        """By time where it is known, else as the organiser ordered them."""
        return self.order_by(F("starts_at").asc(nulls_last=True), "position", "pk")

    def matching(self, text: str) -> "SessionQuerySet":
        """Those found by their title or abstract; best first."""
        found = self.filter(search.finds(F("search"), text))
        ranked = found.annotate(rank=search.relevance(F("search"), text, "title"))
        return ranked.order_by("-rank", "-workshop__starts_on", "pk")

    def for_files(self) -> "SessionQuerySet":
        """In order, with who takes part and what there is to read: what schedule files hold."""
        return self.in_order().prefetch_related(
            Prefetch("contributions", Contribution.objects.in_order().select_related("person")),
            Prefetch("materials", Material.objects.in_order()),
        )


class Session(models.Model):
    """One item of a programme; its order stands where its times are not known."""

    class Kind(models.TextChoices):
        """What happens in it."""

        OPENING = "opening", _("opening")
        TALK = "talk", _("talk")
        PANEL = "panel", _("panel")
        DISCUSSION = "discussion", _("discussion")
        STUDY_VISIT = "study-visit", _("study visit")
        BREAK = "break", _("break")
        NETWORKING = "networking", _("networking")

    workshop = models.ForeignKey("Workshop", models.CASCADE, related_name="sessions")
    guid = models.UUIDField(
        _("identity in schedule files"),
        unique=True,
        default=uuid.uuid4,
        db_default=RandomUUID(),
        editable=False,
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.TALK)
    title = models.CharField(_("title"), max_length=250)
    abstract = MarkdownField(_("abstract"), blank=True, help_text=_("Markdown."), max_length=10_000)
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Where only the day is known.")
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    track = models.CharField(
        _("track"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("The strand of the programme that it belongs to."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancelled_because = models.CharField(
        _("why it is cancelled"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("One sentence for everyone to read, if there is something to say."),
    )
    sequence = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Raised by the database whenever what calendars show of it changes.",
    )
    changed_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="When the database last raised `sequence`."
    )
    presents: "models.ManyToManyField[Initiative, Presentation]" = models.ManyToManyField(
        Initiative, through="Presentation", related_name="presented_in"
    )
    search = models.GeneratedField(
        expression=search.vector(a="title", c="abstract"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, starts_at__lt=F("ends_at")),
                name="session_ends_after_start",
                violation_error_message=_("Give start and end together, the end after the start."),
            ),
            ExclusionConstraint(
                name="session_room_is_free",
                expressions=[
                    ("workshop", RangeOperators.EQUAL),
                    ("room", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(room="") & Q(starts_at__isnull=False, cancelled_at=None),
                violation_error_message=_("The room is taken by another session at that time."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_because="") | Q(cancelled_at__isnull=False),
                name="session_reason_is_of_a_cancelled_one",
                violation_error_message=_("Only what is cancelled has a reason for that."),
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="session_search")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The session's page."""
        return reverse("workshops:session", args=[self.workshop.slug, self.pk])

    @property
    def public_initiatives(self) -> list[Initiative]:
        """What it presents, as far as everyone may see it; `for_record()` of workshops loads it."""
        rows = self.presentations.all()
        return [row.initiative for row in rows if row.initiative.is_public]

    @property
    def is_cancelled(self) -> bool:
        """It does not take place, though it keeps its line in the programme."""
        return self.cancelled_at is not None

    def contributions_beside(self) -> ContributionQuerySet:
        """Those to other sessions at the same time, at its own workshop or at public ones."""
        found = ContributionQuerySet(Contribution)
        if self.is_cancelled or not (self.starts_at and self.ends_at):
            return found.none()
        known = Q(session__workshop=self.workshop_id) | Q(
            session__workshop__state=Entry.State.PUBLISHED
        )
        return found.filter(
            known,
            session__cancelled_at=None,
            session__starts_at__lt=self.ends_at,
            session__ends_at__gt=self.starts_at,
        ).exclude(session=self.pk)

    def cancel(self, at: datetime) -> None:
        """It will not take place; its room is free for others. To be saved."""
        self.cancelled_at = self.cancelled_at or at

    def restore(self) -> None:
        """It takes place after all. To be saved."""
        self.cancelled_at = None
        self.cancelled_because = ""
