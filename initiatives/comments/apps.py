"""The comments app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommentsConfig(AppConfig):
    """What invited experts say of a practice, signed."""

    name = "initiatives.comments"
    label = "comments"
    verbose_name = _("Experts")
