"""The index gives the same answers as plain queries, whatever the catalogue and the questions.

CATALOGUE_CASES asks more questions of each made-up catalogue.
"""

import os
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from initiatives.filters import InitiativeFilter
from initiatives.models import Evidence, Initiative, Involvement, Proof, Status, Transfer
from initiatives.selection import Selection
from tests.factories import (
    EcosystemFactory,
    OrganisationFactory,
    PartnerFactory,
    RegionFactory,
    TargetGroupFactory,
    ThemeFactory,
)
from tests.initiatives import reference

pytestmark = pytest.mark.django_db

TODAY = date(2016, 6, 21)
CASES = int(os.environ.get("CATALOGUE_CASES", "10"))
CATALOGUES = 8

CODES = ["SE", "SE2", "SE22", "SE224", "SE23", "SE9", "SE99", "DE", "DE1", "DE11", "DE9", "FR"]
VALUES: dict[str, list[str]] = {
    "status": Status.values,
    "level": Initiative.Level.values,
    "kind": Initiative.Kind.values,
    "theme": [f"theme-{number}" for number in range(6)],
    "ecosystem": [f"ecosystem-{number}" for number in range(3)],
    "target": [f"target-{number}" for number in range(3)],
    "proof": Proof.values,
    "country": ["SE", "DE", "FR"],
    "region": [code for code in CODES if code != "SE99"],
    "organisation": [f"organisation-{number}" for number in range(4)],
}
ASKED = VALUES | {"region": CODES}
TIMES = ["2012", "2014-06", "2016-06-21", "2016-22", "2019"]


class World:
    """Makes a catalogue up, small and tangled."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.vocabularies()
        owner = PartnerFactory.create()
        rows = Initiative.unscoped.bulk_create(
            Initiative(owner=owner, **self.columns(number)) for number in range(40)
        )
        for name, values in (
            ("themes", self.themes),
            ("ecosystems", self.ecosystems),
            ("target_groups", self.targets),
            ("regions", self.regions),
        ):
            through = getattr(Initiative, name).through
            column = next(
                field.attname
                for field in through._meta.concrete_fields
                if field.is_relation and field.name != "initiative"
            )
            through.objects.bulk_create(
                through(initiative_id=row.pk, **{column: value.pk})
                for row in rows
                for value in self.some(values)
            )
        Involvement.objects.bulk_create(
            Involvement(initiative=row, organisation=organisation, role=role)
            for row in rows
            for organisation in self.some(self.organisations)
            for role in self.some(["owner", "partner"])
        )
        Evidence.objects.bulk_create(
            Evidence(initiative=row, indicator="Firms", value=1) for row in self.some(rows, 15)
        )
        Transfer.objects.bulk_create(
            Transfer(
                initiative=row,
                stage=self.rng.choice(["adopted", "planning"]),
                organisation=self.rng.choice(self.organisations),
                region=self.rng.choice([None, self.regions[0]]),
            )
            for row in self.some(rows, 15)
        )

    def vocabularies(self) -> None:
        """What entries are tagged with: themes within themes, retired regions, a hidden agency."""
        self.themes: list[Any] = []
        for number in range(6):
            wider = self.rng.choice([None, *self.themes])
            self.themes.append(ThemeFactory.create(key=f"theme-{number}", parent=wider))
        self.themes[0].parent = self.rng.choice([None, self.themes[-1]])
        self.themes[0].save()
        self.ecosystems = [EcosystemFactory.create(key=key) for key in VALUES["ecosystem"]]
        self.targets = [TargetGroupFactory.create(key=key) for key in VALUES["target"]]
        self.regions = [RegionFactory.create(code=code) for code in CODES]
        by_code = {region.code: region for region in self.regions}
        for code, heir in (("SE99", "SE22"), ("DE9", None)):
            by_code[code].successor = by_code[heir] if heir else None
            by_code[code].is_retired = True
            by_code[code].save()
        self.organisations = [
            OrganisationFactory.create(slug=slug, state=state)
            for slug, state in zip(
                [*VALUES["organisation"], "hidden"], ["published"] * 4 + ["draft"], strict=True
            )
        ]

    def columns(self, number: int) -> dict[str, Any]:
        """An initiative's own columns; one in five is not public."""
        rng = self.rng
        start, end = (rng.choice([None, *TIMES]) for _ in "ab")
        if start and end and start > end:
            start, end = end, start
        state = rng.choice(["published"] * 8 + ["draft", "archived"])
        published = timezone.now() - timedelta(days=rng.randrange(9))
        return {
            "key": f"initiative-{number}",
            "slug": f"initiative-{number}",
            "title": rng.choice(["Älv", "alv", "Alv", "Étoile", "etoile", "Zon", "ö", "O"]),
            "summary": rng.choice(["cluster policy", "smart cluster", "bread"]),
            "state": state,
            "published_at": None if state == "draft" else published,
            "kind": rng.choice(Initiative.Kind.values),
            "level": rng.choice(Initiative.Level.values),
            "start": start,
            "end": end,
            "open_ended": end is None and rng.random() < 0.5,
        }

    def some(self, values: Any, most: int = 3) -> Any:
        """A few of the values, none twice."""
        return self.rng.sample(values, self.rng.randint(0, min(most, len(values))))


