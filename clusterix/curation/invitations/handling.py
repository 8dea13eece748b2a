"""Where invitations are sent, taken up and withdrawn: the row and its mail, or neither."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from clusterix.curation.invitations import letters
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, User


def send(invitation: Invitation, by: User, at: datetime) -> None:
    """Invite somebody; an invitation to them that expired makes way."""
    with transaction.atomic():
        others = Invitation.objects.for_address(invitation.email).expired(at)
        others.filter(partner=invitation.partner).delete()
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
    """Let the account that has the address belong to the partner; False if it is too late.

    Who belongs to it already keeps the role they have.
    """
    with transaction.atomic():
        if not _take(invitation, at):
            return False
        Membership.objects.get_or_create(
            partner=invitation.partner, user=user, defaults={"role": invitation.role}
        )
    return True


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
            Membership.objects.create(partner=invitation.partner, user=user, role=invitation.role)
    except IntegrityError:
        return False
    return True


def _take(invitation: Invitation, at: datetime) -> bool:
    """Of several who come at once by one link, only the first gets in."""
    open_still = Invitation.objects.open(at).filter(
        pk=invitation.pk, secret_hash=invitation.secret_hash
    )
    return bool(open_still.update(accepted_at=at))


def forget(at: datetime) -> int:
    """Delete invitations whose time is over; how many those were."""
    return Invitation.objects.to_forget(at).delete()[0]
