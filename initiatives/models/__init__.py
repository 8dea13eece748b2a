"""Initiatives of cluster policy: what they are, who is involved, and what is known of them."""

from initiatives.models.evidence import Evidence, Lesson, Precondition, Proof
from initiatives.models.initiatives import (
    SEARCHED_BEHIND_THE_SCENES,
    Initiative,
    InitiativeQuerySet,
)
from initiatives.models.involvements import Involvement, PartPlayed
from initiatives.models.relations import Relation
from initiatives.models.sources import InitiativeLink, InitiativeSource
from initiatives.models.states import Status, status_on
from initiatives.models.terms import Ecosystem, TargetGroup, Theme
from initiatives.models.transfers import Transfer
from initiatives.models.words import InitiativeWords

__all__ = [
    "SEARCHED_BEHIND_THE_SCENES",
    "Ecosystem",
    "Evidence",
    "Initiative",
    "InitiativeLink",
    "InitiativeQuerySet",
    "InitiativeSource",
    "InitiativeWords",
    "Involvement",
    "Lesson",
    "PartPlayed",
    "Precondition",
    "Proof",
    "Relation",
    "Status",
    "TargetGroup",
    "Theme",
    "Transfer",
    "status_on",
]
