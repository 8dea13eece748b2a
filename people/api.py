"""What programs can read of people, organisations and regions."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from clusterix.lib.rest.cursors import Key, PageForm
from clusterix.lib.rest.records import Address, Record
from clusterix.lib.rest.resources import Entries, Resource
from clusterix.lib.rest.schema import parameters
from clusterix.lib.rest.views import understood
from people.forms import OrganisationSearch, PersonSearch, RegionSearch
from people.models import (
    Affiliation,
    Alias,
    Organisation,
    OrganisationSource,
    Person,
    PersonLink,
    PersonSource,
    Region,
)

SOURCE_FIELDS = ("about", "claim", "url", "title", "publisher", "accessed_on")


class RegionReference(Record):
    """Enough of a region to name it and to find it."""

    name = serializers.CharField(source="label", help_text="A country's in the language asked for.")
    url = Address("regions:detail", "code")
    api_url = Address("api:region", "code")

    class Meta:
        model = Region
        fields = ("code", "name", "country", "url", "api_url")


class OrganisationReference(Record):
    """Enough of an organisation to name it and to find it."""

    url = Address("organisations:detail")
    api_url = Address("api:organisation")

    class Meta:
        model = Organisation
        fields = ("key", "slug", "name", "short_name", "kind", "url", "api_url")


class PersonReference(Record):
    """Enough of a person to name them and to find them."""

    name = serializers.CharField(help_text="As the person writes it.")
    url = Address("people:detail")
    api_url = Address("api:person")

    class Meta:
        model = Person
        fields = ("key", "slug", "name", "url", "api_url")


class RegionItem(Record):
    """A region in a list."""

    name = serializers.CharField(source="label", help_text="A country's in the language asked for.")
    broader = serializers.CharField(
        source="parent_id", allow_null=True, help_text="The code of the region it lies in."
    )
    successor = serializers.CharField(
        source="successor_id",
        allow_null=True,
        help_text="The code of the region that a retired one is part of now.",
    )
    url = Address("regions:detail", "code")
    api_url = Address("api:region", "code")

    class Meta:
        model = Region
        fields: tuple[str, ...] = (
            *("code", "name", "level", "country", "version", "is_retired"),
            *("broader", "successor", "url", "api_url"),
        )


class RegionRecord(RegionItem):
    """A region with those around it."""

    children = RegionReference(many=True, help_text="The present regions that lie in it.")
    predecessors = RegionReference(many=True, help_text="Retired ones that are part of it now.")

    class Meta(RegionItem.Meta):
        fields = (*RegionItem.Meta.fields, "children", "predecessors")


class AliasRecord(Record):
    """Another name of an organisation."""

    class Meta:
        model = Alias
        fields = ("name", "kind", "until", "note")


class OrganisationSourceRecord(Record):
    """Where a fact about an organisation was seen."""

    class Meta:
        model = OrganisationSource
        fields = SOURCE_FIELDS


class MemberRecord(Record):
    """A role that somebody holds or held at an organisation."""

    person = PersonReference()

    class Meta:
        model = Affiliation
        fields = ("person", "role", "start", "end")


class OrganisationItem(Record):
    """An organisation in a list."""

    region = RegionReference(allow_null=True)
    url = Address("organisations:detail")
    api_url = Address("api:organisation")

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = (
            *("key", "slug", "name", "short_name", "kind", "city", "region", "website"),
            *("ror_id", "wikidata_id", "esca_label", "esca_awarded_on", "language"),
            *("published_at", "updated_at", "last_verified_on", "url", "api_url"),
        )


class OrganisationRecord(OrganisationItem):
    """An organisation with all that is known of it."""

    aliases = AliasRecord(many=True)
    continued_by = OrganisationReference(allow_null=True)
    people = MemberRecord(many=True, source="affiliations")
    sources = OrganisationSourceRecord(many=True)
    curated_by = serializers.CharField(source="owner.name")

    class Meta(OrganisationItem.Meta):
        fields = (
            *OrganisationItem.Meta.fields,
            *("description", "aliases", "continued_by", "people", "sources", "curated_by"),
        )


class PersonLinkRecord(Record):
    """A page elsewhere about a person."""

    class Meta:
        model = PersonLink
        fields = ("label", "url")


class PersonSourceRecord(Record):
    """Where a fact about a person was seen."""

    class Meta:
        model = PersonSource
        fields = SOURCE_FIELDS


class AffiliationRecord(Record):
    """A role that a person holds or held."""

    organisation = OrganisationReference(allow_null=True)

    class Meta:
        model = Affiliation
        fields = ("organisation", "role", "start", "end")


class PersonItem(Record):
    """A person in a list: somebody who has a page."""

    affiliations = AffiliationRecord(many=True, source="public_affiliations")
    url = Address("people:detail")
    api_url = Address("api:person")

    class Meta:
        model = Person
        fields: tuple[str, ...] = (
            *("key", "slug", "given_name", "family_name", "headline", "orcid", "affiliations"),
            *("language", "published_at", "updated_at", "last_verified_on", "url", "api_url"),
        )


class PersonRecord(PersonItem):
    """A person with all that is known of them, as far as everyone may know it."""

    links = PersonLinkRecord(many=True)
    sources = PersonSourceRecord(many=True)
    curated_by = serializers.CharField(source="owner.name")

    class Meta(PersonItem.Meta):
        fields = (*PersonItem.Meta.fields, "biography", "links", "sources", "curated_by")


@extend_schema(tags=["regions"])
class Regions(Resource):
    """Territorial units of the NUTS classification."""

    queryset = Region.objects.all()
    serializer_class = RegionItem
    record_class = RegionRecord
    lookup_field = "code"
    address = "api:region"

    @extend_schema(parameters=parameters({**RegionSearch.base_fields, **PageForm.base_fields}))
    def list(self, request: Request) -> Response:
        """Regions in the order of their codes."""
        return super().list(request)

    @extend_schema(summary="A region by its NUTS code")
    def retrieve(self, _request: Request, code: str) -> Response:
        """A region; one that is no longer in use names its successor."""
        region = self.for_record().filter(code=code).first()
        if region is None:
            raise Http404
        return Response(self.get_serializer(region).data)

    def keys(self, request: Request) -> Sequence[Key]:
        """The codes of those asked for."""
        form = RegionSearch(request.query_params)
        understood(form)
        return list(form.apply(Region.objects.in_order()).values_list("pk", flat=True))

    def for_record(self) -> QuerySet[Any]:
        """With those around it."""
        around: list[Any] = [
            Prefetch("children", Region.objects.current().in_order()),
            Prefetch("predecessors", Region.objects.in_order()),
        ]
        return Region.objects.prefetch_related(*around)


@extend_schema(tags=["organisations"])
class Organisations(Entries):
    """Bodies that run, fund or support initiatives."""

    queryset = Organisation.objects.all()
    serializer_class = OrganisationItem
    record_class = OrganisationRecord
    address = "api:organisation"

    @extend_schema(
        parameters=parameters({**OrganisationSearch.base_fields, **PageForm.base_fields})
    )
    def list(self, request: Request) -> Response:
        """Organisations by name, or by how well they match."""
        return super().list(request)

    def keys(self, request: Request) -> Sequence[Key]:
        """Those asked for, as the directory orders them."""
        form = OrganisationSearch(request.query_params)
        understood(form)
        return list(form.apply(Organisation.objects.by_name()).values_list("pk", flat=True))

    def for_list(self) -> QuerySet[Any]:
        """With their regions."""
        return Organisation.objects.select_related("region")

    def for_record(self) -> QuerySet[Any]:
        """With the people who may be named there."""
        people = Affiliation.objects.public().latest_first().select_related("person")
        return Organisation.objects.for_page().prefetch_related(Prefetch("affiliations", people))


@extend_schema(tags=["people"])
class People(Entries):
    """Those who speak at workshops or answer for initiatives, and have a page."""

    queryset = Person.objects.listed()
    serializer_class = PersonItem
    record_class = PersonRecord
    address = "api:person"

    @extend_schema(parameters=parameters({**PersonSearch.base_fields, **PageForm.base_fields}))
    def list(self, request: Request) -> Response:
        """People by family name, or by how well they match."""
        return super().list(request)

    def keys(self, request: Request) -> Sequence[Key]:
        """Those asked for, as the directory orders them."""
        form = PersonSearch(request.query_params)
        understood(form)
        return list(form.apply(Person.objects.listed().by_name()).values_list("pk", flat=True))

    def for_list(self) -> QuerySet[Any]:
        """With the roles they hold and held."""
        return Person.objects.listed().for_cards()

    def for_record(self) -> QuerySet[Any]:
        """With all that their page shows."""
        return Person.objects.listed().for_page()
