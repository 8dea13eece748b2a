"""The curation app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    """Partners, their members and the life cycle of entries."""

    name = "clusterix.curation"
    label = "curation"
    verbose_name = _("Curation")
