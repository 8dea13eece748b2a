"""How many registered for a workshop: how things stand, what they are and where they are from."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Count, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clusterix.lib.countries import country_name
from workshops.models import Workshop
from workshops.registration.desk.selection import UNSAID
from workshops.registration.models import AudienceCategory, RegistrationSettings, State
from workshops.registration.models.states import ACTIVE, HOLDING

ALWAYS = (
    State.CONFIRMED,
    State.OFFERED,
    State.WAITING,
    State.PENDING,
    State.CANCELLED,
    State.ATTENDED,
)
"""States that are told of though nobody is in them."""


class Group(NamedTuple):
    """Registrations that have all of this in common."""

    state: str
    audience: int | None
    country: str
    registrations: int
    people: int


@dataclass(frozen=True)
class Figure:
    """How many are in a state or of a kind, and the query that lists them."""

    label: str
    query: str
    registrations: int
    people: int
    share: int = 0
    """In per cent of the largest beside it."""


def groups(workshop: Workshop) -> list[Group]:
    """All registrations, those erased among them, from one query."""
    rows = workshop.registrations.order_by().values_list("state", "audience", "country")
    return [Group(*row) for row in rows.annotate(Count("pk"), Sum("party_size"))]


def by_state(counted: Iterable[Group]) -> list[Figure]:
    """How things stand, in the order of the states."""
    people, registrations = _summed(counted, lambda group: group.state)
    return [
        Figure(str(state.label), f"?state={state}", registrations[state], people[state])
        for state in State
        if state in ALWAYS or registrations[state]
    ]


def by_category(counted: Iterable[Group]) -> list[Figure]:
    """What those are who come or would like to, the largest category first."""
    labels = {term.pk: term.label for term in AudienceCategory.objects.in_order()}
    return _compared(
        counted,
        lambda group: str(group.audience or UNSAID),
        "audience",
        lambda key: _("not said") if key == UNSAID else labels[int(key)],
    )


def by_country(counted: Iterable[Group]) -> list[Figure]:
    """Where those are from, the most first."""
    return _compared(
        counted,
        lambda group: group.country or UNSAID,
        "country",
        lambda key: _("not said") if key == UNSAID else country_name(key),
    )


def _compared(
    counted: Iterable[Group], key: Callable[[Group], str], name: str, label: Callable[[str], str]
) -> list[Figure]:
    active = [group for group in counted if group.state in ACTIVE]
    people, registrations = _summed(active, key)
    most = max(people.values(), default=1)
    states = "".join(f"&state={state}" for state in ACTIVE)
    figures = [
        Figure(label(one), f"?{name}={one}{states}", registrations[one], count, 100 * count // most)
        for one, count in people.items()
    ]
    return sorted(figures, key=lambda figure: (-figure.people, figure.label))


def _summed(
    counted: Iterable[Group], key: Callable[[Group], str]
) -> tuple[Counter[str], Counter[str]]:
    """People and registrations by what they have in common."""
    people: Counter[str] = Counter()
    registrations: Counter[str] = Counter()
    for group in counted:
        people[key(group)] += group.people
        registrations[key(group)] += group.registrations
    return people, registrations


def in_words(terms: RegistrationSettings, counted: Sequence[Group]) -> str:
    """How many places are taken, of how many."""
    taken = sum(group.people for group in counted if group.state in HOLDING)
    if terms.capacity is None:
        return ngettext(
            "%(count)d place is taken; there are as many as people want.",
            "%(count)d places are taken; there are as many as people want.",
            taken,
        ) % {"count": taken}
    left = max(terms.capacity - taken, 0)
    words = ngettext(
        "%(taken)d of %(count)d place is taken",
        "%(taken)d of %(count)d places are taken",
        terms.capacity,
    ) % {"taken": taken, "count": terms.capacity}
    return _("%(words)s, %(left)d left.") % {"words": words, "left": left}
