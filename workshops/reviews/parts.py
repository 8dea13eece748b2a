"""The parts of the page of a peer review."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    """What a reader of it can point at."""

    HEAD = "head", _("Title and summary")
    FACTS = "facts", _("Facts")
    ANSWERS = "answers", _("What the region answers")
    RECOMMENDATIONS = "recommendations", _("Recommendations")
    CONCLUSIONS = "conclusions", _("Conclusions")
    SOURCES = "sources", _("Sources")
