"""What the page of an initiative shows, put together from what is recorded of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from urllib.parse import urlsplit

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from initiatives.models import Initiative
from people.models import Region

WEB = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that a fact says, and where it leads."""

    label: str
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A term and what is known of it."""

    term: str
    values: list[Value]


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


@dataclass(frozen=True, slots=True)
class Related:
    """Another initiative and how it relates, read from this one."""

    relation: str
    initiative: Initiative


def facts(initiative: Initiative) -> list[Fact]:
    """The column of facts, without those that are not known."""
    known = [
        Fact(_("Start"), said(initiative.start)),
        Fact(
            _("End"), [Value(_("none is set"))] if initiative.open_ended else said(initiative.end)
        ),
        *organisations(initiative),
        Fact(
            _("Where"),
            [
                Value(region.label, region.get_absolute_url(), around(region))
                for region in initiative.regions.all()
            ],
        ),
        Fact(_("Budget"), said(budget(initiative))),
        Fact(_("Funding"), said(initiative.funding_source)),
        Fact(_("Themes"), [Value(theme.label, theme.url) for theme in initiative.themes.all()]),
        Fact(_("Industrial ecosystems"), [Value(row.label) for row in initiative.ecosystems.all()]),
        Fact(_("For"), [Value(row.label) for row in initiative.target_groups.all()]),
        Fact(_("Links"), list(links(initiative))),
        Fact(_("Last verified"), said(in_words(initiative.last_verified_on))),
        Fact(_("Curated by"), said(initiative.owner.name)),
    ]
    return [fact for fact in known if fact.values]


def said(what: object) -> list[Value]:
    """A value in words, or none."""
    return [Value(str(what))] if what else []


def in_words(day: date | None) -> str:
    """A day as the active language writes it."""
    return date_format(day) if day else ""


def organisations(initiative: Initiative) -> Iterator[Fact]:
    """Who is involved, a fact for each role."""
    for _role, rows in groupby(initiative.public_involvements, key=lambda row: row.role):
        involved = list(rows)
        values = [
            Value(row.organisation.display_name, row.organisation.get_absolute_url())
            for row in involved
        ]
        yield Fact(involved[0].get_role_display(), values)


def around(region: Region) -> str:
    """The country that a region lies in."""
    return "" if region.level == Region.Level.COUNTRY else region.country_label


def countries(initiative: Initiative) -> list[str]:
    """The codes of the countries it takes place in."""
    return sorted({region.country for region in initiative.regions.all()})


def budget(initiative: Initiative) -> str:
    """The budget with its currency, cents only where there are any."""
    amount = initiative.budget
    if amount is None:
        return ""
    decimals = 0 if amount == amount.to_integral_value() else 2
    return f"{number_format(amount, decimals, force_grouping=True)} {initiative.currency}"


def links(initiative: Initiative) -> Iterator[Value]:
    """Where else to read of it, its own site first."""
    if initiative.website.startswith(WEB):
        host = urlsplit(initiative.website).netloc
        yield Value(host.removeprefix("www."), initiative.website)
    for link in initiative.links.all():
        if link.url.startswith(WEB):
            yield Value(link.label, link.url)


def story(initiative: Initiative) -> list[Section]:
    """The parts of the page in the order in which a practice is told, without the empty ones."""
    text, practice = "initiatives/_text.html", initiative
    parts = [
        Section("about", _("About"), text, practice.description),
        Section("problem", _("The problem"), text, practice.problem),
        Section("how-it-works", _("How it works"), text, practice.how_it_works),
        Section("stakeholders", _("Who takes part, who gains"), text, practice.stakeholders),
        Section("resources", _("What it takes"), text, practice.resources),
        Section(
            "preconditions",
            _("What must be in place"),
            "initiatives/_preconditions.html",
            practice.preconditions.all(),
        ),
        Section("results", _("What it achieved"), text, practice.results),
        Section("evidence", _("Evidence"), "initiatives/_evidence.html", practice.evidence.all()),
        Section("challenges", _("Challenges met"), text, practice.challenges),
        Section("lessons", _("Lessons"), "initiatives/_lessons.html", practice.lessons.all()),
        Section("transfer", _("What others can take from it"), text, practice.transferability),
        Section("adoption", _("Taken over by"), "initiatives/_adoption.html", adoption(practice)),
        Section(
            "presented",
            _("Presented at"),
            "initiatives/_presented.html",
            practice.presentations.public().for_lists(),
        ),
        Section(
            "outcomes",
            _("What was agreed about it"),
            "initiatives/_outcomes.html",
            practice.outcomes.public().for_page(),
        ),
        Section("related", _("Related"), "initiatives/_related.html", related(practice)),
        Section("further", _("Further information"), text, practice.further_information),
        Section("sources", _("Sources"), "initiatives/_sources.html", practice.sources.all()),
    ]
    return [part for part in parts if part.content]


def adoption(initiative: Initiative) -> list[Step]:
    """Who took it over, as it happened."""
    return [
        Step(
            when=str(transfer.date or ""),
            who=str(transfer.adopter),
            url=transfer.adopter.get_absolute_url() if transfer.adopter else "",
            stage=transfer.stage,
            stage_label=transfer.get_stage_display(),
            text=transfer.what_changed,
            link=transfer.link if transfer.link.startswith(WEB) else "",
        )
        for transfer in initiative.transfers.all()
    ]


def related(initiative: Initiative) -> list[Related]:
    """The initiatives it relates to, from both sides."""
    return [
        *(Related(row.get_kind_display(), row.related) for row in initiative.relations.all()),
        *(Related(row.inverse_label, row.initiative) for row in initiative.inverse_relations.all()),
    ]
