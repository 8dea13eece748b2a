"""The form by which an organiser registers somebody who asked in another way."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.registration.forms import RegistrationForm
from workshops.registration.models import RegistrationSettings


class EntryForm(RegistrationForm):
    """What people tell of themselves, told by the organiser."""

    def __init__(self, *args: Any, terms: RegistrationSettings, **kwargs: Any) -> None:
        super().__init__(*args, terms=terms, **kwargs)
        del self.fields["website"]  # only members come here
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"  # the browser knows the organiser's own
        self.fields["email"].help_text = _("The confirmation and the link to change it go there.")
        self.fields["needs"].help_text = _("Such as step-free access, an interpreter or a diet.")
        self.fields["consent"].label = _("They know this text and agree to it")
        if "audience" in self.fields:
            category = cast("forms.ModelChoiceField[Any]", self.fields["audience"])
            category.label, category.empty_label = _("Category"), _("not said")
        if "party_size" in self.fields:
            self.fields["party_size"].help_text = _("%(count)d at most.") % {
                "count": terms.max_party_size
            }
        country = cast("forms.ChoiceField", self.fields["country"])
        choices = cast("list[tuple[str, str]]", country.choices)
        country.choices = [("", _("not said")), *choices[1:]]
