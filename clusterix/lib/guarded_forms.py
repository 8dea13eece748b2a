"""Forms that anyone may send, and that programs which post to every form do not get through."""

from time import time, time_ns
from typing import Any, cast
from uuid import UUID, uuid4

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

FEWEST_SECONDS = 1
"""No person fills a form in faster; programs that post to every form do."""

SIGNER = signing.Signer(salt="clusterix.form")


def new_form_key() -> str:
    """A signed key with its time in milliseconds: the same form sent twice is one request."""
    return SIGNER.sign(f"{uuid4().hex}-{time_ns() // 1_000_000}")


def read_form_key(form_key: str) -> tuple[UUID, float]:
    """The key itself and its age in seconds; BadSignature if it is not one of ours."""
    key, made = SIGNER.unsign(form_key).split("-")
    return UUID(key), time() - int(made) / 1_000


class GuardedForm(forms.Form):
    """Has a key of its own, a field that people do not see, and a time it takes to fill it in.

    Once valid, `cleaned_data["idempotency_key"]` is the same however often this form is sent.
    """

    form_key = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    website = forms.CharField(
        label=_("Leave this empty"),
        required=False,
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["form_key"] = new_form_key()

    def clean_website(self) -> str:
        """People do not see this field."""
        if self.cleaned_data["website"]:
            raise ValidationError(_("Leave the last field empty: it is there to catch programs."))
        return ""

    def clean(self) -> dict[str, Any]:
        """The key is ours, and old enough for a person to have filled the form in."""
        cleaned = super().clean() or {}
        form_key = cleaned.get("form_key", "")
        try:
            cleaned["idempotency_key"], age = read_form_key(form_key)
        except signing.BadSignature as error:
            self.renew()
            raise ValidationError(
                _("This form could not be recognised. What you wrote is kept: send it again.")
            ) from error
        if age < FEWEST_SECONDS:
            raise ValidationError(_("That was faster than we expected. Please send it again."))
        return cleaned

    def renew(self) -> None:
        """Become another form, with what was typed."""
        self.keep_all_but(form_key=new_form_key())

    def keep_all_but(self, **others: str) -> None:
        """Hold what was typed, with these fields changed."""
        data = cast("QueryDict", self.data).copy()
        for name, value in others.items():
            data[name] = value
        self.data = data
