"""An initiative as a JSON document, with all that hangs on it."""

import json
from typing import Any

from initiatives.lines import LICENCE, ROLES, on_the_web
from initiatives.names import Named, Names
from initiatives.records import Record

SECTIONS = (
    *("problem", "how_it_works", "stakeholders", "resources", "results", "challenges"),
    *("transferability", "further_information"),
)

LEADING = {"link", "source_url", "url"}

Document = dict[str, Any]


class Documents:
    """Makes documents out of records."""

    def __init__(self, names: Names, pages: str, organisation_pages: str) -> None:
        self.names = names
        self.pages = pages
        self.organisation_pages = organisation_pages
        """The addresses below which the pages of initiatives and organisations are."""

    def document(self, record: Record) -> Document:
        """All that is public of an initiative; None or an empty list for what is not known."""
        budget = None if record.budget is None else float(record.budget)
        return {
            "key": record.key,
            "url": f"{self.pages}{record.slug}/",
            "title": record.title,
            "acronym": record.acronym,
            "kind": record.kind,
            "level": record.level,
            "status": record.standing,
            "start": record.start_text,
            "end": record.end_text,
            "open_ended": record.open_ended,
            "summary": record.summary,
            "description": record.description,
            "practice": {section: getattr(record, section) for section in SECTIONS},
            "themes": terms(self.names.themes[record.theme_pks]),
            "ecosystems": terms(self.names.ecosystems[record.ecosystem_pks]),
            "target_groups": terms(self.names.target_groups[record.target_group_pks]),
            "regions": record.region_codes.split(",") if record.region_codes else [],
            "organisations": self.organisations(record.involved),
            "budget": budget,
            "currency": record.currency,
            "funding_source": record.funding_source,
            "website": on_the_web(record.website),
            "links": rows(record.link_rows, "label", "url"),
            "evidence": rows(
                record.evidence_rows, "indicator", "value", "unit", "date", "source_url"
            ),
            "preconditions": [text for (text,) in json.loads(record.precondition_rows)],
            "transfers": rows(
                record.transfer_rows,
                *("organisation", "region", "region_name", "stage", "date", "what_changed", "link"),
            ),
            "lessons": rows(record.lesson_rows, "kind", "text"),
            "sources": rows(
                record.source_rows,
                *("about", "claim", "title", "publisher", "url", "accessed_on"),
            ),
            "language": record.language,
            "published_at": record.published,
            "last_verified_on": record.last_verified_on and record.last_verified_on.isoformat(),
            "curated_by": record.owner__name,
            "licence": LICENCE,
        }

    def organisations(self, listed: str) -> list[dict[str, str]]:
        """Who is involved, the leading roles first."""
        involved = sorted(self.names.involved(listed), key=lambda pair: ROLES.index(pair[0]))
        return [
            {
                "role": role,
                "key": organisation.key,
                "name": organisation.name,
                "url": f"{self.organisation_pages}{organisation.slug}/",
            }
            for role, organisation in involved
        ]


def terms(named: list[Named]) -> list[dict[str, str]]:
    """The values of a vocabulary."""
    return [{"key": term.key, "label": term.name} for term in named]


def rows(text: str, *names: str) -> list[dict[str, Any]]:
    """Rows with a name for each of their values; an address that leads to no page is left out."""
    return [
        {name: on_the_web(value or "") if name in LEADING else value for name, value in pairs}
        for pairs in (zip(names, row, strict=True) for row in json.loads(text))
    ]
