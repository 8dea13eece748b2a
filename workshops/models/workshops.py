"""Workshops: what they are about, when and where they are, and what to load with them."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, EntryQuerySet, PublicManager, Source, Term
from clusterix.lib import search
from clusterix.lib.languages import language_name
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from initiatives.models import Initiative
from people.models import Organisation, Person, Region
from workshops.models.contributions import Contribution, Presentation
from workshops.models.hosts import Host
from workshops.models.materials import Material
from workshops.models.outcomes import Outcome, Progress
from workshops.models.sessions import Session
from workshops.models.versions import ScheduleVersion
from workshops.parts import Part


def known_time_zone(name: str) -> None:
    """ValidationError unless the time zone database has that name."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is no time zone."), params={"name": name})


class Series(Term):
    """What workshops belong together in, such as the meetings of a project."""

    class Meta(Term.Meta):
        verbose_name = _("series")
        verbose_name_plural = _("series")


class WorkshopQuerySet(EntryQuerySet["Workshop"]):
    """Which workshops, and what to load with them."""

    def upcoming(self, at: date) -> "WorkshopQuerySet":
        """Those not over on that day, the next first."""
        return self.filter(ends_on__gte=at).order_by("starts_on", "pk")

    def next_one(self, at: date) -> "Workshop | None":
        """The first that is not over on that day; an example only where there is no other."""
        return self.upcoming(at=at).order_by("is_example", "starts_on", "pk").first()

    def past(self, at: date) -> "WorkshopQuerySet":
        """Those over on that day, the last first."""
        return self.filter(ends_on__lt=at).order_by("-starts_on", "-pk")

    def matching(self, text: str) -> "WorkshopQuerySet":
        """Those found by their own words, a session's or a speaker's name; best first."""
        found = search.finds(F("search"), text)
        sessions = Session.objects.filter(found).values("workshop")
        speakers = Person.objects.named(text).values("pk")
        spoken = Contribution.objects.public().filter(person__in=speakers)
        return (
            self.filter(
                Q(found) | Q(pk__in=sessions) | Q(pk__in=spoken.values("session__workshop"))
            )
            .annotate(rank=search.relevance(F("search"), text, "title"))
            .order_by("-rank", "-starts_on", "pk")
        )

    def earlier(self, workshop: "Workshop") -> "WorkshopQuerySet":
        """Those that begin before another one, the last first."""
        day = Q(starts_on=workshop.starts_on, pk__lt=workshop.pk)
        return self.filter(Q(starts_on__lt=workshop.starts_on) | day).order_by("-starts_on", "-pk")

    def later(self, workshop: "Workshop") -> "WorkshopQuerySet":
        """Those that begin after another one, the next first."""
        day = Q(starts_on=workshop.starts_on, pk__gt=workshop.pk)
        return self.filter(Q(starts_on__gt=workshop.starts_on) | day).order_by("starts_on", "pk")

    def real(self) -> "WorkshopQuerySet":
        """Those that are more than an example."""
        return self.filter(is_example=False)

    def within(self, region: str) -> "WorkshopQuerySet":
        """Those that take place in the region of that code."""
        return self.filter(region__code__startswith=region)

    def for_marks(self) -> "WorkshopQuerySet":
        """With the organisations that their marks are drawn from: hosts and speakers' own."""
        return self.for_hosts().with_sessions()

    def with_sessions(self) -> "WorkshopQuerySet":
        """With their programmes, and whom those name."""
        return self.prefetch_related(
            Prefetch("sessions", Session.objects.in_order().defer("search")),
            Prefetch("sessions__contributions", Contribution.objects.in_order().for_names()),
        )

    def for_cards(self) -> "WorkshopQuerySet":
        """With what a list shows of them."""
        return self.for_marks().select_related("region", "series")

    def for_hosts(self) -> "WorkshopQuerySet":
        """With who holds them."""
        hosts = Host.objects.in_order().select_related("organisation")
        return self.prefetch_related(Prefetch("host_rows", hosts))

    def for_programme(self) -> "WorkshopQuerySet":
        """With what the pages of their sessions show of them."""
        return self.for_hosts().select_related("region")

    def for_page(self) -> "WorkshopQuerySet":
        """With what their own page shows of them, but for the programme."""
        return (
            self.for_programme()
            .select_related("series", "owner")
            .prefetch_related(
                Prefetch("materials", Material.objects.order_by("position", "pk")),
                Prefetch("outcomes", Outcome.objects.for_their_workshop()),
                Prefetch("sources", WorkshopSource.objects.order_by("position", "pk")),
                Prefetch("versions", ScheduleVersion.objects.last_of_each()),
            )
        )

    def for_record(self) -> "WorkshopQuerySet":
        """With all that is public about them, programme and results included."""
        presentations = Presentation.objects.order_by("position", "pk")
        return (
            self.for_page()
            .with_sessions()
            .prefetch_related(
                Prefetch(
                    "sessions__presentations",
                    presentations.prefetch_related(
                        Prefetch("initiative", Initiative.unscoped.for_marks())
                    ),
                ),
                Prefetch("sessions__materials", Material.objects.in_order()),
            )
        )


