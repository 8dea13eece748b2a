"""The reviews app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReviewsConfig(AppConfig):
    """Regions whose cluster policy was looked at by their peers."""

    name = "workshops.reviews"
    label = "reviews"
    verbose_name = _("Peer reviews")
