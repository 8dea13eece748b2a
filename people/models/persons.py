"""Persons, organisations and regions, and who held which role when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Concat, Greatest, JSONObject, Lower, Upper
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, EntryQuerySet, Link, PublicManager, Source
from clusterix.curation.naming import Names
from clusterix.lib import search
from clusterix.lib.countries import country_name
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import MOST_NODES, Node
from clusterix.lib.partial_dates import Earliest, Latest, PartialDateField
from people.parts import OrganisationPart, PersonPart

M = TypeVar("M", bound="Entry")

FULL_NAME = Concat("given_name", Value(" "), "family_name")

LIKE = 0.3
MOST_LIKE = 10
"""How like a mistyped word a name must look, and how many such are of use."""

NAMELESS = _("Speaker withheld")
"""What stands in a programme for somebody whom it must not name."""


def by_letters(field: str) -> Lower:
    """Sorts a column by its letters, accents and capitals ignored, in any database's collation."""
    return Lower(Unaccent(F(field)))


class RegionQuerySet(models.QuerySet["Region"]):
    """The regions of Europe."""

    def current(self) -> "RegionQuerySet":
        """Those of the present NUTS version."""
        return self.filter(is_retired=False)

    def matching(self, text: str) -> "RegionQuerySet":
        """Those found by name or code, the larger first."""
        return self.filter(search.finds(F("search"), text)).order_by("level", "code")

    def within(self, code: str) -> "RegionQuerySet":
        """The region of that code and all that lie in it (a NUTS code begins with its parent's)."""
        return self.filter(code__startswith=code)

    def containing(self, code: str) -> "RegionQuerySet":
        """The region of that code and all it lies in, the largest first."""
        return self.filter(code__in=[code[:end] for end in range(2, len(code) + 1)]).order_by(
            "level"
        )

    def reached_by(self, organisation: "Organisation") -> "RegionQuerySet":
        """Where an organisation sits, and where its public initiatives take place."""
        of_its_initiatives = Q(
            initiatives__state=Entry.State.PUBLISHED, initiatives__organisations=organisation
        )
        return self.filter(of_its_initiatives | Q(pk=organisation.region_id)).distinct()

    def in_order(self) -> "RegionQuerySet":
        """As NUTS lists them."""
        return self.order_by("code")

    def of_division(self, country: str, level: int) -> "RegionQuerySet":
        """Those of one level that a country is divided into."""
        return self.filter(country=country, level=level)

    def with_boundaries(self) -> "RegionQuerySet":
        """With their shapes; those that are out of use only where they have one."""
        in_sight = Q(is_retired=False) | Q(boundary__isnull=False)
        return self.filter(in_sight).select_related("boundary").in_order()

    def levels_with_boundaries(self, country: str) -> "models.QuerySet[Region, int]":
        """The levels below a country whose regions have shapes, the coarsest first."""
        drawn = self.filter(country=country, level__gt=0, boundary__isnull=False)
        return drawn.order_by("level").values_list("level", flat=True).distinct()


class Region(models.Model):
    """A territorial unit of the NUTS classification, from country (level 0) to level 3."""

    class Level(models.IntegerChoices):
        """The levels of NUTS; 0 is the country."""

        COUNTRY = 0, _("country")
        MAJOR = 1, _("major region")
        BASIC = 2, _("region")
        SMALL = 3, _("small region")

    code = models.CharField(_("NUTS code"), max_length=5, primary_key=True)
    version = models.PositiveSmallIntegerField(
        _("NUTS version"), help_text=_("The year of the last classification that has the code.")
    )
    name = models.CharField(_("name"), max_length=200)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    country = models.CharField(_("country"), max_length=2, db_index=True)
    is_retired = models.BooleanField(_("no longer in use"), default=False)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="predecessors",
        verbose_name=_("now part of"),
    )
    search = models.GeneratedField(
        expression=search.vector(a="name code"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[A-Z]{2}[A-Z0-9]{0,3}$"),
                name="region_code_form",
                violation_error_message=_("A NUTS code is a country and up to three signs."),
            ),
            models.CheckConstraint(
                condition=Q(code__startswith=F("country")), name="region_lies_in_its_country"
            ),
            models.CheckConstraint(
                condition=Q(level=0, parent=None) | Q(level__gt=0, parent__isnull=False),
                name="region_country_has_no_parent",
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="region_search")]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The region's page."""
        return reverse("regions:detail", args=[self.code])

    @property
    def label(self) -> str:
        """The name of a country in the active language; that of a region as it calls itself."""
        return country_name(self.country) if self.level == self.Level.COUNTRY else self.name

    @property
    def country_label(self) -> str:
        """The country's name in the active language."""
        return country_name(self.country)


