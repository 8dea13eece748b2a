"""Users, the partners they curate for, and what every curated record shares."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest, Lower, TruncDate
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusterix.curation.naming import Names

E = TypeVar("E", bound="Entry")


@dataclass(frozen=True)
class Scope:
    """What somebody reviews for others: codes of regions with all that lies in them, and themes."""

    regions: frozenset[str] = frozenset()
    themes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.regions or self.themes)


class UserManager(BaseUserManager["User"]):
    """Makes users, who are known by their e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A user who may sign in with that address; without a password only by resetting it."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An operator, to whom nothing is closed."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def publishing_for(self, partner: Any) -> "models.QuerySet[User]":
        """Those with an open account of whom `can_publish` is true for the partner's entries.

        The partner may be the column of an outer query; nobody comes twice only within `Exists`.
        """
        may = Q(is_superuser=True) | Q(memberships__role=Membership.Role.SECRETARIAT)
        may |= Q(memberships__role=Membership.Role.PUBLISHER, memberships__partner=partner)
        return self.filter(may, is_active=True)


class User(AbstractUser):
    """Somebody who signs in: a member of one or more partners, or an operator."""

    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Somebody with this e-mail address exists already."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def is_secretariat(self) -> bool:
        """May review and publish anyone's entries (operators may too)."""
        return self.is_superuser or Membership.Role.SECRETARIAT in self._roles.values()

    @property
    def is_curator(self) -> bool:
        """Works behind the scenes: for a partner, on a workshop, or as an operator."""
        return self.is_superuser or bool(self._roles) or bool(self._organised)

    @property
    def may_begin(self) -> bool:
        """May begin entries: for some partner."""
        return self.is_secretariat or bool(self._roles)

    def can_steer(self, entry: "Entry") -> bool:
        """May hand the entry on, say whose it is, or delete a draft: belongs to its partner."""
        return self.is_secretariat or entry.owner_id in self._roles

    def is_organiser(self, entry: "Entry") -> bool:
        """Runs this one entry for its partner, without belonging to it."""
        return entry.has_organisers and entry.pk in self._organised

    def can_publish(self, entry: "Entry") -> bool:
        """May make the entry public, and answers for it afterwards."""
        return self.is_secretariat or entry.owner_id in self.publishes_for

    def can_see(self, entry: "Entry") -> bool:
        """May open the entry behind the scenes."""
        return self.can_steer(entry) or self.is_organiser(entry)

    def can_review(self, entry: "Entry") -> bool:
        """May decide about the entry while it is in review: as its publisher, or by its scope."""
        if entry.state != Entry.State.IN_REVIEW:
            return False
        return self.can_publish(entry) or self.is_routed(entry)

    def is_routed(self, entry: "Entry") -> bool:
        """What is submitted about the entry comes to this user by a scope."""
        kind = type(entry)
        mine: EntryQuerySet[Entry] = kind.unscoped.filter(pk=entry.pk)
        return bool(self.scope) and mine.in_scope(self.scope).exists()

    def can_change(self, entry: "Entry") -> bool:
        """May edit the entry as it stands: the partner's drafts, all one publishes or organises."""
        if entry.state == Entry.State.DRAFT:
            return self.can_see(entry)
        return self.can_publish(entry) or self.is_organiser(entry)

    def own_partners(self) -> "models.QuerySet[Partner]":
        """The partners that this user may create entries for, by name."""
        partners = Partner.objects.order_by("name")
        return partners if self.is_secretariat else partners.filter(pk__in=list(self._roles))

    @property
    def manages_members(self) -> bool:
        """Answers for the members of some partner."""
        return self.is_secretariat or bool(self.publishes_for)

    def manages(self, partner: int) -> bool:
        """Answers for the members of that partner."""
        return self.is_secretariat or partner in self.publishes_for

    def managed_partners(self) -> "models.QuerySet[Partner]":
        """The partners whose members this user answers for, by name."""
        partners = Partner.objects.order_by("name")
        return partners if self.is_secretariat else partners.filter(pk__in=self.publishes_for)

    def partner_entries(self, model: type[E]) -> "EntryQuerySet[E]":
        """The entries of that kind that this user may see behind the scenes."""
        entries: EntryQuerySet[E] = model.unscoped.all()
        return entries if self.is_secretariat else entries.filter(self._own(model))

    def changeable_entries(self, model: type[E]) -> "EntryQuerySet[E]":
        """Those of that kind of which `can_change` is true."""
        entries = self.partner_entries(model)
        if self.is_secretariat:
            return entries
        may = Q(state=Entry.State.DRAFT) | Q(owner__in=self.publishes_for)
        return entries.filter(may | self._of_organiser(model))

    def drafts(self, model: type[E]) -> "EntryQuerySet[E]":
        """Those of that kind that this user began and has not handed on."""
        return self.partner_entries(model).filter(state=Entry.State.DRAFT, created_by=self)

    def visible_entries(self, model: type[E]) -> "EntryQuerySet[E]":
        """Those of the user's partners, and those in review that come to the user by a scope."""
        if self.is_secretariat or not self.scope:
            return self.partner_entries(model)
        entries: EntryQuerySet[E] = model.unscoped.all()
        routed = Q(state=Entry.State.IN_REVIEW, pk__in=entries.in_scope(self.scope).values("pk"))
        return entries.filter(self._own(model) | routed)

    def publishable_entries(self, model: type[E]) -> "EntryQuerySet[E]":
        """Those of that kind that wait for review by this user."""
        waiting = self.visible_entries(model).filter(state=Entry.State.IN_REVIEW)
        if self.is_secretariat:
            return waiting
        mine = Q(owner__in=self.publishes_for)
        if self.scope:
            mine |= Q(pk__in=model.unscoped.in_scope(self.scope).values("pk"))
        return waiting.filter(mine)

    def linkable_entries(self, model: type[E]) -> "EntryQuerySet[E]":
        """Those of that kind that this user's entries may refer to: anyone's public ones too."""
        entries: EntryQuerySet[E] = model.unscoped.all()
        if self.is_secretariat:
            return entries
        return entries.filter(Q(state=Entry.State.PUBLISHED) | self._own(model))

    def _own(self, model: type[E]) -> Q:
        """What is true of those of that kind that this user works on."""
        return Q(owner__in=list(self._roles)) | self._of_organiser(model)

    def _of_organiser(self, model: type[E]) -> Q:
        """What is true of those of that kind that this user organises."""
        if not model.has_organisers:
            return Q(pk__in=[])
        rows: Any = self.organised  # of a higher app
        return Q(pk__in=rows.values("workshop"))

    @cached_property
    def _organised(self) -> frozenset[int]:
        """The workshops that the user organises, by their numbers; read once a request."""
        rows: Any = self.organised  # of a higher app
        return frozenset(rows.values_list("workshop", flat=True))

    @cached_property
    def _memberships(self) -> "list[tuple[int, str, list[str], list[str]]]":
        """Partner, role, and what the partner reviews; read once a request."""
        what = ("partner", "role", "partner__regions_reviewed", "partner__themes_reviewed")
        return list(self.memberships.values_list(*what))

    @property
    def _roles(self) -> dict[int, str]:
        """The user's role by partner."""
        return {partner: role for partner, role, _regions, _themes in self._memberships}

    @property
    def publishes_for(self) -> list[int]:
        """The partners for which the user's role is to publish."""
        return [pk for pk, role in self._roles.items() if role == Membership.Role.PUBLISHER]

    @property
    def scope(self) -> Scope:
        """What the partners review for which the user's role is to publish."""
        mine = [row for row in self._memberships if row[1] == Membership.Role.PUBLISHER]
        return Scope(
            frozenset(code for row in mine for code in row[2]),
            frozenset(key for row in mine for key in row[3]),
        )


