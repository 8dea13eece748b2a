"""Peer reviews, with their questions and answers."""

import datetime
from typing import Any

import factory
from factory.django import DjangoModelFactory

from tests.factories.curation import EntryFactory
from tests.factories.people import OrganisationFactory, RegionFactory
from workshops.reviews.models import Answer, Participant, PeerReview, QuestionSet, Recommendation

STAGES = (
    "Nobody has asked yet.",
    "A few were asked once.",
    "They are asked every year, and it shows in the next plan.",
)


def question_set(published: bool = True, **fields: Any) -> QuestionSet:
    """Two topics: one question by stages and one in words in the first, a choice in the second."""
    made: QuestionSet = QuestionSetFactory.create(**fields)
    first = made.topics.create(title="Role of clusters", why="They know the field.", position=0)
    second = made.topics.create(title="Monitoring", position=1)
    asked = first.questions.create(text="Who is asked?", hint="Think of SMEs.", kind="stages")
    first.questions.create(text="What did they say?", kind="text", position=1)
    chosen = second.questions.create(text="Who looks at the figures?", kind="choice")
    for number, text in enumerate(STAGES):
        asked.options.create(text=text, position=number)
    for number, text in enumerate(("The ministry", "The clusters themselves")):
        chosen.options.create(text=text, position=number)
    if published:
        made.published_on = datetime.date(2026, 11, 1)
        made.save()
    return made


class QuestionSetFactory(DjangoModelFactory[QuestionSet]):
    """Not published and without questions; `question_set()` makes a whole one."""

    class Meta:
        model = QuestionSet

    key = factory.Sequence(lambda n: f"questions-{n}")
    title = factory.Sequence(lambda n: f"Questions {n}")


class PeerReviewFactory(EntryFactory):
    """Of a whole region, with a row for each question and no answers yet."""

    class Meta:
        model = PeerReview

    slug = factory.Sequence(lambda n: f"review-{n}")
    title = factory.Sequence(lambda n: f"Review {n}")
    question_set = factory.LazyFunction(question_set)
    region = factory.SubFactory(RegionFactory, code="SE22")
    held = "2016-06"
    summary = "Clusters are asked, and seldom heard."

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> Any:
        review = super()._create(model_class, *args, **kwargs)
        review.ask()
        return review


class ParticipantFactory(DjangoModelFactory[Participant]):
    class Meta:
        model = Participant

    review = factory.SubFactory(PeerReviewFactory)
    organisation = factory.SubFactory(OrganisationFactory)


class RecommendationFactory(DjangoModelFactory[Recommendation]):
    class Meta:
        model = Recommendation

    review = factory.SubFactory(PeerReviewFactory)
    text = "Ask the clusters before the plan is written."


def answered(review: PeerReview, text: str = "Once a year.", now: int = 0, wished: int = 2) -> None:
    """Has the review answer its questions: the first by those stages, the second in those words."""
    by_stages, in_words, by_choice = review.answers.for_questions()
    stages, choices = (list(row.question.options.all()) for row in (by_stages, by_choice))
    fields = {"now": stages[now], "wished": stages[wished], "gap": "Nobody had the time."}
    Answer.objects.filter(pk=by_stages.pk).update(**fields)
    Answer.objects.filter(pk=in_words.pk).update(text=text)
    Answer.objects.filter(pk=by_choice.pk).update(now=choices[0])
