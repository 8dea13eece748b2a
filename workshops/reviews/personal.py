"""What peer reviews hold about people: who gave a recommendation."""

from django.utils.translation import gettext_lazy as _

from clusterix.lib.personal import Fate, Fields, Holding, Rows, Subject, Table
from people.personal import RECORD, persons_of
from workshops.reviews.models import Recommendation

NOT_PERSONAL = {
    "reviews.QuestionSet": "key title intro",
    "reviews.Topic": "title why",
    "reviews.Question": "text hint",
    "reviews.Option": "text",
    "reviews.PeerReview": "key slug title summary conclusions",
    "reviews.Answer": "text gap",
    "reviews.ReviewSource": "about claim url title publisher",
}


def recommendations_of(subject: Subject) -> Rows:
    """What they recommended, whose contact address it is."""
    return Recommendation.objects.filter(person__in=persons_of(subject))


PEERS = Holding(
    name="peers",
    title=_("If you gave a recommendation in a peer review"),
    purpose=_(
        "The page of the review names who recommended what, as the published report did (Article "
        "6(1)(f): the interest in a truthful record of publicly funded reviews)."
    ),
    retention=_(
        "as long as the review is in the record; once your name is withheld in the record, it "
        "stands beside no recommendation any more"
    ),
    tables=(
        Table(
            "reviews.Recommendation",
            (Fields("text", Fate.KEPT, because=RECORD),),
            recommendations_of,
            columns=("review", "text"),
        ),
    ),
)

HOLDINGS = (PEERS,)
