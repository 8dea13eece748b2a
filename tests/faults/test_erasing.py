"""An erasure that is killed on its way is finished by the next one."""

import subprocess

import pytest
from django.db import transaction

from tests.faults import site
from tests.locks import wait_until_somebody_waits
from tests.privacy.people import EMAIL, NAME, places_with, plant
from workshops.registration import places
from workshops.registration.models import Registration

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

SECONDS = 60


def test_what_was_erased_stays_erased_and_the_next_run_does_the_rest() -> None:
    planted = plant()

    with transaction.atomic():
        places.hold(planted.coming.workshop_id)
        places.hold(planted.past.workshop_id)
        killed = site.start(*site.MANAGE, "erase_person", EMAIL)
        wait_until_somebody_waits()
        killed.kill()
        killed.wait()
    between = places_with("zephyrine", NAME)
    finished = subprocess.run(
        [*site.MANAGE, "erase_person", EMAIL],
        cwd=site.CHECKOUT, env=site.environment(), check=True, capture_output=True, text=True,
        timeout=SECONDS,
    )  # fmt: skip

    assert "registration_registration.email" in between
    assert "mail_message.to" not in between
    assert "reports_report.email" not in between
    assert "Registrations: 2 erased" in finished.stdout
    assert places_with("zephyrine", NAME) == set()
    assert Registration.objects.exclude(erased_at=None).count() == 2
