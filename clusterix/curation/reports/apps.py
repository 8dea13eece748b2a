"""The reports app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """What readers say is wrong with an entry, and what became of it."""

    name = "clusterix.curation.reports"
    label = "reports"
    verbose_name = _("Readers")
