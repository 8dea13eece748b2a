"""Peer reviews: sets of questions, what a region answers, what its peers advise."""

from workshops.reviews.models.answers import Answer, AnswerQuerySet
from workshops.reviews.models.questions import Option, Question, QuestionSet, Topic
from workshops.reviews.models.recommendations import Recommendation
from workshops.reviews.models.reviews import (
    Participant,
    PeerReview,
    PeerReviewQuerySet,
    ReviewSource,
)

__all__ = [
    "Answer",
    "AnswerQuerySet",
    "Option",
    "Participant",
    "PeerReview",
    "PeerReviewQuerySet",
    "Question",
    "QuestionSet",
    "Recommendation",
    "ReviewSource",
    "Topic",
]
