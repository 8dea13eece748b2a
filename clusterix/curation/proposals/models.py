"""What somebody wants to be different in a published entry, and who decides about it."""

from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Self, cast

from django.conf import settings
from django.contrib.contenttypes.fields import GenericForeignKey
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import REASON_LENGTH
from clusterix.curation.models import Entry, User
from clusterix.curation.proposals.documents import Document
from clusterix.lib.secret_links import hashed, new_secret

TIME_TO_DECIDE = timedelta(days=14)
TIME_TO_ANSWER = timedelta(days=14)
LONGEST_COMMENT = 2_000


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Which proposals."""

    def on_entries_for(self, user: User) -> Self:
        """Those on entries that the user curates or, once they are public, reviews."""
        return self.filter(reduce(or_, (_seen(user, kind) for kind in Entry.__subclasses__())))

    def on(self, entry: Entry) -> Self:
        """Those on that entry."""
        return self.filter(
            content_type=ContentType.objects.get_for_model(entry), object_id=entry.pk
        )

    def open(self) -> Self:
        """Those that somebody still has to do something about."""
        return self.filter(state__in=Proposal.OPEN)

    def waiting(self) -> Self:
        """Those that wait for a decision."""
        return self.filter(state=Proposal.State.WAITING)

    def of_others(self, user: User) -> Self:
        """Those that somebody else made."""
        return self.exclude(author=user)

    def decidable_by(self, user: User) -> Self:
        """Those that wait for this user, as far as rights go."""
        waiting = self.waiting().of_others(user)
        return waiting.filter(
            reduce(or_, (_decided(user, kind) for kind in Entry.__subclasses__()))
        )

    def to_remind_of(self, on: date) -> Self:
        """Those that are to be decided by that day, of which nobody was reminded yet."""
        return self.waiting().filter(due_on__lte=on, reminded_at=None)

    def most_urgent_first(self) -> Self:
        """Those that wait, by the day they are due; then all others, the latest first."""
        waits = models.Case(models.When(state=Proposal.State.WAITING, then=0), default=1)
        return self.annotate(_waits=waits).order_by(
            "_waits", models.Case(models.When(_waits=0, then="due_on")), "-made_at", "-pk"
        )


def _of_kind(kind: type[Entry], entries: "models.QuerySet[Any]") -> Q:
    """On these entries: looked up one by one, for there are more entries than proposals."""
    of_kind = Q(
        content_type__app_label=kind._meta.app_label, content_type__model=kind._meta.model_name
    )
    return of_kind & Q(Exists(entries.filter(pk=OuterRef("object_id"))))


def _seen(user: User, kind: type[Entry]) -> Q:
    seen = _of_kind(kind, user.partner_entries(kind))
    if user.scope:
        seen |= _of_kind(kind, kind.unscoped.public().in_scope(user.scope))
    return seen


def _decided(user: User, kind: type[Entry]) -> Q:
    mine = kind.unscoped.public()
    if not user.is_secretariat:
        mine = mine.filter(owner__in=user.publishes_for)
    decided = _of_kind(kind, mine)
    if user.scope:
        decided |= _of_kind(kind, kind.unscoped.public().in_scope(user.scope))
    return decided


class Proposal(models.Model):
    """A change to a published entry that is kept beside it until somebody decides."""

    class State(models.TextChoices):
        """What became of it so far."""

        WAITING = "waiting", _("waiting for a decision")
        RETURNED = "returned", _("changes asked for")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    OPEN = (State.WAITING, State.RETURNED)

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.PositiveBigIntegerField()
    entry = GenericForeignKey("content_type", "object_id")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    reason = models.CharField(_("reason"), max_length=REASON_LENGTH)
    base = models.JSONField(help_text=_("What was live when this was proposed."))
    proposed = models.JSONField(help_text=_("What is to be live."))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    made_at = models.DateTimeField(_("proposed"))
    revised_at = models.DateTimeField(_("last revised"))
    due_on = models.DateField(_("to be decided by"))
    reminded_at = models.DateTimeField(_("reminded"), null=True, editable=False)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "returned", "approved", "declined", "withdrawn"]),
                name="proposal_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="proposal_has_reason",
                violation_error_message=_("Say why this is to be changed."),
            ),
            models.CheckConstraint(
                condition=Q(revised_at__gte=F("made_at")), name="proposal_revised_after_made"
            ),
        ]
        indexes = [
            models.Index(fields=["content_type", "object_id"], name="proposal_entry"),
            models.Index(fields=["due_on"], condition=Q(state="waiting"), name="proposal_waiting"),
        ]

    def __str__(self) -> str:
        return str(self.entry)

    @property
    def kind(self) -> type[Entry]:
        """What sort of entry it is about."""
        return cast("type[Entry]", self.content_type.model_class())

    @property
    def subject(self) -> Entry:
        """The entry, which was public once and so is never deleted."""
        return cast("Entry", self.entry)

    @property
    def documents(self) -> tuple[Document, Document]:
        """What was live, and what is to be."""
        return self.base, self.proposed

    @property
    def revision(self) -> str:
        """Tells what is proposed now from what was before."""
        return self.revised_at.isoformat()

    @property
    def is_open(self) -> bool:
        """Somebody still has to do something about it."""
        return self.state in self.OPEN

    @property
    def waits(self) -> bool:
        """Somebody has to decide."""
        return self.state == self.State.WAITING

    def may_decide(self, user: User) -> bool:
        """That user may approve it: never one's own; as publisher, by a scope, or for all."""
        is_theirs = self.author_id == user.pk
        return not is_theirs and (user.can_publish(self.subject) or user.is_routed(self.subject))

    def may_revise(self, user: User) -> bool:
        """That user may change what is proposed: the entry's partner may."""
        return self.is_open and self.subject.is_public and user.can_see(self.subject)

    def note(
        self, kind: str, at: datetime, *, by: User | None = None, name: str = "", comment: str = ""
    ) -> None:
        """Add a line to its log."""
        self.steps.create(kind=kind, at=at, by=by, name=name, comment=comment)


