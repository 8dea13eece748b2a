"""What content files can hold: each kind of record, its fields, and the rows that belong to it.

Names in a file are those of the model's fields; a reference is the key of the row it leads to.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models

from clusterix.curation.models import Partner
from initiatives.models import (
    Ecosystem,
    Evidence,
    Initiative,
    InitiativeLink,
    InitiativeSource,
    Involvement,
    Lesson,
    Precondition,
    Relation,
    TargetGroup,
    Theme,
    Transfer,
)
from people.models import (
    Affiliation,
    Alias,
    Organisation,
    OrganisationSource,
    Person,
    PersonLink,
    PersonSource,
    Region,
)
from workshops.models import (
    Contribution,
    Host,
    Material,
    Outcome,
    OutcomeStep,
    Presentation,
    Series,
    Session,
    Workshop,
    WorkshopSource,
)
from workshops.registration.models import AudienceCategory, ConsentText, RegistrationSettings
from workshops.reviews.models import Option, Question, QuestionSet, Topic

Model = type[models.Model]


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A mapping in a file: the fields it may name and the lists of rows it may contain."""

    model: Model
    fields: tuple[str, ...]
    parts: Mapping[str, "Part"] = field(default_factory=dict)

    @property
    def is_ordered(self) -> bool:
        """Its rows keep the order that the file gives them."""
        return any(column.name == "position" for column in self.model._meta.fields)


@dataclass(frozen=True, kw_only=True)
class Part(Shape):
    """Rows that belong to a record, in order.

    `same` names the fields by which a row is known again, so that it keeps its address when others
    change. A row given as one word is its field `short`; where there can be only one, it needs no
    list. `frees` are emptied before rows change, so that they can swap what only one may have.
    """

    parent: str
    same: tuple[str, ...] = ()
    short: str = ""
    is_single: bool = False
    frees: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Kind(Shape):
    """A record that stands by itself under its key; `defaults` are for what a file leaves out.

    Once the column `sealed_by` holds something, nothing of the record changes any more; so it is
    written last.
    """

    defaults: Mapping[str, str] = field(default_factory=dict)
    key_is_slug: bool = False
    sealed_by: str = ""

    @property
    def key(self) -> str:
        """The field that holds the key."""
        return key_of(self.model)


def key_of(model: Model) -> str:
    """The field by which files refer to rows of the model."""
    return _KEYS.get(model, "key")


_KEYS: dict[Model, str] = {Region: "code", Partner: "slug", ConsentText: "version"}

PROGRAMME = "clusterix"
"""The partner that curates what a file gives to nobody else."""

_ENTRY = ("slug", "owner", "state", "language", "last_verified_on")
_ENTRY_DEFAULTS = {"owner": PROGRAMME, "state": "published"}
_TERM = ("labels",)


def _sources(model: Model, parent: str) -> Part:
    fields = ("about", "claim", "url", "title", "publisher", "accessed_on")
    return Part(model=model, parent=parent, fields=fields, same=("about", "title", "url"))


def _links(model: Model, parent: str) -> Part:
    return Part(model=model, parent=parent, fields=("label", "url"), same=("url",))


_SESSIONS = Part(
    model=Session,
    parent="workshop",
    fields=("kind", "title", "abstract", "day", "starts_at", "ends_at", "room"),
    same=("title",),
    frees=("starts_at", "ends_at"),
    parts={
        "contributions": Part(
            model=Contribution,
            parent="session",
            fields=("person", "role", "organisation", "affiliation"),
            same=("person", "role"),
        ),
        "presents": Part(
            model=Presentation,
            parent="session",
            fields=("initiative",),
            same=("initiative",),
            short="initiative",
        ),
    },
)

_TOPICS = Part(
    model=Topic,
    parent="question_set",
    fields=("title", "why"),
    same=("title",),
    parts={
        "questions": Part(
            model=Question,
            parent="topic",
            fields=("text", "hint", "kind"),
            same=("text",),
            parts={
                "options": Part(
                    model=Option, parent="question", fields=("text",), same=("text",), short="text"
                ),
            },
        ),
    },
)

