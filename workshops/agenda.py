"""The sessions of a programme with all that its pages show of them, loaded by one query.

What may not be seen stays in the database: who is withheld, and what is no public entry.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache, wraps
from itertools import starmap
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from django.db import connection
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import slugify

from clusterix.lib.marks import Node
from initiatives.models import Initiative, Involvement, PartPlayed
from people.models import full_name
from workshops.models import Material, Session, Workshop

MOST_KEPT = 4_000
"""Some kilobytes each."""

MOST_PROGRAMMES = 32

VERSIONS = """
WITH asked AS (
    SELECT id, xmin, ctid FROM workshops_session WHERE workshop_id = %s
), contributions AS (
    SELECT person_id, organisation_id, contribution.xmin, contribution.ctid
    FROM workshops_contribution AS contribution JOIN asked ON asked.id = session_id
), presentations AS (
    SELECT initiative_id, presentation.xmin, presentation.ctid
    FROM workshops_presentation AS presentation JOIN asked ON asked.id = session_id
), involvements AS (
    SELECT organisation_id, xmin, ctid FROM initiatives_involvement
    WHERE initiative_id IN (SELECT initiative_id FROM presentations)
), organisations AS (
    SELECT organisation_id FROM contributions UNION SELECT organisation_id FROM involvements
)
SELECT ARRAY[
    (SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid) FROM asked),
    (SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid) FROM contributions),
    (SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid) FROM presentations),
    (SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid) FROM involvements),
    (
        SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid)
        FROM people_person WHERE id IN (SELECT person_id FROM contributions)
    ),
    (
        SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid)
        FROM people_organisation WHERE id IN (SELECT organisation_id FROM organisations)
    ),
    (
        SELECT string_agg(xmin::text || ctid, '' ORDER BY ctid)
        FROM initiatives_initiative WHERE id IN (SELECT initiative_id FROM presentations)
    ),
    (
        SELECT string_agg(material.xmin::text || material.ctid, '' ORDER BY material.ctid)
        FROM workshops_material AS material JOIN asked ON asked.id = session_id
    )
]::text
"""
"""Which version of each row that `ROWS` reads is the present one: who wrote it, and where it lies.

A row that is written has another one, as has a row in the place of one that is gone; none of
them ever comes back.
"""

ROWS = """
WITH asked AS (SELECT * FROM workshops_session WHERE workshop_id = %s)
SELECT json_build_array(
    asked.id, guid, kind, title, abstract, day, starts_at, ends_at, room, track,
    cancelled_at IS NOT NULL, cancelled_because,
    coalesce(people, '[]'), coalesce(presented, '[]'), coalesce(materials, '[]')
)::text
FROM asked
LEFT JOIN (
    SELECT session_id, json_agg(json_build_array(
        role,
        CASE WHEN is_named THEN json_build_array(
            given_name, family_name, CASE visibility WHEN 'listed' THEN person.slug END,
            affiliation,
            organisation.key, organisation.kind, organisation.slug, organisation.name
        ) END
    ) ORDER BY contribution.position, contribution.id) AS people
    FROM workshops_contribution AS contribution
    JOIN asked ON asked.id = session_id
    JOIN people_person AS person ON person.id = person_id
    CROSS JOIN LATERAL (
        SELECT person.state = 'published' AND visibility <> 'withheld' AS is_named
    ) AS rights
    LEFT JOIN people_organisation AS organisation
        ON organisation.id = organisation_id AND organisation.state = 'published'
    GROUP BY session_id
) AS contributions ON contributions.session_id = asked.id
LEFT JOIN (
    SELECT session_id, json_agg(json_build_array(
        key, slug, initiative.title,
        (
            SELECT json_agg(json_build_array(role, organisation.key, organisation.kind, '')
                ORDER BY array_position(%s, role::text), position, name, involvement.id)
            FROM initiatives_involvement AS involvement
            JOIN people_organisation AS organisation ON organisation.id = organisation_id
            WHERE initiative_id = initiative.id AND organisation.state = 'published'
        )
    ) ORDER BY presentation.position, presentation.id) AS presented
    FROM workshops_presentation AS presentation
    JOIN asked ON asked.id = session_id
    JOIN initiatives_initiative AS initiative ON initiative.id = initiative_id
    WHERE initiative.state = 'published'
    GROUP BY session_id
) AS presentations ON presentations.session_id = asked.id
LEFT JOIN (
    SELECT session_id, json_agg(json_build_array(
        material.kind, material.title, url, reference, name, size, licence
    ) ORDER BY material.position, material.id) AS materials
    FROM workshops_material AS material
    JOIN asked ON asked.id = session_id
    GROUP BY session_id
) AS readings ON readings.session_id = asked.id
ORDER BY starts_at NULLS LAST, position, id
"""


class Body(NamedTuple):
    """A public organisation that somebody stood for."""

    key: str
    kind: str
    slug: str
    name: str


class Speaker(NamedTuple):
    """Who takes part in a session, and for whom they stood there; no name for the withheld."""

    role: str
    name: str = ""
    slug: str = ""
    """Of the person's page, where there is one."""
    stood_for: str = ""
    body: Body | None = None

    @property
    def answer(self) -> dict[str, str]:
        """The name by which a search finds them, with how they are called; none of the withheld."""
        return {self.slug: self.name} if self.slug else named(self.name)


class Presented(NamedTuple):
    """A public initiative that a session presents."""

    key: str
    slug: str
    title: str
    parts: tuple[PartPlayed, ...]

    def mark_nodes(self) -> list[Node]:
        """As `Initiative` says."""
        initiative = Initiative(key=self.key)
        initiative.parts_played = list(self.parts)
        return initiative.mark_nodes()


