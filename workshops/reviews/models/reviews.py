"""Peer reviews: sets of questions, what a region answers, what its peers advise."""

from datetime import date, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, EntryQuerySet, PublicManager, Source
from clusterix.lib import markdown, search
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from clusterix.lib.partial_dates import PartialDateField
from people.models import Organisation, Person, Region
from workshops.models import Outcome, Workshop
from workshops.reviews.parts import Part

BEGINNING = 400
"""So many letters of an answer stand beside those of other regions."""

ADVICE_BEGINNING = 120
"""So many letters of a recommendation stand beside what was agreed upon it."""


class QuestionSetQuerySet(models.QuerySet["QuestionSet"]):
    """Which sets of questions."""

    def published(self) -> Self:
        """Those that reviews may ask, and that do not change any more."""
        return self.filter(published_on__isnull=False)

    def by_title(self) -> Self:
        """From A to Z, the newest version of each first."""
        return self.order_by("title", "-version", "pk")

    def whole(self) -> Self:
        """With their topics, questions and described answers, in order."""
        return self.prefetch_related(
            Prefetch("topics", Topic.objects.in_order()),
            Prefetch("topics__questions", Question.objects.in_order()),
            Prefetch("topics__questions__options", Option.objects.in_order()),
        )


class QuestionSet(models.Model):
    """The questions of a peer review. PostgreSQL keeps a published one as it is."""

    key = models.SlugField(_("key"), max_length=100, unique=True)
    title = models.CharField(_("title"), max_length=200)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    language = models.CharField(
        _("language"), max_length=10, default="en", choices=settings.CONTENT_LANGUAGES
    )
    intro = MarkdownField(
        _("introduction"), blank=True, help_text=_("Markdown."), max_length=10_000
    )
    published_on = models.DateField(
        _("published"),
        null=True,
        blank=True,
        help_text=_("From then on nothing of it changes: a correction is a new version."),
    )

    objects = QuestionSetQuerySet.as_manager()

    class Meta:
        verbose_name = _("question set")
        verbose_name_plural = _("question sets")
        constraints = [
            models.UniqueConstraint(
                fields=["title", "version"],
                name="question_set_version_unique",
                violation_error_message=_("There is this version already."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page with its questions."""
        return reverse("reviews:questions", args=[self.key])


class PlacedQuerySet(models.QuerySet[Any]):
    """Rows that stand in an order."""

    def in_order(self) -> Self:
        """As their set has them."""
        return self.order_by("position", "pk")


class Topic(models.Model):
    """What some questions of a set are about."""

    question_set = models.ForeignKey(QuestionSet, models.CASCADE, related_name="topics")
    title = models.CharField(_("title"), max_length=200)
    why = models.TextField(_("why it matters"), blank=True, max_length=2_000)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """Something a region is asked."""

    class Kind(models.TextChoices):
        """How it is answered, always with words beside."""

        TEXT = "text", _("in words")
        STAGES = "stages", _("by the stage that describes the region")
        CHOICE = "choice", _("by a choice")

    FIELDS: ClassVar[dict[str, tuple[str, ...]]] = {
        Kind.TEXT: ("text",),
        Kind.STAGES: ("text", "now", "wished", "gap"),
        Kind.CHOICE: ("text", "now"),
    }
    """What an answer to each kind can hold."""

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="questions")
    text = models.CharField(_("question"), max_length=300)
    hint = models.TextField(_("hint"), blank=True, max_length=1_000)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.TEXT)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["text", "stages", "choice"]),
                name="review_question_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def fields(self) -> tuple[str, ...]:
        """What an answer to it can hold."""
        return self.FIELDS[self.kind]


class Option(models.Model):
    """A described stage, or a choice. Stages have an order and no number: nothing adds them up."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="options")
    text = models.CharField(_("description"), max_length=300)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = _("described answer")
        verbose_name_plural = _("described answers")

    def __str__(self) -> str:
        return self.text


class PeerReviewQuerySet(EntryQuerySet["PeerReview"]):
    """Which reviews, and what to load with them."""

    def latest_first(self) -> "PeerReviewQuerySet":
        """The last to be held first; those of no known date at the end."""
        return self.order_by(F("held").desc(nulls_last=True), "-pk")

    def within(self, region: str) -> "PeerReviewQuerySet":
        """Those of the region of that code or one in it."""
        return self.filter(region__code__startswith=region)

    def asking(self, question_set: QuestionSet) -> "PeerReviewQuerySet":
        """Those that answer the same questions."""
        return self.filter(question_set=question_set)

    def matching(self, text: str) -> "PeerReviewQuerySet":
        """Those found by their own words; best first."""
        found = self.filter(search.finds(F("search"), text))
        ranked = found.annotate(rank=search.relevance(F("search"), text, "title"))
        return ranked.order_by("-rank", "-pk")

    def for_cards(self) -> "PeerReviewQuerySet":
        """With what a list shows of them."""
        return self.select_related("region", "question_set")

    def for_page(self) -> "PeerReviewQuerySet":
        """With what their own page shows of them, but for the answers."""
        taking_part = Participant.objects.in_order().select_related("organisation")
        return (
            self.for_cards()
            .select_related("owner", "workshop")
            .prefetch_related(
                Prefetch("participants", taking_part),
                Prefetch("recommendations", Recommendation.objects.for_page()),
                Prefetch("sources", ReviewSource.objects.order_by("position", "pk")),
            )
        )

    def for_record(self) -> "PeerReviewQuerySet":
        """With all that is public about them, answers included."""
        return self.for_page().prefetch_related(
            Prefetch("question_set__topics", Topic.objects.in_order()),
            Prefetch("answers", Answer.objects.given().for_record()),
        )


class PeerReview(Entry):
    """A region's cluster policy, looked at by its peers along a set of questions."""

    headings = Part
    by_region = "region__code"
    verified_for = timedelta(days=2 * 365)

    title = models.CharField(_("title"), max_length=200)
    question_set = models.ForeignKey(
        QuestionSet,
        models.PROTECT,
        related_name="reviews",
        verbose_name=_("question set"),
        help_text=_("It stays once questions are answered."),
    )
    region = models.ForeignKey(
        Region, models.PROTECT, related_name="peer_reviews", verbose_name=_("region")
    )
    held = PartialDateField(
        _("held"), help_text=_("As far as it is known: 2016, 2016-06 or 2016-06-21.")
    )
    workshop = models.ForeignKey(
        Workshop,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="peer_reviews",
        verbose_name=_("held at the workshop"),
        help_text=_("Its outcomes can follow from the recommendations."),
    )
    organisations: "models.ManyToManyField[Organisation, Participant]" = models.ManyToManyField(
        Organisation, through="Participant", related_name="peer_reviews"
    )
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("What it found, in one or two sentences.")
    )
    conclusions = MarkdownField(
        _("conclusions"), blank=True, help_text=_("Markdown."), max_length=20_000
    )
    search = models.GeneratedField(
        expression=search.vector(language="language", a="title", b="summary", c="conclusions"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = PublicManager.from_queryset(PeerReviewQuerySet)()
    unscoped = models.Manager.from_queryset(PeerReviewQuerySet)()
    history = HistoricalRecords(excluded_fields=["search"])

    class Meta(Entry.Meta):
        verbose_name = _("peer review")
        verbose_name_plural = _("peer reviews")
        constraints = [*Entry.Meta.constraints]
        indexes = [GinIndex(fields=["search"], name="peer_review_search")]

    @classmethod
    def ages(cls, at: date) -> Q:
        """What a region answered stays what it answered, so nobody is asked about it again."""
        return Q(pk__in=[])

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The review's page."""
        return reverse("reviews:detail", args=[self.slug])

    def clean(self) -> None:
        """Answers stay answers to what was asked."""
        super().clean()
        answers = Answer.objects.filter(review=self.pk, question__isnull=False)
        others = answers.exclude(question__topic__question_set=self.question_set_id)
        if self.pk and others.exists():
            raise ValidationError(
                {"question_set": _("Questions of another set are answered already.")}
            )

    @property
    def held_text(self) -> str:
        """When it was held, in an order that dates have; empty where that is not known."""
        return self.held.text if self.held else ""

    @property
    def public_workshop(self) -> Workshop | None:
        """Where it was held, where everyone may see that workshop."""
        return self.workshop if self.workshop and self.workshop.is_public else None

    @property
    def public_participants(self) -> "list[Participant]":
        """Who took part and may be seen by everyone, as `for_page()` loads them."""
        return [row for row in self.participants.all() if row.organisation.is_public]

    def mark_nodes(self) -> list[Node]:
        """Those who took part; `for_page()` loads them."""
        found = (row.organisation for row in self.public_participants)
        return [Node(key, kind) for key, kind in dict.fromkeys((o.key, o.kind) for o in found)]

    def ask(self) -> None:
        """Have a row for the answer to each question of the set."""
        asked = Question.objects.filter(topic__question_set=self.question_set_id)
        missing = asked.exclude(answers__review=self.pk).order_by("pk")
        Answer.objects.bulk_create(
            [Answer(review=self, question=question) for question in missing],
            ignore_conflicts=True,
        )


class ReviewSource(Source):
    """Where a fact about a review was seen."""

    review = models.ForeignKey(PeerReview, models.CASCADE, related_name="sources")


class Participant(models.Model):
    """An organisation that took part in a review."""

    class Role(models.TextChoices):
        """On which side of the table it sat."""

        HOST = "host", _("host")
        PEER = "peer", _("peer")
        MODERATOR = "moderator", _("moderator")

    review = models.ForeignKey(PeerReview, models.CASCADE, related_name="participants")
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        related_name="review_roles",
        verbose_name=_("organisation"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.PEER)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation taking part")
        verbose_name_plural = _("organisations taking part")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "organisation", "role"],
                name="review_participant_unique",
                violation_error_message=_("This organisation has this role already."),
            ),
            models.CheckConstraint(
                condition=Q(role__in=["host", "peer", "moderator"]),
                name="review_participant_role_known",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation)


class AnswerQuerySet(models.QuerySet["Answer"]):
    """What regions answer."""

    def given(self) -> Self:
        """Those that say something: `is_given` is true of them."""
        return self.exclude(text="", gap="", now=None, wished=None)

    def in_order(self) -> Self:
        """As the questions are asked."""
        return self.order_by(
            "question__topic__position", "question__topic", "question__position", "pk"
        )

    def for_record(self) -> Self:
        """In order, with their questions and the words of their stages."""
        return self.in_order().select_related("question__topic", "now", "wished")

    def for_questions(self) -> Self:
        """In the order of the questions, with those and what they describe."""
        options = Prefetch("question__options", Option.objects.in_order())
        return (
            self.for_record()
            .select_related("question__topic__question_set")
            .prefetch_related(options)
        )


class Answer(models.Model):
    """What a region answers: where it is, where it would like to be, and why it is not there."""

    review = models.ForeignKey(PeerReview, models.CASCADE, related_name="answers")
    question = models.ForeignKey(
        Question, models.PROTECT, related_name="answers", verbose_name=_("question")
    )
    text = MarkdownField(_("answer"), blank=True, help_text=_("Markdown."), max_length=5_000)
    now = models.ForeignKey(
        Option,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("now"),
    )
    wished = models.ForeignKey(
        Option,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("wished for"),
    )
    gap = models.TextField(_("why the gap"), blank=True, max_length=2_000)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["review", "question"],
                name="review_answer_unique",
                violation_error_message=_("This question is answered already."),
            ),
        ]

    def __str__(self) -> str:
        return self.question.text

    @property
    def is_given(self) -> bool:
        """It says something."""
        return bool(self.text or self.gap or self.now_id or self.wished_id)

    @cached_property
    def words(self) -> str:
        """The words of its text, without their marks."""
        return markdown.plain(self.text)

    @property
    def beginning(self) -> str:
        """As much of its words as stands beside those of other regions."""
        return Truncator(self.words).chars(BEGINNING)

    @property
    def has_more(self) -> bool:
        """Its beginning is not all."""
        return len(self.words) > BEGINNING


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """What peers advise."""

    def in_order(self) -> Self:
        """As the review has them."""
        return self.order_by("position", "pk")

    def for_page(self) -> Self:
        """With who gave them and what was agreed upon them."""
        outcomes = Outcome.objects.public().for_page()
        return (
            self.in_order()
            .select_related("topic", "person", "organisation")
            .prefetch_related(Prefetch("outcomes", outcomes))
        )


