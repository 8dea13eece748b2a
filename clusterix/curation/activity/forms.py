"""What the list of activity is narrowed down by."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, Partner, User


class ActivityForm(forms.Form):
    """Which steps to show: of what, whose, and by whom."""

    kind = forms.ChoiceField(label=_("Kind"), required=False)
    partner = forms.ModelChoiceField(
        Partner.objects.none(), label=_("Partner"), required=False, empty_label=_("all partners")
    )
    by = forms.ModelChoiceField(
        User.objects.none(), label=_("By"), required=False, empty_label=_("everyone")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [
            (kind._meta.model_name, kind._meta.verbose_name_plural)
            for kind in Entry.__subclasses__()
        ]
        self.fields["kind"].choices = [("", _("all kinds")), *kinds]  # type: ignore[attr-defined]
        partners = user.own_partners()
        self.fields["partner"].queryset = partners  # type: ignore[attr-defined]
        members = User.objects.filter(memberships__partner__in=partners)
        by = members.distinct().order_by("first_name", "last_name", "email")
        self.fields["by"].queryset = by  # type: ignore[attr-defined]

    @property
    def asked(self) -> dict[str, Any]:
        """The answers that make sense; what cannot be chosen narrows down nothing."""
        self.is_valid()
        return self.cleaned_data

    @property
    def kinds(self) -> list[type[Entry]]:
        """The kinds of entry that are asked for."""
        name = self.asked.get("kind")
        return [
            kind for kind in Entry.__subclasses__() if not name or kind._meta.model_name == name
        ]
