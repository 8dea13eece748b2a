"""The parts of an initiative's page, in the order in which a practice is told."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Part(TextChoices):
    """What a reader can go to or name in a report; a page has those that it can fill."""

    HEAD = "head", _("Title and summary")
    FACTS = "facts", _("Facts")
    ABOUT = "about", _("About")
    PROBLEM = "problem", _("The problem")
    HOW_IT_WORKS = "how-it-works", _("How it works")
    STAKEHOLDERS = "stakeholders", _("Who takes part, who gains")
    RESOURCES = "resources", _("What it takes")
    PRECONDITIONS = "preconditions", _("What must be in place")
    RESULTS = "results", _("What it achieved")
    EVIDENCE = "evidence", _("Evidence")
    CHALLENGES = "challenges", _("Challenges met")
    LESSONS = "lessons", _("Lessons")
    TRANSFER = "transfer", _("What others can take from it")
    ADOPTION = "adoption", _("Taken over by")
    PRESENTED = "presented", _("Presented at")
    OUTCOMES = "outcomes", _("What was agreed about it")
    RELATED = "related", _("Related")
    FURTHER = "further", _("Further information")
    COMMENTS = "comments", _("What experts say")
    SOURCES = "sources", _("Sources")
