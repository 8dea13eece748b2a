"""The app of saved filters."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SavedConfig(AppConfig):
    """Filters of lists that curators keep for themselves."""

    name = "clusterix.curation.saved"
    label = "saved"
    verbose_name = _("Saved filters")
