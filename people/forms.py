"""What visitors may ask of the directories of people and organisations."""

from dataclasses import dataclass

from django import forms
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from clusterix.lib.countries import country_name
from people.models import Organisation, OrganisationQuerySet, PersonQuerySet, Region

LONGEST_QUERY = 200


class PersonSearch(forms.Form):
    """Words to find people by."""

    q = forms.CharField(label=_("Search people"), max_length=LONGEST_QUERY, required=False)

    def apply(self, people: PersonQuerySet) -> PersonQuerySet:
        """Those asked for; what could not be understood narrows nothing."""
        self.full_clean()
        words = self.cleaned_data.get("q")
        return people.matching(words) if words else people


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet and how many entries it would give."""

    value: str
    label: str
    count: int
    selected: bool


def countries() -> list[tuple[str, str]]:
    """The countries of NUTS by their names in the active language."""
    codes = Region.objects.filter(level=Region.Level.COUNTRY).values_list("code", flat=True)
    return sorted(((code, country_name(code)) for code in codes), key=lambda item: item[1])


class OrganisationSearch(forms.Form):
    """Words, types and countries to find organisations by."""

    q = forms.CharField(label=_("Search organisations"), max_length=LONGEST_QUERY, required=False)
    kind = forms.MultipleChoiceField(
        label=_("Type"), choices=Organisation.Kind.choices, required=False
    )
    country = forms.MultipleChoiceField(label=_("Country"), choices=countries, required=False)

    COLUMNS = {"kind": "kind", "country": "region__country"}

    def apply(self, organisations: OrganisationQuerySet, but: str = "") -> OrganisationQuerySet:
        """Those asked for; the facet named by `but`, and what is not understood, narrow nothing."""
        self.full_clean()
        for facet, column in self.COLUMNS.items():
            chosen = self.cleaned_data.get(facet)
            if chosen and facet != but:
                organisations = organisations.filter(**{f"{column}__in": chosen})
        words = self.cleaned_data.get("q")
        return organisations.matching(words) if words else organisations

    def choices(self, facet: str, organisations: OrganisationQuerySet) -> list[Choice]:
        """What a facet offers: its values that occur or are chosen, with their counts."""
        asked = self.apply(organisations, but=facet).order_by()
        counts = dict(asked.values_list(self.COLUMNS[facet]).annotate(Count("pk")))
        options = [option.data for option in self[facet].subwidgets]
        return [
            Choice(
                option["value"],
                option["label"],
                counts.get(option["value"], 0),
                option["selected"],
            )
            for option in options
            if option["value"] in counts or option["selected"]
        ]
