"""What the catalogue can be asked: the questions its list, its exports and its API understand."""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date
from functools import cache, cached_property
from typing import Any

from django import forms
from django.db.models import TextChoices
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_filters import (
    CharFilter,
    ChoiceFilter,
    DateFilter,
    Filter,
    FilterSet,
    MultipleChoiceFilter,
)

from clusterix.lib.bits import Bits
from clusterix.lib.partial_dates import PartialDate
from initiatives.index.answer import Answer
from initiatives.index.catalogue import Catalogue
from initiatives.index.keeper import keeper
from initiatives.models import Initiative, InitiativeQuerySet, Proof, Status

UNKNOWN = {"invalid_choice": _("“%(value)s” is not one of the choices, so it is left out.")}


class Box(forms.TextInput):
    """A box to write in, made without a template: each page of the catalogue has some."""

    def render(
        self, name: str, value: object, attrs: Any = None, renderer: object = None
    ) -> SafeString:
        """The box as HTML."""
        known = self.get_context(name, value, attrs)["widget"]
        content = {} if known["value"] is None else {"value": known["value"]}
        shown = {"type": known["type"], "name": name, **content, **known["attrs"]}
        return format_html("<input{}>", flatatt(shown))


class DayBox(Box):
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
    "widget": DayBox,
    "error_messages": {"invalid": _("Write the day as year-month-day, such as 2016-06-21.")},
}


A_TIME: dict[str, Any] = {"max_length": 10, "widget": Box}


class Sort(TextChoices):
    """The orders a reader can choose."""

    RELEVANCE = "relevance", _("best match")
    TITLE = "title", _("title")
    TITLE_BACKWARDS = "title-desc", _("title, Z to A")
    NEWEST = "newest", _("newest start")
    OLDEST = "oldest", _("earliest start")
    PUBLISHED = "published", _("last added")
    FIRST_PUBLISHED = "first-published", _("first added")


class DayForm(forms.Form):
    """Asks for an entry as it stood on a day."""

    as_of = forms.DateField(**A_DAY)

    @property
    def day(self) -> date | None:
        """The day asked for, if one was and it was understood."""
        return self.cleaned_data["as_of"] if self.is_valid() else None


class ValuesField(forms.MultipleChoiceField):
    """Takes values of a vocabulary that may be long: the index knows them."""

    known: Mapping[str, object] = {}

    def valid_value(self, value: object) -> bool:
        """Whether there is such a value, or was."""
        return str(value) in self.known


class ValuesFilter(Filter):  # type: ignore[misc]  # django-filter has no types
    """Any number of values of a vocabulary."""

    field_class = ValuesField


class TimeField(forms.CharField):
    """Takes a year, a month or a day."""

    def clean(self, value: object) -> PartialDate | None:
        """What was written, as a partial date."""
        text = super().clean(value)
        try:
            return PartialDate(text) if text else None
        except ValueError:
            raise forms.ValidationError(
                _("Write a year, a month or a day, such as 2016, 2016-06 or 2016-06-21.")
            ) from None


class TimeFilter(Filter):  # type: ignore[misc]  # django-filter has no types
    """An end of a stretch of time."""

    field_class = TimeField


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

    q = CharFilter(label=_("Search the catalogue"), max_length=200)
    status = MultipleChoiceFilter(label=_("Status"), choices=Status.choices, error_messages=UNKNOWN)
    level = MultipleChoiceFilter(
        label=_("Level"), choices=Initiative.Level.choices, error_messages=UNKNOWN
    )
    kind = MultipleChoiceFilter(
        label=_("Kind"), choices=Initiative.Kind.choices, error_messages=UNKNOWN
    )
    theme = ValuesFilter(label=_("Theme"), error_messages=UNKNOWN)
    ecosystem = ValuesFilter(label=_("Industrial ecosystem"), error_messages=UNKNOWN)
    target = ValuesFilter(label=_("Target group"), error_messages=UNKNOWN)
    proof = MultipleChoiceFilter(label=_("Proof"), choices=Proof.choices, error_messages=UNKNOWN)
    country = ValuesFilter(label=_("Country"), error_messages=UNKNOWN)
    region = ValuesFilter(label=_("Region"), error_messages=UNKNOWN)
    organisation = ValuesFilter(label=_("Organisation"), error_messages=UNKNOWN)
    vars()["from"] = TimeFilter(label=_("Under way from"), **A_TIME)  # a word of Python's own
    to = TimeFilter(label=_("Under way until"), **A_TIME)
    as_of = DateFilter(**A_DAY)
    sort = ChoiceFilter(
        label=_("Sort by"), choices=Sort.choices, empty_label=None, error_messages=UNKNOWN
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
        catalogue: Catalogue | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, queryset, **kwargs)
        self.today = today or timezone.localdate()
        self.catalogue = catalogue or keeper.current()
        for name, field in self.form.fields.items():
            if isinstance(field, ValuesField):
                field.known = self.catalogue.questions[name].vocabulary.numbers

    @classmethod
    @cache
    def form_of_questions(cls) -> type[forms.Form]:
        """The form, made once: each use of it has fields of its own."""
        fields = {name: question.field for name, question in cls.base_filters.items()}
        return type("QuestionsForm", (Questions,), fields)

    def get_form_class(self) -> type[forms.Form]:
        """The form of all questions."""
        return self.form_of_questions()

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
        natural, *others = Sort if words else [sort for sort in Sort if sort != Sort.RELEVANCE]
        return [
            ("", str(natural.label)),
            *((sort.value, str(sort.label)) for sort in others),
        ]

    @property
    def period(self) -> list[forms.BoundField]:
        """The two ends of the time in which they may have been under way."""
        return [self.form["from"], self.form["to"]]

    @cached_property
    def answer(self) -> Answer:
        """Which initiatives fit what was understood."""
        return Answer(self.catalogue, self.day, dict(self._conditions()))

    def filter_queryset(self, queryset: InitiativeQuerySet) -> InitiativeQuerySet:
        """Those of the rows that fit, in no order: a Selection knows that."""
        return queryset.filter(pk__in=self.answer.ids.tolist())

    def label(self, question: str, value: str) -> str:
        """What a value of a facet is called, in the active language."""
        return self.catalogue.question(question, self.day).vocabulary.label(value)

    def _conditions(self) -> Iterator[tuple[str, Bits]]:
        answers = self.answers
        if answers.get("q"):
            yield "q", self.catalogue.finding(answers["q"])
        for name in FACETS:
            if answers.get(name):
                yield name, self.catalogue.question(name, self.day).having(answers[name])
        since, until = answers.get("from"), answers.get("to")
        if since:
            yield "from", self.catalogue.moments.since(since.earliest)
        if until:
            yield "to", self.catalogue.moments.until(until.latest)


class Shared(dict[str, Filter]):
    """The filters of all selections: each gets copies that share what never changes."""

    def __deepcopy__(self, _memo: object) -> dict[str, Filter]:
        return {name: copy(question) for name, question in self.items()}


InitiativeFilter.base_filters = Shared(InitiativeFilter.base_filters)

FACETS = [
    name
    for name, question in InitiativeFilter.base_filters.items()
    if isinstance(question, (MultipleChoiceFilter, ValuesFilter))
]
"""The questions of which any number of values can be chosen, in the order of the page."""
