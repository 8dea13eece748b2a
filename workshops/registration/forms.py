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
    Registration,
    RegistrationSettings,
    country_choices,
)
from workshops.registration.places import Application, Details

UNSAID = _("I would rather not say")

DETAILS = ["name", "organisation", "audience", "country", "party_size", "needs"]


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
        cast("forms.ChoiceField", self.fields["country"]).choices = [
            ("", UNSAID),
            *country_choices(),
        ]
        audience = AudienceCategory.objects.in_order()
        if audience:
            choice = cast("forms.ModelChoiceField[Any]", self.fields["audience"])
            choice.empty_label = UNSAID
            choice.queryset = audience
        else:
            del self.fields["audience"]

    def details(self) -> Details:
        """What was told, once the form is valid."""
        return Details(**{name: getattr(self.instance, name) for name in DETAILS})


class RegistrationForm(GuardedForm, DetailsForm):
    """The form by which people register."""

    consent_version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    consent = forms.BooleanField(
        label=_("Consent"), error_messages={"required": _("Tick the box if you agree.")}
    )
    field_order = ("name", "email", *DETAILS[1:], "consent")

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
