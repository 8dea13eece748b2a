"""Workshops: when and where they are, their programme, and what came of them."""

from collections import Counter
from datetime import date, datetime, time
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Prefetch, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, EntryQuerySet, PublicManager, Source
from clusterix.lib import search
from clusterix.lib.languages import language_name
from clusterix.lib.marks import Node
from initiatives.models import Initiative
from people.models import Organisation, Person, Region


def known_time_zone(name: str) -> None:
    """ValidationError unless the time zone database has that name."""
    if name not in available_timezones():
        raise ValidationError(_("“%(name)s” is no time zone."), params={"name": name})


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
        query = search.query(text)
        sessions = Session.objects.filter(search=query).values("workshop")
        speakers = Person.objects.matching(text).values("pk")
        spoken = Contribution.objects.filter(person__in=speakers).values("session__workshop")
        return (
            self.filter(Q(search=query) | Q(pk__in=sessions) | Q(pk__in=spoken))
            .annotate(rank=search.relevance(text, "title"))
            .order_by("-rank", "-starts_on", "pk")
        )

    def real(self) -> "WorkshopQuerySet":
        """Those that are more than an example."""
        return self.filter(is_example=False)

    def within(self, region: str) -> "WorkshopQuerySet":
        """Those that take place in the region of that code."""
        return self.filter(region__code__startswith=region)

    def for_marks(self) -> "WorkshopQuerySet":
        """With the organisations that their marks are drawn from: hosts and speakers' own."""
        return self.prefetch_related(
            Prefetch("host_rows", Host.objects.in_order().select_related("organisation")),
            Prefetch("sessions", Session.objects.in_order()),
            Prefetch(
                "sessions__contributions",
                Contribution.objects.in_order().select_related("organisation", "person"),
            ),
        )

    def for_cards(self) -> "WorkshopQuerySet":
        """With what a list shows of them."""
        return self.for_marks().select_related("region")

    def for_page(self) -> "WorkshopQuerySet":
        """With what their own page shows of them, programme and results included."""
        presentations = Presentation.objects.order_by("position", "pk").prefetch_related(
            Prefetch("initiative", Initiative.unscoped.for_marks())
        )
        return (
            self.for_cards()
            .select_related("owner")
            .prefetch_related(
                Prefetch("sessions__presentations", presentations),
                Prefetch("sessions__materials", Material.objects.order_by("position", "pk")),
                Prefetch("materials", Material.objects.order_by("position", "pk")),
                Prefetch("outcomes", Outcome.objects.for_page()),
                Prefetch("sources", WorkshopSource.objects.order_by("position", "pk")),
            )
        )


