"""How somebody wants to hear of things."""

from typing import Any, cast

from django import forms

from clusterix.curation.news.models import MailWish


class MailWishForm(forms.ModelForm[MailWish]):
    """One of the ways."""

    class Meta:
        model = MailWish
        fields = ("how",)
        widgets = {"how": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["how"]).choices = MailWish.How.choices
