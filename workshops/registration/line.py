"""Where somebody stands in the line for a place, and how good the chances are."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, Sum, TextChoices
from django.utils.translation import gettext_lazy as _

from workshops.registration.models import Registration, State
from workshops.registration.models.states import HOLDING

ASSUMED_GIVEN_UP, ASSUMED_PLACES = 1, 10
"""What is assumed before anything is known: of ten places, one is given up."""


class Chance(TextChoices):
    """In words, since a number would promise too much."""

    GOOD = "good", _("good")
    FAIR = "fair", _("fair")
    SMALL = "small", _("small")


@dataclass(frozen=True)
class PlaceInLine:
    """The number in the line, from one, and the chance of a place."""

    number: int
    chance: Chance


def place_in_line(registration: Registration) -> PlaceInLine:
    """Where a waiting registration stands."""
    ahead = list(Registration.objects.ahead_of(registration).values_list("party_size", flat=True))
    wanted = sum(ahead) + registration.party_size
    return PlaceInLine(len(ahead) + 1, chance(places_that_come_free(registration), wanted))


def chance(expected: float, wanted: int) -> Chance:
    """How the places that may come free compare with those that people ahead and oneself want."""
    if expected >= wanted:
        return Chance.GOOD
    return Chance.FAIR if 2 * expected >= wanted else Chance.SMALL


def places_that_come_free(registration: Registration) -> float:
    """The places held now, times the share that people gave up at this organiser's workshops.

    Counted over the workshop itself and those of the same partner that began before it.
    """
    workshop = registration.workshop
    known = Registration.objects.filter(
        Q(workshop=workshop)
        | Q(workshop__owner=workshop.owner_id, workshop__starts_on__lt=workshop.starts_on)
    )
    sums = known.order_by().values_list("state").annotate(people=Sum("party_size"))
    people: Counter[str] = Counter(dict(sums))
    kept = sum(people[state] for state in HOLDING)
    given_up = people[State.CANCELLED] + ASSUMED_GIVEN_UP
    share = given_up / (kept + given_up + ASSUMED_PLACES - ASSUMED_GIVEN_UP)
    return share * workshop.registrations.holding().places()
