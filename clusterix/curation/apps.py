"""The curation app."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.utils.translation import gettext_lazy as _


class CurationConfig(AppConfig):
    """Partners, their members and the life cycle of entries."""

    name = "clusterix.curation"
    label = "curation"
    verbose_name = _("Curation")


class CurationAdminConfig(admin.AdminConfig):
    """Django's admin, entered and laid out our way."""

    default = False
    default_site = "clusterix.curation.sites.CurationSite"
