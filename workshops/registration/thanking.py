"""Thanking those who were there, each of them once on the day after, with what there is to read."""

from datetime import datetime

from workshops.registration import letters
from workshops.registration.models import LetterKind, Registration, RegistrationSettings, State
from workshops.registration.models.terms import LATEST_THANKS
from workshops.registration.places import in_turn
from workshops.registration.reminding import AT_A_TIME, EVENING, MORNING


def is_time(terms: RegistrationSettings, at: datetime) -> bool:
    """It is daytime at the workshop's place, on the day after its end or a little later."""
    here = at.astimezone(terms.workshop.zone)
    days = (here.date() - terms.workshop.ends_on).days
    return 1 <= days <= LATEST_THANKS and MORNING <= here.hour < EVENING


def thank(terms: RegistrationSettings, at: datetime) -> int:
    """Write to all who were there and were not thanked yet; how many they were.

    BusyError where others hold the places: what is left is for the next run.
    """
    if not is_time(terms, at):
        return 0
    turns = iter(lambda: in_turn(terms.workshop_id, lambda: some(terms)), 0)
    return sum(turns)


def some(terms: RegistrationSettings) -> int:
    """Write to the next few; the caller holds the places."""
    rows = Registration.objects.for_page().filter(workshop=terms.workshop)
    there = rows.filter(state=was_there(terms))
    people = there.exclude(letters__kind=LetterKind.THANKS).order_by("pk")[:AT_A_TIME]
    for registration in people:
        letters.thanks(registration)
    return len(people)


def was_there(terms: RegistrationSettings) -> State:
    """How those stand who were there: confirmed, if nobody was marked as having attended."""
    attended = Registration.objects.filter(workshop=terms.workshop, state=State.ATTENDED)
    return State.ATTENDED if attended.exists() else State.CONFIRMED
