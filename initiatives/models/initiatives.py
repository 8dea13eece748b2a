"""What an initiative is, which there are, and what to load with them."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q
from django.db.models.functions import Upper
from django.db.models.lookups import In
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, EntryQuerySet, PublicManager
from clusterix.curation.recording import Versions
from clusterix.lib import search
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from clusterix.lib.partial_dates import Earliest, Latest, PartialDateField
from initiatives.models.evidence import Evidence, Lesson, Precondition, Proof
from initiatives.models.involvements import WEIGHTS, Involvement, PartPlayed
from initiatives.models.relations import Relation
from initiatives.models.sources import InitiativeLink, InitiativeSource
from initiatives.models.states import Status, status_on
from initiatives.models.terms import Ecosystem, TargetGroup, Theme
from initiatives.models.transfers import Transfer
from initiatives.parts import Part
from people.models import Organisation, Region, by_letters

SEARCHED_BEHIND_THE_SCENES = ("title", "acronym", "summary")
"""The texts of an initiative that curators search letter by letter; each has an index for that."""


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
