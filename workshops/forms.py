"""What visitors may ask of the list of workshops, and of a programme."""

from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.spelling import nearest
from clusterix.lib.boxes import Choice, Facet
from clusterix.lib.chosen import Chip, Suggestion, helpful, without
from workshops.agenda import Item, Programme, once
from workshops.models import Series, Workshop, WorkshopQuerySet

MOST_CHOSEN = 100
"""So many sessions of their own people may choose; no programme has more for one person."""


def guids(texts: Iterable[str]) -> set[UUID]:
    """The sessions that are asked for; what can name none, or is too much, is left out."""
    found = set[UUID]()
    for text in texts:
        if len(found) < MOST_CHOSEN:
            with suppress(ValueError):
                found.add(UUID(text))
    return found


class WorkshopSearch(forms.Form):
    """Words to find workshops by, their own, a session's or a speaker's name; and their series."""

    q = forms.CharField(label=_("Search workshops"), max_length=200, required=False)
    series = forms.CharField(
        label=_("Series"),
        max_length=80,
        required=False,
        help_text=_("The key of the series that they belong to."),
    )

    def clean_series(self) -> Series | None:
        """The series of that key."""
        key = self.cleaned_data["series"]
        series = Series.objects.filter(key=key).first() if key else None
        if key and series is None:
            raise ValidationError(_("There is no series “%(key)s”."), params={"key": key})
        return series

    def apply(self, workshops: WorkshopQuerySet) -> WorkshopQuerySet:
        """Those asked for; what could not be understood narrows nothing."""
        self.full_clean()
        if series := self.cleaned_data.get("series"):
            workshops = workshops.filter(series=series)
        words = self.cleaned_data.get("q")
        return workshops.matching(words) if words else workshops

    @property
    def meant(self) -> str | None:
        """The words that may have been meant where these find no workshop."""
        words = self.cleaned_data.get("q", "")
        return nearest(words, lambda text: Workshop.objects.matching(text).exists())


class ProgrammeSearch(forms.Form):
    """Which sessions of a programme to show; what is not understood narrows nothing."""

    track = forms.MultipleChoiceField(label=_("Track"), required=False)
    kind = forms.MultipleChoiceField(label=_("Kind"), required=False)
    speaker = forms.MultipleChoiceField(label=_("Speaker"), required=False)

    def __init__(self, query: QueryDict, programme: Programme) -> None:
        super().__init__(query)
        self.programme = programme
        self.labels = {name: labels(programme, name, get_language() or "") for name in self.fields}
        for name in self.fields.keys() & query.keys():
            field = cast("forms.MultipleChoiceField", self.fields[name])
            field.choices = [*self.labels[name].items()]
        self.full_clean()
        self.chosen = {
            name: list(dict.fromkeys(keys)) for name, keys in self.cleaned_data.items() if keys
        }
        """The answers that were given and occur in the programme, by question."""

    def fits(self, session: Item, but: str = "") -> bool:
        """Whether a session is asked for; the question named by `but` is left aside."""
        return all(
            name == but or not session.answers[name].keys().isdisjoint(keys)
            for name, keys in self.chosen.items()
        )

    @property
    def is_asked(self) -> bool:
        """Something narrows the programme down."""
        return bool(self.chosen)

    @cached_property
    def found(self) -> Sequence[Item]:
        """The sessions asked for, in their order."""
        return self.others()

    def others(self, question: str = "") -> Sequence[Item]:
        """The sessions asked for if that question were not asked."""
        if not self.chosen.keys() - {question}:
            return self.programme.sessions
        return [each for each in self.programme.sessions if self.fits(each, but=question)]

    @cached_property
    def facets(self) -> list[Facet]:
        """The questions that make a difference here, each answer with what it would give."""
        asked = [
            Facet(
                name,
                str(self[name].label),
                self._choices(name),
                [str(error) for error in self[name].errors],
            )
            for name in self.fields
        ]
        return [facet for facet in asked if len(facet.choices) > 1 or facet.errors]

    def _choices(self, name: str) -> list[Choice]:
        counts = Counter(key for each in self.others(name) for key in each.answers[name])
        chosen = self.chosen.get(name, ())
        return [
            Choice(key, label, counts[key], key in chosen)
            for key, label in self.labels[name].items()
        ]

    @property
    def chips(self) -> list[Chip]:
        """Every answer that was given, to be taken back one by one."""
        query = cast("QueryDict", self.data)
        return [
            Chip(self.labels[name][key], without(query, name, key))
            for name, keys in self.chosen.items()
            for key in keys
        ]

    @property
    def suggestions(self) -> list[Suggestion]:
        """Which question to drop where no session fits, and how many that would give."""
        query = cast("QueryDict", self.data)
        dropped = [
            Suggestion(
                gettext("Without %(filter)s")
                % {"filter": ", ".join(self.labels[name][key] for key in keys)},
                without(query, name),
                len(self.others(name)),
            )
            for name, keys in self.chosen.items()
        ]
        return helpful(dropped)


@once
def labels(programme: Programme, question: str, _language: str) -> dict[str, str]:
    """All answers to a question that have a name, with their labels from A to Z."""
    given = (answer for each in programme.sessions for answer in each.answers[question].items())
    known = {key: label for key, label in given if key}
    return dict(sorted(((key, str(label)) for key, label in known.items()), key=by_label))


def by_label(answer: tuple[str, str]) -> tuple[str, str]:
    """Where an answer stands among others."""
    key, label = answer
    return label.casefold(), key
