"""The app of imports that are remembered."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BatchesConfig(AppConfig):
    """Tables that partners import, from the file that is sent to the day it is undone."""

    name = "clusterix.curation.batches"
    label = "batches"
    verbose_name = _("Imports")
