"""Reminding those who have a place, some days before: each of them once for each of these days."""

from datetime import datetime, time, timedelta

from workshops.registration import letters
from workshops.registration.models import Registration, RegistrationSettings, Reminder, State
from workshops.registration.places import in_turn

MORNING, EVENING = 8, 20
"""By the clock of the workshop's place: nobody is woken up."""

LATEST = 2
"""So many days late a reminder is still of use, if nothing could be sent before."""

AT_A_TIME = 50
"""So many letters are written in one turn; whoever registers meanwhile need not wait for all."""


def days_due(terms: RegistrationSettings, at: datetime) -> int | None:
    """Of which reminder it is the time: the days before the workshop that it names; or none."""
    workshop = terms.workshop
    here = at.astimezone(workshop.zone)
    left = (workshop.starts_on - here.date()).days
    if not MORNING <= here.hour < EVENING or at >= workshop.starts_at:
        return None
    due = min((days for days in terms.reminder_days if days >= left), default=None)
    return due if due is not None and due - left <= LATEST else None


def remind(terms: RegistrationSettings, at: datetime) -> int:
    """Write to all who have a place and have not heard of that day yet; how many they were.

    BusyError where others hold the places: what is left is for the next run.
    """
    days = days_due(terms, at)
    if days is None:
        return 0
    turns = iter(lambda: in_turn(terms.workshop_id, lambda: some(terms, days)), 0)
    return sum(turns)


def some(terms: RegistrationSettings, days: int) -> int:
    """Write to the next few who registered before that day; the caller holds the places."""
    workshop = terms.workshop
    its_day = datetime.combine(workshop.starts_on - timedelta(days=days), time.min, workshop.zone)
    rows = Registration.objects.for_page().filter(
        workshop=workshop, state=State.CONFIRMED, created_at__lt=its_day
    )
    people = rows.exclude(reminders__days=days).order_by("pk")[:AT_A_TIME]
    for registration in people:
        Reminder.objects.create(registration=registration, days=days)
        letters.reminder(registration)
    return len(people)
