"""People, all that they are called, and who held which role when."""

from datetime import date, timedelta

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.lookups import Unaccent
from django.contrib.postgres.search import SearchVectorField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Func, Prefetch, Q, Value
from django.db.models.functions import Concat, Greatest, Lower, Upper
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, Link, PublicManager, Source
from clusterix.curation.naming import Names
from clusterix.lib import search
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from clusterix.lib.partial_dates import Earliest, Latest, PartialDateField
from people.models.mergeable import Mergeable, MergeableQuerySet
from people.models.organisations import Organisation
from people.models.sorting import by_letters
from people.parts import PersonPart

FULL_NAME = Concat("given_name", Value(" "), "family_name")

LIKE = 0.3
MOST_LIKE = 10
"""How like a mistyped word a name must look, and how many such are of use."""

NAMELESS = _("Speaker withheld")
"""What stands in a programme for somebody whom it must not name."""


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
