"""What an organiser asks of those who register, and what they answered."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from workshops.registration.models.registrations import Registration
from workshops.registration.models.terms import RegistrationSettings

LONGEST_ANSWER = 2_000
MOST_CHOICES = 50
LONGEST_CHOICE = 200


class QuestionQuerySet(models.QuerySet["Question"]):
    """Which questions."""

    def in_order(self) -> "QuestionQuerySet":
        """As the organiser arranged them."""
        return self.order_by("position", "pk")

    def at_sign_up(self) -> "QuestionQuerySet":
        """Those that everybody answers who registers."""
        return self.filter(asked=Question.Asked.AT_SIGN_UP)


class Question(models.Model):
    """Something that a workshop's organiser wants to know of each who comes."""

    class Kind(models.TextChoices):
        """What an answer looks like."""

        TEXT = "text", _("a line of text")
        LONG_TEXT = "long-text", _("some lines of text")
        CHOICE = "choice", _("one of several")
        YES_NO = "yes-no", _("yes or no")
        NUMBER = "number", _("a number")

    class Asked(models.TextChoices):
        """When people are asked."""

        AT_SIGN_UP = "at-sign-up", _("when they register")
        AFTER_ACCEPTANCE = "after-acceptance", _("once they have a place")

    terms = models.ForeignKey(RegistrationSettings, models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    text = models.CharField(_("question"), max_length=200)
    hint = models.CharField(_("hint"), max_length=300, blank=True)
    kind = models.CharField(_("answer"), max_length=20, choices=Kind, default=Kind.TEXT)
    choices = models.TextField(
        _("choices"), max_length=4_000, blank=True, help_text=_("One a line, where there are some.")
    )
    is_required = models.BooleanField(_("has to be answered"), default=False)
    asked = models.CharField(_("asked"), max_length=20, choices=Asked, default=Asked.AT_SIGN_UP)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="choice") & ~Q(choices="") | ~Q(kind="choice") & Q(choices=""),
                name="question_has_choices",
                violation_error_message=_("Give choices, one a line, where one is chosen."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["text", "long-text", "choice", "yes-no", "number"])
                & Q(asked__in=["at-sign-up", "after-acceptance"]),
                name="question_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """Choices are short, few and different."""
        choices = self.choice_list
        if len(choices) > MOST_CHOICES or any(len(choice) > LONGEST_CHOICE for choice in choices):
            raise ValidationError(
                {"choices": _("Give 50 choices at most, of 200 characters each at most.")}
            )
        if len(choices) != len(set(choices)):
            raise ValidationError({"choices": _("Give each choice once.")})

    @property
    def choice_list(self) -> list[str]:
        """What can be chosen."""
        return [line.strip() for line in self.choices.splitlines() if line.strip()]


class QuestionAnswerQuerySet(models.QuerySet["QuestionAnswer"]):
    """Which answers."""

    def in_order(self) -> "QuestionAnswerQuerySet":
        """With their questions, as the organiser arranged them."""
        return self.select_related("question").order_by("question__position", "question_id")


class QuestionAnswer(models.Model):
    """What somebody answered."""

    registration = models.ForeignKey(Registration, models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    text = models.TextField(_("answer"), max_length=LONGEST_ANSWER)

    objects = QuestionAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "question"],
                name="questionanswer_one_for_each_question",
                violation_error_message=_("This question is answered already."),
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def words(self) -> str:
        """As people read it: yes and no in their language."""
        if self.question.kind == Question.Kind.YES_NO:
            return gettext("Yes") if self.text == "yes" else gettext("No")
        return self.text
