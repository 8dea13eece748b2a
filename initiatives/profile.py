"""The facts of an initiative: who, where, when and with what."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from clusterix.curation.changes import last_change
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


def facts(initiative: Initiative) -> list[Fact]:
    """The column of facts, without those that are not known."""
    known = [
        Fact(_("Level"), said(initiative.get_level_display())),
        Fact(_("Kind"), said(initiative.get_kind_display())),
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
        Fact(
            _("Industrial ecosystems"),
            [Value(row.label, row.url) for row in initiative.ecosystems.all()],
        ),
        Fact(_("For"), [Value(row.label, row.url) for row in initiative.target_groups.all()]),
        Fact(_("Links"), list(links(initiative))),
        Fact(_("Last verified"), [verified(initiative)]),
        Fact(_("Last changed"), changed(initiative)),
        Fact(_("Curated by"), said(initiative.owner.name)),
    ]
    return [fact for fact in known if fact.values]


def said(what: object) -> list[Value]:
    """A value in words, or none."""
    return [Value(str(what))] if what else []


def in_words(day: date | None) -> str:
    """A day as the active language writes it."""
    return date_format(day) if day else ""


def verified(initiative: Initiative) -> Value:
    """When somebody last checked that all of it is still correct, and what that means."""
    day = initiative.last_verified_on
    if day is None:
        return Value(_("not since it was published"))
    return Value(in_words(day), note=_("when its curators checked that all of it holds"))


def changed(initiative: Initiative) -> list[Value]:
    """When its page last changed, and in what."""
    change = last_change(initiative)
    return [Value(in_words(timezone.localdate(change.at)), note=str(change))] if change else []


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
