"""What programs can read of peer reviews."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clusterix.lib.rest.cursors import Key, PageForm
from clusterix.lib.rest.records import Address, Record
from clusterix.lib.rest.resources import Entries
from clusterix.lib.rest.schema import parameters
from clusterix.lib.rest.views import understood
from initiatives.serializers import WorkshopMention
from people.api import SOURCE_FIELDS, OrganisationReference, PersonReference, RegionReference
from workshops.api import AgreementRecord
from workshops.reviews.forms import ReviewSearch
from workshops.reviews.models import (
    Answer,
    Participant,
    PeerReview,
    Question,
    QuestionSet,
    Recommendation,
    ReviewSource,
    Topic,
)


class QuestionSetReference(Record):
    """Enough of a question set to name it and to find it."""

    url = Address("reviews:questions", "key")

    class Meta:
        model = QuestionSet
        fields: tuple[str, ...] = ("key", "title", "version", "language", "url")


class TopicRecord(Record):
    """What some questions of a set are about."""

    class Meta:
        model = Topic
        fields = ("title", "why")


class QuestionSetRecord(QuestionSetReference):
    """The questions of a review, by their topics."""

    topics = TopicRecord(many=True)

    class Meta(QuestionSetReference.Meta):
        fields = (*QuestionSetReference.Meta.fields, "topics")


class QuestionRecord(Record):
    """Something that the region was asked."""

    topic = serializers.CharField()
    options = serializers.SerializerMethodField(
        help_text="The described stages in their order, or the choices; none if asked in words."
    )

    class Meta:
        model = Question
        fields = ("topic", "text", "hint", "kind", "options")

    def get_options(self, row: Question) -> list[str]:
        """All of them, whether chosen or not."""
        return [option.text for option in row.options.all()]


class AnswerRecord(Record):
    """What the region answers; what it leaves out is null or empty."""

    question = QuestionRecord()
    now = serializers.CharField(
        allow_null=True, help_text="The stage or choice that describes the region, in words."
    )
    wished = serializers.CharField(
        allow_null=True, help_text="The stage where it would like to be, in words."
    )

    class Meta:
        model = Answer
        fields = ("question", "text", "now", "wished", "gap")


class ParticipantRecord(Record):
    """An organisation that took part, and on which side of the table it sat."""

    organisation = OrganisationReference()

    class Meta:
        model = Participant
        fields = ("role", "organisation")


class AgreedRecord(AgreementRecord):
    """Something agreed upon a recommendation, where that was, and what became of it."""

    workshop = WorkshopMention()

    class Meta(AgreementRecord.Meta):
        fields = (*AgreementRecord.Meta.fields, "workshop")


class RecommendationRecord(Record):
    """What peers advise, who gave it as far as everyone may know, and what was agreed upon it."""

    topic = serializers.CharField(allow_null=True)
    name = serializers.CharField(
        source="public_person", allow_null=True, help_text="The person who gave it."
    )
    person = serializers.SerializerMethodField(help_text="Null where the person has no page.")
    organisation = OrganisationReference(
        source="public_organisation", allow_null=True, help_text="The organisation that gave it."
    )
    outcomes = AgreedRecord(many=True)

    class Meta:
        model = Recommendation
        fields = ("text", "topic", "name", "person", "organisation", "outcomes")

    @extend_schema_field(PersonReference(allow_null=True))
    def get_person(self, row: Recommendation) -> dict[str, Any] | None:
        """Whoever has a page."""
        return PersonReference(row.person).data if row.person and row.person.has_page else None


class ReviewSourceRecord(Record):
    """Where a fact about a review was seen."""

    class Meta:
        model = ReviewSource
        fields = SOURCE_FIELDS


class PeerReviewItem(Record):
    """A peer review in a list."""

    region = RegionReference()
    question_set = QuestionSetReference()
    url = Address("reviews:detail")
    api_url = Address("api:review")

    class Meta:
        model = PeerReview
        fields: tuple[str, ...] = (
            *("key", "slug", "title", "summary", "held", "region", "question_set", "language"),
            *("published_at", "updated_at", "last_verified_on", "url", "api_url"),
        )


class PeerReviewRecord(PeerReviewItem):
    """A peer review with what the region answers, what its peers advise and what came of that."""

    question_set = QuestionSetRecord()
    workshop = WorkshopMention(
        source="public_workshop", allow_null=True, help_text="Where it was held."
    )
    participants = ParticipantRecord(many=True, source="public_participants")
    answers = AnswerRecord(
        many=True, help_text="To the questions that are answered, in the order of the set."
    )
    recommendations = RecommendationRecord(many=True)
    sources = ReviewSourceRecord(many=True)
    curated_by = serializers.CharField(source="owner.name")

    class Meta(PeerReviewItem.Meta):
        fields = (
            *PeerReviewItem.Meta.fields,
            *("workshop", "participants", "answers", "recommendations", "conclusions"),
            *("sources", "curated_by"),
        )


@extend_schema(tags=["reviews"])
class PeerReviews(Entries):
    """Peer reviews of cluster policy: told in words, never ranked."""

    queryset = PeerReview.objects.all()
    serializer_class = PeerReviewItem
    record_class = PeerReviewRecord
    address = "api:review"

    @extend_schema(parameters=parameters({**ReviewSearch.base_fields, **PageForm.base_fields}))
    def list(self, request: Request) -> Response:
        """Peer reviews, the last to be held first."""
        return super().list(request)

    def keys(self, request: Request) -> Sequence[Key]:
        """Those asked for."""
        form = ReviewSearch(request.query_params)
        understood(form)
        found = form.apply(PeerReview.objects.latest_first())
        return list(found.values_list("pk", flat=True))

    def for_list(self) -> QuerySet[Any]:
        """With their regions and question sets."""
        return PeerReview.objects.for_cards()

    def for_record(self) -> QuerySet[Any]:
        """With their answers."""
        return PeerReview.objects.for_record()
