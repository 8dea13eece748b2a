"""What invitations hold about those who were invited."""

from datetime import datetime

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clusterix.curation.invitations.handling import discard, forget
from clusterix.curation.invitations.models import (
    KEPT_AFTERWARDS,
    OPEN_FOR,
    Invitation,
    InvitationQuerySet,
)
from clusterix.lib.personal import Done, Fate, Fields, Holding, Purge, Subject, Table

NOT_PERSONAL = {"invitations.Invitation": "secret_hash purpose"}


def invitations_of(subject: Subject) -> InvitationQuerySet:
    """Those that were sent to an address."""
    return Invitation.objects.filter(subject.written_in("email"))


def erase(subject: Subject, _at: datetime) -> Done:
    """Forget that the address was ever invited."""
    return {"invitations.Invitation": discard(invitations_of(subject))}


INVITATIONS = Holding(
    name="invitations",
    title=_("If a partner invites you"),
    purpose=_(
        "A partner who wants you to curate with them, or to run one of their workshops, gives your "
        "address, so that you alone can open the account (Article 6(1)(f): the interest in knowing "
        "who curates). Their publishers and the programme’s secretariat see whom they invited."
    ),
    retention=format_lazy(
        _("{days} days, whether you accept or not; earlier if you ask"),
        days=(OPEN_FOR + KEPT_AFTERWARDS).days,
    ),
    tables=(
        Table(
            "invitations.Invitation",
            (
                Fields("email", Fate.DELETED, _("to write to you once, or again if asked to")),
                Fields("role", Fate.DELETED, _("what you would be able to do")),
            ),
            invitations_of,
        ),
    ),
    erase=erase,
    purges=(Purge(_("invitations whose time is over"), Invitation.objects.to_forget, forget),),
)

HOLDINGS = (INVITATIONS,)
