"""What every curated record shares: its state, its versions, and the steps of its life."""

import uuid
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models.scopes import Scope
from clusterix.curation.naming import Names

E = TypeVar("E", bound="Entry")


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
        "curation.Partner", models.PROTECT, related_name="+", verbose_name=_("curated by")
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

    def by(self, user: AbstractBaseUser | None) -> Self:
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
