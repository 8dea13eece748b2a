"""Workshops: when and where they are, their programme, and what came of them."""

import hashlib
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.functions import RandomUUID
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Prefetch, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import (
    Entry,
    EntryQuerySet,
    Partner,
    PublicManager,
    Source,
    Term,
    User,
)
from clusterix.lib import search
from clusterix.lib.languages import language_name
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from initiatives.models import Initiative, Transfer
from people.models import Organisation, Person, Region
from workshops.materials.naming import new_path
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


class OrganiserQuerySet(models.QuerySet["Organiser"]):
    """Who runs workshops, and who was asked to."""

    def waiting(self) -> Self:
        """Those that somebody is invited to be, who has not come yet."""
        return self.filter(user=None)

    def offered(self) -> Self:
        """Those that wait, and whose giver may still give the role."""
        return self.waiting().filter(self._giver_publishes())

    def with_offers(self) -> Self:
        """With `may_be_given`."""
        found: Self = self.annotate(may_be_given=self._giver_publishes())
        return found

    def _giver_publishes(self) -> Exists:
        givers = User.objects.publishing_for(OuterRef("workshop__owner"))
        return Exists(givers.filter(pk=OuterRef("given_by")))


class Organiser(models.Model):
    """Somebody runs one workshop for the partner that curates it, and sees nothing else of it.

    Until whoever is invited has come, the row has the invitation in place of the user; it goes with
    it, and opens nothing to anybody.
    """

    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="organisers", verbose_name=_("workshop")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="organised",
        verbose_name=_("organiser"),
    )
    invitation = models.OneToOneField(
        Invitation,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="organiser",
        verbose_name=_("invitation"),
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("given by"),
    )
    given_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    may_be_given: bool
    """Whoever gives the role publishes the workshop, as `with_offers` found."""

    objects = OrganiserQuerySet.as_manager()

    class Meta:
        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "user"],
                name="organiser_unique",
                violation_error_message=_("They organise this workshop already."),
            ),
            models.CheckConstraint(
                condition=Q(user__isnull=False, invitation=None)
                | Q(user=None, invitation__isnull=False),
                name="organiser_is_there_or_invited",
            ),
        ]

    def __str__(self) -> str:
        """Names nobody: the admin's log keeps it."""
        return f"{self._meta.verbose_name}, {self.workshop}"

    @property
    def title(self) -> str:
        """What whoever is invited would run."""
        return str(self.workshop)

    @property
    def partner(self) -> Partner:
        """For whom they would run it."""
        return self.workshop.owner

    def is_offered(self) -> bool:
        """Whoever sent the invitation may still give the role."""
        return Organiser.objects.offered().filter(pk=self.pk).exists()

    def give_to(self, user: User, at: datetime) -> bool:
        """Let whoever came by the invitation run the workshop; False if that is not offered.

        Who may do that by now without this row needs it no longer.
        """
        if not self.is_offered():
            return False
        waiting = Organiser.objects.waiting().filter(pk=self.pk)
        if user.can_see(self.workshop):
            return bool(waiting.delete()[0])
        return bool(waiting.update(user=user, invitation=None, given_at=at))


