"""The site with a second language, so that a cache could mix two up."""

from django.utils.translation import gettext_lazy as _

from clusterix.settings import *  # noqa: F403

LANGUAGES = [("en", _("English")), ("de", _("German"))]