class Boundary(models.Model):
    """The shape of a region as the map draws it, and whom the map has to name for it.

    All shapes of a country's regions of one level stand on the same grid.
    """

    region = models.OneToOneField(Region, models.CASCADE, primary_key=True, related_name="boundary")
    path = models.TextField(_("outline"))
    west = models.IntegerField()
    north = models.IntegerField()
    east = models.IntegerField()
    south = models.IntegerField()
    attribution = models.CharField(_("attribution"), max_length=300)

    class Meta:
        verbose_name = _("boundary")
        verbose_name_plural = _("boundaries")
        constraints = [
            models.CheckConstraint(
                condition=Q(path__regex=r"^[-0-9Mlz ]+$"),
                name="boundary_is_an_outline",
                violation_error_message=_("An outline has moves, lines and numbers only."),
            ),
            models.CheckConstraint(
                condition=Q(west__lte=F("east"), north__lte=F("south")),
                name="boundary_box_is_one",
                violation_error_message=_("West lies before east, and north before south."),
            ),
        ]

    def __str__(self) -> str:
        return self.region_id


class MergeableQuerySet(EntryQuerySet[M]):
    """Entries of which two can turn out to be one."""

    def choosable(self) -> "MergeableQuerySet[M]":
        """Those that were not merged into another, which is to be chosen instead."""
        return self.filter(merged_into=None)

    def once_called(self, slug: str) -> "MergeableQuerySet[M]":
        """Entries whose address was that slug before, or that of one that was merged into them."""
        past = self.model.history.filter(slug=slug).values("id")
        merged = self.model.unscoped.filter(Q(slug=slug) | Q(pk__in=past)).values("merged_into")
        return self.filter(Q(pk__in=past) | Q(pk__in=merged)).order_by("-updated_at", "-pk")


class Mergeable(models.Model):
    """What an entry has that can turn out to be the same as another."""

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(state="archived") & ~Q(merged_into=F("id"))),
                name="%(class)s_merged_is_archived",
                violation_error_message=_("This was merged into another entry. Undo that first."),
            ),
        ]


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
        Region,
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


def full_name(given: str, family: str) -> str:
    """A person's name as people say it."""
    return f"{given} {family}".strip()


