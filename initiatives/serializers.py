"""What programs are told of initiatives: a few facts in a list, all that is known for one."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from clusterix.lib.rest.records import Address, Record
from initiatives.models import (
    Ecosystem,
    Evidence,
    Initiative,
    InitiativeLink,
    InitiativeQuerySet,
    InitiativeSource,
    Involvement,
    Lesson,
    Precondition,
    Relation,
    Status,
    TargetGroup,
    Theme,
    Transfer,
)
from people.api import SOURCE_FIELDS, OrganisationReference, RegionReference
from people.models import Region

SECTIONS = (
    *("problem", "how_it_works", "stakeholders", "resources", "results", "challenges"),
    *("transferability", "further_information"),
)


class TermReference(serializers.Serializer[Any]):
    """A value of a vocabulary with its label in the language asked for."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field here, not the label of one


class InitiativeReference(Record):
    """Enough of an initiative to name it and to find it."""

    url = Address("initiatives:detail")
    api_url = Address("api:initiative")

    class Meta:
        model = Initiative
        fields = ("key", "slug", "title", "url", "api_url")


class InvolvementRecord(Record):
    """The part an organisation plays."""

    organisation = OrganisationReference()

    class Meta:
        model = Involvement
        fields = ("role", "organisation")


class LinkRecord(Record):
    """A page elsewhere about an initiative."""

    class Meta:
        model = InitiativeLink
        fields = ("label", "url")


class EvidenceRecord(Record):
    """A result as a figure."""

    class Meta:
        model = Evidence
        fields = ("indicator", "value", "unit", "measured", "source_url")


class PreconditionRecord(Record):
    """Something that must be in place before others can take the practice over."""

    class Meta:
        model = Precondition
        fields = ("text",)


class TransferRecord(Record):
    """Who takes the practice over, and how far that has come."""

    region = RegionReference(allow_null=True)
    organisation = OrganisationReference(
        source="public_organisation", allow_null=True, help_text="Null where it is a region's."
    )

    class Meta:
        model = Transfer
        fields = ("stage", "date", "region", "organisation", "what_changed", "link")


class LessonRecord(Record):
    """What was learned, also from what failed."""

    class Meta:
        model = Lesson
        fields = ("kind", "text")


class RelationRecord(Record):
    """How this initiative relates to another: read it as “this one, kind, initiative”."""

    initiative = InitiativeReference(source="related")

    class Meta:
        model = Relation
        fields = ("kind", "initiative")


class InverseRelationRecord(Record):
    """How another initiative relates to this one: read it as “initiative, kind, this one”."""

    initiative = InitiativeReference()

    class Meta:
        model = Relation
        fields = ("kind", "initiative")


class SourceRecord(Record):
    """Where a fact about an initiative was seen."""

    class Meta:
        model = InitiativeSource
        fields = SOURCE_FIELDS


class SectionsRecord(Record):
    """The practice, part by part; each is Markdown, empty where nothing is recorded."""

    class Meta:
        model = Initiative
        fields = SECTIONS


class WorkshopMention(serializers.Serializer[Any]):
    """Enough of a workshop to name it and to find it."""

    key = serializers.CharField()
    slug = serializers.CharField()
    title = serializers.CharField()
    starts_on = serializers.DateField()
    url = Address("workshops:detail")
    api_url = Address("api:workshop")


class PresentationRecord(serializers.Serializer[Any]):
    """Where an initiative was presented."""

    session = serializers.CharField(source="session.title")
    workshop = WorkshopMention(source="session.workshop")


class OutcomeRecord(serializers.Serializer[Any]):
    """What a workshop agreed about an initiative."""

    what = serializers.CharField()
    state = serializers.CharField()
    workshop = WorkshopMention()


class CommentRecord(serializers.Serializer[Any]):
    """What an invited expert says of an initiative, signed as on the page."""

    text = serializers.CharField(help_text="Markdown.")
    name = serializers.CharField()
    role = serializers.CharField()
    organisation = serializers.CharField()
    written_at = serializers.DateTimeField()


class InitiativeItem(Record):
    """An initiative in a list."""

    status = serializers.SerializerMethodField(help_text="On the day asked for, or else today.")
    themes = TermReference(many=True, source="told_themes")
    regions = RegionReference(many=True, source="told_regions")
    organisations = InvolvementRecord(
        many=True, source="told_involvements", help_text="The leading ones first."
    )
    url = Address("initiatives:detail")
    api_url = Address("api:initiative")

    class Meta:
        model = Initiative
        fields: tuple[str, ...] = (
            *("key", "slug", "title", "acronym", "kind", "level", "status", "start", "end"),
            *("open_ended", "summary", "themes", "regions", "organisations", "language"),
            *("published_at", "updated_at", "last_verified_on", "url", "api_url"),
        )

    def get_status(self, initiative: Initiative) -> Status:
        """Where it stood on the day that the context names."""
        day: date = self.context["day"]
        return initiative.status(day)


