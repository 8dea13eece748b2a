"""The forms by which an expert is invited, comments, and by which a publisher decides."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clusterix.curation.reports.forms import Prose
from initiatives.comments.handling import Words
from initiatives.comments.models import LONGEST_TEXT, Comment, CommentStep

LONGEST_REASON = cast("int", CommentStep._meta.get_field("reason").max_length)


class CommentInvitationForm(forms.ModelForm[Comment]):
    """Whom to ask, about what."""

    class Meta:
        model = Comment
        fields = ("initiative", "name", "role", "organisation", "email", "person", "note")

    def clean(self) -> dict[str, Any]:
        """Nobody is asked twice about the same initiative at a time."""
        told = super().clean() or {}
        asked = Comment.objects.for_address(told.get("email", "")).pending()
        if asked.filter(initiative=told.get("initiative")).exists():
            self.add_error(
                "email", _("This address is invited already. Send that invitation again.")
            )
        return told


class CommentForm(forms.Form):
    """What an expert says, and how it is signed."""

    text = Prose(
        label=_("Your comment"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 12}),
        help_text=_("Markdown: an empty line between paragraphs, *emphasis*, [words](link)."),
    )
    name = forms.CharField(label=_("Your name"), max_length=200)
    role = forms.CharField(label=_("Your role"), max_length=160, required=False)
    organisation = forms.CharField(label=_("Your organisation"), max_length=250, required=False)
    consent = forms.BooleanField(
        label=_("I agree that my comment is shown on the page with my name, role and organisation.")
    )

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {
            name: getattr(comment, name) for name in ("text", "name", "role", "organisation")
        }

    def words(self) -> Words:
        """What was said, once the form is valid."""
        told = self.cleaned_data
        return Words(told["name"], told["role"], told["organisation"], told["text"])


class DecisionForm(forms.Form):
    """What becomes of a comment, and why."""

    VERBS = {
        Comment.State.WRITTEN: (
            ("show", _("Show it on the page")),
            ("decline", _("Decline it, with a word to the expert")),
        ),
        Comment.State.SHOWN: (("hide", _("Hide it again")),),
    }

    verb = forms.ChoiceField(label=_("What becomes of it?"), widget=forms.RadioSelect)
    reason = Prose(
        label=_("Why"),
        max_length=LONGEST_REASON,
        help_text=_("Kept in the log of the comment. If you decline it, the expert reads this."),
    )

    def __init__(self, *args: Any, comment: Comment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["verb"]).choices = self.VERBS[
            Comment.State(comment.state)
        ]
