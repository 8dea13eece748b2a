"""Initiatives of cluster policy: what they are, who is involved, and what is known of them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import NamedTuple

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.db.models.functions import Upper
from django.db.models.lookups import In
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, EntryQuerySet, Link, PublicManager, Source, Term
from clusterix.curation.recording import Versions
from clusterix.lib import search
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from clusterix.lib.partial_dates import Earliest, Latest, PartialDateField
from initiatives.parts import Part
from people.models import Organisation, Region, by_letters

SEARCHED_BEHIND_THE_SCENES = ("title", "acronym", "summary")
"""The texts of an initiative that curators search letter by letter; each has an index for that."""


class Theme(Term):
    """A topic of cluster policy; may lie within a wider one."""

    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("within"),
    )

    class Meta(Term.Meta):
        verbose_name = _("theme")
        verbose_name_plural = _("themes")

    @property
    def url(self) -> str:
        """The initiatives on it, in the catalogue."""
        return f"{reverse('initiatives:list')}?theme={self.key}"

    @staticmethod
    def with_narrower(themes: Iterable["Theme"]) -> dict[str, set[int]]:
        """By each theme's key, that theme and all within it; give all themes there are."""
        by_pk = {theme.pk: theme for theme in themes}
        narrower: dict[str, set[int]] = {theme.key: set() for theme in by_pk.values()}
        for theme in by_pk.values():
            wider: Theme | None = theme
            while wider and theme.pk not in narrower[wider.key]:
                narrower[wider.key].add(theme.pk)
                wider = by_pk[wider.parent_id] if wider.parent_id else None
        return narrower


class Ecosystem(Term):
    """One of the European Union's industrial ecosystems."""

    class Meta(Term.Meta):
        verbose_name = _("industrial ecosystem")
        verbose_name_plural = _("industrial ecosystems")

    @property
    def url(self) -> str:
        """The initiatives in it, in the catalogue."""
        return f"{reverse('initiatives:list')}?ecosystem={self.key}"


class TargetGroup(Term):
    """Whom an initiative is for."""

    class Meta(Term.Meta):
        verbose_name = _("target group")
        verbose_name_plural = _("target groups")

    @property
    def url(self) -> str:
        """The initiatives for them, in the catalogue."""
        return f"{reverse('initiatives:list')}?target={self.key}"


class Status(models.TextChoices):
    """Where an initiative stands on a given day; computed, never typed."""

    RUNNING = "running", _("running")
    UPCOMING = "upcoming", _("upcoming")
    ENDED = "ended", _("ended")
    UNKNOWN = "unknown", _("status unknown")


class Proof(models.TextChoices):
    """What speaks for an initiative's worth to others."""

    EVIDENCE = "evidence", _("results recorded")
    ADOPTED = "adopted", _("adopted elsewhere")


def status_on(day: date) -> Case:
    """The Status on that day in SQL: the same rule as Initiative.status()."""
    return Case(
        When(start_earliest__gt=day, then=Value(Status.UPCOMING)),
        When(end_latest__lt=day, then=Value(Status.ENDED)),
        When(start=None, then=Value(Status.UNKNOWN)),
        When(Q(open_ended=True) | Q(end__isnull=False), then=Value(Status.RUNNING)),
        default=Value(Status.UNKNOWN),
        output_field=models.CharField(),
    )


