"""The forms by which readers report an error, and curators say what became of it."""

from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from clusterix.curation.reports.models import LONGEST_TEXT, Answer, Report, Told
from clusterix.lib.guarded_forms import GuardedForm


class Prose(forms.CharField):
    """Text in which a line break is one character, as the browser counts it."""

    widget = forms.Textarea({"rows": 6})

    def to_python(self, value: Any) -> str | None:
        """The text with plain line breaks."""
        text = super().to_python(value)
        return text and text.replace("\r\n", "\n")


class ReportForm(GuardedForm):
    """What is wrong with an entry."""

    text = Prose(
        label=_("What is wrong?"),
        max_length=LONGEST_TEXT,
        help_text=_(
            "What it says, what it should say, and where you know that from. "
            "Please nothing personal: the curators read it."
        ),
    )
    part = forms.ChoiceField(label=_("Which part of the page?"), required=False)
    email = forms.EmailField(
        label=_("Your e-mail address"),
        required=False,
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=_(
            "Only if you want an answer, and used for nothing else. It is erased 30 days after "
            "the answer, and after 180 days at the latest."
        ),
    )
    field_order = ("text", "part", "email")

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("The page as a whole")), *entry.headings.choices]
        cast("forms.ChoiceField", self.fields["part"]).choices = choices

    def told(self) -> Told:
        """What was written, once the form is valid."""
        names = ("text", "part", "email", "idempotency_key")
        words = {name: self.cleaned_data[name] for name in names}
        return Told(language=get_language() or "en", **words)


class AnswerForm(forms.Form):
    """What became of a report."""

    state = forms.ChoiceField(
        label=_("What became of it?"),
        widget=forms.RadioSelect,
        choices=[
            (Report.State.ANSWERED, _("The entry was corrected, or the question answered")),
            (Report.State.DISMISSED, _("Nothing is to be changed")),
        ],
    )
    answer = Prose(label=_("Answer"), max_length=LONGEST_TEXT)
    reply = forms.BooleanField(
        label=_("Send this answer to the reader"), required=False, initial=True
    )

    def __init__(self, *args: Any, report: Report, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not report.wants_answer:
            del self.fields["reply"]

    def given(self) -> Answer:
        """What was said, once the form is valid."""
        told = self.cleaned_data
        return Answer(told["state"], told["answer"], told.get("reply", False))