class PersonQuerySet(MergeableQuerySet["Person"]):
    """Which persons, and what to load with them."""

    def listed(self) -> "PersonQuerySet":
        """Those who have a page."""
        return self.filter(visibility=Person.Visibility.LISTED)

    def with_pages(self) -> "PersonQuerySet":
        """The public ones who are listed."""
        return self.filter(state=Entry.State.PUBLISHED).listed()

    def by_name(self) -> "PersonQuerySet":
        """From A to Z by family name."""
        return self.order_by(by_letters("family_name"), by_letters("given_name"), "pk")

    def for_cards(self) -> "PersonQuerySet":
        """With the roles they hold and held, the latest first, and where that was."""
        roles = Affiliation.objects.latest_first().select_related("organisation__region")
        return self.prefetch_related(Prefetch("affiliations", roles))

    def for_page(self) -> "PersonQuerySet":
        """With what their own page shows of them."""
        return (
            self.for_cards()
            .select_related("owner")
            .prefetch_related(
                Prefetch("links", PersonLink.objects.order_by("position", "pk")),
                Prefetch("sources", PersonSource.objects.order_by("position", "pk")),
            )
        )

    def names(self) -> list[Names]:
        """Those they go by, and all others."""
        others = PersonAlias.objects.filter(person__in=self)
        return [Names(self, "pk", FULL_NAME), Names(others, "person")]

    def matching(self, text: str) -> "PersonQuerySet":
        """Those found by their names, headline or biography; best first."""
        found = search.finds(F("search"), text)
        by_other_name = PersonAlias.objects.filter(found).values("person")
        return (
            self.filter(Q(found) | Q(pk__in=by_other_name))
            .annotate(rank=search.relevance(F("search"), text, "family_name"))
            .order_by("-rank", "family_name", "given_name", "pk")
        )

    def named(self, text: str) -> "PersonQuerySet":
        """Those found by their names alone."""
        found = search.finds(F("search"), text)
        names = Func(F("search"), Value("{a}"), function="ts_filter")
        by_other_name = PersonAlias.objects.filter(found).values("person")
        return self.filter(Q(found) & Q(search.finds(names, text)) | Q(pk__in=by_other_name))

    def names_like(self, word: str) -> list[str]:
        """The names that look most like a word, for somebody who mistypes one."""
        plain = Lower(Unaccent(Value(word)))
        columns = ("given_name", "family_name")
        near = Greatest(*(search.similarity(by_letters(name), plain) for name in columns))
        rows = self.alias(near=near).filter(near__gt=LIKE).order_by("-near", "pk")[:MOST_LIKE]
        return [name for row in rows.values_list(*columns) for name in " ".join(row).split()]


