"""What the worker does about registrations."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from workshops.registration import attendance, places, reminding, thanking
from workshops.registration.models import EventKind, Registration, RegistrationSettings
from workshops.registration.places import BusyError, note


@app.periodic(cron="23 3 * * *")
@app.task(name="registration.erase")
def erase(timestamp: int) -> None:
    """Forget the people whose workshop is over for as long as its terms say."""
    erase_old(timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="registration.catch_up")
def catch_up(timestamp: int) -> None:
    """End offers that nobody answered, and offer what is free."""
    keep_lines_moving(timezone.now())


def keep_lines_moving(at: datetime) -> None:
    """Catch up wherever something ran out of time or somebody waits; the next run is soon."""
    for workshop in Registration.objects.to_catch_up(at):
        with suppress(BusyError):
            places.catch_up(workshop, at)


@app.periodic(cron="13 * * * *")
@app.task(name="registration.remind")
def remind(timestamp: int) -> None:
    """Remind people of workshops that are near, in the daytime of their places."""
    remind_all(timezone.now())


def remind_all(at: datetime) -> None:
    """Remind wherever it is time; where many register just now, the next run does the rest."""
    for terms in RegistrationSettings.objects.get_queryset().to_remind(at):
        with suppress(BusyError):
            reminding.remind(terms, at)


@app.periodic(cron="37 * * * *")
@app.task(name="registration.settle")
def settle(timestamp: int) -> None:
    """Say who attended the workshops that are over."""
    settle_all(timezone.now())


def settle_all(at: datetime) -> None:
    """Wherever something was written down at a door; who is not settled now is in an hour."""
    for terms in RegistrationSettings.objects.get_queryset().to_settle(at):
        with suppress(BusyError):
            attendance.settle(terms, at)


@app.periodic(cron="43 * * * *")
@app.task(name="registration.thank")
def thank(timestamp: int) -> None:
    """Thank those who were at a workshop, in the daytime of its place."""
    thank_all(timezone.now())


def thank_all(at: datetime) -> None:
    """Thank wherever it is time; where the places are held just now, the next run does the rest."""
    for terms in RegistrationSettings.objects.get_queryset().to_thank(at):
        with suppress(BusyError):
            thanking.thank(terms, at)


def erase_old(at: datetime) -> int:
    """Erase what may not be kept any longer at that moment; how many registrations that were."""
    with transaction.atomic():
        registrations = list(Registration.objects.to_erase(at).for_update())
        for registration in registrations:
            note(registration, EventKind.ERASED, at)
            registration.erase(at)
    return len(registrations)