KINDS: dict[str, Kind] = {
    "partners": Kind(model=Partner, fields=("name", "is_programme")),
    "themes": Kind(model=Theme, fields=(*_TERM, "parent")),
    "ecosystems": Kind(model=Ecosystem, fields=_TERM),
    "target_groups": Kind(model=TargetGroup, fields=_TERM),
    "audience_categories": Kind(model=AudienceCategory, fields=_TERM),
    "series": Kind(model=Series, fields=_TERM),
    "consent_texts": Kind(model=ConsentText, fields=("text",)),
    "question_sets": Kind(
        model=QuestionSet,
        fields=("title", "version", "language", "intro", "published_on"),
        sealed_by="published_on",
        parts={"topics": _TOPICS},
    ),
    "organisations": Kind(
        model=Organisation,
        fields=(
            *_ENTRY,
            *("name", "short_name", "kind", "region", "city", "website", "description"),
            *("ror_id", "wikidata_id", "esca_label", "esca_awarded_on", "successor"),
        ),
        defaults=_ENTRY_DEFAULTS,
        key_is_slug=True,
        parts={
            "aliases": Part(
                model=Alias,
                parent="organisation",
                fields=("name", "kind", "until", "note"),
                same=("name",),
            ),
            "sources": _sources(OrganisationSource, "organisation"),
        },
    ),
    "people": Kind(
        model=Person,
        fields=(
            *_ENTRY,
            *("given_name", "family_name", "headline", "biography", "orcid", "visibility"),
        ),
        defaults=_ENTRY_DEFAULTS,
        key_is_slug=True,
        parts={
            "affiliations": Part(
                model=Affiliation,
                parent="person",
                fields=("organisation", "role", "start", "end"),
                same=("organisation", "role"),
            ),
            "links": _links(PersonLink, "person"),
            "sources": _sources(PersonSource, "person"),
        },
    ),
    "initiatives": Kind(
        model=Initiative,
        fields=(
            *_ENTRY,
            *("title", "acronym", "kind", "level", "summary", "description"),
            *("start", "end", "open_ended", "website", "budget", "currency", "funding_source"),
            *("regions", "themes", "ecosystems", "target_groups"),
            *("problem", "how_it_works", "stakeholders", "resources"),
            *("results", "challenges", "transferability", "further_information"),
        ),
        defaults=_ENTRY_DEFAULTS,
        key_is_slug=True,
        parts={
            "involvements": Part(
                model=Involvement,
                parent="initiative",
                fields=("organisation", "role"),
                same=("organisation", "role"),
            ),
            "evidence": Part(
                model=Evidence,
                parent="initiative",
                fields=("indicator", "value", "unit", "measured", "source_url"),
                same=("indicator", "measured"),
            ),
            "preconditions": Part(
                model=Precondition,
                parent="initiative",
                fields=("text",),
                same=("text",),
                short="text",
            ),
            "transfers": Part(
                model=Transfer,
                parent="initiative",
                fields=("region", "organisation", "date", "stage", "what_changed", "link"),
                same=("region", "organisation"),
            ),
            "lessons": Part(
                model=Lesson, parent="initiative", fields=("kind", "text"), same=("text",)
            ),
            "relations": Part(
                model=Relation,
                parent="initiative",
                fields=("kind", "related"),
                same=("kind", "related"),
            ),
            "links": _links(InitiativeLink, "initiative"),
            "sources": _sources(InitiativeSource, "initiative"),
        },
    ),
    "workshops": Kind(
        model=Workshop,
        fields=(
            *_ENTRY,
            *("title", "theme", "summary", "description"),
            *("starts_on", "ends_on", "start_time", "end_time", "time_zone", "format"),
            *("venue", "city", "region", "languages", "audience", "series"),
            *("report", "conclusions", "is_example"),
        ),
        defaults=_ENTRY_DEFAULTS,
        key_is_slug=True,
        parts={
            "hosts": Part(
                model=Host,
                parent="workshop",
                fields=("organisation",),
                same=("organisation",),
                short="organisation",
            ),
            "sessions": _SESSIONS,
            "materials": Part(
                model=Material,
                parent="workshop",
                fields=("kind", "title", "url", "licence"),
                same=("url",),
            ),
            "outcomes": Part(
                model=Outcome,
                parent="workshop",
                fields=(
                    *("what", "organisation", "initiative", "due_on"),
                    *("result", "link", "instrument"),
                ),
                same=("what",),
                parts={
                    "steps": Part(
                        model=OutcomeStep,
                        parent="outcome",
                        fields=("day", "state", "note"),
                        same=("day", "state"),
                    ),
                },
            ),
            "registration": Part(
                model=RegistrationSettings,
                parent="workshop",
                fields=(
                    *("opens_at", "closes_at", "capacity", "max_party_size"),
                    *("confirms_address", "needs_approval", "has_waiting_list", "offer_hours"),
                    *("consent", "contact_email", "retention_days"),
                ),
                is_single=True,
            ),
            "sources": _sources(WorkshopSource, "workshop"),
        },
    ),
}
"""By their name in a file; each kind refers only to itself and to those above it in its columns."""