class Workshop(Entry):
    """An event of the programme. Its days are those of the venue; its times may be unknown."""

    class Format(models.TextChoices):
        """Where people take part."""

        IN_PERSON = "in-person", _("in person")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("in person and online")

    headings = Part
    has_organisers = True
    by_region = "region__code"
    verified_for = timedelta(days=365)
    reserved = ("outcomes",)

    title = models.CharField(_("title"), max_length=200)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("What it is about, in one or two sentences.")
    )
    description = MarkdownField(
        _("description"), blank=True, help_text=_("Markdown."), max_length=20_000
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    start_time = models.TimeField(
        _("starts at"), null=True, blank=True, help_text=_("On the first day, if known.")
    )
    end_time = models.TimeField(
        _("ends at"), null=True, blank=True, help_text=_("On the last day, if known.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="Europe/Brussels", validators=[known_time_zone]
    )
    format = models.CharField(_("format"), max_length=20, choices=Format, default=Format.IN_PERSON)
    venue = models.CharField(
        _("venue"), max_length=200, blank=True, help_text=_("Empty where it is not known.")
    )
    city = models.CharField(_("city"), max_length=100, blank=True)
    region = models.ForeignKey(
        Region,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=_("region"),
    )
    languages = ArrayField(
        models.CharField(max_length=10),
        default=list,
        blank=True,
        verbose_name=_("languages spoken"),
        help_text=_("Codes with commas between them, such as en, sv."),
    )
    audience = models.CharField(
        _("audience"), max_length=300, blank=True, help_text=_("Whom it is for.")
    )
    series = models.ForeignKey(
        Series,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name=_("series"),
        help_text=_("What it belongs together with."),
    )
    hosts: "models.ManyToManyField[Organisation, Host]" = models.ManyToManyField(
        Organisation, through="Host", related_name="hosted_workshops"
    )
    report = MarkdownField(_("report"), blank=True, help_text=_("Markdown."), max_length=50_000)
    conclusions = MarkdownField(
        _("conclusions"), blank=True, help_text=_("Markdown."), max_length=20_000
    )
    is_example = models.BooleanField(
        _("only an example"),
        default=False,
        help_text=_("Made up, to try things out. Its page says so and search engines skip it."),
    )
    sequence = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Raised by the database whenever what calendars show of it changes.",
    )
    search = models.GeneratedField(
        expression=search.vector(
            language="language",
            a="title theme",
            b="summary city",
            c="description report conclusions",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PublicManager.from_queryset(WorkshopQuerySet)()
    unscoped = models.Manager.from_queryset(WorkshopQuerySet)()
    history = HistoricalRecords(excluded_fields=["search", "sequence"])

    class Meta(Entry.Meta):
        verbose_name = _("workshop")
        verbose_name_plural = _("workshops")
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="workshop_ends_after_start",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(start_time=None)
                | Q(end_time=None)
                | ~Q(starts_on=F("ends_on"))
                | Q(start_time__lt=F("end_time")),
                name="workshop_ends_after_it_starts_that_day",
                violation_error_message=_("It ends before it starts."),
            ),
            models.CheckConstraint(
                condition=~Q(slug="outcomes"),
                name="workshop_leaves_the_outcomes_their_address",
                violation_error_message=_("This address belongs to the outcomes. Take another."),
            ),
        ]
        indexes = [
            GinIndex(fields=["search"], name="workshop_search"),
            models.Index(fields=["starts_on", "id"], name="workshop_starts_on"),
        ]

    def __str__(self) -> str:
        return self.title

    @classmethod
    def ages(cls, at: date) -> Q:
        """Plans change; what took place does not, so nobody is asked about it again."""
        return Q(ends_on__gte=at)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the venue."""
        return ZoneInfo(self.time_zone)

    @property
    def starts_at(self) -> datetime:
        """The moment it starts; midnight at the venue where the time is not known."""
        return datetime.combine(self.starts_on, self.start_time or time.min, self.zone)

    @property
    def ends_at(self) -> datetime:
        """The moment it ends; the day's last at the venue where the time is not known."""
        return datetime.combine(self.ends_on, self.end_time or time.max, self.zone)

    def is_over(self, at: datetime) -> bool:
        """It has ended by that moment."""
        return self.ends_at < at

    @property
    def dates(self) -> str:
        """Its days in the active language, such as “20–22 June 2016”."""
        if self.starts_on == self.ends_on:
            return date_format(self.starts_on, "j F Y")
        if self.starts_on.year != self.ends_on.year:
            first, dash = "j F Y", " – "
        elif self.starts_on.month != self.ends_on.month:
            first, dash = "j F", " – "
        else:
            first, dash = "j", "–"
        return f"{date_format(self.starts_on, first)}{dash}{date_format(self.ends_on, 'j F Y')}"

    @property
    def place(self) -> str:
        """City and country, as far as they are known."""
        country = self.region.country_label if self.region else ""
        return ", ".join(part for part in (self.city, country) if part)

    @property
    def language_names(self) -> list[str]:
        """The languages spoken, in the active language; a code nobody knows stands for itself."""
        return [language_name(code) for code in self.languages]

    @property
    def general_materials(self) -> "list[Material]":
        """What belongs to the whole workshop rather than to one of its sessions."""
        return [material for material in self.materials.all() if material.session_id is None]

    @property
    def latest_version(self) -> "ScheduleVersion | None":
        """The last published version of its programme, as `for_page()` loads it."""
        return next(iter(self.versions.all()), None)

    @property
    def documents(self) -> "list[Material]":
        """What there is to read of the whole workshop."""
        return [row for row in self.general_materials if row.kind != Material.Kind.RECORDING]

    @property
    def recordings(self) -> "list[Material]":
        """What there is to watch, of the whole workshop and of its sessions."""
        return [row for row in self.materials.all() if row.kind == Material.Kind.RECORDING]

    @property
    def public_hosts(self) -> list[Organisation]:
        """The hosts that everyone may see, as `for_marks()` loads them."""
        return [row.organisation for row in self.host_rows.all() if row.organisation.is_public]

    def told_outcomes(self, at: date) -> "list[Progress]":
        """What was agreed at it, and what has become of that by the day; `for_page()` loads it."""
        return [outcome.progress(at) for outcome in self.outcomes.all()]

    def mark_nodes(self) -> list[Node]:
        """Its hosts, then whom its speakers stood for; `for_marks()` loads them."""
        return self.nodes(
            (row.public_organisation.key, row.public_organisation.kind)
            for session in self.sessions.all()
            for row in session.contributions.all()
            if row.public_organisation
        )

    def nodes(self, stood_for: Iterable[tuple[str, str]]) -> list[Node]:
        """Its hosts, then those of these keys and kinds, the larger the more often they occur."""
        hosts = dict.fromkeys(((host.key, host.kind) for host in self.public_hosts), 1)
        weights = hosts | Counter(stood_for)
        return [Node(key, kind, weight=count) for (key, kind), count in weights.items()]

    def get_absolute_url(self) -> str:
        """The workshop's page."""
        return reverse("workshops:detail", args=[self.slug])


class WorkshopSource(Source):
    """Where a fact about a workshop was seen."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sources")
