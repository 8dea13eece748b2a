"""An initiative as a line of a table: which columns there are, and what stands in them."""

import json
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from clusterix.lib.cells import Cell
from initiatives.models import Involvement
from initiatives.names import Labels, Names
from initiatives.records import Record

LICENCE = "EUPL-1.2"
ROLES = Involvement.Role.values
WEB = ("http://", "https://")

COLUMNS = {
    "key": _("stable name of the entry; it never changes"),
    "title": _("title, in the language of the entry"),
    "acronym": _("short form of the title"),
    "kind": _(
        "programme, initiative, good-practice, policy-instrument, platform, methodology or network"
    ),
    "level": _("european, inter-regional, cross-border, national, regional or local"),
    "status": _("running, upcoming, ended or unknown, today or on the day asked for"),
    "start": _("year, season, month or day, as EDTF (ISO 8601-2) writes it"),
    "end": _("in the same way; empty where it is not known or none is set"),
    "open_ended": _("true where no end is set"),
    "summary": _("what it does, for whom"),
    "description": _("Markdown, like the eight columns that follow"),
    "problem": _("problem addressed"),
    "how_it_works": _("how it works"),
    "stakeholders": _("stakeholders and beneficiaries"),
    "resources": _("resources needed"),
    "results": _("evidence of success"),
    "challenges": _("challenges met"),
    "transferability": _("potential for learning or transfer"),
    "further_information": _("further information"),
    "themes": _("keys of its themes"),
    "theme_labels": _("their English names"),
    "ecosystems": _("keys of its industrial ecosystems"),
    "ecosystem_labels": _("their English names"),
    "target_groups": _("keys of the groups it is for"),
    "target_group_labels": _("their English names"),
    "regions": _("NUTS codes of where it takes place"),
    "countries": _("NUTS codes of those countries"),
    "owners": _("organisations that own it"),
    "coordinators": _("organisations that coordinate it"),
    "partners": _("organisations that are partners in it"),
    "funders": _("organisations that fund it"),
    "hosts": _("organisations that host it"),
    "beneficiaries": _("organisations that benefit from it"),
    "budget": _("a number"),
    "currency": _("its currency as ISO 4217 writes it"),
    "funding_source": _("where the money comes from"),
    "website": _("its own site"),
    "links": _("pages elsewhere about it"),
    "evidence_count": _("how many results are recorded as figures"),
    "transfers": _("who took it over, with the stage and the date"),
    "language": _("language of the texts as ISO 639 writes it"),
    "published_at": _("when it was first published here, in UTC"),
    "last_verified_on": _("day on which somebody last checked all of it"),
    "curated_by": _("partner that answers for the entry"),
    "url": _("its page"),
    "licence": _("SPDX name of the licence of the entry"),
}
"""The columns by name, in order, each in words; the names are part of what others build on."""


class Tags(dict[str, tuple[str, str]]):
    """The keys and the names of the values that primary keys listed as `6,14` stand for."""

    def __init__(self, labels: Labels) -> None:
        super().__init__()
        self.labels = labels

    def __missing__(self, listed: str) -> tuple[str, str]:
        terms = self.labels[listed]
        self[listed] = together(term.key for term in terms), together(term.name for term in terms)
        return self[listed]


class Places(dict[str, tuple[str, str]]):
    """The regions listed as `SE22,DK01`, and the countries they lie in."""

    def __missing__(self, listed: str) -> tuple[str, str]:
        codes = listed.split(",")
        self[listed] = together(codes), together(sorted({code[:2] for code in codes}))
        return self[listed]


class Table:
    """Makes lines out of records."""

    def __init__(self, names: Names, pages: str) -> None:
        self.names = names
        self.themes = Tags(names.themes)
        self.ecosystems = Tags(names.ecosystems)
        self.target_groups = Tags(names.target_groups)
        self.places = Places()
        self.pages = pages
        """The address below which the pages of initiatives are."""

    def line(self, record: Record) -> list[Cell]:
        """The cells of an initiative, in the order of COLUMNS."""
        return [
            record.key,
            record.title,
            record.acronym,
            record.kind,
            record.level,
            record.standing,
            record.start_text,
            record.end_text,
            record.open_ended,
            record.summary,
            record.description,
            record.problem,
            record.how_it_works,
            record.stakeholders,
            record.resources,
            record.results,
            record.challenges,
            record.transferability,
            record.further_information,
            *self.themes[record.theme_pks],
            *self.ecosystems[record.ecosystem_pks],
            *self.target_groups[record.target_group_pks],
            *self.places[record.region_codes],
            *self.organisations(record.involved),
            record.budget,
            record.currency,
            record.funding_source,
            on_the_web(record.website),
            together([url for _label, url in rows(record.link_rows) if on_the_web(url)]),
            len(rows(record.evidence_rows)),
            together([transfer(*row) for row in rows(record.transfer_rows)]),
            record.language,
            record.published,
            record.last_verified_on,
            record.owner__name,
            f"{self.pages}{record.slug}/",
            LICENCE,
        ]

    def organisations(self, listed: str) -> Iterable[str]:
        """The names of the organisations in each role."""
        roles = dict.fromkeys(ROLES, "")
        for role, organisation in self.names.involved(listed):
            before = roles[role]
            roles[role] = f"{before}; {organisation.name}" if before else organisation.name
        return roles.values()


def together(parts: Iterable[str]) -> str:
    """Several in one cell."""
    return "; ".join(parts)


def rows(text: str) -> list[Any]:
    """The rows in a JSON array; most are empty, so that is found out first."""
    return [] if text == "[]" else json.loads(text)


def on_the_web(address: str) -> str:
    """The address where it leads to a page, and nothing else."""
    return address if address.startswith(WEB) else ""


def transfer(
    organisation: str | None, _code: str, region: str, stage: str, when: str | None, *_more: str
) -> str:
    """Who took it over: `Skåne (adopted, 2018)`."""
    return f"{organisation or region} ({', '.join(filter(None, (stage, when)))})"
