"""The facets of the catalogue: what else can be chosen, and how much it would give."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from initiatives.filters import InitiativeFilter
from initiatives.models import InitiativeQuerySet, Proof, Theme, status_on


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet with the number of initiatives it would give."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A group of choices of which any number can be made."""

    name: str
    title: str
    choices: list[Choice]
    errors: list[str]


def facets(asked: InitiativeFilter) -> list[Facet]:
    """Every facet, its counts as if nothing of its own were chosen; a query or two each."""
    return [facet(asked, name) for name in COUNTS]


def facet(asked: InitiativeFilter, name: str) -> Facet:
    """One facet with the choices that lead somewhere, and those that are made."""
    field = asked.form.fields[name]
    counts = COUNTS[name](asked.without(name).order_by(), asked)
    chosen = asked.answers.get(name, [])
    choices = [
        Choice(value, str(label), counts.get(value, 0), value in chosen)
        for value, label in field.choices
        if value in counts or value in chosen
    ]
    return Facet(name, title(asked, name), choices, asked.form.errors.get(name, []))


def title(asked: InitiativeFilter, name: str) -> str:
    """The name of a facet; that of the status says on which day, where one was asked for."""
    day = asked.answers.get("as_of")
    if name == "status" and day:
        return _("Status on %(day)s") % {"day": date_format(day)}
    return str(asked.form.fields[name].label)


def by_status(rows: InitiativeQuerySet, asked: InitiativeFilter) -> Mapping[str, int]:
    """How many stand how on the day."""
    return dict(
        rows.annotate(standing=status_on(asked.day))
        .values_list("standing")
        .annotate(count=Count("pk"))
    )


def by_level(rows: InitiativeQuerySet, _asked: InitiativeFilter) -> Mapping[str, int]:
    """How many reach how far."""
    return dict(rows.values_list("level").annotate(count=Count("pk")))


def by_kind(rows: InitiativeQuerySet, _asked: InitiativeFilter) -> Mapping[str, int]:
    """How many are of which sort."""
    return dict(rows.values_list("kind").annotate(count=Count("pk")))


def by_theme(rows: InitiativeQuerySet, asked: InitiativeFilter) -> Mapping[str, int]:
    """How many are on each theme or on one within it."""
    narrower = Theme.with_narrower(asked.themes)
    counts = rows.aggregate(
        **{
            f"theme_{theme.pk}": Count(
                "pk", filter=Q(themes__in=narrower[theme.key]), distinct=True
            )
            for theme in asked.themes
        }
    )
    found = {theme.key: counts[f"theme_{theme.pk}"] for theme in asked.themes}
    return {key: count for key, count in found.items() if count}


def by_proof(rows: InitiativeQuerySet, _asked: InitiativeFilter) -> Mapping[str, int]:
    """How many have which proof."""
    counts = {proof.value: rows.proven(proof).count() for proof in Proof}
    return {proof: count for proof, count in counts.items() if count}


def by_country(rows: InitiativeQuerySet, _asked: InitiativeFilter) -> Mapping[str, int]:
    """How many take place in each country; one in two countries counts in both."""
    return rows.counts_by_country()


COUNTS: dict[str, Callable[[InitiativeQuerySet, InitiativeFilter], Mapping[str, int]]] = {
    "status": by_status,
    "level": by_level,
    "kind": by_kind,
    "theme": by_theme,
    "proof": by_proof,
    "country": by_country,
}