class InitiativeQuerySet(EntryQuerySet["Initiative"]):
    """Which initiatives, and what to load with them."""

    def in_status(self, *statuses: str, at: date) -> "InitiativeQuerySet":
        """Those that stood so on that day."""
        return self.filter(In(status_on(at), statuses))

    def running(self, at: date) -> "InitiativeQuerySet":
        """Those under way on that day."""
        return self.in_status(Status.RUNNING, at=at)

    def upcoming(self, at: date) -> "InitiativeQuerySet":
        """Those that had not begun on that day."""
        return self.in_status(Status.UPCOMING, at=at)

    def ended(self, at: date) -> "InitiativeQuerySet":
        """Those that were over on that day."""
        return self.in_status(Status.ENDED, at=at)

    def with_evidence(self) -> "InitiativeQuerySet":
        """Those whose results are recorded."""
        return self.filter(Exists(Evidence.objects.filter(initiative=OuterRef("pk"))))

    def adopted_elsewhere(self) -> "InitiativeQuerySet":
        """Those that another region or organisation took over."""
        adopted = Transfer.objects.public().filter(stage=Transfer.Stage.ADOPTED)
        return self.filter(Exists(adopted.filter(initiative=OuterRef("pk"))))

    def proven(self, *proofs: str) -> "InitiativeQuerySet":
        """Those for which one of the proofs is on record."""
        found = self.none()
        if Proof.EVIDENCE in proofs:
            found |= self.with_evidence()
        if Proof.ADOPTED in proofs:
            found |= self.adopted_elsewhere()
        return found

    def in_country(self, *codes: str) -> "InitiativeQuerySet":
        """Those that take place in one of the countries (NUTS codes), through any region of it."""
        placed = Initiative.regions.through.objects.filter(
            initiative=OuterRef("pk"), region__country__in=codes
        )
        return self.filter(Exists(placed))

    def within(self, region: str) -> "InitiativeQuerySet":
        """Those that take place in the region of that code or in one that lies in it."""
        placed = Initiative.regions.through.objects.filter(
            initiative=OuterRef("pk"), region__code__startswith=region
        )
        return self.filter(Exists(placed))

    def newest_practices(self) -> "InitiativeQuerySet":
        """Good practices, those last made public first."""
        return self.filter(kind=Initiative.Kind.GOOD_PRACTICE).order_by("-published_at", "-pk")

    def counts_by_country(self) -> dict[str, int]:
        """How many take place in each country, by its code; one in two countries counts twice."""
        counts = (
            self.order_by()
            .filter(regions__isnull=False)
            .values("regions__country")
            .annotate(count=Count("pk", distinct=True))
        )
        return {row["regions__country"]: row["count"] for row in counts}

    def for_marks(self) -> "InitiativeQuerySet":
        """With the organisations that their marks are drawn from."""
        involvements = Involvement.objects.of_public_organisations().by_role()
        # The stubs see a second definition; Django fills the cached property of that name.
        return self.prefetch_related(  # type: ignore[no-redef]
            Prefetch("involvements", involvements, to_attr="public_involvements")
        )

    def for_rows(self) -> "InitiativeQuerySet":
        """With what a line of a list says of them, and none of their texts."""
        return self.only("slug", "language", "title", "level", "kind", "start", "end", "open_ended")

    def for_cards(self) -> "InitiativeQuerySet":
        """With what a list shows of them, who is involved, and themes; none of their texts."""
        shown = ("key", "slug", "language", "title", "summary", "level", "kind")
        themes = Prefetch("themes", Theme.objects.in_order())
        dated = self.only(*shown, "start", "end", "open_ended")
        return dated.for_marks().prefetch_related(themes)

    def for_page(self) -> "InitiativeQuerySet":
        """With what their own page shows of them and the catalogue knows."""
        return (
            self.for_cards()
            .defer(None)
            .select_related("owner")
            .prefetch_related(
                Prefetch("regions", Region.objects.order_by("code")),
                Prefetch("ecosystems", Ecosystem.objects.in_order()),
                Prefetch("target_groups", TargetGroup.objects.in_order()),
                Prefetch("links", InitiativeLink.objects.order_by("position", "pk")),
                Prefetch("evidence", Evidence.objects.order_by("position", "pk")),
                Prefetch("preconditions", Precondition.objects.order_by("position", "pk")),
                Prefetch("transfers", Transfer.objects.by_public_adopters().earliest_first()),
                Prefetch("lessons", Lesson.objects.order_by("position", "pk")),
                Prefetch("relations", Relation.objects.to_public()),
                Prefetch("relations__related", Initiative.objects.for_marks()),
                Prefetch("inverse_relations", Relation.objects.from_public()),
                Prefetch("inverse_relations__initiative", Initiative.objects.for_marks()),
                Prefetch("sources", InitiativeSource.objects.order_by("position", "pk")),
            )
        )

    def on_themes(self, themes: Iterable[int]) -> "InitiativeQuerySet":
        """Those on one of the themes, given by primary key."""
        on_one = Initiative.themes.through.objects.filter(
            initiative=OuterRef("pk"), theme__in=list(themes)
        )
        return self.filter(Exists(on_one))

    def by_title(self) -> "InitiativeQuerySet":
        """From A to Z, accents and capitals ignored, whatever the database's collation."""
        return self.order_by(by_letters("title"), "pk")

    def newest_first(self) -> "InitiativeQuerySet":
        """Those that began last, or are yet to begin, first; at the end where it is not known."""
        return self.order_by(F("start_earliest").desc(nulls_last=True), "-pk")

    def oldest_first(self) -> "InitiativeQuerySet":
        """Those that began first, first; at the end where it is not known."""
        return self.order_by(F("start_earliest").asc(nulls_last=True), "pk")

    def last_added_first(self) -> "InitiativeQuerySet":
        """Those last made public first."""
        return self.order_by(F("published_at").desc(nulls_last=True), "-pk")

    def matching(self, text: str) -> "InitiativeQuerySet":
        """Those found by their own words or an involved organisation's names; best first."""
        return (
            self.filter(search.finds(F("words__document"), text))
            .annotate(rank=search.relevance(F("words__document"), text, "title"))
            .order_by("-rank", "-published_at", "pk")
        )


