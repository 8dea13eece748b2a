"""A review as pages tell of it: topic by topic, alone or beside those of other regions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from initiatives.index.vocabularies import folded
from workshops.models import Progress
from workshops.reviews.models import (
    Answer,
    PeerReview,
    Question,
    QuestionSet,
    Recommendation,
    Topic,
)

MOST_BESIDE = 4
"""So many regions can be read side by side."""


@dataclass(frozen=True, slots=True)
class Told:
    """A question with what one region answers; without an answer where it gives none."""

    review: PeerReview
    question: Question
    answer: Answer | None

    @property
    def now(self) -> str:
        """The stage or choice that describes the region, in words."""
        return self._described(self.answer.now_id if self.answer else None)

    @property
    def wished(self) -> str:
        """The stage where it would like to be, in words."""
        return self._described(self.answer.wished_id if self.answer else None)

    @property
    def is_where_it_wishes(self) -> bool:
        """It has got to where it would like to be."""
        return bool(self.now) and self.now == self.wished

    @property
    def line(self) -> list[list[str]]:
        """The stages as points of a line, by what they are to the region; empty without stages."""
        answer = self.answer
        if answer is None or self.question.kind != Question.Kind.STAGES:
            return []
        marks = (("now", answer.now_id), ("wished", answer.wished_id))
        return [
            [word for word, option in marks if option == stage.pk]
            for stage in self.question.options.all()
            if answer.now_id or answer.wished_id
        ]

    def _described(self, option: int | None) -> str:
        texts = {each.pk: each.text for each in self.question.options.all()}
        return texts[option] if option else ""


@dataclass(frozen=True, slots=True)
class Row:
    """A question with the answers of several regions."""

    question: Question
    cells: list[Told]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A topic with its questions, each answered by one region or by several."""

    topic: Topic
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation, and what became of it."""

    recommendation: Recommendation
    outcomes: list[Progress]


def chapters(question_set: QuestionSet, reviews: Sequence[PeerReview]) -> list[Chapter]:
    """The topics of a set that `whole()` loaded, with what those reviews answer."""
    answers = Answer.objects.filter(review__in=reviews)
    given = {(row.review_id, row.question_id): row for row in answers if row.is_given}
    return [
        Chapter(
            topic,
            [
                Row(
                    question,
                    [
                        Told(review, question, given.get((review.pk, question.pk)))
                        for review in reviews
                    ],
                )
                for question in topic.questions.all()
            ],
        )
        for topic in question_set.topics.all()
    ]


def advice(review: PeerReview, at: date) -> list[Advice]:
    """What the peers advise, as `for_page()` loads it, and how that stands on a day."""
    return [
        Advice(row, [outcome.progress(at) for outcome in row.outcomes.all()])
        for row in review.recommendations.all()
    ]


def by_region(reviews: Iterable[PeerReview]) -> list[PeerReview]:
    """From A to Z by the region's name, accents and capitals ignored: never by what is answered."""
    return sorted(reviews, key=lambda row: (folded(row.region.label), row.held_text, row.pk))
