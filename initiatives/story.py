"""What the page of an initiative tells of it, part by part."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from initiatives.addresses import beside
from initiatives.models import Initiative
from initiatives.parts import Part
from initiatives.profile import WEB

TEXTS = {
    Part.ABOUT: "description",
    Part.PROBLEM: "problem",
    Part.HOW_IT_WORKS: "how_it_works",
    Part.STAKEHOLDERS: "stakeholders",
    Part.RESOURCES: "resources",
    Part.RESULTS: "results",
    Part.CHALLENGES: "challenges",
    Part.TRANSFER: "transferability",
    Part.FURTHER: "further_information",
}
"""The parts that are written text, with the field that holds it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the story: what it holds, and the template that shows such a thing."""

    anchor: str
    title: str
    template: str
    content: Any


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody who took the practice over, on the line through time."""

    when: str
    who: str
    url: str
    stage: str
    stage_label: str
    text: str
    link: str
    is_later: bool


@dataclass(frozen=True, slots=True)
class Related:
    """Another initiative, how it relates, read from this one, and the two side by side."""

    relation: str
    initiative: Initiative
    comparison: str


def story(initiative: Initiative, at: date) -> list[Section]:
    """The parts of the page that are not empty, in order, as one reads them on that day."""
    told = {part: getattr(initiative, field) for part, field in TEXTS.items()}
    told |= rows(initiative, at)
    return [
        Section(part, str(part.label), template(part), told[part])
        for part in Part
        if told.get(part)
    ]


def template(part: Part) -> str:
    """The template that shows such a part."""
    return f"initiatives/_{'text' if part in TEXTS else part}.html"


def rows(initiative: Initiative, at: date) -> dict[Part, Any]:
    """The parts that are rows of their own."""
    return {
        Part.PRECONDITIONS: initiative.preconditions.all(),
        Part.EVIDENCE: initiative.evidence.all(),
        Part.LESSONS: initiative.lessons.all(),
        Part.ADOPTION: adoption(initiative, at),
        Part.PRESENTED: initiative.presentations.public().for_lists(),
        Part.OUTCOMES: agreed(initiative, at),
        Part.RELATED: related(initiative),
        Part.COMMENTS: initiative.comments.shown(),
        Part.SOURCES: initiative.sources.all(),
    }


def adoption(initiative: Initiative, at: date) -> list[Step]:
    """Who took it over, as it happened; what was yet to come on that day is told apart."""
    return [
        Step(
            when=str(transfer.date or ""),
            who=str(transfer.adopter),
            url=transfer.adopter.get_absolute_url() if transfer.adopter else "",
            stage=transfer.stage,
            stage_label=transfer.get_stage_display(),
            text=transfer.what_changed,
            link=transfer.link if transfer.link.startswith(WEB) else "",
            is_later=transfer.date is not None and transfer.date.earliest > at,
        )
        for transfer in initiative.transfers.all()
    ]


def agreed(initiative: Initiative, at: date) -> list[Any]:
    """What workshops agreed about it, or to change in it, as it stood on that day."""
    outcomes = initiative.outcomes.all() | initiative.agreed_changes.all()
    told: list[Any] = outcomes.public().for_page().told(at)
    return told


def related(initiative: Initiative) -> list[Related]:
    """The initiatives it relates to, from both sides."""
    others = [
        *((row.get_kind_display(), row.related) for row in initiative.relations.all()),
        *((row.inverse_label, row.initiative) for row in initiative.inverse_relations.all()),
    ]
    return [Related(relation, other, beside(initiative, other)) for relation, other in others]
