"""What visitors may ask of the list of reviews, and the forms in which curators fill one in."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.forms import BaseInlineFormSet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import LinkForm, WholeForm
from clusterix.lib.countries import country_name
from workshops.models import Outcome
from workshops.reviews.models import (
    Answer,
    PeerReview,
    PeerReviewQuerySet,
    Question,
    QuestionSet,
    Recommendation,
    Topic,
)

MOST_OUTCOMES = 100


def asked_sets() -> Iterator[tuple[str, str]]:
    """The question sets that public reviews answer."""
    yield "", gettext("All question sets")
    asked = QuestionSet.objects.filter(reviews__in=PeerReview.objects.all()).distinct()
    for one in asked.by_title():
        yield one.key, str(one)


def reviewed_countries() -> Iterator[tuple[str, str]]:
    """The countries whose regions were reviewed in public, by name."""
    yield "", gettext("All countries")
    codes = PeerReview.objects.order_by().values_list("region__country", flat=True).distinct()
    yield from sorted(((code, country_name(code)) for code in codes), key=lambda one: one[1])


class ReviewSearch(forms.Form):
    """Which reviews to list; what is not understood narrows nothing."""

    questions = forms.ChoiceField(label=_("Question set"), required=False)
    country = forms.ChoiceField(label=_("Country"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("questions", asked_sets()), ("country", reviewed_countries())):
            cast("forms.ChoiceField", self.fields[name]).choices = list(choices)

    def apply(self, reviews: PeerReviewQuerySet) -> PeerReviewQuerySet:
        """Those asked for."""
        self.full_clean()
        if key := self.cleaned_data.get("questions"):
            reviews = reviews.filter(question_set__key=key)
        if code := self.cleaned_data.get("country"):
            reviews = reviews.within(code)
        return reviews


class AnswerForm(WholeForm[Answer]):
    """What a region answers to one question, which says what there is to fill in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question: Question | None = getattr(self.instance, "question", None)
        for name in list(self.fields):
            if question and name not in question.fields:
                del self.fields[name]
        if question:
            options = {str(option.pk): option for option in question.options.all()}
            for name in ("now", "wished"):
                if name in self.fields:
                    self.fields[name] = self._among(name, options)

    def _among(self, name: str, options: dict[str, Any]) -> forms.TypedChoiceField:
        described = [(pk, option.text) for pk, option in options.items()]
        return forms.TypedChoiceField(
            label=self.fields[name].label,
            choices=[("", _("Not said")), *described],
            coerce=lambda pk: options.get(str(pk)),
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )


class RecommendationForm(LinkForm):
    """What peers advise, on a topic of the set, and the outcomes that were agreed upon it."""

    def __init__(self, *args: Any, offered: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in offered.keys() & self.fields.keys():
            field = cast("forms.ModelChoiceField[Any]", self.fields[name])
            field.queryset, field.choices = offered[name]


class RecommendationFormSet(BaseInlineFormSet[Recommendation, Any, Any]):
    """The recommendations of a review; what all of them can choose from is read once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review = cast("PeerReview", self.instance)
        topics = Topic.objects.filter(question_set=review.question_set_id).in_order()
        outcomes = Outcome.objects.filter(workshop=review.workshop_id).order_by("position", "pk")
        self.offered = {
            "topic": (topics, [("", "---------"), *((row.pk, str(row)) for row in topics)]),
            "outcomes": (outcomes, [(row.pk, str(row)) for row in outcomes[:MOST_OUTCOMES]]),
        }

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        """Each form offers the same."""
        return {**super().get_form_kwargs(index), "offered": self.offered}
