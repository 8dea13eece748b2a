"""The app of proposals."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProposalsConfig(AppConfig):
    """What is proposed for published entries, and what became of that."""

    name = "clusterix.curation.proposals"
    label = "proposals"
    verbose_name = _("Proposals")
