"""The parts of the pages of people and organisations."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrganisationPart(TextChoices):
    """What a reader of an organisation's page can point at."""

    NAME = "name", _("Name")
    FACTS = "facts", _("Facts")
    ABOUT = "about", _("About")
    INITIATIVES = "initiatives", _("Initiatives")
    PEOPLE = "people", _("People")
    WORKSHOPS = "workshops", _("Workshops")
    SOURCES = "sources", _("Sources")


class PersonPart(TextChoices):
    """What a reader of a person's page can point at."""

    NAME = "name", _("Name and headline")
    FACTS = "facts", _("Facts")
    ABOUT = "about", _("About")
    ROLES = "roles", _("Roles")
    SESSIONS = "sessions", _("At workshops")
    SOURCES = "sources", _("Sources")
