"""The invitations app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InvitationsConfig(AppConfig):
    """Who was asked to curate for a partner, and whether they came."""

    name = "clusterix.curation.invitations"
    label = "invitations"
    verbose_name = _("Invitations")
