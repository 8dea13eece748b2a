"""Where facts about initiatives were seen, and what there is to read elsewhere."""

from django.db import models

from clusterix.curation.models import Link, Source


class InitiativeSource(Source):
    """Where a fact about an initiative was seen."""

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="sources")


class InitiativeLink(Link):
    """A page elsewhere about an initiative."""

    initiative = models.ForeignKey("Initiative", models.CASCADE, related_name="links")
