"""What was agreed names the recommendations that it was agreed upon."""

import pytest
from django.test import Client

from tests.factories import (
    OutcomeFactory,
    PeerReviewFactory,
    RecommendationFactory,
    WorkshopFactory,
)
from workshops.models import Outcome
from workshops.reviews.models import PeerReview

pytestmark = pytest.mark.django_db

CANARY = "kanarifagel"
PAGES = ["/workshops/outcomes/", "/workshops/malmo/"]


@pytest.fixture
def outcome() -> Outcome:
    """Something agreed in Malmö."""
    agreed: Outcome = OutcomeFactory.create(workshop=WorkshopFactory.create(slug="malmo"))
    return agreed


@pytest.fixture
def skane() -> PeerReview:
    """A public review whose recommendations are in Swedish."""
    review: PeerReview = PeerReviewFactory.create(
        slug="skane", title="Skåne looked at", language="sv"
    )
    return review


def page(client: Client, path: str) -> str:
    """A page's HTML, with its white space as one blank each."""
    return " ".join(client.get(path).content.decode().split())


@pytest.mark.parametrize("path", PAGES)
def test_an_outcome_names_the_recommendations_it_was_agreed_upon(
    client: Client, outcome: Outcome, skane: PeerReview, path: str
) -> None:
    second = RecommendationFactory.create(review=skane, text="Wait & see.", position=2)
    first = RecommendationFactory.create(review=skane, text="Count **twice**.", position=1)
    outcome.recommendations.set([second, first])

    html = page(client, path)

    told = "".join(
        f'<p>Agreed upon a recommendation of <a href="/reviews/skane/#recommendation-{number}" '
        f'lang="sv">Skåne looked at</a>: <q lang="sv">{words}</q></p> '
        for number, words in ((first.pk, "Count twice."), (second.pk, "Wait &amp; see."))
    )
    assert told in html
    assert f'<li id="recommendation-{first.pk}">' in page(client, "/reviews/skane/")


def test_a_long_recommendation_is_named_by_its_beginning(
    client: Client, outcome: Outcome, skane: PeerReview
) -> None:
    advice = RecommendationFactory.create(review=skane, text="word " * 100)
    advice.outcomes.add(outcome)

    html = page(client, "/workshops/malmo/")

    assert html.count("word") == 24
    assert "word…</q>" in html


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
@pytest.mark.parametrize("path", [*PAGES, "/api/v1/workshops/malmo/"])
def test_a_review_that_is_not_public_is_not_named(
    client: Client, outcome: Outcome, path: str, state: str
) -> None:
    hidden = PeerReviewFactory.create(slug=CANARY, title=CANARY, state=state)
    RecommendationFactory.create(review=hidden, text=CANARY).outcomes.add(outcome)

    response = client.get(path)

    told = response.content.decode()
    assert (response.status_code, outcome.what in told, CANARY in told) == (200, True, False)
    assert "Agreed upon a recommendation" not in told


def test_beside_the_recommendation_itself_it_is_not_said_again(
    client: Client, outcome: Outcome, skane: PeerReview
) -> None:
    RecommendationFactory.create(review=skane).outcomes.add(outcome)

    html = page(client, "/reviews/skane/")

    assert outcome.what in html
    assert "Agreed upon a recommendation" not in html


def test_programs_are_told_the_recommendations_in_full(
    client: Client, outcome: Outcome, skane: PeerReview
) -> None:
    RecommendationFactory.create(review=skane, text="Count **twice**.").outcomes.add(outcome)

    (record,) = client.get("/api/v1/workshops/malmo/").json()["outcomes"]

    assert record["recommendations"] == [
        {
            "text": "Count **twice**.",
            "review": {
                "key": skane.key,
                "slug": "skane",
                "title": "Skåne looked at",
                "url": "http://testserver/reviews/skane/",
                "api_url": "http://testserver/api/v1/reviews/skane/",
            },
        }
    ]
