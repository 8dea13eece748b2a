"""Filling in a peer review behind the scenes."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Membership, Partner
from tests.admin.browser import filled
from tests.factories import (
    STAGES,
    OrganisationFactory,
    OutcomeFactory,
    ParticipantFactory,
    PartnerFactory,
    PeerReviewFactory,
    PersonFactory,
    QuestionSetFactory,
    RecommendationFactory,
    RegionFactory,
    WorkshopFactory,
    answered,
    member,
    question_set,
)
from workshops.reviews.models import Answer, PeerReview, QuestionSet, Recommendation

pytestmark = pytest.mark.django_db

ADD = "/admin/reviews/peerreview/add/"
CANARY = "kanarifagel"

Browse = Callable[[str], Client]


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


@pytest.fixture
def browse(agency: Partner) -> Browse:
    """A browser in which somebody of that role at the agency is signed in."""

    def browser(role: str) -> Client:
        client = Client()
        client.force_login(member(agency, role))
        return client

    return browser


@pytest.fixture
def draft(agency: Partner) -> PeerReview:
    review: PeerReview = PeerReviewFactory.create(owner=agency, state=Entry.State.DRAFT)
    return review


def change(review: PeerReview) -> str:
    return reverse("admin:reviews_peerreview_change", args=[review.pk])


def begin(client: Client, asked: QuestionSet, **others: str) -> Any:
    region = RegionFactory.create(code="SE22")
    form = filled(
        client.get(ADD),
        title="Skåne looked at",
        slug="skane",
        summary="What it found.",
        question_set=str(asked.pk),
        region=region.code,
    )
    return client.post(ADD, form | {name: [value] for name, value in others.items()})


def test_a_new_review_leads_on_to_a_row_for_each_question(browse: Browse) -> None:
    client = browse(Membership.Role.EDITOR)
    asked = question_set()

    first = client.get(ADD).content.decode()
    response = begin(client, asked)
    page = client.get(response["Location"]).content.decode()

    review = PeerReview.unscoped.get()
    assert response["Location"] == change(review)
    assert "answers-" not in first
    assert review.answers.count() == 3
    words = ["Role of clusters", "Who is asked?", "What did they say?", "Monitoring", "Who looks"]
    assert [page.index(word) for word in words] == sorted(page.index(word) for word in words)
    assert page.count("Role of clusters</h2>") == 1


def test_whoever_adds_another_one_is_led_to_an_empty_form(browse: Browse) -> None:
    response = begin(browse(Membership.Role.EDITOR), question_set(), _addanother="1")

    assert response["Location"] == ADD


def test_a_review_asks_a_published_set(browse: Browse) -> None:
    client = browse(Membership.Role.EDITOR)
    open_still = QuestionSetFactory.create(title="Open still")

    response = begin(client, open_still)

    assert "Open still" not in client.get(ADD).content.decode()
    assert "question_set" in response.context["adminform"].form.errors
    assert not PeerReview.unscoped.exists()


def test_each_question_offers_what_it_describes(browse: Browse, draft: PeerReview) -> None:
    fields = [
        list(form.fields)
        for formset in browse(Membership.Role.EDITOR)
        .get(change(draft))
        .context["inline_admin_formsets"]
        if formset.opts.model is Answer
        for form in formset.formset.forms
    ]

    assert fields == [
        ["text", "now", "wished", "gap", "id", "review"],
        ["text", "id", "review"],
        ["text", "now", "id", "review"],
    ]


def test_answers_are_kept_with_their_stages(browse: Browse, draft: PeerReview) -> None:
    client = browse(Membership.Role.EDITOR)
    stages = list(draft.answers.for_questions()[0].question.options.all())
    form = filled(
        client.get(change(draft)),
        **{
            "answers-0-now": str(stages[0].pk),
            "answers-0-wished": str(stages[2].pk),
            "answers-0-gap": "Nobody had the time.",
            "answers-1-text": "More meetings.",
        },
    )

    response = client.post(change(draft), form)

    told = draft.answers.for_questions().values_list("now__text", "wished__text", "gap", "text")
    assert response.status_code == 302
    assert list(told) == [
        (STAGES[0], STAGES[2], "Nobody had the time.", ""),
        (None, None, "", "More meetings."),
        (None, None, "", ""),
    ]
    assert draft.history.count() == 2


def test_a_stage_of_another_question_is_refused(browse: Browse, draft: PeerReview) -> None:
    client = browse(Membership.Role.EDITOR)
    choice = draft.answers.get(question__kind="choice").question.options.all()[0]

    page = client.post(
        change(draft),
        filled(client.get(change(draft)), **{"answers-0-now": str(choice.pk)}),
    )

    assert page.status_code == 200
    assert "Select a valid choice" in page.content.decode()


def test_answers_can_be_emptied_and_not_taken_away(browse: Browse, draft: PeerReview) -> None:
    answered(draft)
    client = browse(Membership.Role.EDITOR)
    form = filled(client.get(change(draft)), **{"answers-0-now": "", "answers-0-gap": ""})

    client.post(change(draft), form | {"answers-0-DELETE": ["on"]})

    first = draft.answers.for_questions()[0]
    assert (first.now, first.gap, first.wished is None) == (None, "", False)


def test_who_may_only_read_sees_the_answers(browse: Browse, draft: PeerReview) -> None:
    answered(draft)
    PeerReview.unscoped.update(state=Entry.State.IN_REVIEW)

    page = browse(Membership.Role.EDITOR).get(change(draft)).content.decode()

    assert f"<dt>Now</dt><dd>{STAGES[0]}</dd>" in page
    assert f"<dt>Wished for</dt><dd>{STAGES[2]}</dd>" in page
    assert "Nobody had the time." in page
    assert "Once a year." in page
    assert 'name="answers-0-text"' not in page


def test_what_was_agreed_at_the_workshop_follows_from_a_recommendation(
    browse: Browse, draft: PeerReview
) -> None:
    workshop = WorkshopFactory.create()
    outcome = OutcomeFactory.create(workshop=workshop, what="Ask every year")
    OutcomeFactory.create(what=CANARY)
    PeerReview.unscoped.update(workshop=workshop)
    row = RecommendationFactory.create(review=draft)
    topic = draft.question_set.topics.get(title="Monitoring")
    client = browse(Membership.Role.EDITOR)
    page = client.get(change(draft))

    client.post(
        change(draft),
        filled(
            page,
            **{
                "recommendations-0-outcomes": str(outcome.pk),
                "recommendations-0-topic": str(topic.pk),
            },
        ),
    )

    row.refresh_from_db()
    assert list(row.outcomes.all()) == [outcome]
    assert row.topic == topic
    assert CANARY not in page.content.decode()


def test_outcomes_of_a_workshop_that_one_may_not_see_stay_and_are_not_shown(
    browse: Browse, draft: PeerReview
) -> None:
    hidden = WorkshopFactory.create(title=CANARY, state=Entry.State.DRAFT)
    PeerReview.unscoped.update(workshop=hidden)
    row = RecommendationFactory.create(review=draft)
    row.outcomes.add(OutcomeFactory.create(workshop=hidden, what=CANARY))
    client = browse(Membership.Role.EDITOR)

    page = client.get(change(draft))
    saved = client.post(change(draft), filled(page, title="Changed"))

    assert CANARY not in page.content.decode()
    assert saved.status_code == 302
    assert row.outcomes.count() == 1


def test_question_sets_are_read_and_not_changed(browse: Browse) -> None:
    published, open_still = question_set(key="stress-test"), QuestionSetFactory.create()
    client = browse(Membership.Role.PUBLISHER)

    pages = [
        client.get(reverse("admin:reviews_questionset_change", args=[row.pk])).content.decode()
        for row in (published, open_still)
    ]

    assert ["/question-sets/" in page for page in pages] == [True, False]
    assert client.get("/admin/reviews/questionset/").status_code == 200
    assert client.get("/admin/reviews/questionset/add/").status_code == 403


def test_what_was_never_asked_is_asked_with_the_next_save(
    browse: Browse, draft: PeerReview
) -> None:
    draft.answers.all().delete()
    client = browse(Membership.Role.EDITOR)

    saved = client.post(change(draft), filled(client.get(change(draft))))

    assert saved.status_code == 302
    assert draft.answers.count() == 3


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_costs_the_same_with_one_row_of_each_kind_and_with_three(
    browse: Browse, draft: PeerReview, rows: int
) -> None:
    workshop = WorkshopFactory.create()
    PeerReview.unscoped.update(workshop=workshop)
    for _number in range(rows):
        ParticipantFactory.create(review=draft)
        row = RecommendationFactory.create(review=draft, person=PersonFactory.create())
        row.outcomes.add(OutcomeFactory.create(workshop=workshop))
        RecommendationFactory.create(review=draft, organisation=OrganisationFactory.create())
    client = browse(Membership.Role.EDITOR)
    client.get(change(draft))

    with assertNumQueries(23):
        client.get(change(draft))


def test_a_recommendation_comes_with_an_empty_form(browse: Browse, draft: PeerReview) -> None:
    page = browse(Membership.Role.EDITOR).get(change(draft)).content.decode()

    assert 'name="recommendations-__prefix__-text"' in page
    assert not Recommendation.objects.exists()
