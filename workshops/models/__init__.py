"""Workshops: when and where they are, their programme, and what came of them."""

from workshops.models.workshops import (
    Contribution,
    Host,
    Material,
    Organiser,
    Outcome,
    OutcomeQuerySet,
    OutcomeStep,
    Presentation,
    Progress,
    ScheduleVersion,
    Series,
    Session,
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
