"""What was agreed at workshops, and what became of it."""

from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, User
from initiatives.models import Initiative, Transfer
from people.models import Organisation


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """What was agreed."""

    def public(self) -> "OutcomeQuerySet":
        """Agreed at public workshops."""
        return self.filter(workshop__state=Entry.State.PUBLISHED)

    def open(self) -> "OutcomeQuerySet":
        """Those neither done nor dropped."""
        return self.filter(state__in=Outcome.OPEN_STATES)

    def overdue(self, at: date) -> "OutcomeQuerySet":
        """Those still open although their day has passed."""
        return self.open().filter(due_on__lt=at)

    def taken_on_by(self, user: User) -> "OutcomeQuerySet":
        """Those that organisations which the user curates took on in public."""
        organisations = user.partner_entries(Organisation).values("pk")
        return self.public().filter(organisation__in=organisations)

    def seen_by(self, user: User) -> "OutcomeQuerySet":
        """Those that a curator sees behind the scenes: `is_seen_by` is true of them."""
        # By name, since workshops load their outcomes: their module imports this one.
        workshops = user.partner_entries(apps.get_model("workshops", "Workshop"))
        own = Q(workshop__in=workshops.values("pk"))
        return self.filter(own | Q(pk__in=self.taken_on_by(user).values("pk")))

    def soonest_first(self) -> "OutcomeQuerySet":
        """As they are due; those without a day at the end."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_page(self) -> "OutcomeQuerySet":
        """With all that is told of them, in the order of the minutes."""
        return (
            self.select_related(
                *("workshop", "organisation", "initiative", "instrument"),
                *("transfer__initiative", "transfer__organisation", "transfer__region"),
            )
            .prefetch_related(Prefetch("steps", OutcomeStep.objects.in_order()))
            .order_by("-workshop__starts_on", "position", "pk")
        )

    def for_their_workshop(self) -> "OutcomeQuerySet":
        """The same for the page of the workshop itself; most have none, so nothing is joined."""
        return (
            self.prefetch_related("organisation", "initiative", "instrument")
            .prefetch_related("transfer__initiative", "transfer__organisation", "transfer__region")
            .prefetch_related(Prefetch("steps", OutcomeStep.objects.in_order()))
            .with_advice()
            .order_by("position", "pk")
        )

    def with_advice(self) -> "OutcomeQuerySet":
        """With the recommendations of peers that they were agreed upon."""
        return self.prefetch_related("recommendations__review")

    def told(self, at: date) -> "list[Progress]":
        """What has become of each by that day."""
        return [outcome.progress(at) for outcome in self]


class Outcome(models.Model):
    """Something agreed at a workshop: what, by whom, until when, and what became of it.

    Its state is that of the last step that was recorded. PostgreSQL keeps it, so that no writer
    can say something else.
    """

    class State(models.TextChoices):
        """What became of it."""

        AGREED = "agreed", _("agreed")
        IN_PROGRESS = "in-progress", _("in progress")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    OPEN_STATES = (State.AGREED, State.IN_PROGRESS)

    workshop = models.ForeignKey("Workshop", models.CASCADE, related_name="outcomes")
    what = models.CharField(_("what was agreed"), max_length=300)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("owner"),
    )
    initiative = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("concerns"),
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.AGREED, editable=False
    )
    result = models.CharField(
        _("what came of it"),
        max_length=500,
        blank=True,
        help_text=_("The policy change or transfer it led to."),
    )
    link = models.URLField(_("link"), max_length=500, blank=True)
    instrument = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed_changes",
        verbose_name=_("policy it changed"),
    )
    transfer = models.ForeignKey(
        Transfer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("transfer it led to"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.CheckConstraint(
                condition=Q(transfer=None) | Q(initiative__isnull=False),
                name="outcome_transfer_of_what_it_concerns",
                violation_error_message=_("Say which practice it concerns that was taken over."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="outcome_open",
                condition=Q(state__in=["agreed", "in-progress"]),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def clean(self) -> None:
        """The transfer that it led to is one of the practice that it concerns."""
        if self.transfer and self.initiative_id not in {None, self.transfer.initiative_id}:
            raise ValidationError(_("The transfer is one of another practice."))

    @property
    def public_owner(self) -> Organisation | None:
        """Who took it on, where everyone may see that organisation."""
        return self.organisation if self.organisation and self.organisation.is_public else None

    @property
    def public_initiative(self) -> Initiative | None:
        """What it concerns, where everyone may see that initiative."""
        return self.initiative if self.initiative and self.initiative.is_public else None

    @property
    def public_instrument(self) -> Initiative | None:
        """The policy that it changed, where everyone may see that one."""
        return self.instrument if self.instrument and self.instrument.is_public else None

    @property
    def public_transfer(self) -> Transfer | None:
        """The transfer it led to, where everyone may see of what and to whom."""
        transfer = self.transfer
        is_public = transfer and transfer.initiative.is_public and transfer.adopter
        return transfer if is_public else None

    @property
    def public_recommendations(self) -> list[models.Model]:
        """Those of public peer reviews that it was agreed upon; `with_advice()` loads them."""
        rows = [row for row in self.recommendations.all() if row.review.is_public]
        rows.sort(key=lambda row: (row.review_id, row.position, row.pk))
        return [*rows]

    def is_seen_by(self, user: User) -> bool:
        """The user curates its workshop or, once that is public, its owner."""
        owner = self.organisation if self.workshop.is_public else None
        return user.can_see(self.workshop) or (owner is not None and user.can_see(owner))

    def may_be_recorded_by(self, user: User) -> bool:
        """The user may say how it stands: answers for its workshop or, in public, for its owner."""
        owner = self.organisation if self.workshop.is_public else None
        return user.can_change(self.workshop) or (owner is not None and user.can_publish(owner))

    def progress(self, at: date) -> "Progress":
        """What has become of it by that day; `for_page()` loads the steps."""
        known = [step for step in self.steps.all() if step.day is None or step.day <= at]
        state = self.State(known[-1].state) if known else self.State.AGREED
        is_late = self.due_on is not None and self.due_on < at
        return Progress(self, state, is_late and state in self.OPEN_STATES, known)


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of an outcome by a day: its state, and the steps that led there."""

    outcome: Outcome
    state: Outcome.State
    is_overdue: bool
    steps: "list[OutcomeStep]"

    @property
    def is_open(self) -> bool:
        """Somebody still has to do it."""
        return self.state in Outcome.OPEN_STATES

    @property
    def begins_at_workshop(self) -> bool:
        """No step says when it was agreed: at the workshop, then."""
        return all(step.state != Outcome.State.AGREED for step in self.steps)


class OutcomeStepQuerySet(models.QuerySet["OutcomeStep"]):
    """What was recorded of outcomes."""

    def in_order(self) -> "OutcomeStepQuerySet":
        """As they happened; those of no known day first, then as they were recorded."""
        return self.order_by(F("day").asc(nulls_first=True), "pk")


class OutcomeStep(models.Model):
    """How an outcome stood on a day: one line of the log from which its state follows."""

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="steps")
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Empty where it is not known.")
    )
    state = models.CharField(_("state"), max_length=20, choices=Outcome.State)
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("What happened, for everyone to read.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = OutcomeStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "in-progress", "done", "dropped"]),
                name="outcome_step_state_known",
            ),
            models.UniqueConstraint(
                fields=["outcome", "day", "state"],
                name="outcome_step_unique",
                nulls_distinct=False,
                violation_error_message=_("This step is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    def clean(self) -> None:
        """The log tells of what has happened, by the calendar of the workshop's place."""
        if self.day and self.day > timezone.localdate(timezone=self.outcome.workshop.zone):
            raise ValidationError({"day": _("This day is yet to come.")})
