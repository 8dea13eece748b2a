"""The forms of people who register."""

from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from workshops.registration.models import (
    AudienceCategory,
    Registration,
    RegistrationSettings,
    country_choices,
)
from workshops.registration.places import Application, Details

FEWEST_SECONDS = 1
"""No person fills the form in faster; programs that post to every form do."""

UNSAID = _("I would rather not say")

SIGNER = signing.TimestampSigner(salt="registration.form")
DETAILS = ["name", "organisation", "audience", "country", "party_size", "needs"]


def new_form_key() -> str:
    """A signed key with its time: the same form sent twice is one registration."""
    return SIGNER.sign(uuid4().hex)


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


class RegistrationForm(DetailsForm):
    """The form by which people register."""

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    consent_version = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)
    consent = forms.BooleanField(
        label=_("Consent"), error_messages={"required": _("Tick the box if you agree.")}
    )
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
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
        self.initial["form_key"] = new_form_key()
        self.initial["consent_version"] = terms.consent.version

    def clean_website(self) -> str:
        """People do not see this field."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the last field empty: it is there to catch programs."))
        return ""

    def clean_consent_version(self) -> str:
        """Nobody agrees to a text that the page did not show."""
        version: str = self.cleaned_data["consent_version"]
        if version != self.terms.consent.version:
            self._keep_all_but(consent="", consent_version=self.terms.consent.version)
            raise ValidationError(_("The text to agree to has changed. Please read it again."))
        return version

    def clean(self) -> dict[str, Any]:
        """The key is ours, and old enough for a person to have filled the form in."""
        cleaned = super().clean() or {}
        form_key = cleaned.get("form_key", "")
        try:
            cleaned["idempotency_key"] = UUID(SIGNER.unsign(form_key))
        except signing.BadSignature as error:
            self.renew()
            raise ValidationError(
                _("This form could not be recognised. What you wrote is kept: send it again.")
            ) from error
        if is_younger(form_key, FEWEST_SECONDS):
            raise ValidationError(_("That was faster than we expected. Please send it again."))
        return cleaned

    def renew(self) -> None:
        """Become another form, with what was typed."""
        self._keep_all_but(form_key=new_form_key())

    def _keep_all_but(self, **others: str) -> None:
        data = cast("QueryDict", self.data).copy()
        for name, value in others.items():
            data[name] = value
        self.data = data

    def application(self) -> Application:
        """What was asked for, once the form is valid."""
        return Application(
            details=self.details(),
            email=self.cleaned_data["email"],
            language=get_language() or "en",
            consent=self.terms.consent,
            idempotency_key=self.cleaned_data["idempotency_key"],
        )


def is_younger(form_key: str, seconds: int) -> bool:
    """Whether a signed key was made less than about so many seconds ago."""
    try:
        SIGNER.unsign(form_key, max_age=seconds)
    except signing.SignatureExpired:
        return False
    return True


class LostLinkForm(forms.Form):
    """The address that somebody registered with."""

    email = forms.EmailField(
        label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"})
    )
