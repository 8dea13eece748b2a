"""Whom of those who registered for a workshop a list, a file or a mail is about."""

import re
from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from workshops.registration.models import (
    AudienceCategory,
    Registration,
    RegistrationSettings,
    State,
    WrittenLetter,
    country_choices,
)
from workshops.registration.models.registrations import RegistrationQuerySet

UNSAID = "none"
"""Asks for those who did not say."""

MOST_PICKED = 1_000
NUMBER = re.compile(r"[0-9]{1,18}")

ASKED = ("q", "state", "audience", "country", "returned", "pick")
"""What a query can ask for."""


class NumbersField(forms.Field):
    """Numbers of registrations, ticked in a list."""

    widget = forms.MultipleHiddenInput

    def clean(self, value: Any) -> list[int]:
        """As many as one ticks; what names no registration is refused, not left out.

        Without any, all else counts, and nobody is to be written to by mistake.
        """
        texts = [str(one) for one in value or ()]
        if len(texts) > MOST_PICKED or not all(NUMBER.fullmatch(text) for text in texts):
            raise ValidationError(_("Tick 1,000 registrations at most."))
        return [int(text) for text in texts]


class SelectionForm(forms.Form):
    """Narrows the registrations of a workshop down; what is ticked goes before all else."""

    q = forms.CharField(
        label=_("Name, address or organisation"),
        required=False,
        max_length=200,
        widget=forms.TextInput({"type": "search"}),
    )
    state = forms.MultipleChoiceField(
        label=_("State"),
        required=False,
        choices=State.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    audience = forms.MultipleChoiceField(
        label=_("Category"), required=False, widget=forms.CheckboxSelectMultiple
    )
    country = forms.ChoiceField(label=_("Country"), required=False)
    returned = forms.BooleanField(label=_("Mail came back"), required=False)
    pick = NumbersField(required=False)

    def __init__(self, *args: Any, terms: RegistrationSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms
        unsaid = (UNSAID, _("not said"))
        categories = [(str(one.pk), one.label) for one in AudienceCategory.objects.in_order()]
        audience = cast("forms.MultipleChoiceField", self.fields["audience"])
        audience.choices = [*categories, unsaid]
        country = cast("forms.ChoiceField", self.fields["country"])
        country.choices = [("", _("any")), unsaid, *country_choices()]

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """The fields that people see and may leave as they are."""
        return [self[name] for name in ("q", "state", "audience", "country", "returned")]

    def rows(self) -> RegistrationQuerySet:
        """The registrations selected, once the form is valid; never one that was erased."""
        rows = Registration.objects.filter(workshop=self.terms.workshop_id, erased_at=None)
        asked = self.cleaned_data
        if asked["pick"]:
            return rows.filter(pk__in=asked["pick"])
        if asked["q"]:
            rows = rows.filter(found(asked["q"]))
        if asked["state"]:
            rows = rows.filter(state__in=asked["state"])
        if asked["audience"]:
            rows = rows.filter(of_categories(asked["audience"]))
        if asked["country"]:
            rows = rows.filter(country="" if asked["country"] == UNSAID else asked["country"])
        if asked["returned"]:
            letters = WrittenLetter.objects.about(self.terms.workshop_id).came_back()
            rows = rows.filter(pk__in=letters.values("registration"))
        return rows

    def in_words(self) -> str:
        """What was asked for."""
        asked = self.cleaned_data
        if picked := len(asked["pick"]):
            return ngettext("%(count)d ticked", "%(count)d ticked", picked) % {"count": picked}
        return " · ".join(self._parts()) or str(_("everyone"))

    def _parts(self) -> Iterator[str]:
        asked = self.cleaned_data
        if asked["q"]:
            yield f"“{asked['q']}”"
        for name, values in (
            ("state", asked["state"]),
            ("audience", asked["audience"]),
            ("country", [asked["country"]] if asked["country"] else []),
        ):
            field = cast("forms.ChoiceField", self.fields[name])
            labels = dict(cast("list[tuple[str, str]]", field.choices))
            if values:
                yield ", ".join(str(labels[value]) for value in values)
        if asked["returned"]:
            yield str(self.fields["returned"].label)


def found(words: str) -> Q:
    """Whose name, address or organisation has that in it, accents and capitals ignored."""
    return (
        Q(name__unaccent__icontains=words)
        | Q(email__icontains=words)
        | Q(organisation__unaccent__icontains=words)
    )


def of_categories(asked: list[str]) -> Q:
    """Who is of one of these audience categories."""
    numbers = [number for number in asked if number != UNSAID]
    return Q(audience__in=numbers) | (Q(audience=None) if UNSAID in asked else Q(pk__in=[]))


def asked_for(data: QueryDict) -> dict[str, list[str] | str]:
    """What a query asks for, as a form is filled in with it."""
    several = {name: data.getlist(name) for name in ("state", "audience", "pick")}
    single = {name: data.get(name, "") for name in ("q", "country", "returned")}
    return {**single, **several}
