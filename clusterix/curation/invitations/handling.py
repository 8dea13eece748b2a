"""Where invitations are sent, taken up and withdrawn: the row and its mail, or neither."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from clusterix.curation.invitations import letters
from clusterix.curation.invitations.models import Invitation, InvitationQuerySet
from clusterix.curation.models import Membership, User


class TooLateError(Exception):
    """What the invitation is to cannot be given any more."""


def send(invitation: Invitation, by: User, at: datetime) -> None:
    """Invite somebody; an invitation to them that expired makes way."""
    with transaction.atomic():
        others = Invitation.objects.for_address(invitation.email).expired(at)
        discard(others.filter(partner=invitation.partner, purpose=invitation.purpose))
        invitation.invited_by = by
        secret = invitation.renew(at)
        invitation.save()
        letters.invite(invitation, secret)


def send_again(pk: int, at: datetime) -> bool:
    """Write once more, with a new link that ends the old one; False if it was answered."""
    with transaction.atomic():
        held = Invitation.objects.pending().select_for_update(of=("self",)).filter(pk=pk).first()
        if held is None:
            return False
        secret = held.renew(at)
        held.save()
        letters.invite(held, secret)
    return True


def withdraw(pk: int, at: datetime) -> bool:
    """Close an invitation; False if it was answered before."""
    return bool(Invitation.objects.pending().filter(pk=pk).update(withdrawn_at=at))


def join(invitation: Invitation, user: User, at: datetime) -> bool:
    """Give the account that has the address what it is invited to; False if it is too late.

    Who belongs to the partner already keeps the role they have.
    """
    try:
        with transaction.atomic():
            return _take(invitation, at) and _give(invitation, user, at)
    except (IntegrityError, TooLateError):
        return False


def enrol(invitation: Invitation, user: User, at: datetime) -> bool:
    """Open an account by an invitation; False if another did, or it is too late.

    The address has proved itself: the link came by mail.
    """
    try:
        with transaction.atomic():
            if not _take(invitation, at):
                return False
            user.save()
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            return _give(invitation, user, at)
    except (IntegrityError, TooLateError):
        return False


def _take(invitation: Invitation, at: datetime) -> bool:
    """Of several who come at once by one link, only the first gets in."""
    open_still = Invitation.objects.open(at).filter(
        pk=invitation.pk, secret_hash=invitation.secret_hash
    )
    return bool(open_still.update(accepted_at=at))


def _give(invitation: Invitation, user: User, at: datetime) -> bool:
    """What it invites to; TooLateError, which undoes what was done, if that is not to be had."""
    if invitation.partner:
        Membership.objects.get_or_create(
            partner=invitation.partner, user=user, defaults={"role": invitation.role}
        )
    elif invitation.duty is None or not invitation.duty.give_to(user, at):
        raise TooLateError
    return True


def forget(at: datetime) -> int:
    """Delete invitations whose time is over; how many those were."""
    return len(discard(Invitation.objects.to_forget(at)))


def discard(invitations: InvitationQuerySet) -> list[int]:
    """Delete invitations with what waits by them; which those were.

    They are held first, as by whoever takes one up, so that no two wait for each other.
    """
    with transaction.atomic():
        held = list(invitations.select_for_update().order_by("pk").values_list("pk", flat=True))
        Invitation.objects.filter(pk__in=held).delete()
    return held