class SessionQuerySet(models.QuerySet["Session"]):
    """Parts of programmes."""

    def public(self) -> "SessionQuerySet":
        """Those of public workshops."""
        return self.filter(workshop__state=Entry.State.PUBLISHED)

    def taking_place(self) -> "SessionQuerySet":
        """Those that are not cancelled."""
        return self.filter(cancelled_at=None)

    def in_order(self) -> "SessionQuerySet":
        """By time where it is known, else as the organiser ordered them."""
        return self.order_by(F("starts_at").asc(nulls_last=True), "position", "pk")

    def matching(self, text: str) -> "SessionQuerySet":
        """Those found by their title or abstract; best first."""
        found = self.filter(search.finds(F("search"), text))
        ranked = found.annotate(rank=search.relevance(F("search"), text, "title"))
        return ranked.order_by("-rank", "-workshop__starts_on", "pk")

    def for_files(self) -> "SessionQuerySet":
        """In order, with who takes part and what there is to read: what schedule files hold."""
        return self.in_order().prefetch_related(
            Prefetch("contributions", Contribution.objects.in_order().select_related("person")),
            Prefetch("materials", Material.objects.in_order()),
        )


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
    guid = models.UUIDField(
        _("identity in schedule files"),
        unique=True,
        default=uuid.uuid4,
        db_default=RandomUUID(),
        editable=False,
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.TALK)
    title = models.CharField(_("title"), max_length=250)
    abstract = MarkdownField(_("abstract"), blank=True, help_text=_("Markdown."), max_length=10_000)
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Where only the day is known.")
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=100, blank=True)
    track = models.CharField(
        _("track"),
        max_length=100,
        blank=True,
        default="",
        db_default="",
        help_text=_("The strand of the programme that it belongs to."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancelled_because = models.CharField(
        _("why it is cancelled"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("One sentence for everyone to read, if there is something to say."),
    )
    sequence = models.PositiveIntegerField(
        default=0,
        db_default=0,
        editable=False,
        help_text="Raised by the database whenever what calendars show of it changes.",
    )
    changed_at = models.DateTimeField(
        db_default=Now(), editable=False, help_text="When the database last raised `sequence`."
    )
    presents: "models.ManyToManyField[Initiative, Presentation]" = models.ManyToManyField(
        Initiative, through="Presentation", related_name="presented_in"
    )
    search = models.GeneratedField(
        expression=search.vector(a="title", c="abstract"),
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
                condition=~Q(room="") & Q(starts_at__isnull=False, cancelled_at=None),
                violation_error_message=_("The room is taken by another session at that time."),
            ),
            models.CheckConstraint(
                condition=Q(cancelled_because="") | Q(cancelled_at__isnull=False),
                name="session_reason_is_of_a_cancelled_one",
                violation_error_message=_("Only what is cancelled has a reason for that."),
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="session_search")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The session's page."""
        return reverse("workshops:session", args=[self.workshop.slug, self.pk])

    @property
    def public_initiatives(self) -> list[Initiative]:
        """What it presents, as far as everyone may see it; `for_record()` of workshops loads it."""
        rows = self.presentations.all()
        return [row.initiative for row in rows if row.initiative.is_public]

    @property
    def is_cancelled(self) -> bool:
        """It does not take place, though it keeps its line in the programme."""
        return self.cancelled_at is not None

    def cancel(self, at: datetime) -> None:
        """It will not take place; its room is free for others. To be saved."""
        self.cancelled_at = self.cancelled_at or at

    def restore(self) -> None:
        """It takes place after all. To be saved."""
        self.cancelled_at = None
        self.cancelled_because = ""


class ScheduleVersionQuerySet(models.QuerySet["ScheduleVersion"]):
    """Versions of programmes."""

    def newest_first(self) -> "ScheduleVersionQuerySet":
        """The last published before the others."""
        return self.order_by("-number", "-pk")

    def for_pages(self) -> "ScheduleVersionQuerySet":
        """Those, without what only the next version is compared with."""
        return self.newest_first().defer("snapshot")

    def last_of_each(self) -> "ScheduleVersionQuerySet":
        """The last version of each workshop."""
        return self.for_pages().order_by("workshop", "-number").distinct("workshop")

    def knowing(self, session: Session) -> "ScheduleVersionQuerySet":
        """Those that the session is part of."""
        return self.filter(workshop=session.workshop_id, snapshot__has_key=str(session.guid))


class ScheduleVersion(models.Model):
    """A programme as it was announced: what calendars showed of it then, and what was new."""

    workshop = models.ForeignKey(
        Workshop, models.CASCADE, related_name="versions", verbose_name=_("workshop")
    )
    number = models.PositiveIntegerField(_("number"))
    note = models.CharField(
        _("note"),
        max_length=500,
        blank=True,
        help_text=_("For everyone who comes: what is new, and why. Plain text."),
    )
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    snapshot = models.JSONField(help_text="`Snapshot` of `workshops.versions.facts`.")
    changes = models.JSONField(
        help_text="A list of `Change` of `workshops.versions.facts`; empty for the first."
    )

    objects = ScheduleVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme version")
        verbose_name_plural = _("programme versions")
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "number"],
                name="scheduleversion_number_unique",
                violation_error_message=_("There is a version with this number already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workshop}, {self.number}"

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """What became of sessions with it: kinds of change by guid."""
        found = defaultdict[str, list[str]](list)
        for change in self.changes:
            found[change["guid"]].append(change["kind"])
        return dict(found)


class PresentationQuerySet(models.QuerySet["Presentation"]):
    """Which session presents which initiative."""

    def public(self) -> "PresentationQuerySet":
        """Those at public workshops."""
        return self.filter(session__workshop__state=Entry.State.PUBLISHED)

    def shown_in(self, session: int) -> "PresentationQuerySet":
        """What the session of that number presents, as far as everyone may see it, in order."""
        rows = self.filter(session=session, initiative__state=Entry.State.PUBLISHED)
        initiatives = Prefetch("initiative", Initiative.unscoped.for_marks())
        return rows.order_by("position", "pk").prefetch_related(initiatives)

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

    def beside(self, session: "Session") -> "ContributionQuerySet":
        """Those to other sessions at the same time, at its own workshop or at public ones."""
        if session.is_cancelled or not (session.starts_at and session.ends_at):
            return self.none()
        known = Q(session__workshop=session.workshop_id) | Q(
            session__workshop__state=Entry.State.PUBLISHED
        )
        return self.filter(
            known,
            session__cancelled_at=None,
            session__starts_at__lt=session.ends_at,
            session__ends_at__gt=session.starts_at,
        ).exclude(session=session.pk)

    def in_order(self) -> "ContributionQuerySet":
        """As the programme lists them."""
        return self.order_by("position", "pk")

    def for_names(self) -> "ContributionQuerySet":
        """With whom they name, and none of the texts about those."""
        return self.select_related("organisation", "person").defer(
            *("organisation__description", "organisation__search"),
            *("person__biography", "person__search"),
        )

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
        return organisation if organisation and organisation.is_public and self.is_named else None

    @property
    def stood_for(self) -> str:
        """The affiliation at the time as the programme prints it; empty where it is not public."""
        if not self.is_named:
            return ""
        return self.affiliation or (
            self.public_organisation.name if self.public_organisation else ""
        )

    @property
    def is_named(self) -> bool:
        """The programme says who it is."""
        return self.person.is_public and self.person.visibility != Person.Visibility.WITHHELD


class MaterialQuerySet(models.QuerySet["Material"]):
    """What there is to read or watch."""

    def in_order(self) -> "MaterialQuerySet":
        """As the organiser ordered it, with the workshop, whose address files have."""
        return self.select_related("workshop").order_by("position", "pk")

    def files(self) -> "MaterialQuerySet":
        """Those that are kept here."""
        return self.exclude(file="")


class Material(models.Model):
    """Something to read or watch from a workshop or one of its sessions: a file, or a link."""

    class Kind(models.TextChoices):
        """What it is."""

        SLIDES = "slides", _("slides")
        PAPER = "paper", _("paper")
        RECORDING = "recording", _("recording")
        PHOTO = "photo", _("photo")
        PAGE = "page", _("web page")

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="materials")
    session = models.ForeignKey(
        Session, models.CASCADE, null=True, blank=True, related_name="materials"
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    url = models.URLField(_("link"), max_length=500, blank=True)
    licence = models.CharField(
        _("licence"), max_length=80, blank=True, help_text=_("Such as CC BY 4.0.")
    )
    reference = models.UUIDField(
        _("name in addresses"),
        unique=True,
        default=uuid.uuid4,
        db_default=RandomUUID(),
        editable=False,
    )
    file = models.FileField(
        _("file"), upload_to=new_path, blank=True, default="", db_default="", editable=False
    )
    name = models.CharField(
        _("file name"), max_length=100, blank=True, default="", db_default="", editable=False
    )
    content_type = models.CharField(
        _("format"), max_length=100, blank=True, default="", db_default="", editable=False
    )
    size = models.PositiveIntegerField(_("bytes"), default=0, db_default=0, editable=False)
    digest = models.CharField(
        _("SHA-256"), max_length=64, blank=True, default="", db_default="", editable=False
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        constraints = [
            models.CheckConstraint(
                condition=(Q(file="", name="", content_type="", size=0, digest="") & ~Q(url=""))
                | (
                    Q(url="", size__gt=0, digest__regex=r"^[0-9a-f]{64}$")
                    & ~Q(file="")
                    & ~Q(name="")
                    & ~Q(content_type="")
                ),
                name="material_file_or_link",
                violation_error_message=_("Give a file or a link, one of the two."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """Where it is found: elsewhere, or under the workshop's own address."""
        return self.url or reverse("workshops:material", args=[self.workshop.slug, self.reference])

    @property
    def web_address(self) -> str:
        """The whole address, for those who read it elsewhere."""
        return self.url or f"{settings.SITE_URL}{self.address}"

    @property
    def suffix(self) -> str:
        """How the name of its file ends, such as “PDF”; empty for a link."""
        return self.name.rpartition(".")[2].upper()

    def take(self, content: File[bytes], name: str, content_type: str) -> None:
        """Becomes that file, which was checked; it is written once the row is saved."""
        self.file = content
        self.name, self.content_type, self.size = name, content_type, content.size
        content.seek(0)
        self.digest = hashlib.file_digest(content, "sha256").hexdigest()

    def drop_file(self) -> None:
        """Is a link from now on; the worker removes the file."""
        self.file = self.name = self.content_type = self.digest = ""
        self.size = 0


class OutcomeQuerySet(models.QuerySet["Outcome"]):
    """What was agreed."""

    def public(self) -> "OutcomeQuerySet":
        """Agreed at public workshops."""
        return self.filter(workshop__state=Entry.State.PUBLISHED)

    def open(self) -> "OutcomeQuerySet":
        """Those neither done nor dropped."""
        return self.filter(state__in=Outcome.OPEN_STATES)

    def overdue(self, at: date) -> "OutcomeQuerySet":
        """Those still open although their day has passed."""
        return self.open().filter(due_on__lt=at)

    def taken_on_by(self, user: User) -> "OutcomeQuerySet":
        """Those that organisations which the user curates took on in public."""
        organisations = user.partner_entries(Organisation).values("pk")
        return self.public().filter(organisation__in=organisations)

    def seen_by(self, user: User) -> "OutcomeQuerySet":
        """Those that a curator sees behind the scenes: `is_seen_by` is true of them."""
        own = Q(workshop__in=user.partner_entries(Workshop).values("pk"))
        return self.filter(own | Q(pk__in=self.taken_on_by(user).values("pk")))

    def soonest_first(self) -> "OutcomeQuerySet":
        """As they are due; those without a day at the end."""
        return self.order_by(F("due_on").asc(nulls_last=True), "pk")

    def for_page(self) -> "OutcomeQuerySet":
        """With all that is told of them, in the order of the minutes."""
        return (
            self.select_related(
                *("workshop", "organisation", "initiative", "instrument"),
                *("transfer__initiative", "transfer__organisation", "transfer__region"),
            )
            .prefetch_related(Prefetch("steps", OutcomeStep.objects.in_order()))
            .order_by("-workshop__starts_on", "position", "pk")
        )

    def for_their_workshop(self) -> "OutcomeQuerySet":
        """The same for the page of the workshop itself; most have none, so nothing is joined."""
        return (
            self.prefetch_related("organisation", "initiative", "instrument")
            .prefetch_related("transfer__initiative", "transfer__organisation", "transfer__region")
            .prefetch_related(Prefetch("steps", OutcomeStep.objects.in_order()))
            .with_advice()
            .order_by("position", "pk")
        )

    def with_advice(self) -> "OutcomeQuerySet":
        """With the recommendations of peers that they were agreed upon."""
        return self.prefetch_related("recommendations__review")

    def told(self, at: date) -> "list[Progress]":
        """What has become of each by that day."""
        return [outcome.progress(at) for outcome in self]


class Outcome(models.Model):
    """Something agreed at a workshop: what, by whom, until when, and what became of it.

    Its state is that of the last step that was recorded. PostgreSQL keeps it, so that no writer
    can say something else.
    """

    class State(models.TextChoices):
        """What became of it."""

        AGREED = "agreed", _("agreed")
        IN_PROGRESS = "in-progress", _("in progress")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    OPEN_STATES = (State.AGREED, State.IN_PROGRESS)

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
    state = models.CharField(
        _("state"), max_length=20, choices=State, default=State.AGREED, editable=False
    )
    result = models.CharField(
        _("what came of it"),
        max_length=500,
        blank=True,
        help_text=_("The policy change or transfer it led to."),
    )
    link = models.URLField(_("link"), max_length=500, blank=True)
    instrument = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agreed_changes",
        verbose_name=_("policy it changed"),
    )
    transfer = models.ForeignKey(
        Transfer,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("transfer it led to"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OutcomeQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        constraints = [
            models.CheckConstraint(
                condition=Q(transfer=None) | Q(initiative__isnull=False),
                name="outcome_transfer_of_what_it_concerns",
                violation_error_message=_("Say which practice it concerns that was taken over."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                name="outcome_open",
                condition=Q(state__in=["agreed", "in-progress"]),
            ),
        ]

    def __str__(self) -> str:
        return self.what

    def clean(self) -> None:
        """The transfer that it led to is one of the practice that it concerns."""
        if self.transfer and self.initiative_id not in {None, self.transfer.initiative_id}:
            raise ValidationError(_("The transfer is one of another practice."))

    @property
    def public_owner(self) -> Organisation | None:
        """Who took it on, where everyone may see that organisation."""
        return self.organisation if self.organisation and self.organisation.is_public else None

    @property
    def public_initiative(self) -> Initiative | None:
        """What it concerns, where everyone may see that initiative."""
        return self.initiative if self.initiative and self.initiative.is_public else None

    @property
    def public_instrument(self) -> Initiative | None:
        """The policy that it changed, where everyone may see that one."""
        return self.instrument if self.instrument and self.instrument.is_public else None

    @property
    def public_transfer(self) -> Transfer | None:
        """The transfer it led to, where everyone may see of what and to whom."""
        transfer = self.transfer
        is_public = transfer and transfer.initiative.is_public and transfer.adopter
        return transfer if is_public else None

    @property
    def public_recommendations(self) -> list[models.Model]:
        """Those of public peer reviews that it was agreed upon; `with_advice()` loads them."""
        rows = [row for row in self.recommendations.all() if row.review.is_public]
        rows.sort(key=lambda row: (row.review_id, row.position, row.pk))
        return [*rows]

    def is_seen_by(self, user: User) -> bool:
        """The user curates its workshop or, once that is public, its owner."""
        owner = self.organisation if self.workshop.is_public else None
        return user.can_see(self.workshop) or (owner is not None and user.can_see(owner))

    def may_be_recorded_by(self, user: User) -> bool:
        """The user may say how it stands: answers for its workshop or, in public, for its owner."""
        owner = self.organisation if self.workshop.is_public else None
        return user.can_change(self.workshop) or (owner is not None and user.can_publish(owner))

    def progress(self, at: date) -> "Progress":
        """What has become of it by that day; `for_page()` loads the steps."""
        known = [step for step in self.steps.all() if step.day is None or step.day <= at]
        state = self.State(known[-1].state) if known else self.State.AGREED
        is_late = self.due_on is not None and self.due_on < at
        return Progress(self, state, is_late and state in self.OPEN_STATES, known)


@dataclass(frozen=True, slots=True)
class Progress:
    """What has become of an outcome by a day: its state, and the steps that led there."""

    outcome: Outcome
    state: Outcome.State
    is_overdue: bool
    steps: "list[OutcomeStep]"

    @property
    def is_open(self) -> bool:
        """Somebody still has to do it."""
        return self.state in Outcome.OPEN_STATES

    @property
    def begins_at_workshop(self) -> bool:
        """No step says when it was agreed: at the workshop, then."""
        return all(step.state != Outcome.State.AGREED for step in self.steps)


class OutcomeStepQuerySet(models.QuerySet["OutcomeStep"]):
    """What was recorded of outcomes."""

    def in_order(self) -> "OutcomeStepQuerySet":
        """As they happened; those of no known day first, then as they were recorded."""
        return self.order_by(F("day").asc(nulls_first=True), "pk")


class OutcomeStep(models.Model):
    """How an outcome stood on a day: one line of the log from which its state follows."""

    outcome = models.ForeignKey(Outcome, models.CASCADE, related_name="steps")
    day = models.DateField(
        _("day"), null=True, blank=True, help_text=_("Empty where it is not known.")
    )
    state = models.CharField(_("state"), max_length=20, choices=Outcome.State)
    note = models.CharField(
        _("note"), max_length=300, blank=True, help_text=_("What happened, for everyone to read.")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )

    objects = OutcomeStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["agreed", "in-progress", "done", "dropped"]),
                name="outcome_step_state_known",
            ),
            models.UniqueConstraint(
                fields=["outcome", "day", "state"],
                name="outcome_step_unique",
                nulls_distinct=False,
                violation_error_message=_("This step is recorded already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_state_display()

    def clean(self) -> None:
        """The log tells of what has happened, by the calendar of the workshop's place."""
        if self.day and self.day > timezone.localdate(timezone=self.outcome.workshop.zone):
            raise ValidationError({"day": _("This day is yet to come.")})