class Initiative(Entry):
    """A programme, initiative, good practice or the like: one entry of the catalogue."""

    class Kind(models.TextChoices):
        """What sort of initiative it is."""

        PROGRAMME = "programme", _("programme")
        INITIATIVE = "initiative", _("initiative")
        GOOD_PRACTICE = "good-practice", _("good practice")
        POLICY_INSTRUMENT = "policy-instrument", _("policy instrument")
        PLATFORM = "platform", _("platform")
        METHODOLOGY = "methodology", _("methodology")
        NETWORK = "network", _("network")

    class Level(models.TextChoices):
        """How far it reaches."""

        EUROPEAN = "european", _("European")
        INTERREGIONAL = "inter-regional", _("inter-regional")
        CROSS_BORDER = "cross-border", _("cross-border")
        NATIONAL = "national", _("national")
        REGIONAL = "regional", _("regional")
        LOCAL = "local", _("local")

    headings = Part
    by_region, by_theme = "regions__code", "themes__key"
    verified_for = timedelta(days=365)
    reserved = ("compare",)

    title = models.CharField(_("title"), max_length=200)
    acronym = models.CharField(_("acronym"), max_length=40, blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    level = models.CharField(_("level"), max_length=20, choices=Level)
    summary = models.CharField(
        _("summary"),
        max_length=300,
        help_text=_("What it does, for whom, in one or two sentences."),
    )
    description = MarkdownField(
        _("description"), blank=True, help_text=_("Markdown."), max_length=20_000
    )
    start = PartialDateField(_("start"))
    end = PartialDateField(_("end"))
    open_ended = models.BooleanField(
        _("no end is set"),
        default=False,
        help_text=_("It goes on. Leave this off where the end is simply not known."),
    )
    start_earliest = models.GeneratedField(
        expression=Earliest("start"), output_field=models.DateField(), db_persist=True
    )
    end_latest = models.GeneratedField(
        expression=Latest("end"), output_field=models.DateField(), db_persist=True
    )
    website = models.URLField(_("website"), max_length=300, blank=True)
    budget = models.DecimalField(
        _("budget"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(
        _("currency"), max_length=3, blank=True, help_text=_("Three letters, such as EUR.")
    )
    funding_source = models.CharField(_("funding source"), max_length=200, blank=True)

    regions = models.ManyToManyField(
        Region, related_name="initiatives", blank=True, verbose_name=_("regions")
    )
    themes = models.ManyToManyField(
        Theme, related_name="initiatives", blank=True, verbose_name=_("themes")
    )
    ecosystems = models.ManyToManyField(
        Ecosystem, related_name="initiatives", blank=True, verbose_name=_("industrial ecosystems")
    )
    target_groups = models.ManyToManyField(
        TargetGroup, related_name="initiatives", blank=True, verbose_name=_("target groups")
    )
    organisations: "models.ManyToManyField[Organisation, Involvement]" = models.ManyToManyField(
        Organisation, through="Involvement", related_name="initiatives"
    )

    problem = MarkdownField(_("problem addressed"), blank=True, max_length=10_000)
    how_it_works = MarkdownField(_("how it works"), blank=True, max_length=10_000)
    stakeholders = MarkdownField(_("stakeholders and beneficiaries"), blank=True, max_length=10_000)
    resources = MarkdownField(_("resources needed"), blank=True, max_length=10_000)
    results = MarkdownField(_("evidence of success"), blank=True, max_length=10_000)
    challenges = MarkdownField(_("challenges met"), blank=True, max_length=10_000)
    transferability = MarkdownField(
        _("potential for learning or transfer"), blank=True, max_length=10_000
    )
    further_information = MarkdownField(_("further information"), blank=True, max_length=10_000)

    objects = PublicManager.from_queryset(InitiativeQuerySet)()
    unscoped = models.Manager.from_queryset(InitiativeQuerySet)()
    history = Versions(
        excluded_fields=["start_earliest", "end_latest"],
        m2m_fields=[regions, themes, ecosystems, target_groups],
    )

    class Meta(Entry.Meta):
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(start=None) | Q(end=None) | Q(start_earliest__lte=F("end_latest")),
                name="initiative_ends_after_start",
                violation_error_message=_("The end lies before the start."),
            ),
            models.CheckConstraint(
                condition=Q(open_ended=False) | Q(end=None),
                name="initiative_open_or_ended",
                violation_error_message=_("It has an end date, so its end is not open."),
            ),
            models.CheckConstraint(
                condition=~Q(slug="compare"),
                name="initiative_leaves_the_comparison_its_address",
                violation_error_message=_("This address belongs to the comparison. Take another."),
            ),
            models.CheckConstraint(
                condition=Q(budget=None, currency="")
                | Q(budget__isnull=False, currency__regex=r"^[A-Z]{3}$"),
                name="initiative_budget_has_currency",
                violation_error_message=_(
                    "Give budget and currency together, the currency as three capital letters."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["title", "id"], name="initiative_title"),
            *(
                GinIndex(OpClass(Upper(name), "gin_trgm_ops"), name=f"initiative_{name}_like")
                for name in SEARCHED_BEHIND_THE_SCENES
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def status(self, at: date) -> Status:
        """Where it stood on that day.

        A partial date is read generously: begun from the first day it may mean, over after the
        last. Without an end it runs on only where it is known to be open; else it is unknown.
        """
        if self.start and at < self.start.earliest:
            return Status.UPCOMING
        if self.end and at > self.end.latest:
            return Status.ENDED
        if self.start and (self.open_ended or self.end):
            return Status.RUNNING
        return Status.UNKNOWN

    def period(self, at: date) -> str:
        """When it runs or ran, in the active language as one would say it on that day."""
        if self.start and self.end:
            same = self.start == self.end
            return str(self.start) if same else f"{self.start} – {self.end}"
        if self.end:
            return gettext("until %(date)s") % {"date": self.end}
        if not self.start:
            return ""
        if self.status(at) == Status.UPCOMING:
            return gettext("from %(date)s") % {"date": self.start}
        return gettext("since %(date)s") % {"date": self.start}

    @cached_property
    def public_involvements(self) -> "list[Involvement]":
        """Who is involved, the leading ones first; `for_marks()` loads them for many at once."""
        return list(self.involvements.of_public_organisations().by_role())

    @cached_property
    def parts_played(self) -> "list[PartPlayed]":
        """The same in few words: as much of it as a card tells."""
        return [
            PartPlayed(row.role, who.key, who.kind, who.display_name)
            for row in self.public_involvements
            for who in [row.organisation]
        ]

    @property
    def byline(self) -> str:
        """Who owns it, or else whoever leads it, by the names they go by."""
        parts = self.parts_played
        return ", ".join(part.name for part in parts if part.role == parts[0].role)

    def mark_nodes(self) -> list[Node]:
        """Its public organisations, the leading ones first, the leading roles larger."""
        nodes: dict[str, Node] = {}
        for part in self.parts_played:
            nodes.setdefault(part.key, Node(part.key, part.kind, WEIGHTS[part.role]))
        return list(nodes.values())

    def get_absolute_url(self) -> str:
        """The initiative's page."""
        return reverse("initiatives:detail", args=[self.slug])


class InitiativeWords(models.Model):
    """The words that find a public initiative; the database keeps them, whatever writes the rest.

    Its own, and the names of the public organisations involved. A narrow table, so that the many
    that a common word finds are read at once.
    """

    initiative = models.OneToOneField(
        Initiative, models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="words"
    )
    title = SearchVectorField()
    document = SearchVectorField()

    class Meta:
        verbose_name = _("words of an initiative")
        verbose_name_plural = _("words of initiatives")
        indexes = [
            GinIndex(fields=["title"], name="initiative_words_title"),
            GinIndex(fields=["document"], name="initiative_words_document"),
        ]

    def __str__(self) -> str:
        return str(self.initiative_id)


class InitiativeSource(Source):
    """Where a fact about an initiative was seen."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="sources")


class InitiativeLink(Link):
    """A page elsewhere about an initiative."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="links")


class PartPlayed(NamedTuple):
    """The part of an organisation in an initiative: its role, and what tells it from others."""

    role: str
    key: str
    kind: str
    name: str


class InvolvementQuerySet(models.QuerySet["Involvement"]):
    """Who does what in which initiative."""

    def public(self) -> "InvolvementQuerySet":
        """Those of which both sides are public, with both."""
        return self.filter(
            initiative__state=Entry.State.PUBLISHED, organisation__state=Entry.State.PUBLISHED
        ).select_related("initiative", "organisation")

    def of_public_organisations(self) -> "InvolvementQuerySet":
        """Those whose organisation everyone may see, with it."""
        public = self.filter(organisation__state=Entry.State.PUBLISHED)
        return public.select_related("organisation").defer(
            "organisation__description", "organisation__search"
        )

    def by_role(self) -> "InvolvementQuerySet":
        """The leading roles first, and then as the curator ordered them."""
        roles = enumerate(Involvement.Role)
        rank = Case(*(When(role=role, then=Value(place)) for place, role in roles))
        return self.order_by(rank, "position", "organisation__name", "initiative__title", "pk")


class Involvement(models.Model):
    """The part an organisation plays in an initiative."""

    class Role(models.TextChoices):
        """The parts there are, the leading ones first."""

        OWNER = "owner", _("owner")
        COORDINATOR = "coordinator", _("coordinator")
        PARTNER = "partner", _("partner")
        FUNDER = "funder", _("funder")
        HOST = "host", _("host")
        BENEFICIARY = "beneficiary", _("beneficiary")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="involvements")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="involvements",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = InvolvementQuerySet.as_manager()

    class Meta:
        verbose_name = _("involved organisation")
        verbose_name_plural = _("involved organisations")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "organisation", "role"],
                name="involvement_unique",
                violation_error_message=_("This organisation has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_role_display()})"


WEIGHTS = {role.value: weight for weight, role in enumerate(reversed(Involvement.Role), 1)}
"""How large an organisation stands in the mark of an initiative, by its role."""


class RelationQuerySet(models.QuerySet["Relation"]):
    """How initiatives relate."""

    def public(self) -> "RelationQuerySet":
        """Those of which both sides are public."""
        return self.filter(
            initiative__state=Entry.State.PUBLISHED, related__state=Entry.State.PUBLISHED
        )

    def to_public(self) -> "RelationQuerySet":
        """Those that lead to what everyone may see."""
        public = self.filter(related__state=Entry.State.PUBLISHED)
        return public.order_by("kind", "related__title", "pk")

    def from_public(self) -> "RelationQuerySet":
        """Those that come from what everyone may see."""
        public = self.filter(initiative__state=Entry.State.PUBLISHED)
        return public.order_by("kind", "initiative__title", "pk")


class Relation(models.Model):
    """How one initiative relates to another; read it as “initiative, kind, related”."""

    class Kind(models.TextChoices):
        """The relations there are."""

        PART_OF = "part-of", _("is part of")
        SUCCEEDS = "succeeds", _("succeeds")
        INSPIRED_BY = "inspired-by", _("was inspired by")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="relations")
    kind = models.CharField(_("relation"), max_length=20, choices=Kind)
    related = models.ForeignKey(
        Initiative,
        models.CASCADE,
        related_name="inverse_relations",
        verbose_name=_("other initiative"),
    )

    objects = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("related initiative")
        verbose_name_plural = _("related initiatives")
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "kind", "related"],
                name="relation_unique",
                violation_error_message=_("This relation is listed already."),
            ),
            models.CheckConstraint(
                condition=~Q(initiative=F("related")),
                name="relation_not_with_itself",
                violation_error_message=_("An initiative cannot relate to itself."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.related}"

    @property
    def inverse_label(self) -> str:
        """The relation read from the other side."""
        labels = {
            self.Kind.PART_OF: gettext("includes"),
            self.Kind.SUCCEEDS: gettext("was continued by"),
            self.Kind.INSPIRED_BY: gettext("inspired"),
        }
        return labels[self.Kind(self.kind)]


class Evidence(models.Model):
    """A result as a figure: what was counted, how much, when, and who says so."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="evidence")
    indicator = models.CharField(_("indicator"), max_length=160)
    value = models.DecimalField(_("value"), max_digits=16, decimal_places=2)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    measured = PartialDateField(_("date"))
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")

    def __str__(self) -> str:
        return self.indicator


class Precondition(models.Model):
    """Something that must be in place before others can take the practice over."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="preconditions")
    text = models.CharField(_("precondition"), max_length=300)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("precondition")
        verbose_name_plural = _("preconditions")

    def __str__(self) -> str:
        return self.text


class TransferQuerySet(models.QuerySet["Transfer"]):
    """Who takes practices over."""

    def public(self) -> "TransferQuerySet":
        """Those of public initiatives by whom everyone may see."""
        return self.by_public_adopters().filter(initiative__state=Entry.State.PUBLISHED)

    def by_public_adopters(self) -> "TransferQuerySet":
        """Those by a region or a public organisation, with all that they name."""
        return self.filter(
            Q(region__isnull=False) | Q(organisation__state=Entry.State.PUBLISHED)
        ).select_related("initiative", "region", "organisation")

    def within(self, region: str) -> "TransferQuerySet":
        """Those to the region of that code, to one that lies in it, or to who sits there."""
        return self.filter(self._taken_over_in(region))

    def out_of(self, region: str) -> "TransferQuerySet":
        """Those to elsewhere of what takes place in the region of that code."""
        placed = Region.initiatives.through.objects.filter(
            initiative=OuterRef("initiative"), region__code__startswith=region
        )
        return self.filter(Exists(placed)).exclude(self._taken_over_in(region))

    @staticmethod
    def _taken_over_in(region: str) -> Q:
        """By a region that lies there, or by a public organisation that sits there."""
        by_organisation = Q(
            organisation__state=Entry.State.PUBLISHED,
            organisation__region__code__startswith=region,
        )
        return Q(region__code__startswith=region) | by_organisation

    def with_origins(self) -> "TransferQuerySet":
        """With the regions in which the initiatives take place."""
        regions = Region.objects.in_order()
        return self.prefetch_related(Prefetch("initiative__regions", regions))

    def earliest_first(self) -> "TransferQuerySet":
        """As they happened; where that is not known, at the end."""
        return self.order_by(F("date_earliest").asc(nulls_last=True), "pk")

    def latest_first(self) -> "TransferQuerySet":
        """The latest first; where that is not known, at the end."""
        return self.order_by(F("date_earliest").desc(nulls_last=True), "-pk")


class Transfer(models.Model):
    """A region or organisation that takes a practice over, and how far it has come."""

    class Stage(models.TextChoices):
        """How far the transfer has come."""

        INTERESTED = "interested", _("interested")
        PLANNING = "planning", _("planning")
        ADAPTING = "adapting", _("adapting")
        ADOPTED = "adopted", _("adopted")
        DROPPED = "dropped", _("dropped")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="transfers")
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("region"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="transfers",
        verbose_name=_("organisation"),
    )
    date = PartialDateField(_("date"))
    date_earliest = models.GeneratedField(
        expression=Earliest("date"), output_field=models.DateField(), db_persist=True
    )
    stage = models.CharField(_("stage"), max_length=20, choices=Stage)
    what_changed = models.CharField(_("what changed"), max_length=500, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.CheckConstraint(
                condition=Q(region__isnull=False) | Q(organisation__isnull=False),
                name="transfer_has_adopter",
                violation_error_message=_("Say which region or organisation takes it over."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation or self.region}: {self.get_stage_display()}"

    @property
    def public_organisation(self) -> Organisation | None:
        """The organisation that takes it over, where everyone may see that one."""
        return self.organisation if self.organisation and self.organisation.is_public else None

    @property
    def adopter(self) -> Organisation | Region | None:
        """Who takes it over, as far as everyone may know."""
        return self.public_organisation or self.region


class Lesson(models.Model):
    """What was learned, also from what failed."""

    class Kind(models.TextChoices):
        """What the lesson comes from."""

        SUCCESS = "success", _("what worked")
        FAILURE = "failure", _("what did not work")

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="lessons")
    kind = models.CharField(_("from"), max_length=10, choices=Kind)
    text = models.CharField(_("lesson"), max_length=500)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")

    def __str__(self) -> str:
        return self.text
