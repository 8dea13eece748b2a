"""Workshops: when and where they are, their programme, and what came of them."""

from workshops.models.contributions import Contribution, Presentation
from workshops.models.hosts import Host
from workshops.models.materials import Material
from workshops.models.organisers import Organiser
from workshops.models.outcomes import Outcome, OutcomeQuerySet, OutcomeStep, Progress
from workshops.models.sessions import Session
from workshops.models.versions import ScheduleVersion
from workshops.models.workshops import (
    Series,
    Workshop,
    WorkshopQuerySet,
    WorkshopSource,
    known_time_zone,
)

__all__ = [
    "Contribution",
    "Host",
    "Material",
    "Organiser",
    "Outcome",
    "OutcomeQuerySet",
    "OutcomeStep",
    "Presentation",
    "Progress",
    "ScheduleVersion",
    "Series",
    "Session",
    "Workshop",
    "WorkshopQuerySet",
    "WorkshopSource",
    "known_time_zone",
]
