"""The registration app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    """Who takes part in a workshop."""

    name = "workshops.registration"
    label = "registration"
    verbose_name = _("Registration")
