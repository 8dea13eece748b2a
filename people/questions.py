"""What each facet of a directory asks of the database, and what its values are called."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from clusterix.lib.countries import country_name
from people.models import Region

Labels = Callable[[Collection[str]], Mapping[str, str]]
"""What those values are called, in the order in which they are shown; none but known ones."""


ANYTHING = Q()


@dataclass(frozen=True)
class Question:
    """A facet: where entries have its values, as far as everyone may know."""

    column: str
    labels: Labels
    public: Q = ANYTHING

    def having(self, entries: QuerySet[Any], chosen: Collection[str]) -> QuerySet[Any]:
        """Those of the entries that have one of the values."""
        some = entries.model.objects.filter(self.public, self.condition(chosen))
        return entries.filter(pk__in=some.values("pk"))

    def condition(self, chosen: Collection[str]) -> Q:
        """What has one of the values."""
        return Q(**{f"{self.column}__in": chosen})

    def counts(self, entries: QuerySet[Any]) -> dict[str, int]:
        """How many of the entries have each value; each counts once for a value."""
        rows = entries.model.objects.filter(self.public, pk__in=entries.values("pk"))
        counted = rows.order_by().values_list(self.column).annotate(Count("pk", distinct=True))
        return {value: count for value, count in counted if value}

    def offered(
        self, counts: Mapping[str, int], _answers: Mapping[str, Collection[str]]
    ) -> Collection[str]:
        """The values to choose from."""
        return counts.keys()


class RegionQuestion(Question):
    """The regions of Europe, each with all that lie in it."""

    def condition(self, chosen: Collection[str]) -> Q:
        """What lies in one of them."""
        inside = Q()
        for code in chosen:
            inside |= Q(**{f"{self.column}__startswith": code})
        return inside

    def counts(self, entries: QuerySet[Any]) -> dict[str, int]:
        """How many lie in each region, the regions around it included."""
        total = Counter[str]()
        for code, count in super().counts(entries).items():
            for end in range(2, len(code) + 1):
                total[code[:end]] += count
        return total

    def offered(
        self, counts: Mapping[str, int], answers: Mapping[str, Collection[str]]
    ) -> Collection[str]:
        """The parts of those that are chosen; else the regions of level 2 in chosen countries."""
        chosen = tuple(answers.get("region", ()))
        parts = [code for code in counts if code[:-1] in chosen]
        countries = answers.get("country")
        basic = Region.Level.BASIC + len("SE")
        return parts or [
            code
            for code in counts
            if len(code) == basic and (not countries or code[:2] in countries)
        ]


def listed(choices: Iterable[tuple[Any, Any]]) -> Labels:
    """The labels of choices that the code knows, in its order."""
    known = {str(value): label for value, label in choices}
    return lambda values: {value: str(known[value]) for value in known if value in values}


def column_labels(model: Callable[[], QuerySet[Any]], key: str, name: str) -> Labels:
    """The labels of rows of the database, by name; each row is known by a key."""

    def labels(values: Collection[str]) -> Mapping[str, str]:
        rows = model().filter(**{f"{key}__in": values}).order_by(name, key)
        return dict(rows.values_list(key, name)) if values else {}

    return labels


def country_labels(values: Collection[str]) -> Mapping[str, str]:
    """The names of countries in the active language, by name."""
    rows = Region.objects.filter(level=Region.Level.COUNTRY, code__in=values)
    names = [(code, country_name(code)) for code in rows.values_list("code", flat=True)]
    return dict(sorted(names, key=lambda item: item[1]))


def region_labels(values: Collection[str]) -> Mapping[str, str]:
    """The names of regions, by name."""
    rows = Region.objects.filter(code__in=values).order_by("name", "code")
    return {region.code: region.label for region in rows}