class Step(models.Model):
    """Something that happened to a proposal."""

    class Kind(models.TextChoices):
        """What it was."""

        PROPOSED = "proposed", _("proposed")
        REVISED = "revised", _("revised")
        ASKED = "asked", _("an expert was asked")
        RETURNED = "returned", _("changes asked for")
        APPROVED = "approved", _("approved")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("withdrawn")

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="steps")
    kind = models.CharField(_("what happened"), max_length=10, choices=Kind)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    name = models.CharField(
        _("expert"), max_length=200, blank=True, help_text=_("Who decided by a link, by name.")
    )
    at = models.DateTimeField(_("when"))
    comment = models.TextField(_("comment"), max_length=LONGEST_COMMENT, blank=True)

    class Meta:
        verbose_name = _("step of a proposal")
        verbose_name_plural = _("steps of a proposal")

    def __str__(self) -> str:
        return self.get_kind_display()


class RequestQuerySet(models.QuerySet["ExpertRequest"]):
    """Which requests to experts."""

    def open(self, at: datetime) -> Self:
        """Those that can be answered at that moment."""
        return self.filter(
            answered_at=None, expires_at__gt=at, proposal__state=Proposal.State.WAITING
        )

    def with_secret(self, secret: str) -> Self:
        """The one that a link leads to."""
        return self.filter(secret_hash=hashed(secret))

    def to_forget(self, at: datetime) -> Self:
        """Those that nobody can answer any more, whatever became of them."""
        return self.filter(expires_at__lte=at)


class ExpertRequest(models.Model):
    """An expert without an account is asked to decide about a proposal, by a link, once."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="requests")
    name = models.CharField(
        _("expert"), max_length=200, help_text=_("The log of the proposal says it.")
    )
    email = models.EmailField(_("e-mail address"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("asked"))
    expires_at = models.DateTimeField(_("open until"))
    answered_at = models.DateTimeField(_("answered"), null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request to an expert")
        verbose_name_plural = _("requests to experts")
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="expertrequest_ends_after_it_began"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_backed(self) -> bool:
        """Whoever asked may still decide about the proposal."""
        return self.asked_by.is_active and self.proposal.may_decide(self.asked_by)

    def open(self, at: datetime) -> str:
        """Give it a secret, which is answered and kept nowhere, and its time."""
        secret = new_secret()
        self.secret_hash = hashed(secret)
        self.made_at, self.expires_at = at, at + TIME_TO_ANSWER
        return secret
