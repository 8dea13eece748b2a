"""Peer reviews: of which region, who took part, and what they found."""

from datetime import date, timedelta

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry, EntryQuerySet, PublicManager, Source
from clusterix.lib import search
from clusterix.lib.markdown_field import MarkdownField
from clusterix.lib.marks import Node
from clusterix.lib.partial_dates import PartialDateField
from people.models import Organisation, Region
from workshops.models import Workshop
from workshops.reviews.models.answers import Answer
from workshops.reviews.models.questions import PlacedQuerySet, Question, QuestionSet, Topic
from workshops.reviews.models.recommendations import Recommendation
from workshops.reviews.parts import Part


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
