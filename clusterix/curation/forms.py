"""Forms in which curators change entries, with a reason and never over somebody else's change."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, TypeVar, cast

from django import forms
from django.contrib.admin.widgets import (
    AdminSplitDateTime,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
    RelatedFieldWidgetWrapper,
)
from django.core.exceptions import ValidationError
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry, Partner

M = TypeVar("M", bound=models.Model)

REASON_LENGTH = 100
VERBS = {
    "submit": _("Submit for review"),
    "send_back": _("Send back to draft"),
    "publish": _("Publish"),
    "verify": _("Still correct"),
    "archive": _("Archive"),
}
"""The steps in the life of an entry, by the methods that take them."""


def reopen(form: forms.BaseForm, version: str) -> None:
    """Has a form, when it is shown again, belong to that version of its entry."""
    data = cast("QueryDict", form.data).copy()
    data[form.add_prefix("version")] = version
    form.data = data


class WholeForm(forms.ModelForm[M]):
    """A form that also checks constraints on columns which it does not show.

    PostgreSQL computes some, and an existing row's own number may be part of a constraint. Each of
    two boxes for one moment gets a name of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, AdminSplitDateTime):
                for part, words in zip(field.widget.widgets, (_("day"), _("time")), strict=True):
                    part.attrs["aria-label"] = f"{field.label}: {words}"

    def _get_validation_exclusions(self) -> set[str]:
        left_out: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        computed = {field.name for field in self.instance._meta.fields if field.generated}
        number = {self.instance._meta.pk.name} if self.instance.pk else set()
        return left_out - computed - number


class ReasonedForm(WholeForm[M]):
    """A change to an entry or to a row of one.

    `version` tells which state of the entry the form was opened on; saving over a later one is
    refused once, with what was typed kept, so that nobody overwrites a change unseen.
    """

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("Kept in the history. Needed once an entry has left the state of a draft."),
    )
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.opened_on = self.entry_as_stored()
        if self.opened_on:
            self.initial["version"] = self.opened_on.version

    @abstractmethod
    def entry_as_stored(self) -> Entry | None:
        """The entry as the database has it; None for what is being added."""

    @abstractmethod
    def entry_concerned(self) -> Entry | None:
        """The entry that the cleaned form would change; None where that field has an error."""

    def clean(self) -> dict[str, Any]:
        """Refuses a stale form, and a change without a reason where one is needed."""
        cleaned = super().clean() or self.cleaned_data
        if self.opened_on and cleaned.get("version") != self.opened_on.version:
            self._refuse_stale(self.opened_on)
        entry = self.entry_concerned()
        if entry and entry.state != Entry.State.DRAFT and not cleaned.get("reason"):
            self.add_error("reason", _("Say why this is changed: it is not a draft any more."))
        return cleaned

    def _refuse_stale(self, stored: Entry) -> None:
        reopen(self, stored.version)
        raise ValidationError(
            _(
                "Somebody changed this entry while you had it open. What you typed is kept below. "
                "Compare it with the history, then save again to have it your way."
            ),
            code="stale",
        )


class EntryForm(ReasonedForm[Entry]):
    """A change to an entry."""

    def entry_as_stored(self) -> Entry | None:
        """The entry that is being changed."""
        return self.instance if self.instance.pk else None

    def entry_concerned(self) -> Entry | None:
        """The same, new ones included: they are drafts."""
        return self.instance


class PartForm(ReasonedForm[models.Model]):
    """A change to a row that belongs to an entry and has a form of its own."""

    entry_field: ClassVar[str]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {self.entry_field}

    def entry_as_stored(self) -> Entry | None:
        """The entry that the row belongs to."""
        return getattr(self.instance, self.entry_field) if self.instance.pk else None

    def entry_concerned(self) -> Entry | None:
        """For a new row, the entry chosen in the form."""
        return self.opened_on or self.cleaned_data.get(self.entry_field)


class StepForm(forms.Form):
    """Something done to an entry as it was read, and why."""

    version = forms.CharField(widget=forms.HiddenInput)
    reason = forms.CharField(label=_("Reason"), max_length=REASON_LENGTH)

    def __init__(self, *args: Any, entry: Entry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"version": entry.version}
        self.entry = entry

    def clean_version(self) -> str:
        """Refuses to publish, say, another version than the one that was read."""
        version: str = self.cleaned_data["version"]
        if version != self.entry.version:
            reopen(self, self.entry.version)
            raise ValidationError(
                _("Somebody changed this entry meanwhile. Look at it again, then decide."),
                code="stale",
            )
        return version


