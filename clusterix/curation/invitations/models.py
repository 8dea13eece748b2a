"""Invitations: whom, to a partner in which role or to a duty of a higher app, and until when."""

from datetime import datetime, timedelta
from typing import Protocol, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Membership, Partner, User
from clusterix.lib.secret_links import hashed, new_secret

OPEN_FOR = timedelta(days=14)
KEPT_AFTERWARDS = timedelta(days=14)
"""How long partners still see that an invitation was not taken up."""


class Duty(Protocol):
    """What somebody is asked to do who need not belong to a partner: a row of a higher app."""

    @property
    def title(self) -> str:
        """What it is about."""

    @property
    def partner(self) -> Partner:
        """For whom they would do it."""

    def is_offered(self) -> bool:
        """Whoever sent the invitation may still give the duty."""

    def give_to(self, user: User, at: datetime) -> bool:
        """Leave it to whoever came; False if it cannot be given any more."""


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations."""

    def pending(self) -> Self:
        """Neither taken up nor withdrawn, though their time may be over."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def open(self, at: datetime) -> Self:
        """Those that can be taken up."""
        return self.pending().filter(expires_at__gt=at)

    def expired(self, at: datetime) -> Self:
        """Those whose time passed without an answer."""
        return self.pending().filter(expires_at__lte=at)

    def to_forget(self, at: datetime) -> Self:
        """Those that need not be kept any longer, whatever became of them."""
        return self.filter(expires_at__lte=at - KEPT_AFTERWARDS)

    def for_address(self, email: str) -> Self:
        """Those to an address, however it is written."""
        return self.filter(email__iexact=email)

    def with_secret(self, secret: str) -> Self:
        """The one that a link leads to."""
        return self.filter(secret_hash=hashed(secret))


class Invitation(models.Model):
    """Somebody is asked to curate for a partner, or to do what a higher app has for them.

    The row of the higher app refers to the invitation, by a one-to-one link that is called back as
    `organiser`; `purpose` names the same thing for the database, which invites nobody to it twice.
    """

    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, related_name="invitations", verbose_name=_("partner")
    )
    purpose = models.CharField(
        _("what for"), max_length=60, blank=True, default="", db_default="", editable=False
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=Membership.Role)
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
    expires_at = models.DateTimeField(_("open until"), editable=False)
    accepted_at = models.DateTimeField(_("taken up"), null=True, editable=False)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                "partner",
                Lower("email"),
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open",
                violation_error_message=_(
                    "This address is invited already. Send that invitation again."
                ),
            ),
            models.UniqueConstraint(
                "purpose",
                Lower("email"),
                condition=Q(partner=None, accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_for_it",
                violation_error_message=_(
                    "This address is invited already. Send that invitation again."
                ),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="invitation_ends_after_it_began"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_one_end"
            ),
            models.CheckConstraint(
                condition=Q(
                    partner__isnull=False,
                    role__in=["editor", "publisher", "secretariat"],
                    purpose="",
                )
                | (Q(partner=None, role="") & ~Q(purpose="")),
                name="invitation_to_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def is_open(self, at: datetime) -> bool:
        """It can be taken up."""
        return self.is_pending and self.expires_at > at

    @property
    def is_pending(self) -> bool:
        """It was neither taken up nor withdrawn."""
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def duty(self) -> Duty | None:
        """What it invites to that is no partner; None if it is to one, or the duty is gone."""
        found: Duty | None = None if self.partner_id else getattr(self, "organiser", None)
        return found

    def is_offered(self) -> bool:
        """What it invites to can still be given, by whoever gives it."""
        duty = self.duty
        return self.partner_id is not None or (duty is not None and duty.is_offered())

    def renew(self, at: datetime) -> str:
        """Give it a new secret, which is answered and kept nowhere, and its full time."""
        secret = new_secret()
        self.secret_hash = hashed(secret)
        self.made_at, self.expires_at = at, at + OPEN_FOR
        return secret
