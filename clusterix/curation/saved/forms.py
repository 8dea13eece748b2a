"""The name for a filter."""

from django import forms

from clusterix.curation.saved.models import LONGEST_QUERY, SavedFilter


class SavedFilterForm(forms.ModelForm[SavedFilter]):
    """A name, and the filter as the list had it."""

    query = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST_QUERY)

    class Meta:
        model = SavedFilter
        fields = ("name",)