class Partner(models.Model):
    """A team that curates: a cluster organisation, an agency or a managing authority."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    is_programme = models.BooleanField(
        _("the programme's own partner"),
        default=False,
        help_text=_("Its members can be given the secretariat's role."),
    )
    regions_reviewed = ArrayField(
        models.CharField(max_length=5),
        verbose_name=_("reviews for these regions"),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=5))),
        blank=True,
        help_text=_(
            "NUTS codes with commas between them, such as “SE, DK01”: what others submit about "
            "these regions, or about any place in them, comes to this partner's publishers."
        ),
    )
    themes_reviewed = ArrayField(
        models.SlugField(max_length=80),
        verbose_name=_("reviews for these themes"),
        default=list,
        db_default=Value([], ArrayField(models.CharField(max_length=80))),
        blank=True,
        help_text=_("Keys of themes, with commas between them."),
    )
    members: "models.ManyToManyField[User, Membership]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Membership", related_name="partners"
    )

    class Meta:
        verbose_name = _("partner")
        verbose_name_plural = _("partners")
        constraints = [
            models.UniqueConstraint(
                fields=["is_programme"],
                condition=Q(is_programme=True),
                name="partner_one_programme",
                violation_error_message=_("Another partner is the programme's own already."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a user may do for a partner."""

    class Role(models.TextChoices):
        """Editors draft and propose, publishers also publish, the secretariat does so for all."""

        EDITOR = "editor", _("editor")
        PUBLISHER = "publisher", _("publisher")
        SECRETARIAT = "secretariat", _("secretariat")

    partner = models.ForeignKey(
        Partner, models.CASCADE, related_name="memberships", verbose_name=_("partner")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "user"],
                name="membership_unique",
                violation_error_message=_("This user is a member of this partner already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["editor", "publisher", "secretariat"]),
                name="membership_role_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.partner} ({self.get_role_display()})"

    def clean(self) -> None:
        """Only the programme's own partner has a secretariat."""
        is_secretariat = self.role == self.Role.SECRETARIAT
        if is_secretariat and self.partner_id and not self.partner.is_programme:
            raise ValidationError(
                {"role": _("Only members of the programme's own partner can be its secretariat.")}
            )


class EntryQuerySet(models.QuerySet[E]):
    """Which entries: the words that all kinds of entry share."""

    def public(self) -> "EntryQuerySet[E]":
        """What everyone may see."""
        return self.filter(state=Entry.State.PUBLISHED)

    def with_pages(self) -> "EntryQuerySet[E]":
        """Those whose page everyone may open."""
        return self.public()

    def choosable(self) -> "EntryQuerySet[E]":
        """Those that others may be linked to anew, as far as their own state decides."""
        return self

    def names(self) -> list[Names]:
        """Where their names stand, former ones too."""
        return [Names(self, "pk", F("title"))]

    def once_called(self, slug: str) -> "EntryQuerySet[E]":
        """Entries whose address was that slug before, the last to have it first."""
        past = self.model.history.filter(slug=slug).values("id")
        return self.filter(pk__in=past).order_by("-updated_at", "-pk")

    def in_scope(self, scope: Scope) -> "EntryQuerySet[E]":
        """Those that take place in a scope's regions, or are about its themes."""
        of = Q(pk__in=[])
        if self.model.by_region:
            for code in sorted(scope.regions):
                of |= Q(**{f"{self.model.by_region}__startswith": code})
        if self.model.by_theme:
            of |= Q(**{f"{self.model.by_theme}__in": sorted(scope.themes)})
        return self.filter(pk__in=self.model.unscoped.filter(of).values("pk"))

    def with_checks(self) -> "EntryQuerySet[E]":
        """With the day of the last check, `checked_on`: whoever published them looked at them."""
        checked = Greatest("last_verified_on", TruncDate("published_at"))
        found: EntryQuerySet[E] = self.annotate(checked_on=checked)
        return found

    def stale(self, at: date) -> "EntryQuerySet[E]":
        """Those whose last check does not hold any longer on that day."""
        return self.with_checks().filter(self.model.is_stale(at))

    def needing_care(self, wanted: Iterable[str], at: date) -> "EntryQuerySet[E]":
        """Those that lack something wanted or, on that day, are stale."""
        return self.with_checks().filter(self.model.lacks(wanted) | self.model.is_stale(at))


class PublicManager(models.Manager[E]):
    """Answers only what everyone may see, so that whoever forgets to ask shows no draft."""

    def get_queryset(self) -> models.QuerySet[E]:
        """Published entries."""
        return super().get_queryset().filter(state=Entry.State.PUBLISHED)


def new_key() -> str:
    """A stable key for an entry that came without one."""
    return uuid.uuid4().hex


class Entry(models.Model):
    """What every curated record shares.

    `objects` (and every reverse relation) answers published entries only; `unscoped` answers all
    of them and is for code that starts from a user's rights. Each concrete entry declares both,
    with its own queryset, and `history`.
    """

    class State(models.TextChoices):
        """The life of an entry; only published ones are public."""

        DRAFT = "draft", _("draft")
        IN_REVIEW = "in_review", _("in review")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    key = models.SlugField(
        _("key"),
        max_length=100,
        unique=True,
        default=new_key,
        help_text=_("Stable name for imports; it never changes."),
    )
    slug = models.SlugField(
        _("address"),
        max_length=120,
        unique=True,
        help_text=_("The last part of the page's address. Former addresses lead to the new one."),
    )
    owner = models.ForeignKey(
        Partner, models.PROTECT, related_name="+", verbose_name=_("curated by")
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.DRAFT)
    published_at = models.DateTimeField(_("published"), null=True, blank=True, editable=False)
    last_verified_on = models.DateField(
        _("last verified"),
        null=True,
        blank=True,
        help_text=_("The day somebody last checked that all of it is still correct."),
    )
    language = models.CharField(
        _("language"),
        max_length=10,
        default="en",
        choices=settings.CONTENT_LANGUAGES,
        help_text=_("The language the text is written in."),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    is_previewed = False
    """It is shown to those who curate it as if it were public; what hangs on it does not answer."""

    reserved: ClassVar[tuple[str, ...]] = ()
    """The addresses that other pages of the site have where the entry's own would be."""

    named_by: ClassVar[tuple[str, ...]] = ("title",)
    """The fields that its name is written in."""

    has_organisers: ClassVar[bool] = False
    """Single ones can be run by people who do not belong to the partner."""

    by_region: ClassVar[str] = ""
    """The way to the codes of its regions, by which it finds its reviewers."""

    by_theme: ClassVar[str] = ""
    """The way to the keys of its themes, likewise."""

    untold: ClassVar[frozenset[str]] = frozenset()
    """The fields of which no reader is told that they changed."""

    headings: ClassVar[type[models.TextChoices]]
    """The parts of its page that a reader can point at."""

    verified_for: ClassVar[timedelta]
    """How long it may be taken to be correct once somebody has checked all of it."""

    objects: Any
    unscoped: Any
    history: Any

    class Meta:
        abstract = True
        base_manager_name = "unscoped"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review", "published", "archived"]),
                name="%(class)s_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False),
                name="%(class)s_published_has_date",
            ),
        ]

    def clean(self) -> None:
        """Keys and addresses are unique among drafts too, which the default manager hides.

        No address is that of another page, behind which the entry's own could not be reached.
        """
        others = type(self).unscoped.exclude(pk=self.pk)
        taken = {
            name: _("This is taken by another entry.")
            for name in ("key", "slug")
            if others.filter(**{name: getattr(self, name)}).exists()
        }
        if self.slug in self.reserved:
            taken["slug"] = _("This is the address of another page. Take another one.")
        if taken:
            raise ValidationError(taken)

    @classmethod
    def empty_value(cls, field: str) -> str | None:
        """What that field holds while it is empty."""
        return None if getattr(cls._meta.get_field(field), "null", False) else ""

    @classmethod
    def lacks(cls, wanted: Iterable[str]) -> Q:
        """What is true of those in which a wanted field is empty."""
        empty = (Q(**{field: cls.empty_value(field)}) for field in wanted)
        return reduce(or_, empty, Q(pk__in=[]))

    @classmethod
    def ages(cls, at: date) -> Q:
        """What is true on that day of those that can become wrong with time: all, as a rule."""
        return Q()

    @classmethod
    def is_stale(cls, at: date) -> Q:
        """What is true on that day of those, with their checks, whose last one is too old."""
        return Q(checked_on__lt=at - cls.verified_for) & cls.ages(at)

    @property
    def is_public(self) -> bool:
        """Everyone may see it."""
        return self.state == self.State.PUBLISHED

    @property
    def has_page(self) -> bool:
        """Everyone may open its page."""
        return self.is_public

    @property
    def version(self) -> str:
        """Tells this state of the entry from later ones."""
        return self.updated_at.isoformat()

    def missing(self, fields: Iterable[str]) -> dict[str, str]:
        """Of these fields, the empty ones, and what each is called."""
        return {
            field: str(getattr(self._meta.get_field(field), "verbose_name", field))
            for field in fields
            if not getattr(self, field)
        }

    def because(self, reason: str) -> Self:
        """The same entry; its next version will say that reason."""
        self._change_reason = reason
        return self

    def by(self, user: User | None) -> Self:
        """The same entry; its next version is that user's doing, whoever sends the request."""
        self._history_user = user
        return self

    def submit(self, *, reason: str) -> None:
        """Asks for review."""
        self._move([self.State.DRAFT], self.State.IN_REVIEW, reason)

    def send_back(self, *, reason: str) -> None:
        """Returns it to its author."""
        self._move([self.State.IN_REVIEW], self.State.DRAFT, reason)

    def publish(self, *, reason: str, at: datetime | None = None) -> None:
        """Makes it public; the first time gives it its date of publication."""
        self.published_at = self.published_at or at or timezone.now()
        states = [self.State.DRAFT, self.State.IN_REVIEW, self.State.ARCHIVED]
        self._move(states, self.State.PUBLISHED, reason)

    def archive(self, *, reason: str) -> None:
        """Takes it off the public pages and keeps it."""
        self._move([self.State.PUBLISHED], self.State.ARCHIVED, reason)

    def verify(self, *, reason: str, at: date | None = None) -> None:
        """Somebody checked that all of it is still correct; only what is public needs that."""
        self.last_verified_on = at or timezone.localdate()
        self._move([self.State.PUBLISHED], self.State.PUBLISHED, reason)

    def _move(self, allowed: Iterable[str], state: str, reason: str) -> None:
        if self.state not in allowed:
            raise ValidationError(
                _("An entry that is “%(state)s” cannot become “%(new)s”."),
                code="state",
                params={"state": self.get_state_display(), "new": self.State(state).label},
            )
        self.state = state
        self.because(reason).save()


