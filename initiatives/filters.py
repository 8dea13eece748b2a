"""What the catalogue can be asked: the questions its list, its exports and its API understand."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, MultipleChoiceFilter

from initiatives.models import Initiative, InitiativeQuerySet, Proof, Status, Theme
from people.models import Region

UNKNOWN = {"invalid_choice": _("“%(value)s” is not one of the choices, so it is left out.")}


class DayInput(forms.DateInput):
    """The browser's own box for a day, which holds nothing that is none."""

    input_type = "date"

    def format_value(self, value: object) -> str | None:
        """The day as the box wants it."""
        try:
            return date.fromisoformat(str(value)).isoformat()
        except ValueError:
            return None


A_DAY: dict[str, Any] = {
    "label": _("As it stood on"),
    "required": False,
    "input_formats": ["%Y-%m-%d"],
    "widget": DayInput,
    "error_messages": {"invalid": _("Write the day as year-month-day, such as 2016-06-21.")},
}


class Sort(TextChoices):
    """The orders a reader can choose."""

    RELEVANCE = "relevance", _("best match")
    TITLE = "title", _("title")
    NEWEST = "newest", _("newest start")
    PUBLISHED = "published", _("last added")


class DayForm(forms.Form):
    """Asks for an entry as it stood on a day."""

    as_of = forms.DateField(**A_DAY)

    @property
    def day(self) -> date | None:
        """The day asked for, if one was and it was understood."""
        return self.cleaned_data["as_of"] if self.is_valid() else None


class Questions(forms.Form):
    """Of a facet's values it keeps those that exist and says which do not."""

    def clean(self) -> dict[str, Any]:
        """Puts the values back that were understood."""
        for name, field in self.fields.items():
            if name in self.errors and isinstance(field, forms.MultipleChoiceField):
                asked = field.widget.value_from_datadict(self.data, self.files, name)
                self.cleaned_data[name] = [value for value in asked if field.valid_value(value)]
        return self.cleaned_data


class InitiativeFilter(FilterSet):  # type: ignore[misc]  # django-filter has no types
    """A selection of the catalogue: choices of one facet add up, different facets narrow down.

    What is not understood is left out and named at its field, so there is always an answer.
    """

    q = CharFilter(method="by_words", label=_("Search the catalogue"), max_length=200)
    status = MultipleChoiceFilter(
        method="by_status", label=_("Status"), choices=Status.choices, error_messages=UNKNOWN
    )
    level = MultipleChoiceFilter(
        label=_("Level"),
        choices=Initiative.Level.choices,
        distinct=False,
        error_messages=UNKNOWN,
    )
    kind = MultipleChoiceFilter(
        label=_("Kind"), choices=Initiative.Kind.choices, distinct=False, error_messages=UNKNOWN
    )
    theme = MultipleChoiceFilter(method="by_theme", label=_("Theme"), error_messages=UNKNOWN)
    proof = MultipleChoiceFilter(
        method="by_proof", label=_("Proof"), choices=Proof.choices, error_messages=UNKNOWN
    )
    country = MultipleChoiceFilter(method="by_country", label=_("Country"), error_messages=UNKNOWN)
    as_of = DateFilter(method="unchanged", **A_DAY)
    sort = ChoiceFilter(
        method="unchanged",
        label=_("Sort by"),
        choices=Sort.choices,
        empty_label=None,
        error_messages=UNKNOWN,
    )

    class Meta:
        model = Initiative
        fields: tuple[str, ...] = ()
        form = Questions

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        queryset: InitiativeQuerySet | None = None,
        *,
        today: date | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, queryset, **kwargs)
        self.today = today or timezone.localdate()
        self.themes = list(Theme.objects.in_order())
        self.filters["theme"].extra["choices"] = [(theme.key, theme.label) for theme in self.themes]
        self.filters["country"].extra["choices"] = country_choices()

    @property
    def day(self) -> date:
        """The day on which the catalogue is looked at: today unless another was asked for."""
        day: date = self.answers.get("as_of") or self.today
        return day

    @property
    def answers(self) -> dict[str, Any]:
        """What was understood, by question."""
        _errors = self.form.errors
        answers: dict[str, Any] = self.form.cleaned_data
        return answers

    @property
    def sort_order(self) -> Sort:
        """The order asked for; the best match first needs words to match."""
        words = self.answers.get("q")
        asked = self.answers.get("sort")
        if asked and (words or asked != Sort.RELEVANCE):
            return Sort(asked)
        return Sort.RELEVANCE if words else Sort.TITLE

    @property
    def sort_choices(self) -> list[tuple[str, str]]:
        """The orders to offer; the first is the natural one and needs no word in the address."""
        words = self.answers.get("q")
        natural, *others = Sort if words else (Sort.TITLE, Sort.NEWEST, Sort.PUBLISHED)
        return [
            ("", str(natural.label)),
            *((sort.value, str(sort.label)) for sort in others),
        ]

    def filter_queryset(self, queryset: InitiativeQuerySet) -> InitiativeQuerySet:
        """The selection in the order asked for."""
        selection = self.narrowed(queryset)
        match self.sort_order:
            case Sort.TITLE:
                return selection.by_title()
            case Sort.NEWEST:
                return selection.newest_first()
            case Sort.PUBLISHED:
                return selection.last_added_first()
            case _:
                return selection

    def without(self, question: str) -> InitiativeQuerySet:
        """What would be selected if that question had not been asked."""
        return self.narrowed(self.queryset.all(), leave_out=question)

    def narrowed(self, queryset: InitiativeQuerySet, leave_out: str = "") -> InitiativeQuerySet:
        """Those that fit each answer but one."""
        for name, value in self.answers.items():
            if name != leave_out:
                queryset = self.filters[name].filter(queryset, value)
        return queryset

    def by_words(self, rows: InitiativeQuerySet, _name: str, words: str) -> InitiativeQuerySet:
        """Those that the words find."""
        return rows.matching(words)

    def by_status(
        self, rows: InitiativeQuerySet, _name: str, statuses: list[str]
    ) -> InitiativeQuerySet:
        """Those that stood so on the day."""
        return rows.in_status(*statuses, at=self.day)

    def by_theme(self, rows: InitiativeQuerySet, _name: str, keys: list[str]) -> InitiativeQuerySet:
        """Those on one of the themes or on one that lies within it."""
        narrower = Theme.with_narrower(self.themes)
        return rows.on_themes({pk for key in keys for pk in narrower[key]})

    def by_proof(
        self, rows: InitiativeQuerySet, _name: str, proofs: list[str]
    ) -> InitiativeQuerySet:
        """Those for which one of the proofs is on record."""
        return rows.proven(*proofs)

    def by_country(
        self, rows: InitiativeQuerySet, _name: str, codes: list[str]
    ) -> InitiativeQuerySet:
        """Those that take place in one of the countries."""
        return rows.in_country(*codes)

    def unchanged(self, rows: InitiativeQuerySet, _name: str, _value: object) -> InitiativeQuerySet:
        """All: the question is about how to look at them."""
        return rows


def country_choices() -> list[tuple[str, str]]:
    """The countries that regions are known of, by name."""
    countries = Region.objects.filter(level=Region.Level.COUNTRY)
    return sorted(((row.code, row.label) for row in countries), key=lambda choice: choice[1])
