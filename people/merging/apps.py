"""The merging app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MergingConfig(AppConfig):
    """Which records are likely the same, and which were made one."""

    name = "people.merging"
    label = "merging"
    verbose_name = _("Duplicates")
