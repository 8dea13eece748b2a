"""What visitors may ask of the directories of people and organisations."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from clusterix.curation.models import Entry
from clusterix.curation.spelling import nearest
from clusterix.lib.countries import country_name
from people.models import (
    Organisation,
    Person,
    Region,
    RegionQuerySet,
)
from people.questions import (
    Question,
    RegionQuestion,
    column_labels,
    country_labels,
    listed,
    region_labels,
)

LONGEST_QUERY = 200


class Values(forms.MultipleChoiceField):
    """Any number of values that the database knows."""

    def __init__(self, question: Question, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)
        self.question = question

    def validate(self, value: list[str]) -> None:
        """Refuses what is none of the values."""
        known = self.question.labels(value)
        for unknown in (one for one in value if one not in known):
            message = self.error_messages["invalid_choice"]
            raise ValidationError(message, code="invalid_choice", params={"value": unknown})


class DirectorySearch(forms.Form):
    """Words and facets; values of one facet add up, different facets narrow down.

    What is not understood narrows nothing and is named at its field.
    """

    QUESTIONS: ClassVar[Mapping[str, Question]]

    @property
    def answers(self) -> dict[str, Any]:
        """What was understood, by question."""
        _errors = self.errors
        return self.cleaned_data

    def apply(self, entries: Any, but: str = "") -> Any:
        """Those asked for, as if what is named by `but` had not been asked."""
        for name, question in self.QUESTIONS.items():
            if self.answers.get(name) and name != but:
                entries = question.having(entries, self.answers[name])
        words = self.answers.get("q") if but != "q" else ""
        return entries.matching(words) if words else entries


def choices_of(model: Any, relation: str, field: str) -> list[tuple[str, Any]]:
    """What rows of a higher app that lead to an entry may say in a field."""
    related = model._meta.get_field(relation).related_model
    choices: list[tuple[str, Any]] = list(related._meta.get_field(field).choices)
    return choices


class OrganisationSearch(DirectorySearch):
    """Words, types, places, roles and labels to find organisations by."""

    QUESTIONS = {
        "kind": Question("kind", listed(Organisation.Kind.choices)),
        "country": Question("region__country", country_labels),
        "region": RegionQuestion("region__code", region_labels),
        "role": Question(
            "involvements__role",
            listed(choices_of(Organisation, "involvements", "role")),
            Q(involvements__initiative__state=Entry.State.PUBLISHED),
        ),
        "label": Question("esca_label", listed(Organisation.EscaLabel.choices)),
    }

    q = forms.CharField(label=_("Search organisations"), max_length=LONGEST_QUERY, required=False)
    kind = Values(QUESTIONS["kind"], label=_("Type"), choices=Organisation.Kind.choices)
    country = Values(QUESTIONS["country"], label=_("Country"))
    region = Values(QUESTIONS["region"], label=_("Region"))
    role = Values(
        QUESTIONS["role"],
        label=_("Role in initiatives"),
        choices=choices_of(Organisation, "involvements", "role"),
    )
    label = Values(
        QUESTIONS["label"], label=_("ESCA label"), choices=Organisation.EscaLabel.choices
    )

    @property
    def meant(self) -> str | None:
        """The words that may have been meant where these find no organisation."""
        words = self.answers.get("q", "")
        return nearest(words, lambda text: Organisation.objects.matching(text).exists())


PUBLIC_EMPLOYER = Q(affiliations__organisation__state=Entry.State.PUBLISHED)
PUBLIC_SESSION = Q(contributions__session__workshop__state=Entry.State.PUBLISHED)


def public_workshops() -> "QuerySet[Any]":
    """The workshops of the record: a higher app's, reached by the way that leads there."""
    contributions: Any = Person._meta.get_field("contributions").related_model
    session: Any = contributions._meta.get_field("session").related_model
    kind: Any = session._meta.get_field("workshop").related_model
    workshops: QuerySet[Any] = kind.objects.all()
    return workshops


class PersonSearch(DirectorySearch):
    """Words, organisations, countries, roles and workshops to find people by."""

    QUESTIONS = {
        "organisation": Question(
            "affiliations__organisation__slug",
            column_labels(Organisation.objects.all, "slug", "name"),
            PUBLIC_EMPLOYER,
        ),
        "country": Question(
            "affiliations__organisation__region__country", country_labels, PUBLIC_EMPLOYER
        ),
        "role": Question(
            "contributions__role",
            listed(choices_of(Person, "contributions", "role")),
            PUBLIC_SESSION,
        ),
        "workshop": Question(
            "contributions__session__workshop__slug",
            column_labels(public_workshops, "slug", "title"),
            PUBLIC_SESSION,
        ),
    }

    q = forms.CharField(label=_("Search people"), max_length=LONGEST_QUERY, required=False)
    organisation = Values(QUESTIONS["organisation"], label=_("Organisation"))
    country = Values(QUESTIONS["country"], label=_("Country"))
    role = Values(
        QUESTIONS["role"],
        label=_("Role at workshops"),
        choices=choices_of(Person, "contributions", "role"),
    )
    workshop = Values(QUESTIONS["workshop"], label=_("Workshop"))

    @property
    def meant(self) -> str | None:
        """The words that may have been meant where these find nobody."""
        people = Person.objects.listed()
        words = self.answers.get("q", "")
        return nearest(words, lambda text: people.matching(text).exists(), people.names_like)


def countries() -> list[tuple[str, str]]:
    """The countries of NUTS by their names in the active language."""
    codes = Region.objects.filter(level=Region.Level.COUNTRY).values_list("code", flat=True)
    return sorted(((code, country_name(code)) for code in codes), key=lambda item: item[1])


class RegionSearch(forms.Form):
    """Words, countries and levels to find regions by."""

    q = forms.CharField(label=_("Search regions"), max_length=LONGEST_QUERY, required=False)
    country = forms.MultipleChoiceField(label=_("Country"), choices=countries, required=False)
    level = forms.MultipleChoiceField(
        label=_("NUTS level"), choices=Region.Level.choices, required=False
    )

    def apply(self, regions: RegionQuerySet) -> RegionQuerySet:
        """Those asked for; what could not be understood narrows nothing."""
        self.full_clean()
        for facet in ("country", "level"):
            if chosen := self.cleaned_data.get(facet):
                regions = regions.filter(**{f"{facet}__in": chosen})
        words = self.cleaned_data.get("q")
        return regions.matching(words) if words else regions
