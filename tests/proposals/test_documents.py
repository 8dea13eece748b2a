"""Entries as documents: read, compared piece by piece, merged three ways, and written back."""

from typing import Any

import pytest
from django.contrib import admin
from django.http import HttpRequest
from hypothesis import given
from hypothesis import strategies as st

from clusterix.curation.models import Entry, Partner
from clusterix.curation.proposals import documents
from clusterix.curation.proposals.documents import Document, ImpossibleError
from clusterix.curation.proposals.proposing import proposing
from initiatives.models import Evidence, Initiative
from tests.factories import (
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    PeerReviewFactory,
    PersonFactory,
    RecommendationFactory,
    ThemeFactory,
    WorkshopFactory,
    secretariat,
)
from tests.proposals.conftest import SHAPE, live

pytestmark = pytest.mark.django_db

EVIDENCE = "initiatives.Evidence"
FACTORIES = {
    "initiative": InitiativeFactory,
    "organisation": OrganisationFactory,
    "person": PersonFactory,
    "workshop": WorkshopFactory,
    "review": PeerReviewFactory,
}


def document(**fields: Any) -> Document:
    return {"fields": fields, "parts": {}}


def with_rows(**rows: Any) -> Document:
    part: Any = {"link": "initiative", "fields": ["indicator"], "rows": rows}
    return {"fields": {}, "parts": {EVIDENCE: part}}


def test_a_document_has_fields_choices_and_rows_as_plain_values(bridge: Initiative) -> None:
    theme, evidence = bridge.themes.get(), bridge.evidence.get()

    found = documents.read(bridge, SHAPE)

    assert found["fields"] == {
        "title": "Bridges across the Sound",
        "summary": "They are long.",
        "start": None,
        "website": "",
        "themes": [theme.pk],
    }
    assert found["parts"][EVIDENCE]["rows"] == {
        str(evidence.pk): {"indicator": "Jobs made", "value": "12.00", "unit": ""}
    }


@pytest.mark.parametrize("kind", FACTORIES)
def test_every_kind_is_the_same_after_it_was_read_and_written(kind: str) -> None:
    entry: Entry = FACTORIES[kind].create()
    request = HttpRequest()
    request.user = secretariat()
    form = proposing(type(admin.site.get_model_admin(type(entry))))(type(entry), admin.site)
    shape = form.shape(request, entry)
    before = documents.read(entry, shape)

    documents.write(entry, before, documents.pieces(before))

    assert documents.read(entry, shape) == before


@pytest.mark.parametrize(
    ("was", "wanted", "now", "changes", "conflicts"),
    [
        ("a", "b", "a", {("title",): "b"}, []),
        ("a", "a", "b", {}, []),
        ("a", "b", "b", {}, []),
        ("a", "b", "c", {}, [("title",)]),
    ],
    ids=["proposed", "live", "both alike", "both otherwise"],
)
def test_fields_are_merged_three_ways(
    was: str, wanted: str, now: str, changes: Any, conflicts: Any
) -> None:
    merged = documents.merge(document(title=was), document(title=wanted), document(title=now))

    assert (merged.changes, merged.conflicts) == (changes, conflicts)


def test_rows_are_merged_as_they_come_go_and_change() -> None:
    base = with_rows(**{"1": {"indicator": "jobs"}, "2": {"indicator": "firms"}})
    wanted = with_rows(**{"1": {"indicator": "posts"}, "3": {"indicator": "patents"}})
    now = with_rows(**{"1": {"indicator": "jobs"}})

    merged = documents.merge(base, wanted, now)

    assert merged.changes == {
        (EVIDENCE, "1"): {"indicator": "posts"},
        (EVIDENCE, "3"): {"indicator": "patents"},
    }
    assert merged.conflicts == []


def test_a_row_that_one_changed_and_the_other_took_away_is_a_conflict() -> None:
    base = with_rows(**{"1": {"indicator": "jobs"}})
    wanted = with_rows(**{"1": {"indicator": "posts"}})

    merged = documents.merge(base, wanted, with_rows())

    assert merged.conflicts == [(EVIDENCE, "1")]


@given(*[st.fixed_dictionaries({name: st.integers(0, 2) for name in "abc"}) for _ in range(3)])
def test_a_merge_loses_no_change_of_either_side(was: Any, wanted: Any, now: Any) -> None:
    merged = documents.merge(document(**was), document(**wanted), document(**now))
    after = documents.changed(document(**now), merged.changes)["fields"]

    for name in "abc":
        if (name,) in merged.conflicts:
            assert was[name] != wanted[name] != now[name] != was[name]
        elif wanted[name] != was[name]:
            assert after[name] == wanted[name]
        else:
            assert after[name] == now[name]


@pytest.mark.parametrize(("kept", "title"), [([("title",)], "live"), ([], "proposed")])
def test_a_conflict_is_settled_for_either_side(kept: Any, title: str) -> None:
    base, wanted = document(title="was", city="x"), document(title="proposed", city="y")
    now = document(title="live", city="x")

    settled = documents.settled(base, wanted, now, kept)

    assert settled == document(title=title, city="y")


def test_all_of_it_is_written(bridge: Initiative) -> None:
    evidence, theme = bridge.evidence.get(), ThemeFactory.create()
    versions = Initiative.history.filter(id=bridge.pk).count()
    changes: Any = {
        ("title",): "Tunnels",
        ("start",): "2016-23",
        ("website",): "https://tunnel.example/",
        ("themes",): [theme.pk],
        (EVIDENCE, str(evidence.pk)): None,
        (EVIDENCE, "900001"): {"indicator": "Firms", "value": "3.00", "unit": "firms"},
    }

    documents.write(bridge, live(bridge), changes)

    assert live(bridge) == documents.changed(live(bridge), changes)
    assert Evidence.objects.get(initiative=bridge).pk == 900001
    assert Initiative.history.filter(id=bridge.pk).count() == versions


def test_rows_that_lead_to_many_others_are_written_with_those() -> None:
    workshop = WorkshopFactory.create()
    review = PeerReviewFactory.create(workshop=workshop)
    one, other = OutcomeFactory.create_batch(2, workshop=workshop)
    advice = RecommendationFactory.create(review=review)
    advice.outcomes.add(one)
    label, names = "reviews.Recommendation", ("text", "outcomes")
    document = documents.read(review, documents.Shape((), {label: ("review", names)}))
    changes: Any = {
        (label, str(advice.pk)): {"text": "Dig", "outcomes": [other.pk]},
        (label, "900001"): {"text": "Sail", "outcomes": [one.pk, other.pk]},
    }

    documents.write(review, document, changes)

    rows = {row.text: set(row.outcomes.all()) for row in review.recommendations.all()}
    assert rows == {"Dig": {other}, "Sail": {one, other}}


@pytest.mark.parametrize(
    "changes",
    [{("start",): "2016-13"}, {("themes",): [10**9]}, {("title",): ""}],
    ids=["no date", "no such theme", "empty"],
)
def test_what_cannot_be_written_changes_nothing(bridge: Initiative, changes: Any) -> None:
    before = live(bridge)

    with pytest.raises(ImpossibleError):
        documents.write(bridge, before, {("summary",): "Canary", **changes})

    assert live(bridge) == before


def test_a_row_that_is_in_the_way_of_another_is_told_in_words(
    agency: Partner, bridge: Initiative
) -> None:
    other = InitiativeFactory.create(owner=agency)

    with pytest.raises(ImpossibleError, match="taken by another entry"):
        documents.write(bridge, {"fields": {}, "parts": {}}, {("slug",): other.slug})
