"""The form in which a curator says which of two entries stays."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusterix.curation.forms import REASON_LENGTH, reopen
from people.merging.models import Twin


class MergeForm(forms.Form):
    """Which of two entries stays, and why they are one; on the versions that were read."""

    version = forms.CharField(widget=forms.HiddenInput)
    kept = forms.TypedChoiceField(label=_("Which one stays?"), coerce=int, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        help_text=_("Kept in the history of both, and of all that led to the one that goes."),
    )

    def __init__(self, *args: Any, one: Twin, other: Twin, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.twins = {entry.pk: entry for entry in (one, other)}
        self.read = f"{one.version} {other.version}"
        self.initial["version"] = self.read
        kept: Any = self.fields["kept"]
        kept.choices = [(entry.pk, str(entry)) for entry in (one, other)]

    @property
    def pair(self) -> tuple[Twin, Twin]:
        """The one that stays and the one that goes, once the form is valid."""
        kept = self.cleaned_data["kept"]
        return self.twins[kept], next(twin for pk, twin in self.twins.items() if pk != kept)

    def clean_version(self) -> str:
        """Refuses to merge other versions than those that were read."""
        version: str = self.cleaned_data["version"]
        if version != self.read:
            reopen(self, self.read)
            raise ValidationError(
                _("Somebody changed one of them meanwhile. Look at both again, then decide."),
                code="stale",
            )
        return version