def entry_kind(link: "models.ForeignKey[Any, Any]") -> type[Entry] | None:
    """The kind of entry that a foreign key leads to; None where it leads to something else."""
    kind = link.related_model
    return kind if isinstance(kind, type) and issubclass(kind, Entry) else None


class Source(models.Model):
    """Where a fact was seen. Claims about the same thing that differ stand side by side."""

    about = models.CharField(
        _("about"),
        max_length=120,
        blank=True,
        help_text=_("The fact it supports, such as “start”. Empty: the entry as a whole."),
    )
    claim = models.CharField(
        _("what it says"),
        max_length=500,
        blank=True,
        help_text=_("Needed where sources differ, so that both can be read side by side."),
    )
    url = models.URLField(_("link"), max_length=500, blank=True)
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    accessed_on = models.DateField(_("seen on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("source")
        verbose_name_plural = _("sources")

    def __str__(self) -> str:
        return self.title


class Link(models.Model):
    """A page elsewhere that readers of an entry may want."""

    label = models.CharField(_("label"), max_length=120)
    url = models.URLField(_("link"), max_length=500)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        verbose_name = _("link")
        verbose_name_plural = _("links")

    def __str__(self) -> str:
        return self.label


class TermQuerySet(models.QuerySet[Any]):
    """The values of a vocabulary."""

    def in_order(self) -> "TermQuerySet":
        """As the vocabulary orders them."""
        return self.order_by("position", "key")


class Term(models.Model):
    """A value of a controlled vocabulary, with a label in each language."""

    key = models.SlugField(_("key"), max_length=80, unique=True)
    labels = models.JSONField(
        _("labels"),
        help_text=_("One for each language, English at least: {“en”: “Smart specialisation”}."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(labels__has_key="en"),
                name="%(class)s_has_english_label",
                violation_error_message=_("Give an English label: {“en”: “…”}."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """In the active language, or else in English."""
        labels: dict[str, str] = self.labels
        return labels.get(get_language() or "en") or labels["en"]


class KnownWord(models.Model):
    """A word that public texts have or had, to tell people who mistype it.

    The database adds words as entries become public; whoever offers one makes sure that it still
    finds something. Two writers at once may both add a word, so that neither waits for the other.
    """

    shown = models.CharField(_("word"), max_length=40)
    plain = models.CharField(_("without accents"), max_length=80)

    class Meta:
        verbose_name = _("known word")
        verbose_name_plural = _("known words")
        indexes = [
            models.Index(fields=["shown"], name="known_word_shown"),
            GinIndex(fields=["plain"], opclasses=["gin_trgm_ops"], name="known_word_plain"),
        ]

    def __str__(self) -> str:
        return self.shown
