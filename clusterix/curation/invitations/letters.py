"""The mail that invites somebody."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from clusterix.curation.invitations.models import Invitation
from clusterix.mail.queue import Letter, queue_mail


def invite(invitation: Invitation, secret: str) -> None:
    """Write to whom it concerns, with the link that is theirs alone."""
    duty = invitation.duty
    partner = str(duty.partner if duty else invitation.partner)
    with override(settings.LANGUAGE_CODE):
        queue_mail(
            Letter(
                to=invitation.email,
                subject=_("Run %(workshop)s at Clusterix") % {"workshop": duty.title}
                if duty
                else _("Curate for %(partner)s at Clusterix") % {"partner": partner},
                template="invitation",
                words={
                    "partner": partner,
                    "workshop": duty.title if duty else "",
                    "role": invitation.get_role_display(),
                    "inviter": str(invitation.invited_by or ""),
                    "until": date_format(invitation.expires_at, "j F Y"),
                },
                paths={"link": reverse("invitations:accept", args=[secret])},
            )
        )
