"""Peer reviews: sets of questions, what a region answers, what its peers advise."""

from workshops.reviews.models.reviews import (
    Answer,
    AnswerQuerySet,
    Option,
    Participant,
    PeerReview,
    PeerReviewQuerySet,
    Question,
    QuestionSet,
    Recommendation,
    ReviewSource,
    Topic,
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
