"""The privacy app: it has no tables of its own."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    """What the site holds about people."""

    name = "clusterix.privacy"
    label = "privacy"
    verbose_name = _("Privacy")
