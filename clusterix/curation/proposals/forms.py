"""What is asked of those who decide about a proposal, and of those who made it."""

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clusterix.curation.proposals.differences import Difference
from clusterix.curation.proposals.documents import Piece
from clusterix.curation.proposals.models import LONGEST_COMMENT, ExpertRequest, Proposal

LIVE, PROPOSED = "live", "proposed"


class DecisionForm(forms.Form):
    """What is decided, and a word on it; needed unless it is approved."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=40)
    decision = forms.ChoiceField(
        label=_("What do you decide?"),
        widget=forms.RadioSelect,
        choices=[
            ("approve", _("Approve: it becomes live")),
            ("send_back", _("Ask for changes: it goes back to its author")),
            ("decline", _("Decline: the page stays as it is")),
        ],
    )
    comment = forms.CharField(
        label=_("Comment"),
        help_text=_("Its author reads it. Needed unless you approve."),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONGEST_COMMENT,
        required=False,
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"seen": proposal.revision}

    def clean(self) -> dict[str, Any]:
        """Whoever does not approve says why."""
        told = cast("dict[str, Any]", super().clean())
        if told.get("decision") in {"send_back", "decline"} and not told.get("comment"):
            self.add_error("comment", _("Say why, so that its author can do something about it."))
        return told


class ConflictForm(forms.Form):
    """For each piece that both changed: which of the two holds."""

    def __init__(self, *args: Any, conflicts: Sequence[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts = conflicts
        for number, conflict in enumerate(conflicts):
            self.fields[f"piece{number}"] = forms.ChoiceField(
                label=conflict.label,
                widget=forms.RadioSelect,
                choices=[(LIVE, _("As it is live")), (PROPOSED, _("As it is proposed"))],
            )

    def kept(self) -> list[Piece]:
        """The pieces that stay as they are live, once the form is valid."""
        return [
            conflict.piece
            for number, conflict in enumerate(self.conflicts)
            if self.cleaned_data[f"piece{number}"] == LIVE
        ]


class DueForm(forms.ModelForm[Proposal]):
    """By when it is to be decided."""

    class Meta:
        model = Proposal
        fields = ("due_on",)
        widgets = {"due_on": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def clean_due_on(self) -> Any:
        """Not in the past."""
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError(_("This day is over."))
        return day


class ExpertForm(forms.ModelForm[ExpertRequest]):
    """Who is asked."""

    class Meta:
        model = ExpertRequest
        fields = ("name", "email")
