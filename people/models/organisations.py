"""Organisations, and all that they are and were called."""

from collections.abc import Sequence
from datetime import timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, OuterRef, Prefetch, Q
from django.db.models.functions import JSONObject, Upper
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, PublicManager, Source
from clusterix.curation.naming import Names
from clusterix.lib import search
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import MOST_NODES, Node
from clusterix.lib.partial_dates import PartialDateField
from people.models.mergeable import Mergeable, MergeableQuerySet
from people.models.sorting import by_letters
from people.parts import OrganisationPart


class OrganisationQuerySet(MergeableQuerySet["Organisation"]):
    """Which organisations, and what to load with them."""

    def within(self, region: str) -> "OrganisationQuerySet":
        """Those that sit in the region of that code."""
        return self.filter(region__code__startswith=region)

    def by_name(self) -> "OrganisationQuerySet":
        """From A to Z."""
        return self.order_by(by_letters("name"), "pk")

    def for_marks(self) -> "OrganisationQuerySet":
        """With whom they work in public initiatives: the neighbours in their marks."""
        partners = Organisation.objects.filter(
            initiatives__state=Entry.State.PUBLISHED, initiatives__organisations=OuterRef("pk")
        ).exclude(pk=OuterRef("pk"))
        known = partners.order_by("key").distinct("key")
        nodes = known.values(node=JSONObject(key="key", kind="kind"))[:MOST_NODES]
        return self.annotate(neighbours=ArraySubquery(nodes))

    def for_cards(self) -> "OrganisationQuerySet":
        """With what a list shows of them: where they are and what they were called."""
        names = Alias.objects.order_by("name", "pk")
        return (
            self.for_marks().select_related("region").prefetch_related(Prefetch("aliases", names))
        )

    def for_page(self) -> "OrganisationQuerySet":
        """With what their own page shows of them."""
        sources = OrganisationSource.objects.order_by("position", "pk")
        return (
            self.for_cards()
            .select_related("successor", "owner")
            .prefetch_related(Prefetch("sources", sources))
        )

    def names(self) -> list[Names]:
        """Those they go by, and all others they have or had."""
        others = Alias.objects.filter(organisation__in=self)
        return [Names(self, "pk"), Names(others, "organisation")]

    def matching(self, text: str) -> "OrganisationQuerySet":
        """Those found by their names, former names, city or description; best first."""
        found = search.finds(F("search"), text)
        by_former_name = Alias.objects.filter(found).values("organisation")
        return (
            self.filter(Q(found) | Q(pk__in=by_former_name))
            .annotate(rank=search.relevance(F("search"), text, "name"))
            .order_by("-rank", "name", "pk")
        )


