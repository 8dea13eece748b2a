"""Where the role of an organiser is given, offered by mail, and taken."""

from datetime import datetime

from django.db import transaction

from clusterix.curation.invitations import handling
from clusterix.curation.invitations.models import Invitation, InvitationQuerySet
from clusterix.curation.models import User
from workshops.models import Organiser, Workshop


def invitations_to(workshop: Workshop, email: str) -> InvitationQuerySet:
    """Those to run that workshop which an address has not answered."""
    return Invitation.objects.for_address(email).pending().filter(purpose=purpose(workshop))


def purpose(workshop: Workshop) -> str:
    """What an invitation to run the workshop says it is for."""
    return f"workshop {workshop.pk}"


def appoint(organiser: Organiser, user: User, by: User) -> None:
    """Give the role to somebody who has an account; what invited them to it makes way."""
    with transaction.atomic():
        handling.discard(invitations_to(organiser.workshop, user.email))
        organiser.user, organiser.given_by = user, by
        organiser.save()


def invite(organiser: Organiser, email: str, by: User, at: datetime) -> None:
    """Offer the role by mail to somebody who has no account; the row waits for them."""
    with transaction.atomic():
        # The letter reads from the invitation what it is to, so that they know each other before.
        organiser.invitation = Invitation(email=email, purpose=purpose(organiser.workshop))
        organiser.given_by = by
        handling.send(organiser.invitation, by, at)
        organiser.save()


def invite_again(organiser: Organiser, by: User, at: datetime) -> bool:
    """Offer it once more, in the name of whoever does so now; False if it was answered."""
    invitation = organiser.invitation_id
    if invitation is None:
        return False
    with transaction.atomic():
        Invitation.objects.pending().filter(pk=invitation).update(invited_by=by)
        waits = Organiser.objects.waiting().filter(pk=organiser.pk).update(given_by=by)
        return bool(waits) and handling.send_again(invitation, at)


def dismiss(organiser: Organiser) -> None:
    """Take the role, or the offer, whether or not somebody takes it up in that moment."""
    with transaction.atomic():
        if organiser.invitation_id:
            handling.discard(Invitation.objects.filter(pk=organiser.invitation_id))
        Organiser.objects.filter(pk=organiser.pk).delete()
