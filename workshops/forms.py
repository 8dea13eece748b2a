"""What visitors may ask of the list of workshops."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workshops.models import WorkshopQuerySet


class WorkshopSearch(forms.Form):
    """Words to find workshops by: their own, a session's or a speaker's name."""

    q = forms.CharField(label=_("Search workshops"), max_length=200, required=False)

    def apply(self, workshops: WorkshopQuerySet) -> WorkshopQuerySet:
        """Those asked for; what could not be understood narrows nothing."""
        self.full_clean()
        words = self.cleaned_data.get("q")
        return workshops.matching(words) if words else workshops
