"""What the worker does about registrations."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from workshops.registration.models import Registration, RegistrationEvent
from workshops.registration.places import note


@app.periodic(cron="23 3 * * *")
@app.task(name="registration.erase")
def erase(timestamp: int) -> None:
    """Forget the people whose workshop is over for as long as its terms say."""
    erase_old(timezone.now())


def erase_old(at: datetime) -> None:
    """Erase what may not be kept any longer at that moment."""
    with transaction.atomic():
        for registration in Registration.objects.to_erase(at).for_update():
            registration.erase(at)
            note(registration, RegistrationEvent.Kind.ERASED, at)