class Reading(NamedTuple):
    """What there is to read or watch: a link, or a file with its name and size in bytes."""

    kind: str
    title: str
    url: str
    reference: str
    name: str
    size: int
    licence: str

    @classmethod
    def of(cls, row: Material) -> "Reading":
        """As the row has it."""
        fields = (row.kind, row.title, row.url, str(row.reference), row.name, row.size)
        return cls(*fields, row.licence)


@dataclass(frozen=True, eq=False, slots=True)
class Item:
    """A session of a programme; each is the same only as itself, so that it is found quickly."""

    pk: int
    guid: str
    kind: Session.Kind
    title: str
    abstract: str
    day: date | None
    starts_at: datetime | None
    ends_at: datetime | None
    room: str
    track: str
    is_cancelled: bool
    cancelled_because: str
    speakers: tuple[Speaker, ...]
    presented: tuple[Presented, ...]
    readings: tuple[Reading, ...]
    answers: Mapping[str, Mapping[str, str | Promise]]
    """What it says to each question of a search: names in addresses, with labels."""

    @property
    def anchor(self) -> str:
        """The name of its place on the workshop's page."""
        return f"session-{self.pk}"

    def address(self, workshop: Workshop) -> str:
        """Its page, once the workshop is public."""
        return reverse("workshops:session", args=[workshop.slug, self.pk])


@dataclass(frozen=True, eq=False, slots=True)
class Programme:
    """The sessions of a workshop in order, as they are now."""

    sessions: tuple[Item, ...]
    is_kept: bool
    """What is made of it may be kept for the next who asks: it is no preview."""

    @property
    def stood_for(self) -> list[tuple[str, str]]:
        """Keys and kinds of the public organisations that people stood for, each time they did."""
        bodies = (one.body for each in self.sessions for one in each.speakers)
        return [(body.key, body.kind) for body in bodies if body]

    def session(self, number: int) -> Item | None:
        """The one of that number."""
        return next((each for each in self.sessions if each.pk == number), None)


R = TypeVar("R")
P = ParamSpec("P")


def once(
    make: Callable[Concatenate[Programme, P], R],
) -> Callable[Concatenate[Programme, P], R]:
    """Have what depends on a programme, and on what else is given, made once."""
    made = lru_cache(maxsize=MOST_PROGRAMMES)(make)

    @wraps(make)
    def wrapper(programme: Programme, /, *args: P.args, **kwargs: P.kwargs) -> R:
        known = made if programme.is_kept else make
        return known(programme, *args, **kwargs)  # type: ignore[arg-type]

    return wrapper


def programme(workshop: Workshop) -> Programme:
    """The programme of a workshop; one query where it is known, two where it is not.

    That of a preview is made for it alone.
    """
    if workshop.is_previewed:
        return Programme(tuple(map(item, rows(workshop.pk))), is_kept=False)
    return known_programme(workshop.pk, versions(workshop.pk))


@lru_cache(maxsize=MOST_PROGRAMMES)
def known_programme(workshop: int, _versions: str) -> Programme:
    """A programme for as long as its rows have these versions; it may be younger, never older."""
    return Programme(tuple(map(known_item, rows(workshop))), is_kept=True)


def versions(workshop: int) -> str:
    """What tells whether anything that a programme shows has been written meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(VERSIONS, [workshop])
        found: str = cursor.fetchone()[0]
    return found


def rows(workshop: int) -> list[str]:
    """All that pages tell of the sessions of a workshop, each as JSON, in order."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [workshop, Involvement.Role.values])
        return [told for (told,) in cursor]


def item(told: str) -> Item:
    """A session of which all that a page tells is given, as the query does; and nothing else."""
    (
        pk,
        guid,
        kind,
        title,
        abstract,
        day,
        starts_at,
        ends_at,
        room,
        track,
        is_cancelled,
        cancelled_because,
        people,
        presented,
        materials,
    ) = json.loads(told)
    speakers = tuple(starmap(speaker, people))
    return Item(
        pk=pk,
        guid=guid,
        kind=Session.Kind(kind),
        title=title,
        abstract=abstract,
        day=day and date.fromisoformat(day),
        starts_at=starts_at and datetime.fromisoformat(starts_at),
        ends_at=ends_at and datetime.fromisoformat(ends_at),
        room=room,
        track=track,
        is_cancelled=is_cancelled,
        cancelled_because=cancelled_because,
        speakers=speakers,
        presented=tuple(starmap(initiative, presented)),
        readings=tuple(starmap(Reading, materials)),
        answers={
            "track": named(track),
            "kind": {kind: Session.Kind(kind).label},
            "speaker": {name: words for one in speakers for name, words in one.answer.items()},
        },
    )


known_item = lru_cache(maxsize=MOST_KEPT)(item)


def speakers(sessions: Iterable[Item]) -> list[Speaker]:
    """Whoever takes part and has a page, each once, in the order of the programme."""
    found = {one.slug: one for each in sessions for one in each.speakers if one.slug}
    return list(found.values())


def named(words: str) -> dict[str, str]:
    """Words by their name in an address; nothing where there are none."""
    return {slugify(words, allow_unicode=True): words} if words else {}


def speaker(role: str, told: list[str | None] | None) -> Speaker:
    """Who takes part, as the query tells of them: nothing but the role of who is withheld."""
    if told is None:
        return Speaker(role)
    given, family, slug, affiliation, *organisation = (text or "" for text in told)
    body = Body(*organisation) if any(organisation) else None
    stood_for = affiliation or (body.name if body else "")
    return Speaker(role, full_name(given, family), slug, stood_for, body)


def initiative(key: str, slug: str, title: str, parts: list[list[str]] | None) -> Presented:
    """What a session presents, as the query tells of it."""
    return Presented(key, slug, title, tuple(PartPlayed(*part) for part in parts or []))
