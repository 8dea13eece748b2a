"""The public pages of peer reviews."""

import gzip
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry
from people.models import Person
from tests.factories import (
    STAGES,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    ParticipantFactory,
    PeerReviewFactory,
    PersonFactory,
    QuestionSetFactory,
    RecommendationFactory,
    RegionFactory,
    WorkshopFactory,
    answered,
    question_set,
)
from tests.pages.test_budget import LARGEST_VIEW
from workshops.reviews.models import PeerReview, QuestionSet

pytestmark = pytest.mark.django_db

CANARY = "kanarifagel"


@pytest.fixture
def asked() -> QuestionSet:
    return question_set(key="stress-test", title="Stress test")


@pytest.fixture
def skane(asked: QuestionSet) -> PeerReview:
    region = RegionFactory.create(code="SE224", name="Skåne län")
    review: PeerReview = PeerReviewFactory.create(
        slug="skane", title="Skåne looked at", region=region, question_set=asked
    )
    answered(review, "They said **more meetings**.")
    return review


def text_of(html: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def page(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


# The list


def test_the_list_shows_the_latest_review_first_and_no_draft(
    client: Client, skane: PeerReview
) -> None:
    PeerReviewFactory.create(title="Later", held="2017-01-02")
    PeerReviewFactory.create(title="Some day", held=None)
    PeerReviewFactory.create(title=CANARY, state=Entry.State.DRAFT)

    html = page(client, "/reviews/")

    assert re.findall(r'rows__title"><a [^>]*>([^<]+)', html) == [
        "Later",
        "Skåne looked at",
        "Some day",
    ]
    assert "Skåne län, Sweden" in text_of(html)
    assert CANARY not in html


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("questions=stress-test", ["Skåne looked at"]),
        ("country=DE", ["Bavaria looked at"]),
        ("questions=stress-test&country=DE", []),
        ("country=XX", ["Bavaria looked at", "Skåne looked at"]),
    ],
)
def test_the_list_narrows_down_by_question_set_and_country(
    client: Client, skane: PeerReview, query: str, titles: list[str]
) -> None:
    bavaria = RegionFactory.create(code="DE2", name="Bayern")
    PeerReviewFactory.create(title="Bavaria looked at", region=bavaria)

    html = page(client, f"/reviews/?{query}")

    assert re.findall(r'rows__title"><a [^>]*>([^<]+)', html) == titles
    assert ("No review fits." in html) == (not titles)


def test_without_reviews_the_list_leads_to_the_questions(
    client: Client, asked: QuestionSet
) -> None:
    QuestionSetFactory.create(title=CANARY)

    html = page(client, "/reviews/")

    assert "No review is published yet." in html
    assert '<a href="/question-sets/stress-test/" lang="en">Stress test</a>' in html
    assert CANARY not in html


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_review_and_for_three(client: Client, rows: int) -> None:
    for review in PeerReviewFactory.create_batch(rows):
        ParticipantFactory.create(review=review)

    with assertNumQueries(5):
        client.get("/reviews/")


# A review


def test_a_review_tells_topic_by_topic_where_the_region_is_and_would_like_to_be(
    client: Client, skane: PeerReview
) -> None:
    html = page(client, "/reviews/skane/")

    words = text_of(html)
    story = words[words.index("Role of clusters") :]
    assert story.startswith(
        f"Role of clusters Who is asked? Now {STAGES[0]} Wished for {STAGES[2]} "
        "Why Nobody had the time. What did they say? They said more meetings . "
        "Monitoring Who looks at the figures? Chosen The ministry"
    )
    assert [*re.findall(r'class="stages__point( [^"]*)?"', html)] == [
        " stages__point--now",
        "",
        " stages__point--wished",
    ]


def test_a_region_that_is_where_it_wishes_to_be_is_told_so_once(
    client: Client, asked: QuestionSet
) -> None:
    review = PeerReviewFactory.create(slug="there", question_set=asked)
    answered(review, now=2, wished=2)

    html = page(client, "/reviews/there/")

    assert f"Now, and as wished {STAGES[2]} Why" in text_of(html)
    assert "Wished for" not in html
    assert "stages__point--now stages__point--wished" in html


