"""The following app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FollowingConfig(AppConfig):
    """Who follows which search."""

    name = "initiatives.following"
    label = "following"
    verbose_name = _("Followed searches")