@pytest.fixture(params=range(CATALOGUES))
def world(request: pytest.FixtureRequest) -> World:
    """A made-up catalogue.

    Nothing is known of its tables yet, so PostgreSQL fears the worst of the plain queries and would
    compile each of them first.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
    return World(request.param)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """What somebody may ask: a few of the facets, perhaps a time."""
    asked = draw(st.lists(st.sampled_from(sorted(ASKED)), max_size=3, unique=True))
    answers: dict[str, Any] = {
        question: draw(
            st.lists(st.sampled_from(ASKED[question]), min_size=1, max_size=3, unique=True)
        )
        for question in asked
    }
    for end in draw(st.sampled_from([[], [], ["from"], ["to"], ["from", "to"]])):
        answers[end] = draw(st.sampled_from(TIMES))
    return answers


def selection(answers: dict[str, Any], day: date, **others: str) -> Selection:
    """What the catalogue answers."""
    query = QueryDict(mutable=True)
    for name, value in answers.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    query.update({"as_of": day.isoformat(), **others})
    asked = InitiativeFilter(query, Initiative.objects.all(), today=TODAY)
    assert not asked.form.errors
    return Selection(asked)


@settings(
    max_examples=CASES,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    answers=questions(),
    day=st.sampled_from([TODAY, date(2012, 1, 1), date(2014, 6, 30), date(2030, 1, 1)]),
    sort=st.sampled_from(sorted(reference.ORDERS)),
    facets=st.lists(st.sampled_from(sorted(VALUES)), min_size=2, max_size=2, unique=True),
)
@pytest.mark.usefixtures("world")
def test_the_index_agrees_with_plain_queries(
    answers: dict[str, Any], day: date, sort: str, facets: list[str]
) -> None:
    answered = selection(answers, day, sort=sort)

    assert list(answered.ids) == reference.ordered(answers, day, sort)
    assert len(answered) == len(answered.ids)
    for facet in facets:
        assert answered.counts(facet) == reference.counts(answers, day, facet, VALUES[facet])
    for question in answers:
        assert answered.without(question) == reference.fitting(answers, day, question).count()


@pytest.mark.usefixtures("world")
def test_words_and_facets_meet() -> None:
    answered = selection({"kind": ["network", "programme"]}, TODAY, q="cluster")

    asked = {"kind": ["network", "programme"]}
    found = reference.fitting(asked, TODAY).matching("cluster")
    everywhere = Initiative.objects.matching("cluster")
    assert sorted(answered.ids) == sorted(row.pk for row in found)
    assert answered.counts("kind") == {
        kind: number
        for kind in Initiative.Kind.values
        if (number := everywhere.filter(kind=kind).count())
    }
