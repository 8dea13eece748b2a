"""What visitors may ask of the list of workshops, and of a programme."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import cast
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clusterix.curation.spelling import nearest
from clusterix.lib.boxes import Choice, Facet
from clusterix.lib.chosen import Chip, Suggestion, helpful, without
from workshops.models import Series, Session, Workshop, WorkshopQuerySet

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


def tracks(session: Session) -> dict[str, str]:
    """The strand that a session belongs to, if any, by its name in an address."""
    return {slugify(session.track, allow_unicode=True): session.track} if session.track else {}


def kinds(session: Session) -> dict[str, str]:
    """What happens in a session."""
    return {session.kind: session.get_kind_display()}


def speakers(session: Session) -> dict[str, str]:
    """Who takes part in a session, as far as the programme says who it is."""
    people = [row.person for row in session.contributions.all() if row.is_named]
    return {
        person.slug if person.has_page else slugify(person.name, allow_unicode=True): person.name
        for person in people
    }


ASKED: Mapping[str, Callable[[Session], dict[str, str]]] = {
    "track": tracks,
    "kind": kinds,
    "speaker": speakers,
}
"""What a programme is narrowed down by: the answers that a session gives, and their labels."""


class ProgrammeSearch(forms.Form):
    """Which sessions of a programme to show; what is not understood narrows nothing."""

    track = forms.MultipleChoiceField(label=_("Track"), required=False)
    kind = forms.MultipleChoiceField(label=_("Kind"), required=False)
    speaker = forms.MultipleChoiceField(label=_("Speaker"), required=False)

    def __init__(self, query: QueryDict, sessions: Sequence[Session]) -> None:
        super().__init__(query)
        self.sessions = sessions
        self.given = {
            each: {name: answers(each) for name, answers in ASKED.items()} for each in sessions
        }
        self.labels = {
            name: {
                key: label
                for given in self.given.values()
                for key, label in given[name].items()
                if key
            }
            for name in ASKED
        }
        for name, labels in self.labels.items():
            field = cast("forms.MultipleChoiceField", self.fields[name])
            offered = sorted((label.casefold(), key) for key, label in labels.items())
            field.choices = [(key, labels[key]) for _folded, key in offered]
        self.full_clean()

    def chosen(self, name: str) -> list[str]:
        """The answers that were given to a question and occur in the programme."""
        return list(dict.fromkeys(self.cleaned_data.get(name, [])))

    def fits(self, session: Session, but: str = "") -> bool:
        """Whether a session is asked for; the question named by `but` is left aside."""
        return all(
            name == but or not (chosen := self.chosen(name)) or given.keys() & {*chosen}
            for name, given in self.given[session].items()
        )

    @property
    def is_asked(self) -> bool:
        """Something narrows the programme down."""
        return any(self.chosen(name) for name in ASKED)

    @property
    def found(self) -> list[Session]:
        """The sessions asked for, in their order."""
        return [session for session in self.sessions if self.fits(session)]

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
            for name in ASKED
        ]
        return [facet for facet in asked if len(facet.choices) > 1 or facet.errors]

    def _choices(self, name: str) -> list[Choice]:
        others = [session for session in self.sessions if self.fits(session, but=name)]
        counts = Counter(key for session in others for key in self.given[session][name])
        options = cast("forms.MultipleChoiceField", self.fields[name]).choices
        chosen = self.chosen(name)
        return [
            Choice(str(key), str(label), counts[str(key)], key in chosen)
            for key, label in cast("Sequence[tuple[str, str]]", options)
        ]

    @property
    def chips(self) -> list[Chip]:
        """Every answer that was given, to be taken back one by one."""
        query = cast("QueryDict", self.data)
        return [
            Chip(self.labels[name][key], without(query, name, key))
            for name in ASKED
            for key in self.chosen(name)
        ]

    @property
    def suggestions(self) -> list[Suggestion]:
        """Which question to drop where no session fits, and how many that would give."""
        query = cast("QueryDict", self.data)
        dropped = [
            Suggestion(
                gettext("Without %(filter)s")
                % {"filter": ", ".join(self.labels[name][key] for key in chosen)},
                without(query, name),
                sum(self.fits(session, but=name) for session in self.sessions),
            )
            for name in ASKED
            if (chosen := self.chosen(name))
        ]
        return helpful(dropped)