class InitiativeRecord(InitiativeItem):
    """An initiative with all that is known of it."""

    sections = SectionsRecord(source="*")
    ecosystems = TermReference(many=True, source="told_ecosystems")
    target_groups = TermReference(many=True, source="told_target_groups")
    links = LinkRecord(many=True, source="told_links")
    evidence = EvidenceRecord(many=True, source="told_evidence")
    preconditions = PreconditionRecord(many=True, source="told_preconditions")
    transfers = TransferRecord(many=True, source="told_transfers", help_text="The earliest first.")
    lessons = LessonRecord(many=True, source="told_lessons")
    relations = RelationRecord(many=True, source="told_relations")
    inverse_relations = InverseRelationRecord(many=True, source="told_inverse_relations")
    presented_at = serializers.SerializerMethodField(help_text="The latest workshop first.")
    outcomes = serializers.SerializerMethodField(help_text="What workshops agreed about it.")
    comments = serializers.SerializerMethodField(help_text="The earliest first.")
    sources = SourceRecord(many=True, source="told_sources")
    curated_by = serializers.CharField(source="owner.name")

    @extend_schema_field(PresentationRecord(many=True))
    def get_presented_at(self, initiative: Initiative) -> Any:
        """The sessions of public workshops that present it."""
        rows = [row for row in initiative.presentations.all() if row.session.workshop.is_public]
        rows.sort(key=lambda row: (row.session.workshop.starts_on, -row.pk), reverse=True)
        return PresentationRecord(rows, many=True).data

    @extend_schema_field(OutcomeRecord(many=True))
    def get_outcomes(self, initiative: Initiative) -> Any:
        """What public workshops agreed about it."""
        rows = [row for row in initiative.outcomes.all() if row.workshop.is_public]
        rows.sort(key=lambda row: row.pk)
        return OutcomeRecord(rows, many=True).data

    @extend_schema_field(CommentRecord(many=True))
    def get_comments(self, initiative: Initiative) -> Any:
        """What experts say of it, as far as it is shown."""
        rows = [row for row in initiative.comments.all() if row.is_shown]
        rows.sort(key=lambda row: (row.written_at, row.pk))
        return CommentRecord(rows, many=True).data

    class Meta(InitiativeItem.Meta):
        fields = (
            *InitiativeItem.Meta.fields,
            *("description", "sections", "website", "budget", "currency", "funding_source"),
            *("ecosystems", "target_groups", "links", "evidence", "preconditions", "transfers"),
            *("lessons", "relations", "inverse_relations", "presented_at", "outcomes"),
            *("comments", "sources", "curated_by"),
        )


COLUMNS = (
    *("key", "slug", "title", "acronym", "kind", "level", "start", "end", "open_ended", "summary"),
    *("language", "published_at", "updated_at", "last_verified_on"),
)
OF_ORGANISATIONS = ("key", "slug", "name", "short_name", "kind")


def with_items(rows: InitiativeQuerySet) -> InitiativeQuerySet:
    """Initiatives with what an InitiativeItem tells, and none of their long texts."""
    return told(rows.only(*COLUMNS), in_lists())


def with_records(rows: InitiativeQuerySet) -> InitiativeQuerySet:
    """Initiatives with what an InitiativeRecord tells."""
    known = told(rows.select_related("owner"), in_lists() | in_records())
    return known.prefetch_related(
        "presentations__session__workshop", "outcomes__workshop", "comments"
    )


def told(rows: InitiativeQuerySet, what: Mapping[str, QuerySet[Any]]) -> InitiativeQuerySet:
    """With those rows of each kind as plain lists, which costs far less than a set for each."""
    lists: list[Any] = [
        Prefetch(name, found, to_attr=f"told_{name}") for name, found in what.items()
    ]
    return rows.prefetch_related(*lists)


def in_lists() -> dict[str, QuerySet[Any]]:
    """What hangs on an initiative in a list."""
    involvements = Involvement.objects.of_public_organisations().by_role()
    organisations = (f"organisation__{column}" for column in OF_ORGANISATIONS)
    return {
        "involvements": involvements.only("initiative", "role", *organisations),
        "themes": Theme.objects.in_order(),
        "regions": Region.objects.order_by("code").defer("search"),
    }


def in_records() -> dict[str, QuerySet[Any]]:
    """What else hangs on an initiative."""
    related = Relation.objects.public().order_by("kind", "pk")
    transfers = Transfer.objects.by_public_adopters().earliest_first()
    return {
        "ecosystems": Ecosystem.objects.in_order(),
        "target_groups": TargetGroup.objects.in_order(),
        "links": InitiativeLink.objects.order_by("position", "pk"),
        "evidence": Evidence.objects.order_by("position", "pk"),
        "preconditions": Precondition.objects.order_by("position", "pk"),
        "transfers": transfers.select_related(None).select_related("region", "organisation"),
        "lessons": Lesson.objects.order_by("position", "pk"),
        "relations": related.select_related("related"),
        "inverse_relations": related.select_related("initiative"),
        "sources": InitiativeSource.objects.order_by("position", "pk"),
    }