class MoveForm(StepForm):
    """The next step in an entry's life, and why it is taken.

    That an entry is still correct is its own reason: one click says so.
    """

    def __init__(self, *args: Any, verbs: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["verb"] = forms.ChoiceField(choices=[(verb, verb) for verb in verbs])
        self.fields["reason"].required = self.data.get("verb") != "verify"

    def clean_reason(self) -> str:
        """What was typed, if anything had to be."""
        return self.cleaned_data["reason"] or gettext("Still correct")


class LinkSelect(AutocompleteSelect):
    """A choice among many rows by search; knows the names of those that were loaded already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: dict[str, str] = {}

    def optgroups(
        self, name: str, value: Sequence[str], attrs: dict[str, Any] | None = None
    ) -> list[tuple[str | None, list[dict[str, Any]], int | None]]:
        """The chosen row alone; asks the database only for a name that is not known."""
        chosen = [text for text in value if self._may_be_a_key(text)]
        if not self.known.keys() >= set(chosen):
            return super().optgroups(name, chosen, attrs)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        options += [self.create_option(name, pk, self.known[pk], True, 0) for pk in chosen]
        return [(None, options, 0)]

    def _may_be_a_key(self, text: str) -> bool:
        """What was posted may be anything; only what can name a row is looked up."""
        key = self.choices.queryset.model._meta.pk
        try:
            return bool(text) and key.to_python(text) is not None
        except ValidationError:
            return False


class LinksSelect(AutocompleteSelectMultiple):
    """A choice of many rows by search; each chosen one has its own cross, there is none for all."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's, without the cross that a list must not contain."""
        return {**super().build_attrs(*args, **kwargs), "data-allow-clear": "false"}


class LinkForm(WholeForm[models.Model]):
    """A row of a table that may refer to other rows, whose names need no query each."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget = field.widget
            widget.attrs["aria-label"] = field.label
            if isinstance(widget, RelatedFieldWidgetWrapper):
                widget = widget.widget
                widget.attrs["aria-label"] = field.label
            if isinstance(widget, LinkSelect) and self.instance.pk:
                linked = getattr(self.instance, name)
                if linked:
                    widget.known[str(linked.pk)] = str(linked)


class PartnerForm(forms.ModelForm[Partner]):
    """A partner, with what it reviews for others."""

    def clean_regions_reviewed(self) -> list[str]:
        """Codes of regions that exist."""
        codes = [code.upper() for code in self.cleaned_data["regions_reviewed"]]
        return known(codes, "by_region")

    def clean_themes_reviewed(self) -> list[str]:
        """Keys of themes that exist."""
        keys = self.cleaned_data["themes_reviewed"]
        return known(keys, "by_theme")


def known(words: list[str], way: str) -> list[str]:
    """The words in order, each once. Raises ValidationError where no kind of entry knows one."""
    ways = {(kind, getattr(kind, way)) for kind in Entry.__subclasses__() if getattr(kind, way)}
    found: set[str] = set()
    for kind, path in ways:
        link, _separator, column = path.partition("__")
        vocabulary: Any = kind._meta.get_field(link).related_model
        rows = vocabulary.objects.filter(**{f"{column}__in": words})
        found.update(rows.values_list(column, flat=True))
    unknown = sorted(set(words) - found)
    if unknown:
        message = _("Not known: %(words)s.")
        raise ValidationError(message, params={"words": ", ".join(unknown)})
    return sorted(set(words))


class TermForm(forms.ModelForm[M]):
    """A value of a vocabulary, with labels that can be read in every language."""

    def clean_labels(self) -> dict[str, str]:
        """Words by language code, English among them."""
        labels = self.cleaned_data["labels"]
        if not isinstance(labels, dict) or not labels.get("en"):
            raise ValidationError(_("Give an English label: {“en”: “…”}."))
        if not all(isinstance(words, str) and words.strip() for words in labels.values()):
            raise ValidationError(_("Each label is a text: {“en”: “…”, “de”: “…”}."))
        return labels
