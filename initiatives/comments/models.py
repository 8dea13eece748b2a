"""Comments of invited experts on an initiative, from the invitation to the page."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, User
from clusterix.lib.secret_links import hashed, new_secret
from initiatives.models import Initiative
from people.models import Person

LONGEST_TEXT = 5_000

OPEN_FOR = timedelta(days=30)
KEPT_UNANSWERED = timedelta(days=30)
"""How long it is still seen that an invitation was not taken up, or how it was closed."""
KEPT_UNDECIDED = timedelta(days=365)
"""How long a comment waits to be shown."""


class CommentQuerySet(models.QuerySet["Comment"]):
    """Which comments."""

    def of_partners_of(self, user: User) -> Self:
        """Those on initiatives that the user may publish."""
        return self.filter(initiative__owner__in=user.managed_partners())

    def pending(self) -> Self:
        """Those that their author may still write or correct, if the link has not expired."""
        return self.filter(state__in=Comment.PENDING)

    def open(self, at: datetime) -> Self:
        """Those whose link works: on public initiatives."""
        public = self.filter(initiative__state=Entry.State.PUBLISHED)
        return public.pending().filter(expires_at__gt=at)

    def waiting(self) -> Self:
        """Those that are written, for somebody to show or decline; the longest first."""
        return self.filter(state=Comment.State.WRITTEN).order_by("written_at", "pk")

    def shown(self) -> Self:
        """Those that stand on the page, in the order in which they were written."""
        shown = self.filter(state=Comment.State.SHOWN)
        return shown.select_related("person").order_by("written_at", "pk")

    def with_secret(self, secret: str) -> Self:
        """The one that a link leads to."""
        return self.filter(secret_hash=hashed(secret))

    def for_address(self, email: str) -> Self:
        """Those asked for at an address, however it is written."""
        return self.filter(email__iexact=email)

    def to_forget(self, at: datetime) -> Self:
        """Those that never came to be shown and need not be kept any longer."""
        unwritten = Q(state=Comment.State.INVITED, expires_at__lte=at - KEPT_UNANSWERED)
        closed = Q(state__in=Comment.CLOSED, closed_at__lte=at - KEPT_UNANSWERED)
        undecided = Q(state=Comment.State.WRITTEN, written_at__lte=at - KEPT_UNDECIDED)
        return self.filter(unwritten | closed | undecided)


class Comment(models.Model):
    """An expert is asked for a comment on an initiative, writes it, and signs it."""

    class State(models.TextChoices):
        """How far it has come."""

        INVITED = "invited", _("invited")
        WRITTEN = "written", _("waits to be shown")
        SHOWN = "shown", _("shown")
        DECLINED = "declined", _("declined")
        WITHDRAWN = "withdrawn", _("invitation withdrawn")

    PENDING = (State.INVITED, State.WRITTEN)
    CLOSED = (State.DECLINED, State.WITHDRAWN)

    initiative = models.ForeignKey(
        Initiative, models.CASCADE, related_name="comments", verbose_name=_("initiative")
    )
    email = models.EmailField(
        _("e-mail address"), help_text=_("For the invitation; no visitor ever sees it.")
    )
    name = models.CharField(_("name"), max_length=200)
    role = models.CharField(_("role"), max_length=160, blank=True)
    organisation = models.CharField(_("organisation"), max_length=250, blank=True)
    person = models.ForeignKey(
        Person,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="comments",
        verbose_name=_("person of the directory"),
        help_text=_("If there is a page to link the name to."),
    )
    note = models.TextField(
        _("note to the expert"),
        blank=True,
        max_length=2_000,
        help_text=_("Why you ask them, and what you would like to read. It goes with the mail."),
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("invited by"),
    )
    secret_hash = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("invited"), editable=False)
    expires_at = models.DateTimeField(_("link works until"), editable=False)
    text = models.TextField(_("comment"), blank=True, max_length=LONGEST_TEXT, editable=False)
    consented_at = models.DateTimeField(_("agreed to be named"), null=True, editable=False)
    written_at = models.DateTimeField(_("written"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.INVITED, editable=False
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("expert comment")
        verbose_name_plural = _("expert comments")
        constraints = [
            models.UniqueConstraint(
                "initiative",
                Lower("email"),
                condition=Q(state__in=["invited", "written"]),
                name="comment_one_pending",
                violation_error_message=_(
                    "This address is invited already. Send that invitation again."
                ),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["invited", "written", "shown", "declined", "withdrawn"]),
                name="comment_state_known",
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="comment_link_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["written", "shown"])
                | (~Q(text="") & Q(consented_at__isnull=False, written_at__isnull=False)),
                name="comment_is_written_and_agreed_to",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declined", "withdrawn"], closed_at__isnull=False)
                | (~Q(state__in=["declined", "withdrawn"]) & Q(closed_at=None)),
                name="comment_closed_has_date",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_pending(self) -> bool:
        """Its author may still write or correct it."""
        return self.state in self.PENDING

    @property
    def is_shown(self) -> bool:
        """It stands on the page."""
        return self.state == self.State.SHOWN

    @property
    def signed_as(self) -> str:
        """Role and organisation as the author wrote them."""
        return ", ".join(part for part in (self.role, self.organisation) if part)

    @property
    def page_of_author(self) -> str:
        """Where the author's page is, for everyone to open; empty where there is none."""
        return self.person.get_absolute_url() if self.person and self.person.has_page else ""

    def renew(self, at: datetime) -> str:
        """Give it a new secret, which is answered and kept nowhere, and its full time."""
        secret = new_secret()
        self.secret_hash = hashed(secret)
        self.made_at, self.expires_at = at, at + OPEN_FOR
        return secret


class CommentStep(models.Model):
    """Something that became of a comment: who did it, when and why."""

    class Kind(models.TextChoices):
        """What was done."""

        INVITED = "invited", _("invited")
        SENT_AGAIN = "sent-again", _("invitation sent again")
        WITHDRAWN = "withdrawn", _("invitation withdrawn")
        WRITTEN = "written", _("written")
        CORRECTED = "corrected", _("corrected by its author")
        SHOWN = "shown", _("shown")
        HIDDEN = "hidden", _("hidden")
        DECLINED = "declined", _("declined")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="steps")
    kind = models.CharField(_("what was done"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    reason = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("step of a comment")
        verbose_name_plural = _("steps of comments")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=["shown", "hidden", "declined"]) | ~Q(reason=""),
                name="comment_step_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
