"""The forms of people who register."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusterix.lib.guarded_forms import GuardedForm
from workshops.registration.models import (
    AudienceCategory,
    Question,
    Registration,
    RegistrationSettings,
    country_choices,
    one_line,
)
from workshops.registration.models.questions import LONGEST_ANSWER, QuestionQuerySet
from workshops.registration.places import Application, Details

UNSAID = _("I would rather not say")

YES, NO = "yes", "no"
LARGEST_NUMBER = 10**9

DETAILS = ["name", "organisation", "audience", "country", "party_size", "needs"]


def country_or_unsaid() -> list[tuple[str, Any]]:
    """All countries in the active language, after the choice not to say."""
    return [("", UNSAID), *country_choices()]


def answer_field(question: Question) -> forms.Field:
    """The field by which a question is answered; what it gives is text or nothing."""
    common: dict[str, Any] = {
        "label": question.text,
        "help_text": question.hint,
        "required": question.is_required,
    }
    match question.kind:
        case Question.Kind.LONG_TEXT:
            box = forms.Textarea({"rows": 4})
            return forms.CharField(widget=box, max_length=LONGEST_ANSWER, **common)
        case Question.Kind.CHOICE:
            offered = [(choice, choice) for choice in question.choice_list]
            return forms.ChoiceField(choices=[("", _("Choose one")), *offered], **common)
        case Question.Kind.YES_NO:
            either = [(YES, _("Yes")), (NO, _("No"))]
            return forms.ChoiceField(choices=either, widget=forms.RadioSelect, **common)
        case Question.Kind.NUMBER:
            return forms.IntegerField(min_value=-LARGEST_NUMBER, max_value=LARGEST_NUMBER, **common)
        case _:
            return forms.CharField(max_length=200, validators=[one_line], **common)


class DetailsForm(forms.ModelForm[Registration]):
    """What people tell of themselves, and may change."""

    class Meta:
        model = Registration
        fields = DETAILS
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "organisation": forms.TextInput({"autocomplete": "organization"}),
            "country": forms.Select(attrs={"autocomplete": "country"}),
            "needs": forms.Textarea({"rows": 4}),
        }

    def __init__(self, *args: Any, terms: RegistrationSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        largest = max(terms.max_party_size, self.instance.party_size)
        if largest == 1:
            del self.fields["party_size"]
        else:
            party_size = cast("forms.IntegerField", self.fields["party_size"])
            party_size.help_text = _("You included; %(count)d at most.") % {"count": largest}
            party_size.validators.append(MaxValueValidator(largest))
            party_size.widget.attrs["max"] = largest
        cast("forms.ChoiceField", self.fields["country"]).choices = country_or_unsaid
        audience = AudienceCategory.objects.in_order()
        if audience:
            choice = cast("forms.ModelChoiceField[Any]", self.fields["audience"])
            choice.empty_label = UNSAID
            choice.queryset = audience
        else:
            del self.fields["audience"]
        self._ask(terms)

    def _ask(self, terms: RegistrationSettings) -> None:
        """Put the organiser's questions, with what was answered before."""
        given = dict(self.instance.answers.values_list("question", "text")) if self.is_kept else {}
        self.questions: dict[str, int] = {}
        for question in self.asked(terms.questions.in_order()):
            name = f"question-{question.pk}"
            self.questions[name] = question.pk
            self.fields[name] = answer_field(question)
            self.initial[name] = given.get(question.pk, "")

    @property
    def is_kept(self) -> bool:
        """The registration exists, as opposed to one that is being made."""
        return self.instance.pk is not None

    def asked(self, questions: QuestionQuerySet) -> QuestionQuerySet:
        """Which questions are due: some have time until there is a place."""
        return questions if self.instance.is_accepted and self.is_kept else questions.at_sign_up()

    def details(self) -> Details:
        """What was told, once the form is valid."""
        answers = ((pk, self.cleaned_data[name]) for name, pk in self.questions.items())
        return Details(
            **{name: getattr(self.instance, name) for name in DETAILS},
            answers=tuple((pk, "" if text is None else str(text)) for pk, text in answers),
        )


class RegistrationForm(GuardedForm, DetailsForm):
    """The form by which people register."""

    consent_version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    consent = forms.BooleanField(
        label=_("Consent"), error_messages={"required": _("Tick the box if you agree.")}
    )

    class Meta(DetailsForm.Meta):
        fields = ["name", "email", *DETAILS[1:]]
        widgets = {
            **DetailsForm.Meta.widgets,
            "email": forms.EmailInput({"autocomplete": "email"}),
        }
        help_texts = {"email": _("Your confirmation and the link to change it go there.")}

    def __init__(self, *args: Any, terms: RegistrationSettings, **kwargs: Any) -> None:
        super().__init__(*args, terms=terms, **kwargs)
        self.terms = terms
        self.initial["consent_version"] = terms.consent.version
        self.order_fields(["name", "email", *DETAILS[1:], *self.questions, "consent"])

    def clean_consent_version(self) -> str:
        """Nobody agrees to a text that the page did not show."""
        version: str = self.cleaned_data["consent_version"]
        if version != self.terms.consent.version:
            self.keep_all_but(consent="", consent_version=self.terms.consent.version)
            raise ValidationError(_("The text to agree to has changed. Please read it again."))
        return version

    def application(self) -> Application:
        """What was asked for, once the form is valid."""
        return Application(
            details=self.details(),
            email=self.cleaned_data["email"],
            language=get_language() or "en",
            consent=self.terms.consent,
            idempotency_key=self.cleaned_data["idempotency_key"],
        )


class LostLinkForm(forms.Form):
    """The address that somebody registered with."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"})
    )
