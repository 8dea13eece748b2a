"""All that is public of many initiatives, fetched fast: what leaves the house as a file."""

from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    Case,
    CharField,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast

from clusterix.curation.models import Entry
from initiatives.models import (
    Evidence,
    Initiative,
    InitiativeLink,
    InitiativeSource,
    Involvement,
    Lesson,
    Precondition,
    Transfer,
    status_on,
)

AT_FIRST = 50
AT_A_TIME = 500
LETTERS_AT_A_TIME = 1_500_000
"""Fewer entries are fetched at a time where they are long, so that memory stays bounded."""

IN_ORDER = ("position", "pk")
THESE: list[int] = []
"""Stands in a query for the primary keys that are asked for next."""


class Listed(Subquery):
    """The values of a one-column query as text, with commas between: quick to fetch and to read."""

    template = "array_to_string(ARRAY(%(subquery)s), ',')"

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows, output_field=TextField())


class Rows(Subquery):
    """The rows of a query of JSON values as the text of one JSON array."""

    template = "array_to_json(ARRAY(%(subquery)s))::text"

    def __init__(self, rows: QuerySet[Any, Any]) -> None:
        super().__init__(rows, output_field=TextField())


class Row(Func):
    """Columns as the JSON array of a row."""

    function = "json_build_array"
    output_field = TextField()


class Instant(Func):
    """A time as RFC 3339 writes it, in UTC."""

    template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
    output_field = TextField()


class Pair(Func):
    """Two columns as one word."""

    template = "(%(expressions)s)"
    arg_joiner = " || ':' || "
    output_field = TextField()


class Record(NamedTuple):
    """An initiative as the database hands it over: its lists are still text."""

    pk: int
    key: str
    slug: str
    title: str
    acronym: str
    kind: str
    level: str
    open_ended: bool
    summary: str
    description: str
    problem: str
    how_it_works: str
    stakeholders: str
    resources: str
    results: str
    challenges: str
    transferability: str
    further_information: str
    website: str
    budget: Decimal | None
    currency: str
    funding_source: str
    language: str
    last_verified_on: date | None
    owner__name: str
    standing: str
    start_text: str | None
    end_text: str | None
    published: str
    region_codes: str
    theme_pks: str
    ecosystem_pks: str
    target_group_pks: str
    involved: str
    """Pairs of a role and an organisation's primary key: `owner:12,partner:7`."""
    link_rows: str
    evidence_rows: str
    transfer_rows: str
    precondition_rows: str
    lesson_rows: str
    source_rows: str

    @property
    def letters(self) -> int:
        """How long its long texts are together."""
        texts = (
            *(self.description, self.problem, self.how_it_works, self.stakeholders),
            *(self.resources, self.results, self.challenges, self.transferability),
            self.further_information,
        )
        return sum(map(len, texts))


def of_each(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those rows that belong to the initiative of the outer query."""
    return rows.filter(initiative=OuterRef("pk"))


def tagged(tags: QuerySet[Any], column: str) -> Listed:
    """What an initiative is tagged with, by primary key."""
    return Listed(of_each(tags.order_by(column)).values(column))


def rows(of: QuerySet[Any], *columns: Any) -> Rows:
    """What hangs on an initiative, a JSON array each."""
    return Rows(of_each(of).values(row=Row(*columns)))


def public_records(day: date) -> QuerySet[Initiative]:
    """What a Record is made of, its status that of the day; without what only JSON has room for."""
    nothing = Value("[]")
    return Initiative.objects.order_by().annotate(
        standing=status_on(day),
        start_text=Cast("start", TextField()),
        end_text=Cast("end", TextField()),
        published=Instant("published_at"),
        region_codes=tagged(Initiative.regions.through.objects.all(), "region"),
        theme_pks=tagged(Initiative.themes.through.objects.all(), "theme"),
        ecosystem_pks=tagged(Initiative.ecosystems.through.objects.all(), "ecosystem"),
        target_group_pks=tagged(Initiative.target_groups.through.objects.all(), "targetgroup"),
        involved=involved(),
        link_rows=rows(InitiativeLink.objects.order_by(*IN_ORDER), "label", "url"),
        evidence_rows=rows(
            Evidence.objects.order_by(*IN_ORDER),
            *("indicator", "value", "unit", "measured", "source_url"),
        ),
        transfer_rows=rows(
            Transfer.objects.by_public_adopters().earliest_first(),
            public_adopter(),
            *("region__code", "region__name", "stage", "date", "what_changed", "link"),
        ),
        precondition_rows=nothing,
        lesson_rows=nothing,
        source_rows=nothing,
    )


def whole_records(day: date) -> QuerySet[Initiative]:
    """The same with all that hangs on an initiative."""
    return public_records(day).annotate(
        precondition_rows=rows(Precondition.objects.order_by(*IN_ORDER), "text"),
        lesson_rows=rows(Lesson.objects.order_by(*IN_ORDER), "kind", "text"),
        source_rows=rows(
            InitiativeSource.objects.order_by(*IN_ORDER),
            *("about", "claim", "title", "publisher", "url", "accessed_on"),
        ),
    )


def involved() -> Listed:
    """The organisations of an initiative, also those that are not public: names come apart."""
    pairs = of_each(Involvement.objects.order_by(*IN_ORDER))
    return Listed(pairs.values(pair=Pair("role", "organisation_id")))


def public_adopter() -> Case:
    """The name of the organisation that takes a practice over, where everyone may see it."""
    return Case(
        When(organisation__state=Entry.State.PUBLISHED, then="organisation__name"),
        output_field=CharField(),
    )


def fetched(
    ids: Sequence[int], records: QuerySet[Initiative]
) -> Generator[list[Record], None, None]:
    """The records of those initiatives in that order, a few hundred at a time.

    While the caller works on some, a helper has the next ones fetched. Each piece is a query of
    its own, so nothing stays open in the database however slowly a reader reads; an entry that
    ceased to be public in the meantime is left out.
    """
    query = of_these(records)
    coming: Future[list[Record]] | None = None
    start, size = 0, AT_FIRST
    with connection.cursor() as cursor, ThreadPoolExecutor(1) as helper:
        while start < len(ids):
            pks = [int(pk) for pk in ids[start : start + size]]
            here, coming = coming, helper.submit(piece, cursor, query, pks)
            start += size
            if here:
                found = here.result()
                size = fitting(found)
                yield found
        if coming:
            yield coming.result()


def fitting(records: list[Record]) -> int:
    """How many entries to fetch next, if they are as long as these."""
    letters = sum(record.letters for record in records)
    return min(AT_A_TIME, max(1, LETTERS_AT_A_TIME * len(records) // max(letters, 1)))


def of_these(records: QuerySet[Initiative]) -> tuple[str, tuple[Any, ...]]:
    """The query for some of the records and its parameters, put together once for all pieces."""
    some = RawSQL("SELECT unnest(%s::bigint[])", [THESE])
    return records.filter(pk__in=some).values_list(*Record._fields).query.sql_with_params()


def piece(
    cursor: CursorWrapper, query: tuple[str, tuple[Any, ...]], pks: list[int]
) -> list[Record]:
    """The records of the initiatives with those primary keys, in that order."""
    sql, parameters = query
    cursor.execute(sql, [pks if parameter is THESE else parameter for parameter in parameters])
    found = {row[0]: row for row in cursor.fetchall()}
    return [Record._make(found[pk]) for pk in pks if pk in found]
