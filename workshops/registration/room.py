"""How much room a workshop has: places that nobody holds, and of whom there may be how many."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from workshops.registration.models import Registration, RegistrationSettings


@dataclass
class Room:
    """Places in all (None where nobody counts), at most for some categories, and those held."""

    capacity: int | None
    quotas: Mapping[int | None, int]
    held: Counter[int | None]

    @property
    def left(self) -> int | None:
        """Places that nobody holds."""
        return None if self.capacity is None else max(self.capacity - self.held.total(), 0)

    def fits(self, people: int, category: int | None) -> bool:
        """Whether so many people of a category can come, all of them."""
        return self.fits_in_all(people) and (
            category not in self.quotas or people <= self.quotas[category] - self.held[category]
        )

    def fits_in_all(self, people: int) -> bool:
        """The same but for the limits of categories."""
        return self.left is None or people <= self.left

    def take(self, people: int, category: int | None) -> None:
        """So many people of a category have places from now on."""
        self.held[category] += people

    def give_back(self, people: int, category: int | None) -> None:
        """So many people of a category have no places any more."""
        self.held[category] -= people


def room_for(terms: RegistrationSettings) -> Room:
    """Counted anew; it holds while the terms are locked."""
    rows = Registration.objects.holding().filter(workshop=terms.workshop_id)
    sums = rows.order_by().values_list("audience").annotate(people=Sum("party_size"))
    quotas = terms.quotas.values_list("audience", "places")
    return Room(terms.capacity, dict(quotas), Counter(dict(sums)))


def offers_until(terms: RegistrationSettings, at: datetime) -> datetime | None:
    """Until when an offer made at that moment stands; None when it is too late to make one."""
    latest = terms.workshop.starts_at
    return min(at + terms.time_to_answer, latest) if at < latest else None
