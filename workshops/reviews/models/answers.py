"""What regions answer."""

from typing import Self

from django.db import models
from django.db.models import Prefetch
from django.utils.functional import cached_property
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from clusterix.lib import markdown
from clusterix.lib.markdown_field import MarkdownField
from workshops.reviews.models.questions import Option, Question

BEGINNING = 400
"""So many letters of an answer stand beside those of other regions."""


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
        """In order, with their questions and what those describe."""
        options = Prefetch("question__options", Option.objects.in_order())
        with_questions = self.in_order().select_related("question__topic", "now", "wished")
        return with_questions.prefetch_related(options)

    def for_questions(self) -> Self:
        """The same, with the set of the questions."""
        return self.for_record().select_related("question__topic__question_set")


class Answer(models.Model):
    """What a region answers: where it is, where it would like to be, and why it is not there."""

    review = models.ForeignKey("PeerReview", models.CASCADE, related_name="answers")
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