class Workshop(Entry):
    """An event of the programme. Its days are those of the venue; its times may be unknown."""

    class Format(models.TextChoices):
        """Where people take part."""

        IN_PERSON = "in-person", _("in person")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("in person and online")

    title = models.CharField(_("title"), max_length=200)
    theme = models.CharField(_("theme"), max_length=200, blank=True)
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("What it is about, in one or two sentences.")
    )
    description = models.TextField(
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
    hosts: "models.ManyToManyField[Organisation, Host]" = models.ManyToManyField(
        Organisation, through="Host", related_name="hosted_workshops"
    )
    report = models.TextField(_("report"), blank=True, help_text=_("Markdown."), max_length=50_000)
    conclusions = models.TextField(
        _("conclusions"), blank=True, help_text=_("Markdown."), max_length=20_000
    )
    is_example = models.BooleanField(
        _("only an example"),
        default=False,
        help_text=_("Made up, to try things out. Its page says so and search engines skip it."),
    )
    search = models.GeneratedField(
        expression=search.vector("title", "theme", weight="A")
        + search.vector("summary", "city", weight="B")
        + search.vector("description", "report", "conclusions", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PublicManager.from_queryset(WorkshopQuerySet)()
    unscoped = models.Manager.from_queryset(WorkshopQuerySet)()
    history = HistoricalRecords(excluded_fields=["search"])

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
        ]
        indexes = [
            GinIndex(fields=["search"], name="workshop_search"),
            models.Index(fields=["starts_on", "id"], name="workshop_starts_on"),
        ]

    def __str__(self) -> str:
        return self.title

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
    def public_hosts(self) -> list[Organisation]:
        """The hosts that everyone may see, as `for_marks()` loads them."""
        return [row.organisation for row in self.host_rows.all() if row.organisation.is_public]

    def mark_nodes(self) -> list[Node]:
        """Its hosts, then whom its speakers stood for; `for_marks()` loads them."""
        spoke = Counter(
            row.public_organisation
            for session in self.sessions.all()
            for row in session.contributions.all()
            if row.public_organisation
        )
        organisations = dict.fromkeys(self.public_hosts, 1) | spoke
        return [
            Node(organisation.key, organisation.kind, weight=count)
            for organisation, count in organisations.items()
        ]

    def get_absolute_url(self) -> str:
        """The workshop's page."""
        return reverse("workshops:detail", args=[self.slug])


class WorkshopSource(Source):
    """Where a fact about a workshop was seen."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sources")


class HostQuerySet(models.QuerySet["Host"]):
    """Who holds workshops."""

    def in_order(self) -> "HostQuerySet":
        """The leading host first."""
        return self.order_by("position", "pk")


class Host(models.Model):
    """An organisation that holds a workshop."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="host_rows")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="host_rows", verbose_name=_("organisation")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = HostQuerySet.as_manager()

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "organisation"],
                name="host_unique",
                violation_error_message=_("This organisation is a host already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class SessionQuerySet(models.QuerySet["Session"]):
    """Parts of programmes."""

    def public(self) -> "SessionQuerySet":
        """Those of public workshops."""
        return self.filter(workshop__state=Entry.State.PUBLISHED)

    def in_order(self) -> "SessionQuerySet":
        """By time where it is known, else as the organiser ordered them."""
        return self.order_by(F("starts_at").asc(nulls_last=True), "position", "pk")


class Session(models.Model):
    """One item of a programme; its order stands where its times are not known."""

    class Kind(models.TextChoices):
        """What happens in it."""

        OPENING = "opening", _("opening")
        TALK = "talk", _("talk")
        PANEL = "panel", _("panel")
        DISCUSSION = "discussion", _("discussion")
        STUDY_VISIT = "study-visit", _("study visit")
        BREAK = "break", _("break")
        NETWORKING = "networking", _("networking")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="sessions")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.TALK)
    title = models.CharField(_("title"), max_length=250)
    abstract = models.TextField(
        _("abstract"), blank=True, help_text=_("Markdown."), max_length=10_000
    )
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Where only the day is known.")
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    presents: "models.ManyToManyField[Initiative, Presentation]" = models.ManyToManyField(
        Initiative, through="Presentation", related_name="presented_in"
    )
    search = models.GeneratedField(
        expression=search.vector("title", weight="A") + search.vector("abstract", weight="C"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at=None, ends_at=None)
                | Q(starts_at__isnull=False, ends_at__isnull=False, starts_at__lt=F("ends_at")),
                name="session_ends_after_start",
                violation_error_message=_("Give start and end together, the end after the start."),
            ),
            ExclusionConstraint(
                name="session_room_is_free",
                expressions=[
                    ("workshop", RangeOperators.EQUAL),
                    ("room", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(room="") & Q(starts_at__isnull=False),
                violation_error_message=_("The room is taken by another session at that time."),
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="session_search")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The session's place on the workshop's page."""
        return f"{self.workshop.get_absolute_url()}#{self.anchor}"

    @property
    def anchor(self) -> str:
        """The name of its place on the workshop's page."""
        return f"session-{self.pk}"

    @property
    def public_initiatives(self) -> list[Initiative]:
        """What it presents, as far as everyone may see it; `for_page()` of workshops loads it."""
        rows = self.presentations.all()
        return [row.initiative for row in rows if row.initiative.is_public]

    def is_on(self, at: datetime) -> bool:
        """It is under way at that moment."""
        return bool(self.starts_at and self.ends_at and self.starts_at <= at < self.ends_at)


class PresentationQuerySet(models.QuerySet["Presentation"]):
    """Which session presents which initiative."""

    def public(self) -> "PresentationQuerySet":
        """Those at public workshops."""
        return self.filter(session__workshop__state=Entry.State.PUBLISHED)

    def for_lists(self) -> "PresentationQuerySet":
        """With session, speakers and workshop, the latest workshop first."""
        contributions = Contribution.objects.in_order().select_related("organisation", "person")
        return (
            self.select_related("session")
            .prefetch_related(
                Prefetch("session__workshop", Workshop.unscoped.for_marks()),
                Prefetch("session__contributions", contributions),
            )
            .order_by("-session__workshop__starts_on", "session__position", "pk")
        )


class Presentation(models.Model):
    """An initiative that a session presents."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="presentations")
    initiative = models.ForeignKey(
        Initiative, models.PROTECT, related_name="presentations", verbose_name=_("initiative")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PresentationQuerySet.as_manager()

    class Meta:
        verbose_name = _("presented initiative")
        verbose_name_plural = _("presented initiatives")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "initiative"],
                name="presentation_unique",
                violation_error_message=_("The session presents this initiative already."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.initiative)


class ContributionQuerySet(models.QuerySet["Contribution"]):
    """Who did what in which session."""

    def public(self) -> "ContributionQuerySet":
        """Those at public workshops by people who may be named."""
        return self.filter(
            session__workshop__state=Entry.State.PUBLISHED, person__state=Entry.State.PUBLISHED
        ).exclude(person__visibility=Person.Visibility.WITHHELD)

    def in_order(self) -> "ContributionQuerySet":
        """As the programme lists them."""
        return self.order_by("position", "pk")

    def latest_first(self) -> "ContributionQuerySet":
        """Those at the latest workshop first."""
        return self.order_by(
            "-session__workshop__starts_on", F("session__starts_at").asc(nulls_last=True),
            "session__position", "pk",
        )  # fmt: skip

    def for_lists(self) -> "ContributionQuerySet":
        """With session, workshop, person, and what the session presents."""
        presentations = Presentation.objects.order_by("position", "pk").select_related("initiative")
        return self.select_related(
            "session__workshop__region", "person", "organisation"
        ).prefetch_related(Prefetch("session__presentations", presentations))


class Contribution(models.Model):
    """What a person did in a session, and for whom they stood there at the time."""

    class Role(models.TextChoices):
        """The parts people take in a session."""

        SPEAKER = "speaker", _("speaker")
        MODERATOR = "moderator", _("moderator")
        PANELLIST = "panellist", _("panellist")
        HOST = "host", _("host")

    session = models.ForeignKey(Session, models.CASCADE, related_name="contributions")
    person = models.ForeignKey(
        Person, models.PROTECT, related_name="contributions", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.SPEAKER)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contributions",
        verbose_name=_("organisation at the time"),
    )
    affiliation = models.CharField(
        _("as printed"),
        max_length=200,
        blank=True,
        help_text=_("How the programme named the role or organisation then. Empty: the name."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = ContributionQuerySet.as_manager()

    class Meta:
        verbose_name = _("contribution")
        verbose_name_plural = _("contributions")
        constraints = [
            models.UniqueConstraint(
                fields=["session", "person", "role"],
                name="contribution_unique",
                violation_error_message=_("This person has this role already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} ({self.get_role_display()})"

    @property
    def public_name(self) -> str:
        """The person's name as the programme prints it."""
        return self.person.public_name

    @property
    def public_organisation(self) -> Organisation | None:
        """For whom the person stood there, unless that would tell who a withheld speaker is."""
        organisation = self.organisation
        return organisation if organisation and organisation.is_public and self._names else None

    @property
    def stood_for(self) -> str:
        """The affiliation at the time as the programme prints it; empty where it is not public."""
        if not self._names:
            return ""
        return self.affiliation or (
            self.public_organisation.name if self.public_organisation else ""
        )

    @property
    def _names(self) -> bool:
        return self.person.is_public and self.person.visibility != Person.Visibility.WITHHELD


class Material(models.Model):
    """Something to read or watch from a workshop or one of its sessions, kept elsewhere."""

    class Kind(models.TextChoices):
        """What it is."""

        SLIDES = "slides", _("slides")
        PAPER = "paper", _("paper")
        RECORDING = "recording", _("recording")
        PHOTO = "photo", _("photo")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="materials")
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="materials"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500)
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("Such as CC BY 4.0.")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")

    def __str__(self) -> str:
        return self.title


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """What was agreed."""

    def public(self) -> "OutcomeQuerySet":
        """Agreed at public workshops."""
        return self.filter(workshop__state=Entry.State.PUBLISHED)

    def for_page(self) -> "OutcomeQuerySet":
        """With workshop, owner and initiative, in the order of the minutes."""
        return self.select_related("workshop", "organisation", "initiative").order_by(
            "-workshop__starts_on", "position", "pk"
        )


class Outcome(models.Model):
    """Something agreed at a workshop: what, by whom, until when, and what became of it."""

    class State(models.TextChoices):
        """What became of it."""

        AGREED = "agreed", _("agreed")
        IN_PROGRESS = "in-progress", _("in progress")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="outcomes")
    what = models.CharField(_("what was agreed"), max_length=300)
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("owner"),
    )
    initiative = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("concerns"),
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.AGREED)
    result = models.CharField(
        _("what came of it"),
        max_length=500,
        blank=True,
        help_text=_("The policy change or transfer it led to."),
    )
    link = models.URLField(_("link"), max_length=500, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")

    def __str__(self) -> str:
        return self.what

    @property
    def public_owner(self) -> Organisation | None:
        """Who took it on, where everyone may see that organisation."""
        return self.organisation if self.organisation and self.organisation.is_public else None

    @property
    def public_initiative(self) -> Initiative | None:
        """What it concerns, where everyone may see that initiative."""
        return self.initiative if self.initiative and self.initiative.is_public else None
