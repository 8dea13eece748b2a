"""What programs can read of workshops."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clusterix.lib.rest.cursors import Key, PageForm
from clusterix.lib.rest.records import Address, Record, WebAddress
from clusterix.lib.rest.resources import Entries
from clusterix.lib.rest.schema import parameters
from clusterix.lib.rest.views import understood
from initiatives.models import Transfer
from initiatives.serializers import InitiativeReference, TermReference
from people.api import SOURCE_FIELDS, OrganisationReference, PersonReference, RegionReference
from workshops.forms import WorkshopSearch
from workshops.models import (
    Contribution,
    Material,
    Outcome,
    OutcomeStep,
    Session,
    Workshop,
    WorkshopSource,
)


class ContributionRecord(Record):
    """What somebody did in a session, as the programme prints it."""

    name = serializers.CharField(source="public_name", help_text="“Speaker withheld” is possible.")
    person = serializers.SerializerMethodField(help_text="Null where the person has no page.")
    stood_for = serializers.CharField(help_text="The affiliation at the time.")
    organisation = OrganisationReference(source="public_organisation", allow_null=True)

    class Meta:
        model = Contribution
        fields = ("role", "name", "person", "stood_for", "organisation")

    @extend_schema_field(PersonReference(allow_null=True))
    def get_person(self, row: Contribution) -> dict[str, Any] | None:
        """Whoever has a page."""
        return PersonReference(row.person).data if row.person.has_page else None


class MaterialRecord(Record):
    """Something to read or watch: a link, or a file that is kept here."""

    url = WebAddress(source="web_address", help_text="Null where it would not be a page.")
    content_type = serializers.CharField(help_text="Empty for a link, as is the name.")

    class Meta:
        model = Material
        fields = ("kind", "title", "url", "licence", "name", "content_type", "size")


class SessionRecord(Record):
    """One item of a programme."""

    contributions = ContributionRecord(many=True)
    presents = InitiativeReference(many=True, source="public_initiatives")
    materials = MaterialRecord(many=True)

    class Meta:
        model = Session
        fields = (
            *("kind", "title", "abstract", "day", "starts_at", "ends_at", "room"),
            *("cancelled_at", "cancelled_because"),
            *("contributions", "presents", "materials"),
        )


class StepRecord(Record):
    """How something agreed stood on a day; null where the day is not known."""

    class Meta:
        model = OutcomeStep
        fields = ("day", "state", "note")


class LedToRecord(Record):
    """The transfer of a practice that an agreement led to."""

    adopter = serializers.CharField(help_text="The organisation or region that takes it over.")

    class Meta:
        model = Transfer
        fields = ("adopter", "date", "stage", "link")


class AgreementRecord(Record):
    """Something agreed at a workshop, and what became of it."""

    owner = OrganisationReference(source="public_owner", allow_null=True)
    initiative = InitiativeReference(source="public_initiative", allow_null=True)
    progress = StepRecord(
        many=True, source="steps", help_text="The earliest first; the state is that of the last."
    )
    instrument = InitiativeReference(
        source="public_instrument", allow_null=True, help_text="The policy that it changed."
    )
    transfer = LedToRecord(source="public_transfer", allow_null=True)

    class Meta:
        model = Outcome
        fields: tuple[str, ...] = (
            *("what", "state", "due_on", "owner", "initiative", "progress"),
            *("result", "link", "instrument", "transfer"),
        )


class ReviewMention(serializers.Serializer[Any]):
    """Enough of a peer review to name it and to find it."""

    key = serializers.CharField()
    slug = serializers.CharField()
    title = serializers.CharField()
    url = Address("reviews:detail")
    api_url = Address("api:review")


class AdviceRecord(serializers.Serializer[Any]):
    """What peers advised in a public review."""

    text = serializers.CharField(help_text="Markdown.")
    review = ReviewMention()


class AdvisedRecord(AgreementRecord):
    """Something agreed at a workshop, and the recommendations that it was agreed upon."""

    recommendations = AdviceRecord(many=True, source="public_recommendations")

    class Meta(AgreementRecord.Meta):
        fields = (*AgreementRecord.Meta.fields, "recommendations")


class WorkshopSourceRecord(Record):
    """Where a fact about a workshop was seen."""

    class Meta:
        model = WorkshopSource
        fields = SOURCE_FIELDS


class WorkshopItem(Record):
    """A workshop in a list."""

    region = RegionReference(allow_null=True)
    series = TermReference(allow_null=True)
    hosts = OrganisationReference(many=True, source="public_hosts")
    url = Address("workshops:detail")
    api_url = Address("api:workshop")

    class Meta:
        model = Workshop
        fields: tuple[str, ...] = (
            *("key", "slug", "title", "theme", "summary", "starts_on", "ends_on", "start_time"),
            *("end_time", "time_zone", "format", "venue", "city", "region", "languages", "hosts"),
            "series",
            *("is_example", "language", "published_at", "updated_at", "last_verified_on"),
            *("url", "api_url"),
        )


class WorkshopRecord(WorkshopItem):
    """A workshop with its programme and what came of it."""

    sessions = SessionRecord(many=True)
    materials = MaterialRecord(many=True, source="general_materials")
    outcomes = AdvisedRecord(many=True)
    sources = WorkshopSourceRecord(many=True)
    curated_by = serializers.CharField(source="owner.name")

    class Meta(WorkshopItem.Meta):
        fields = (
            *WorkshopItem.Meta.fields,
            *("audience", "description", "report", "conclusions", "sessions", "materials"),
            *("outcomes", "sources", "curated_by"),
        )


@extend_schema(tags=["workshops"])
class Workshops(Entries):
    """The events of the programme."""

    queryset = Workshop.objects.all()
    serializer_class = WorkshopItem
    record_class = WorkshopRecord
    address = "api:workshop"

    @extend_schema(parameters=parameters({**WorkshopSearch.base_fields, **PageForm.base_fields}))
    def list(self, request: Request) -> Response:
        """Workshops, the last first, or by how well they match."""
        return super().list(request)

    def keys(self, request: Request) -> Sequence[Key]:
        """Those asked for."""
        form = WorkshopSearch(request.query_params)
        understood(form)
        found = form.apply(Workshop.objects.order_by("-starts_on", "-pk"))
        return list(found.values_list("pk", flat=True))

    def for_list(self) -> QuerySet[Any]:
        """With hosts and region."""
        return Workshop.objects.for_cards()

    def for_record(self) -> QuerySet[Any]:
        """With the whole programme."""
        return Workshop.objects.for_record()