@pytest.mark.parametrize("known", ["now", "wished"])
def test_of_two_stages_one_may_be_left_out(client: Client, skane: PeerReview, known: str) -> None:
    other = {"now": "wished", "wished": "now"}[known]
    skane.answers.filter(question__kind="stages").update(**{other: None})

    html = page(client, "/reviews/skane/")

    assert [word in html for word in ("<dt>Now</dt>", "<dt>Wished for</dt>")] == [
        known == "now",
        known == "wished",
    ]


def test_a_question_by_stages_can_be_answered_in_words_alone(
    client: Client, skane: PeerReview
) -> None:
    skane.answers.filter(question__kind="stages").update(now=None, wished=None, text="We doubt it.")

    html = page(client, "/reviews/skane/")

    assert "We doubt it." in html
    assert "stages__point" not in html


def test_a_question_without_an_answer_says_so(client: Client) -> None:
    PeerReviewFactory.create(slug="empty")

    html = page(client, "/reviews/empty/")

    assert html.count("No answer is given.") == 3


def test_no_number_stands_for_a_stage(client: Client, skane: PeerReview) -> None:
    words = text_of(page(client, "/reviews/skane/"))

    told = words[words.index("Role of clusters") : words.index("Chosen")]
    assert not re.search(r"\d", told)


def test_who_took_part_is_named_as_far_as_everyone_may_know(
    client: Client, skane: PeerReview
) -> None:
    peer = OrganisationFactory.create(name="Styrian agency", slug="styria")
    hidden = OrganisationFactory.create(name=CANARY, state=Entry.State.DRAFT)
    for organisation in (peer, hidden):
        ParticipantFactory.create(review=skane, organisation=organisation)

    html = page(client, "/reviews/skane/")

    assert '<dt>Peer</dt>\n      <dd><a href="/organisations/styria/">Styrian agency</a>' in html
    assert CANARY not in html


def test_recommendations_say_who_gave_them_and_what_became_of_them(
    client: Client, skane: PeerReview
) -> None:
    workshop = WorkshopFactory.create(title="Open workshop", starts_on=date(2016, 6, 21))
    owner = OrganisationFactory.create(name="Region Skåne")
    due = timezone.localdate() + timedelta(days=9)
    action = OutcomeFactory.create(workshop=workshop, organisation=owner, due_on=due)
    OutcomeStepFactory.create(outcome=action, note="First talk")
    topic = skane.question_set.topics.get(title="Monitoring")
    person = PersonFactory.create(given_name="Ada", family_name="Byron", slug="ada")
    row = RecommendationFactory.create(
        review=skane, text="Count *twice*.", topic=topic, person=person
    )
    row.outcomes.add(action)
    agency = OrganisationFactory.create(name="Styrian agency", slug="styria")
    RecommendationFactory.create(review=skane, text="Wait.", organisation=agency, position=1)

    html = page(client, "/reviews/skane/")

    words = text_of(html[html.index('id="recommendations"') :])
    assert (
        "Count twice . Monitoring Ada Byron agreed upon it Write a joint call in progress" in words
    )
    assert "Open workshop Region Skåne" in words
    assert "First talk due" in words
    assert "Wait. Styrian agency Nothing was agreed upon it so far." in words
    assert '<a href="/people/ada/">Ada Byron</a>' in html


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

    html = page(client, "/reviews/skane/")

    assert (CANARY in html, "/people/ada/" in html) == told


def test_nothing_that_is_not_public_is_told_beside_a_review(
    client: Client, skane: PeerReview
) -> None:
    hidden = WorkshopFactory.create(title=CANARY, state=Entry.State.DRAFT)
    PeerReview.unscoped.update(workshop=hidden)
    agency = OrganisationFactory.create(name=CANARY, state=Entry.State.ARCHIVED)
    row = RecommendationFactory.create(review=skane, organisation=agency)
    row.outcomes.add(OutcomeFactory.create(workshop=hidden, what=CANARY))

    html = page(client, "/reviews/skane/")

    assert CANARY not in html


def test_nobodys_words_run(client: Client, skane: PeerReview) -> None:
    script = "<script>alert(1)</script>"
    PeerReview.unscoped.update(title=script, summary=script, conclusions=script)
    skane.answers.update(text=script, gap=script)
    RecommendationFactory.create(review=skane, text=script)

    pages = [page(client, f"/reviews/{path}") for path in ("", "skane/", "skane/beside/")]

    assert not any(script in html for html in pages)


