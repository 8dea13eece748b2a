"""The app of news."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NewsConfig(AppConfig):
    """Mails to curators, at once or gathered, as each of them likes."""

    name = "clusterix.curation.news"
    label = "news"
    verbose_name = _("News")