class Person(Mergeable, Entry):
    """Somebody who speaks at workshops or answers for an initiative."""

    class Visibility(models.TextChoices):
        """How much of a person the public sees."""

        LISTED = "listed", _("page and name")
        NAME_ONLY = "name", _("name in programmes, no page")
        WITHHELD = "withheld", _("“Speaker withheld” in programmes, no page")

    headings = PersonPart
    named_by = ("given_name", "family_name")
    untold = frozenset({"contact_email", "visibility"})
    verified_for = timedelta(days=2 * 365)

    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100)
    headline = models.CharField(
        _("headline"), max_length=160, blank=True, help_text=_("Who this is, in one line.")
    )
    biography = MarkdownField(
        _("biography"), blank=True, help_text=_("Markdown."), max_length=10_000
    )
    orcid = models.CharField(
        _("ORCID"),
        max_length=19,
        blank=True,
        validators=[
            RegexValidator(r"^([0-9]{4}-){3}[0-9]{3}[0-9X]$", _("As in 0000-0002-1825-0097."))
        ],
    )
    contact_email = models.EmailField(
        _("contact e-mail"), blank=True, help_text=_("For curators only; never shown to visitors.")
    )
    visibility = models.CharField(
        _("visible to the public"),
        max_length=10,
        choices=Visibility,
        default=Visibility.LISTED,
        help_text=_("A person can ask to be unlisted at any time."),
    )
    search = models.GeneratedField(
        expression=search.vector(
            language="language", a="given_name family_name", b="headline", c="biography"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PublicManager.from_queryset(PersonQuerySet)()
    unscoped = models.Manager.from_queryset(PersonQuerySet)()
    history = HistoricalRecords(excluded_fields=["search"])

    class Meta(Entry.Meta):
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [*Entry.Meta.constraints, *Mergeable.Meta.constraints]
        indexes = [
            GinIndex(fields=["search"], name="person_search"),
            GinIndex(OpClass(Upper(FULL_NAME), "gin_trgm_ops"), name="person_name_like"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The person's page."""
        return reverse("people:detail", args=[self.slug])

    @property
    def name(self) -> str:
        """As the person writes it; for curators only where it is withheld."""
        return full_name(self.given_name, self.family_name)

    @property
    def names(self) -> list[str]:
        """All that they go or went by."""
        return [self.name, *self.aliases.order_by("pk").values_list("name", flat=True)]

    @property
    def has_page(self) -> bool:
        """Everyone may open the person's page."""
        return self.is_public and self.visibility == self.Visibility.LISTED

    @property
    def public_name(self) -> str:
        """What a programme prints."""
        if not self.is_public or self.visibility == self.Visibility.WITHHELD:
            return str(NAMELESS)
        return self.name

    @property
    def public_affiliations(self) -> "list[Affiliation]":
        """Their roles as `for_cards()` loads them, but for those at a draft organisation."""
        return [role for role in self.affiliations.all() if role.is_public]

    @property
    def byline(self) -> str:
        """Who this is, in one line: the headline, or else the latest role."""
        return self.headline or next((str(role) for role in self.public_affiliations), "")

    def mark_nodes(self) -> list[Node]:
        """The person, then the organisations of all roles; `for_cards()` loads them."""
        organisations = [role.organisation for role in self.public_affiliations]
        around = [Node(body.key, body.kind) for body in organisations if body]
        return [Node(self.key, "other"), *around]

    def also_called(self, name: str) -> "PersonAlias":
        """Takes note of another name that they are known by."""
        return self.aliases.create(name=name)


class PersonAlias(models.Model):
    """Another name of a person: it finds them, and stands on no page."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=201)
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
                fields=["person", "name"],
                name="person_alias_unique",
                violation_error_message=_("This name is listed already."),
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="person_alias_search")]

    def __str__(self) -> str:
        return self.name


class PersonLink(Link):
    """A page elsewhere about a person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="links")


class PersonSource(Source):
    """Where a fact about a person was seen."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="sources")


class AffiliationQuerySet(models.QuerySet["Affiliation"]):
    """Roles held, each with its dates."""

    def public(self) -> "AffiliationQuerySet":
        """Of people with a page, and not with an organisation that is not public."""
        return self.filter(
            Q(organisation=None) | Q(organisation__state=Entry.State.PUBLISHED),
            person__state=Entry.State.PUBLISHED,
            person__visibility=Person.Visibility.LISTED,
        )

    def at(self, day: date) -> "AffiliationQuerySet":
        """Those that may have been held on that day; an open end counts as held."""
        return self.filter(
            Q(start_earliest=None) | Q(start_earliest__lte=day),
            Q(end_latest=None) | Q(end_latest__gte=day),
        )

    def latest_first(self) -> "AffiliationQuerySet":
        """The present and most recent roles first."""
        return self.order_by(
            F("end_latest").desc(nulls_first=True),
            F("start_earliest").desc(nulls_last=True),
            "pk",
        )


class Affiliation(models.Model):
    """A role that a person holds or held, usually at an organisation."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="affiliations")
    organisation = models.ForeignKey(
        Organisation,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="affiliations",
        verbose_name=_("organisation"),
        help_text=_("Empty for somebody who works independently."),
    )
    role = models.CharField(_("role"), max_length=160, blank=True)
    start = PartialDateField(_("from"))
    end = PartialDateField(_("until"))
    start_earliest = models.GeneratedField(
        expression=Earliest("start"), output_field=models.DateField(), db_persist=True
    )
    end_latest = models.GeneratedField(
        expression=Latest("end"), output_field=models.DateField(), db_persist=True
    )

    objects = AffiliationQuerySet.as_manager()

    class Meta:
        verbose_name = _("affiliation")
        verbose_name_plural = _("affiliations")
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False) | ~Q(role=""),
                name="affiliation_says_something",
                violation_error_message=_("Give an organisation, a role, or both."),
            ),
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(start_earliest__lte=F("end_latest")),
                name="affiliation_ends_after_start",
                violation_error_message=_("The end lies before the start."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.role, str(self.organisation or "")) if part)

    @property
    def is_public(self) -> bool:
        """It names no organisation that is not public."""
        return self.organisation is None or self.organisation.is_public

    @property
    def period(self) -> str:
        """When it was held, in the active language; empty where nothing is known."""
        if self.start and self.end:
            return str(self.start) if self.start == self.end else f"{self.start} – {self.end}"
        if self.end:
            return gettext("until %(date)s") % {"date": self.end}
        return gettext("from %(date)s") % {"date": self.start} if self.start else ""

    def is_over(self, at: date) -> bool:
        """It had surely ended by that day; an open end counts as held."""
        return self.end is not None and self.end.latest < at