class Recommendation(models.Model):
    """What peers advise a region to do; what is agreed upon it is an outcome of the workshop."""

    review = models.ForeignKey(PeerReview, models.CASCADE, related_name="recommendations")
    text = MarkdownField(_("recommendation"), help_text=_("Markdown."), max_length=2_000)
    topic = models.ForeignKey(
        Topic,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("topic"),
    )
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("given by"),
    )
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="recommendations",
        verbose_name=_("or by"),
    )
    outcomes = models.ManyToManyField(
        Outcome,
        blank=True,
        related_name="recommendations",
        verbose_name=_("agreed upon it"),
        help_text=_("Outcomes of the workshop, which have owners and days."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        constraints = [
            models.CheckConstraint(
                condition=Q(person=None) | Q(organisation=None),
                name="recommendation_of_one",
                violation_error_message=_("It is given by a person or an organisation, not both."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def beginning(self) -> str:
        """As much of its words as stands beside what was agreed upon it."""
        return Truncator(markdown.plain(self.text)).chars(ADVICE_BEGINNING)

    @property
    def public_person(self) -> Person | None:
        """Who gave it, where everyone may know that person's name."""
        person = self.person
        withheld = Person.Visibility.WITHHELD
        return person if person and person.is_public and person.visibility != withheld else None

    @property
    def public_organisation(self) -> Organisation | None:
        """The organisation that gave it, where everyone may see that one."""
        organisation = self.organisation
        return organisation if organisation and organisation.is_public else None
