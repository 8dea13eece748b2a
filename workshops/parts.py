"""The parts of a workshop's page."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    """What a reader of it can point at."""

    HEAD = "head", _("Title and summary")
    FACTS = "facts", _("Facts")
    ABOUT = "about", _("About")
    PROGRAMME = "programme", _("Programme")
    RESULTS = "results", _("What came of it")
    SOURCES = "sources", _("Sources")
