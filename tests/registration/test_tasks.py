from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from clusterix.mail.models import Message
from tests.factories import RegistrationFactory
from workshops.registration.models import Registration, RegistrationSettings
from workshops.registration.tasks import erase

pytestmark = pytest.mark.django_db


def test_each_night_the_people_whose_time_has_come_are_forgotten(
    terms: RegistrationSettings,
) -> None:
    old = RegistrationFactory.create(workshop=terms.workshop, name="Canary")
    fresh = RegistrationFactory.create(name="Bo Berg")
    RegistrationSettings.objects.filter(workshop=fresh.workshop).update(retention_days=730)
    end = datetime.combine(terms.workshop.ends_on, datetime.min.time(), UTC)

    with time_machine.travel(end + timedelta(days=terms.retention_days + 1), tick=False):
        erase(timestamp=0)
        erase(timestamp=0)

    names = Registration.objects.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["", "Bo Berg"]
    assert [str(event) for event in old.events.all()] == ["name and address erased"]
    assert not Message.objects.exists()
