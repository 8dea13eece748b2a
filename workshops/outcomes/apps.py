"""The outcomes app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutcomesConfig(AppConfig):
    """What becomes of what was agreed at workshops."""

    name = "workshops.outcomes"
    label = "outcomes"
    verbose_name = _("Outcomes")
