"""The freshness app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FreshnessConfig(AppConfig):
    """Whether what is public is still correct, and who is asked."""

    name = "clusterix.curation.freshness"
    label = "freshness"
    verbose_name = _("Freshness")
