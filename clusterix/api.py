"""The interface for programs: its addresses, its schema, and the vocabularies of all apps."""

from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import TextChoices
from django.http import Http404
from django.urls import path, re_path, reverse
from django.utils import translation
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clusterix.curation.models import TermQuerySet
from clusterix.lib.rest.records import Address
from clusterix.lib.rest.views import ReadOnly, nothing_here
from initiatives.api import InitiativeLines, Initiatives
from initiatives.models import (
    Ecosystem,
    Initiative,
    Involvement,
    Lesson,
    Proof,
    Relation,
    Status,
    TargetGroup,
    Theme,
    Transfer,
)
from people.api import Organisations, People, Regions
from people.models import Organisation
from workshops.api import Workshops
from workshops.models import Contribution, Material, Outcome, Series, Session, Workshop
from workshops.reviews.api import PeerReviews
from workshops.reviews.models import Participant, Question

TERMS: dict[str, TermQuerySet] = {
    "themes": Theme.objects.all(),
    "ecosystems": Ecosystem.objects.all(),
    "target-groups": TargetGroup.objects.all(),
    "series": Series.objects.all(),
}
CHOICES: dict[str, type[TextChoices]] = {
    "initiative-kinds": Initiative.Kind,
    "initiative-levels": Initiative.Level,
    "initiative-statuses": Status,
    "initiative-proofs": Proof,
    "involvement-roles": Involvement.Role,
    "relation-kinds": Relation.Kind,
    "transfer-stages": Transfer.Stage,
    "lesson-kinds": Lesson.Kind,
    "organisation-kinds": Organisation.Kind,
    "esca-labels": Organisation.EscaLabel,
    "workshop-formats": Workshop.Format,
    "session-kinds": Session.Kind,
    "contribution-roles": Contribution.Role,
    "material-kinds": Material.Kind,
    "outcome-states": Outcome.State,
    "participant-roles": Participant.Role,
    "question-kinds": Question.Kind,
}
RESOURCES = (
    *("initiatives", "organisations", "people", "workshops", "reviews", "regions"),
    "vocabularies",
)


class RootRecord(serializers.Serializer[Any]):
    """Where everything else is found."""

    schema = serializers.URLField()
    initiatives = serializers.URLField()
    initiatives_lines = serializers.URLField()
    organisations = serializers.URLField()
    people = serializers.URLField()
    workshops = serializers.URLField()
    reviews = serializers.URLField()
    regions = serializers.URLField()
    vocabularies = serializers.URLField()


class ValueRecord(serializers.Serializer[Any]):
    """A value of a vocabulary."""

    key = serializers.CharField()
    label = serializers.CharField(  # type: ignore[assignment]  # a field here, not the label of one
        help_text="In the language asked for."
    )
    broader = serializers.CharField(allow_null=True, help_text="The wider value it lies within.")


class VocabularyItem(serializers.Serializer[Any]):
    """A vocabulary in the list of all."""

    name = serializers.CharField()
    api_url = Address("api:vocabulary", "name")


class VocabularyList(serializers.Serializer[Any]):
    """All vocabularies there are."""

    results = VocabularyItem(many=True)


class VocabularyRecord(VocabularyItem):
    """A vocabulary with its values in order."""

    values = ValueRecord(many=True)


class Root(ReadOnly):
    """The way in."""

    @extend_schema(operation_id="root", responses=RootRecord)
    def get(self, _request: Request) -> Response:
        """Where everything is found."""
        names = ("schema", "initiatives_lines", *RESOURCES)
        return Response({name: settings.SITE_URL + reverse(f"api:{name}") for name in names})


class Schema(ReadOnly):
    """What can be asked here, and what is answered."""

    @extend_schema(operation_id="schema", responses=OpenApiTypes.OBJECT)
    def get(self, _request: Request) -> Response:
        """The OpenAPI description of this interface."""
        return Response(schema())


@cache
def schema() -> dict[str, Any]:
    """The OpenAPI description, in English; the same as long as the process runs."""
    with translation.override("en"):
        generator: Any = SchemaGenerator
        known: dict[str, Any] = generator().get_schema(request=None, public=True)
    return known


class Vocabularies(ReadOnly):
    """The vocabularies that records are written in."""

    @extend_schema(
        operation_id="vocabularies_list", tags=["vocabularies"], responses=VocabularyList
    )
    def get(self, _request: Request) -> Response:
        """Which vocabularies there are."""
        names = [{"name": name} for name in (*TERMS, *CHOICES)]
        return Response(VocabularyList({"results": names}).data)


class Vocabulary(ReadOnly):
    """One vocabulary."""

    @extend_schema(
        operation_id="vocabularies_retrieve", tags=["vocabularies"], responses=VocabularyRecord
    )
    def get(self, _request: Request, name: str) -> Response:
        """A vocabulary's values in order."""
        return Response(VocabularyRecord({"name": name, "values": values(name)}).data)


def values(name: str) -> list[dict[str, str | None]]:
    """The values of the vocabulary of that name."""
    if name in TERMS:
        terms = list(TERMS[name].in_order())
        keys = {term.pk: term.key for term in terms}
        return [
            {
                "key": term.key,
                "label": term.label,
                "broader": keys.get(getattr(term, "parent_id", None)),
            }
            for term in terms
        ]
    if name in CHOICES:
        return [
            {"key": key, "label": str(label), "broader": None}
            for key, label in CHOICES[name].choices
        ]
    raise Http404


LIST: Any = {"get": "list"}
ONE: Any = {"get": "retrieve"}

app_name = "api"
urlpatterns = [
    path("", Root.as_view(), name="root"),
    path("schema/", Schema.as_view(), name="schema"),
    path("initiatives.jsonl", InitiativeLines.as_view(), name="initiatives_lines"),
    path("initiatives/", Initiatives.as_view(LIST), name="initiatives"),
    path("initiatives/<slug:slug>/", Initiatives.as_view(ONE), name="initiative"),
    path("organisations/", Organisations.as_view(LIST), name="organisations"),
    path("organisations/<slug:slug>/", Organisations.as_view(ONE), name="organisation"),
    path("people/", People.as_view(LIST), name="people"),
    path("people/<slug:slug>/", People.as_view(ONE), name="person"),
    path("workshops/", Workshops.as_view(LIST), name="workshops"),
    path("workshops/<slug:slug>/", Workshops.as_view(ONE), name="workshop"),
    path("reviews/", PeerReviews.as_view(LIST), name="reviews"),
    path("reviews/<slug:slug>/", PeerReviews.as_view(ONE), name="review"),
    path("regions/", Regions.as_view(LIST), name="regions"),
    path("regions/<slug:code>/", Regions.as_view(ONE), name="region"),
    path("vocabularies/", Vocabularies.as_view(), name="vocabularies"),
    path("vocabularies/<slug:name>/", Vocabulary.as_view(), name="vocabulary"),
    re_path(r"^[\s\S]*/\Z", nothing_here, name="nothing"),
]
