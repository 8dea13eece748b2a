"""Sets of questions that peer reviews ask."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clusterix.lib.markdown_field import MarkdownField


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
