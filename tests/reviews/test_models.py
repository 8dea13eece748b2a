"""What the database keeps of questions and answers."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from tests.factories import (
    OrganisationFactory,
    ParticipantFactory,
    PeerReviewFactory,
    PersonFactory,
    QuestionSetFactory,
    RecommendationFactory,
    answered,
    question_set,
)
from workshops.reviews.models import Answer, Option, PeerReview, Question, QuestionSet, Topic

pytestmark = pytest.mark.django_db


def refused(action: Any) -> bool:
    """Whether the database refuses it."""
    try:
        with transaction.atomic():
            action()
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize("model", [QuestionSet, Topic, Question, Option])
@pytest.mark.parametrize("published", [True, False])
def test_no_row_of_a_published_set_changes_or_goes(model: Any, published: bool) -> None:
    question_set(published)
    Answer.objects.all().delete()
    row = model.objects.order_by("-pk")[0]
    column = "text" if hasattr(row, "text") else "title"

    changes = refused(lambda: model.objects.filter(pk=row.pk).update(**{column: "Changed"}))
    goes = refused(row.delete)

    assert (changes, goes) == (published, published)


@pytest.mark.parametrize("published", [True, False])
def test_nothing_is_added_to_a_published_set(published: bool) -> None:
    asked = question_set(published)
    topic = asked.topics.all()[0]
    question = topic.questions.all()[0]

    added = [
        refused(lambda: asked.topics.create(title="More")),
        refused(lambda: topic.questions.create(text="More?")),
        refused(lambda: question.options.create(text="More.")),
    ]

    assert added == [published] * 3


def test_nothing_is_moved_into_a_published_set_or_out_of_it() -> None:
    published, open_still = question_set(), question_set(published=False)
    inner, outer = published.topics.all()[0], open_still.topics.all()[0]

    into = refused(lambda: Topic.objects.filter(pk=outer.pk).update(question_set=published))
    out_of = refused(lambda: Topic.objects.filter(pk=inner.pk).update(question_set=open_still))

    assert (into, out_of) == (True, True)


def test_an_answer_is_to_a_question_of_its_reviews_set() -> None:
    review, other = PeerReviewFactory.create(), question_set()
    question = Question.objects.filter(topic__question_set=other)[0]

    assert refused(lambda: Answer.objects.create(review=review, question=question))


@pytest.mark.parametrize("field", ["now", "wished"])
def test_a_stage_is_one_of_its_question(field: str) -> None:
    review = PeerReviewFactory.create()
    answer = review.answers.get(question__kind="choice")
    stage = Option.objects.filter(question__kind="stages")[0]

    rows = Answer.objects.filter(pk=answer.pk)
    assert refused(lambda: rows.update(**{field: stage}))


def test_a_question_is_answered_once() -> None:
    review = PeerReviewFactory.create()
    question = review.answers.all()[0].question

    assert refused(lambda: Answer.objects.create(review=review, question=question))


def test_a_review_keeps_its_questions() -> None:
    review, other = PeerReviewFactory.create(), question_set()

    kept = refused(lambda: PeerReview.unscoped.update(question_set=other))
    review.question_set = other
    with pytest.raises(ValidationError, match="answered already"):
        review.full_clean()

    assert kept


def test_a_review_without_rows_can_take_another_set() -> None:
    review, other = PeerReviewFactory.create(), question_set()
    review.answers.all().delete()
    review.question_set = other

    review.full_clean()
    review.save()
    review.ask()

    assert review.answers.count() == 3


def test_asking_again_adds_only_what_is_missing() -> None:
    review = PeerReviewFactory.create()
    answered(review)
    review.answers.get(question__kind="choice").delete()

    review.ask()

    assert review.answers.count() == 3
    assert review.answers.exclude(gap="").count() == 1


def test_a_recommendation_is_given_by_one() -> None:
    with pytest.raises(IntegrityError, match="recommendation_of_one"):
        RecommendationFactory.create(
            person=PersonFactory.create(), organisation=OrganisationFactory.create()
        )


def test_an_organisation_has_a_role_once() -> None:
    row = ParticipantFactory.create()

    with pytest.raises(IntegrityError, match="review_participant_unique"):
        ParticipantFactory.create(review=row.review, organisation=row.organisation)


def test_there_is_one_set_of_a_version() -> None:
    QuestionSetFactory.create(title="Stress test", version=2)

    with pytest.raises(IntegrityError, match="question_set_version_unique"):
        QuestionSetFactory.create(title="Stress test", version=2)


def test_rows_are_called_by_what_they_say() -> None:
    review = PeerReviewFactory.create(title="Skåne looked at")
    answer = review.answers.get(question__kind="choice")
    organisation = OrganisationFactory.create(name="Region Skåne")
    rows = [
        review,
        answer,
        answer.question,
        answer.question.topic,
        answer.question.options.in_order()[0],
        RecommendationFactory.create(review=review, text="Wait."),
        ParticipantFactory.create(review=review, organisation=organisation),
    ]

    assert [str(row) for row in rows] == [
        "Skåne looked at",
        "Who looks at the figures?",
        "Who looks at the figures?",
        "Monitoring",
        "The ministry",
        "Wait.",
        "Region Skåne",
    ]
