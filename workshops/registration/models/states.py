"""The states of a registration, and which of them hold places."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    """How things stand between somebody and a workshop."""

    UNCONFIRMED = "unconfirmed", _("address not confirmed")
    PENDING = "pending", _("waiting for approval")
    CONFIRMED = "confirmed", _("confirmed")
    WAITING = "waiting", _("on the waiting list")
    OFFERED = "offered", _("offered a place")
    CANCELLED = "cancelled", _("cancelled")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    ATTENDED = "attended", _("attended")
    NO_SHOW = "no-show", _("did not come")


HOLDING = (State.CONFIRMED, State.OFFERED, State.ATTENDED, State.NO_SHOW)
"""Their people have places, which nobody else can have."""

CHANGEABLE = (
    State.UNCONFIRMED,
    State.PENDING,
    State.CONFIRMED,
    State.WAITING,
    State.OFFERED,
)
"""Whoever registered can still change or cancel them."""

ACTIVE = (*CHANGEABLE, State.ATTENDED, State.NO_SHOW)
"""An address has one of them at a workshop, not two."""

ACCEPTED = (State.CONFIRMED, State.ATTENDED)
"""Somebody comes, or came."""


class EventKind(TextChoices):
    """What can happen to a registration."""

    REGISTERED = "registered", _("registered")
    ENTERED = "entered", _("entered by the organiser")
    ADDRESS_CONFIRMED = "address-confirmed", _("address confirmed")
    APPROVED = "approved", _("approved by the organiser")
    REFUSED = "refused", _("refused by the organiser")
    CONFIRMED = "confirmed", _("place confirmed")
    WAITING = "waiting", _("put on the waiting list")
    GIVEN_PRIORITY = "given-priority", _("given priority by the organiser")
    OFFERED = "offered", _("offered a place")
    ACCEPTED = "accepted", _("offer accepted")
    DECLINED = "declined", _("offer declined")
    EXPIRED = "expired", _("ran out of time")
    ATTENDED = "attended", _("was there")
    NO_SHOW = "no-show", _("did not come")
    CHANGED = "changed", _("changed")
    CANCELLED = "cancelled", _("cancelled")
    CANCELLED_BY_ORGANISER = "cancelled-by-organiser", _("cancelled by the organiser")
    LINK_SENT = "link-sent", _("link sent again")
    ERASED = "erased", _("name and address erased")
