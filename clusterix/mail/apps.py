"""The mail app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MailConfig(AppConfig):
    """Outgoing mail."""

    name = "clusterix.mail"
    label = "mail"
    verbose_name = _("Mail")