def test_a_former_address_leads_to_the_present_one(client: Client, skane: PeerReview) -> None:
    skane.slug = "skane-2016"
    skane.save()

    detail = client.get("/reviews/skane/")
    beside = client.get("/reviews/skane/beside/?with=x")
    alone = client.get("/reviews/skane/beside/")

    assert (detail.status_code, detail["Location"]) == (301, "/reviews/skane-2016/")
    assert (beside.status_code, beside["Location"]) == (301, "/reviews/skane-2016/beside/?with=x")
    assert alone["Location"] == "/reviews/skane-2016/beside/"


@pytest.mark.parametrize("path", ["/reviews/nowhere/", "/reviews/nowhere/beside/"])
def test_a_review_that_there_is_not_is_not_found(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/reviews/", "/reviews/skane/", "/reviews/skane/beside/", "/question-sets/stress-test/"],
)
def test_the_pages_only_read(client: Client, skane: PeerReview, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_a_review_costs_the_same_with_one_row_of_each_kind_and_with_three(
    client: Client, skane: PeerReview, rows: int
) -> None:
    for _number in range(rows):
        ParticipantFactory.create(review=skane)
        row = RecommendationFactory.create(review=skane, person=PersonFactory.create())
        outcome = OutcomeFactory.create(organisation=OrganisationFactory.create())
        OutcomeStepFactory.create(outcome=outcome)
        row.outcomes.add(outcome)

    with assertNumQueries(13):
        client.get("/reviews/skane/")


# Side by side


@pytest.fixture
def others(asked: QuestionSet) -> list[PeerReview]:
    """Four other regions, the last with the highest stages."""
    made = []
    for number, (code, name) in enumerate(
        [("DE2", "Östra"), ("AT22", "Ahaus"), ("HU1", "Zala"), ("RO1", "bihor")]
    ):
        region = RegionFactory.create(code=code, name=name)
        review = PeerReviewFactory.create(
            slug=f"other-{number}", title=f"Other {number}", region=region, question_set=asked
        )
        answered(review, now=min(number, 2), wished=2)
        made.append(review)
    return made


def columns(html: str) -> list[str]:
    """The regions under the first question, in their order."""
    first, _rest = html[html.index('class="beside__row') :].split("</ul>", 1)
    return re.findall(r'beside__region"><a [^>]*>([^<]+)', first)


def test_regions_stand_side_by_side_from_a_to_z_whatever_they_answer(
    client: Client, skane: PeerReview, others: list[PeerReview]
) -> None:
    forth = page(client, "/reviews/skane/beside/?with=other-0&with=other-3&with=other-1")
    back = page(client, "/reviews/other-3/beside/?with=other-1&with=skane&with=other-0")

    assert columns(forth) == columns(back) == ["Ahaus", "bihor", "Östra", "Skåne län"]
    assert "This is no ranking." in forth
    assert "stages__point" not in forth


def test_without_a_choice_the_other_regions_are_offered(
    client: Client, skane: PeerReview, others: list[PeerReview]
) -> None:
    html = page(client, "/reviews/skane/beside/")

    assert re.findall(r'name="with" value="([^"]+)"( checked)?', html) == [
        ("other-1", ""),
        ("other-3", ""),
        ("other-0", ""),
        ("other-2", ""),
    ]
    assert "beside__row" not in html


def test_no_more_than_four_fit_side_by_side(
    client: Client, skane: PeerReview, others: list[PeerReview]
) -> None:
    asked = "&".join(f"with=other-{number}" for number in range(4))

    html = page(client, f"/reviews/skane/beside/?{asked}")

    assert len(columns(html)) == 4
    assert "4 regions fit side by side" in html


def test_what_answers_other_questions_or_is_not_public_is_left_out(
    client: Client, skane: PeerReview, others: list[PeerReview]
) -> None:
    PeerReviewFactory.create(slug="apart", title=CANARY)
    PeerReviewFactory.create(
        slug="draft", title=CANARY, question_set=skane.question_set, state=Entry.State.DRAFT
    )

    html = page(client, "/reviews/skane/beside/?with=apart&with=draft&with=skane&with=other-0")

    assert columns(html) == ["Östra", "Skåne län"]
    assert "Some of what you asked for is left out" in html
    assert CANARY not in html


def test_a_region_that_alone_answered_is_told_so(client: Client, skane: PeerReview) -> None:
    html = page(client, "/reviews/skane/beside/")
    own = page(client, "/reviews/skane/")

    assert "No other region has answered these questions yet." in html
    assert "beside other regions" not in own


def test_long_answers_begin_side_by_side_and_go_on_with_their_region(
    client: Client, skane: PeerReview, others: list[PeerReview]
) -> None:
    skane.answers.filter(question__kind="text").update(text="word " * 100)
    number = skane.answers.get(question__kind="text").question_id

    html = page(client, "/reviews/skane/beside/?with=other-0")

    assert f'<a href="/reviews/skane/#question-{number}">Read on' in html
    assert html.count("word") < 90


@pytest.mark.parametrize("rows", [1, 3])
def test_side_by_side_costs_the_same_with_one_other_region_and_with_three(
    client: Client, skane: PeerReview, others: list[PeerReview], rows: int
) -> None:
    asked = "&".join(f"with=other-{number}" for number in range(rows))

    with assertNumQueries(8):
        client.get(f"/reviews/skane/beside/?{asked}")


def test_with_all_that_fits_the_pages_stay_light(client: Client, asked: QuestionSet) -> None:
    words = " ".join(f"word{number}" for number in range(600))
    for number in range(4):
        review = PeerReviewFactory.create(slug=f"full-{number}", question_set=asked)
        answered(review, words)
        review.answers.update(gap=words[:2_000])

    asking = "&".join(f"with=full-{number}" for number in range(1, 4))
    pages = [
        page(client, path) for path in ("/reviews/full-0/", f"/reviews/full-0/beside/?{asking}")
    ]

    assert [len(gzip.compress(html.encode())) < LARGEST_VIEW / 2 for html in pages] == [True, True]


# The questions


def test_the_questions_can_be_read_before_a_review(client: Client, asked: QuestionSet) -> None:
    html = page(client, "/question-sets/stress-test/")

    words = text_of(html)
    assert (
        "Role of clusters They know the field. Who is asked? Think of SMEs. "
        f"{' '.join(STAGES)} What did they say? Monitoring" in words
    )


def test_questions_that_are_not_published_are_not_found(client: Client) -> None:
    QuestionSetFactory.create(key="draft")

    assert client.get("/question-sets/draft/").status_code == 404


# Where else reviews are told of


@pytest.mark.parametrize("code", ["SE", "SE224"])
def test_the_page_of_a_region_tells_of_reviews_in_it(
    client: Client, skane: PeerReview, code: str
) -> None:
    PeerReviewFactory.create(title=CANARY, region=skane.region, state=Entry.State.DRAFT)

    html = page(client, f"/regions/{code}/")
    elsewhere = page(client, f"/regions/{RegionFactory.create(code='DE').pk}/")

    assert '<a href="/reviews/skane/" lang="en">Skåne looked at</a>' in html
    assert "reviews/skane" not in elsewhere
    assert CANARY not in html


def test_the_page_of_a_workshop_tells_of_reviews_held_at_it(
    client: Client, skane: PeerReview
) -> None:
    workshop = WorkshopFactory.create()
    PeerReview.unscoped.update(workshop=workshop)
    PeerReviewFactory.create(title=CANARY, workshop=workshop, state=Entry.State.DRAFT)

    html = page(client, workshop.get_absolute_url())
    back = page(client, "/reviews/skane/")

    assert '<a href="/reviews/skane/" lang="en">Skåne looked at</a>' in html
    assert f'<a href="{workshop.get_absolute_url()}"' in back
    assert CANARY not in html


def test_the_search_of_the_site_finds_reviews(client: Client, skane: PeerReview) -> None:
    PeerReviewFactory.create(title=f"Looked {CANARY}", state=Entry.State.DRAFT)

    html = page(client, "/search/?q=looked")

    assert 'href="/reviews/skane/"' in html
    assert CANARY not in html
