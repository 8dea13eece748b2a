"""The forms of people who follow a search."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusterix.lib.guarded_forms import GuardedForm
from initiatives.following.models import LONGEST_QUERY, Subscription
from initiatives.following.searches import Search


class PaceForm(forms.Form):
    """How often to write."""

    pace = forms.ChoiceField(
        label=_("How often"),
        choices=Subscription.Pace.choices,
        initial=Subscription.Pace.WEEKLY,
        widget=forms.RadioSelect,
    )


class FollowForm(GuardedForm, PaceForm):
    """Where to write, and how often."""

    email = forms.EmailField(
        label=_("E-mail address"),
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_("We write to it first to ask whether it is yours."),
    )

    field_order = ("email", "pace")

    def __init__(self, *args: Any, search: Search, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.search = search

    def clean(self) -> dict[str, Any]:
        """There are not more filters than we can keep."""
        cleaned = super().clean()
        if len(self.search.query) > LONGEST_QUERY:
            raise ValidationError(
                _("This search has too many filters to be followed. Choose fewer of them.")
            )
        return cleaned
