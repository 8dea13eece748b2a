"""The workshops app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    """Workshops and their programmes."""

    name = "workshops"
    verbose_name = _("Workshops")
