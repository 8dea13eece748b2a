"""What programs are told of peer reviews, and what it costs."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from people.models import Person
from tests.api.conftest import Ask
from tests.factories import (
    STAGES,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    ParticipantFactory,
    PartnerFactory,
    PeerReviewFactory,
    PersonFactory,
    RecommendationFactory,
    RegionFactory,
    WorkshopFactory,
    answered,
    question_set,
)
from workshops.reviews.models import PeerReview

pytestmark = pytest.mark.django_db

SITE = "http://testserver"
CANARY = "Zephyrine"


@pytest.fixture
def skane() -> PeerReview:
    """A review that was held at a workshop."""
    with time_machine.travel("2016-06-21", tick=False):
        review: PeerReview = PeerReviewFactory.create(
            slug="skane",
            key="skane",
            title="Skåne looked at",
            owner=PartnerFactory.create(name="Curators"),
            region=RegionFactory.create(code="SE224", name="Skåne län"),
            question_set=question_set(key="stress-test", title="Stress test"),
            workshop=WorkshopFactory.create(slug="malmo", title="Malmö"),
            conclusions="Ask **more**.",
        )
    return review


def slugs(answer: Any) -> list[str]:
    """The reviews of a page, in order."""
    return [row["slug"] for row in answer["results"]]


# The list


def test_a_list_tells_a_few_facts_of_each_review(ask: Ask, skane: PeerReview) -> None:
    (row,) = ask("reviews/")["results"]

    assert row == {
        "key": "skane",
        "slug": "skane",
        "title": "Skåne looked at",
        "summary": "Clusters are asked, and seldom heard.",
        "held": "2016-06",
        "region": {
            "code": "SE224",
            "name": "Skåne län",
            "country": "SE",
            "url": f"{SITE}/regions/SE224/",
            "api_url": f"{SITE}/api/v1/regions/SE224/",
        },
        "question_set": {
            "key": "stress-test",
            "title": "Stress test",
            "version": 1,
            "language": "en",
            "url": f"{SITE}/question-sets/stress-test/",
        },
        "language": "en",
        "published_at": "2016-06-21T00:00:00Z",
        "updated_at": "2016-06-21T00:00:00Z",
        "last_verified_on": None,
        "url": f"{SITE}/reviews/skane/",
        "api_url": f"{SITE}/api/v1/reviews/skane/",
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["later", "skane", "some-day"]),
        ("questions=stress-test", ["skane"]),
        ("country=DE", ["later"]),
        ("questions=stress-test&country=DE", []),
    ],
)
def test_it_has_the_latest_first_and_narrows_down_as_the_page_does(
    ask: Ask, skane: PeerReview, query: str, found: list[str]
) -> None:
    bavaria = RegionFactory.create(code="DE2")
    PeerReviewFactory.create(slug="later", held="2017-01-02", region=bavaria)
    PeerReviewFactory.create(slug="some-day", held=None)

    answer = ask(f"reviews/?{query}")

    assert slugs(answer) == found


@pytest.mark.parametrize("query", ["questions=other", "country=XX", "country="])
def test_what_is_not_understood_is_refused_by_its_name(
    client: Client, skane: PeerReview, query: str
) -> None:
    response = client.get(f"/api/v1/reviews/?{query}")

    assert response.status_code == 400
    assert [error["field"] for error in response.json()["errors"]] == [query.partition("=")[0]]


def test_it_is_read_page_by_page(client: Client, ask: Ask, skane: PeerReview) -> None:
    for day in ("2016-07", "2016-08"):
        PeerReviewFactory.create(slug=f"held-{day}", held=day)

    first = ask("reviews/?page_size=2")
    second = client.get(first["next"]).json()

    assert [slugs(page) for page in (first, second)] == [
        ["held-2016-08", "held-2016-07"],
        ["skane"],
    ]


# A record


def test_a_record_tells_what_was_asked_and_what_the_region_answers_in_that_order(
    ask: Ask, skane: PeerReview
) -> None:
    answered(skane, "They said **more meetings**.")

    record = ask("reviews/skane/")

    topics = [
        {"title": "Role of clusters", "why": "They know the field."},
        {"title": "Monitoring", "why": ""},
    ]
    assert record["question_set"]["topics"] == topics
    assert record["answers"] == [
        {
            "question": {
                "topic": "Role of clusters",
                "text": "Who is asked?",
                "hint": "Think of SMEs.",
                "kind": "stages",
                "options": [*STAGES],
            },
            "text": "",
            "now": STAGES[0],
            "wished": STAGES[2],
            "gap": "Nobody had the time.",
        },
        {
            "question": {
                "topic": "Role of clusters",
                "text": "What did they say?",
                "hint": "",
                "kind": "text",
                "options": [],
            },
            "text": "They said **more meetings**.",
            "now": None,
            "wished": None,
            "gap": "",
        },
        {
            "question": {
                "topic": "Monitoring",
                "text": "Who looks at the figures?",
                "hint": "",
                "kind": "choice",
                "options": ["The ministry", "The clusters themselves"],
            },
            "text": "",
            "now": "The ministry",
            "wished": None,
            "gap": "",
        },
    ]


@pytest.mark.parametrize("field", ["text", "now", "wished", "gap"])
def test_what_is_not_answered_is_left_out(ask: Ask, skane: PeerReview, field: str) -> None:
    answer = skane.answers.get(question__kind="stages")
    stage = answer.question.options.get(text=STAGES[1])
    setattr(answer, field, stage if field in {"now", "wished"} else "Said.")
    answer.save()

    (told,) = ask("reviews/skane/")["answers"]

    assert told[field] == (STAGES[1] if field in {"now", "wished"} else "Said.")
    assert not any(told[other] for other in {"text", "now", "wished", "gap"} - {field})


def test_a_record_tells_who_took_part_and_where_it_was_held(ask: Ask, skane: PeerReview) -> None:
    ParticipantFactory.create(review=skane, organisation__name="Styrian agency", position=1)
    ParticipantFactory.create(review=skane, organisation__name="Region Skåne", role="host")
    skane.sources.create(title="The report", accessed_on="2016-06-21")

    record = ask("reviews/skane/")

    assert [(row["role"], row["organisation"]["name"]) for row in record["participants"]] == [
        ("host", "Region Skåne"),
        ("peer", "Styrian agency"),
    ]
    assert record["workshop"]["api_url"] == f"{SITE}/api/v1/workshops/malmo/"
    assert record["conclusions"] == "Ask **more**."
    assert [row["title"] for row in record["sources"]] == ["The report"]
    assert record["curated_by"] == "Curators"


def test_a_review_that_was_held_at_no_workshop_names_none(ask: Ask) -> None:
    PeerReviewFactory.create(slug="apart", held=None)

    record = ask("reviews/apart/")

    told = (record["held"], record["workshop"], record["answers"], record["recommendations"])
    assert told == (None, None, [], [])


def test_recommendations_say_who_gave_them_and_what_was_agreed_upon_them(
    ask: Ask, skane: PeerReview
) -> None:
    topic = skane.question_set.topics.get(title="Monitoring")
    person = PersonFactory.create(given_name="Ada", family_name="Byron", slug="ada")
    given = RecommendationFactory.create(review=skane, text="Count.", topic=topic, person=person)
    outcome = OutcomeFactory.create(workshop=skane.workshop, what="Write a joint call")
    OutcomeStepFactory.create(outcome=outcome, state="done", day=date(2016, 10, 18))
    given.outcomes.add(outcome)
    agency = OrganisationFactory.create(name="Styrian agency")
    RecommendationFactory.create(review=skane, text="Wait.", organisation=agency, position=1)

    by_person, by_agency = ask("reviews/skane/")["recommendations"]

    assert (by_person["text"], by_person["topic"], by_person["name"]) == (
        "Count.",
        "Monitoring",
        "Ada Byron",
    )
    assert by_person["person"]["api_url"] == f"{SITE}/api/v1/people/ada/"
    (agreed,) = by_person["outcomes"]
    assert (agreed["what"], agreed["state"], agreed["workshop"]["slug"]) == (
        "Write a joint call",
        "done",
        "malmo",
    )
    assert (by_agency["topic"], by_agency["name"], by_agency["person"]) == (None, None, None)
    assert (by_agency["organisation"]["name"], by_agency["outcomes"]) == ("Styrian agency", [])


@pytest.mark.parametrize(
    ("state", "visibility", "told"),
    [
        ("published", "listed", (True, True)),
        ("published", "name", (True, False)),
        ("published", "withheld", (False, False)),
        ("draft", "listed", (False, False)),
    ],
)
def test_a_person_is_named_beside_a_recommendation_as_they_allow(
    client: Client, skane: PeerReview, state: str, visibility: str, told: tuple[bool, bool]
) -> None:
    person = PersonFactory.create(
        family_name=CANARY, slug="ada", state=state, visibility=Person.Visibility(visibility)
    )
    RecommendationFactory.create(review=skane, person=person)

    text = client.get("/api/v1/reviews/skane/").content.decode()

    assert (CANARY in text, "/people/ada/" in text) == told


@pytest.mark.parametrize("rows", [1, 3])
def test_a_record_costs_the_same_with_one_row_of_each_kind_and_with_three(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    skane: PeerReview,
    rows: int,
) -> None:
    answered(skane)
    others = skane.answers.in_order()[rows:]
    skane.answers.filter(pk__in=others.values("pk")).update(text="", now=None, wished=None, gap="")
    for _number in range(rows):
        ParticipantFactory.create(review=skane)
        advice = RecommendationFactory.create(review=skane, person=PersonFactory.create())
        outcome = OutcomeFactory.create(organisation=OrganisationFactory.create())
        OutcomeStepFactory.create(outcome=outcome)
        advice.outcomes.add(outcome)

    with django_assert_num_queries(9):
        client.get("/api/v1/reviews/skane/")