class Organisation(Mergeable, Entry):
    """A body that runs, funds or supports initiatives, or that sends people to workshops."""

    class Kind(models.TextChoices):
        """What sort of body it is."""

        CLUSTER = "cluster", _("cluster organisation")
        CLUSTER_NETWORK = "cluster-network", _("cluster network")
        PUBLIC_AUTHORITY = "public-authority", _("public authority")
        MANAGING_AUTHORITY = "managing-authority", _("managing authority")
        INNOVATION_AGENCY = "innovation-agency", _("innovation agency")
        RESEARCH = "research", _("university or research")
        BUSINESS = "business", _("business")
        BUSINESS_SUPPORT = "business-support", _("business support")
        EU_BODY = "eu-body", _("EU body")
        INTERNATIONAL_NETWORK = "international-network", _("international network")
        OTHER = "other", _("other")

    class EscaLabel(models.TextChoices):
        """Labels of the European Secretariat for Cluster Analysis."""

        BRONZE = "bronze", _("Bronze")
        SILVER = "silver", _("Silver")
        GOLD = "gold", _("Gold")

    headings = OrganisationPart
    named_by = ("name",)
    by_region = "region__code"
    verified_for = timedelta(days=2 * 365)

    name = models.CharField(_("official name"), max_length=250)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    kind = models.CharField(_("type"), max_length=30, choices=Kind)
    region = models.ForeignKey(
        "Region",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="organisations",
        verbose_name=_("region"),
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    description = MarkdownField(
        _("description"), blank=True, help_text=_("Markdown."), max_length=10_000
    )
    ror_id = models.CharField(
        _("ROR id"),
        max_length=9,
        blank=True,
        validators=[RegexValidator(r"^0[a-hj-km-np-tv-z0-9]{6}[0-9]{2}$", _("As in 012a77v79."))],
        help_text=_("The nine signs at the end of the address at ror.org."),
    )
    wikidata_id = models.CharField(
        _("Wikidata item"),
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^Q[1-9][0-9]*$", _("As in Q506250."))],
    )
    esca_label = models.CharField(_("ESCA label"), max_length=10, choices=EscaLabel, blank=True)
    esca_awarded_on = models.DateField(_("label awarded on"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("merged into or continued by"),
    )
    search = models.GeneratedField(
        expression=search.vector(
            language="language", a="name short_name", b="city", c="description"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PublicManager.from_queryset(OrganisationQuerySet)()
    unscoped = models.Manager.from_queryset(OrganisationQuerySet)()
    history = HistoricalRecords(excluded_fields=["search"])

    class Meta(Entry.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            *Entry.Meta.constraints,
            *Mergeable.Meta.constraints,
            models.CheckConstraint(
                condition=Q(esca_label="") | Q(esca_awarded_on__isnull=False),
                name="organisation_label_has_date",
                violation_error_message=_("Say when the ESCA label was awarded."),
            ),
            models.CheckConstraint(
                condition=Q(successor=None) | ~Q(successor=F("id")),
                name="organisation_not_its_own_successor",
                violation_error_message=_("An organisation cannot continue itself."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="organisation_search"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="organisation_name_like"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The organisation's page."""
        return reverse("organisations:detail", args=[self.slug])

    @property
    def names(self) -> list[str]:
        """All that it goes or went by."""
        own = [name for name in (self.name, self.short_name) if name]
        return [*own, *self.aliases.order_by("pk").values_list("name", flat=True)]

    @property
    def display_name(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    @property
    def place(self) -> str:
        """City and country, as far as they are known."""
        country = self.region.country_label if self.region else ""
        return ", ".join(part for part in (self.city, country) if part)

    @property
    def formerly(self) -> str:
        """Its former names in words; empty where it had none. `for_cards()` loads them."""
        names = [alias.name for alias in self.aliases.all() if alias.kind == Alias.Kind.FORMER]
        return gettext("formerly %(names)s") % {"names": ", ".join(names)} if names else ""

    @property
    def continued_by(self) -> "Organisation | None":
        """The organisation that goes on in its place, where everyone may see it."""
        return self.successor if self.successor and self.successor.is_public else None

    def mark_nodes(self) -> list[Node]:
        """Itself, then the neighbours that `for_marks()` loads."""
        neighbours: Sequence[dict[str, str]] = getattr(self, "neighbours", ())
        around = [Node(neighbour["key"], neighbour["kind"]) for neighbour in neighbours]
        return [Node(self.key, self.kind), *around]

    def also_called(self, name: str) -> "Alias":
        """Takes note of another name that it is known by."""
        return self.aliases.create(name=name, kind=Alias.Kind.OTHER)


class Alias(models.Model):
    """Another name of an organisation: one it had, or one it is also known by."""

    class Kind(models.TextChoices):
        """Why the organisation has a second name."""

        FORMER = "former", _("former name")
        OTHER = "other", _("also known as")

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=250)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FORMER)
    until = PartialDateField(_("used until"))
    note = models.CharField(_("note"), max_length=200, blank=True)
    search = models.GeneratedField(
        expression=search.vector(a="name"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="alias_unique",
                violation_error_message=_("This name is listed already."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="alias_search"),
            GinIndex(OpClass(Upper("name"), "gin_trgm_ops"), name="alias_name_like"),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationSource(Source):
    """Where a fact about an organisation was seen."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="sources")
