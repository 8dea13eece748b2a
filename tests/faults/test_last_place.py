"""Never more confirmed places than there are, and nothing acknowledged is lost."""

import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from itertools import islice
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message
from tests.factories import RegistrationSettingsFactory
from tests.faults import site
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

PEOPLE = 200
PLACES = 50
AT_ONCE = 50
SECONDS = 60
BUSY, PATIENCE = 503, 20

Ledger = dict[str, int]
"""What each address was answered; 0 where no answer came."""


@pytest.fixture
def terms() -> RegistrationSettings:
    terms: RegistrationSettings = RegistrationSettingsFactory.create(capacity=PLACES)
    return terms


def form(terms: RegistrationSettings, email: str) -> str:
    """A form that somebody took their time to fill in."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        form_key = new_form_key()
    return urlencode(
        {
            "csrfmiddlewaretoken": 32 * "x",
            "form_key": form_key,
            "consent_version": terms.consent.version,
            "consent": "on",
            "name": f"Somebody at {email}",
            "email": email,
        }
    )


def ask(port: int, path: str, body: str) -> int:
    """The last answer to a form that is sent again while the server asks for patience."""
    answers = (send(port, path, body) for _ in range(PATIENCE))
    return next((status for status in answers if status != BUSY), BUSY)


def send(port: int, path: str, body: str) -> int:
    """The status of the answer, or 0 if the server went away."""
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={32 * 'x'}",
    }
    server = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    try:
        server.request("POST", path, body, headers)
        return server.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        server.close()


def rush(
    application: str,
    terms: RegistrationSettings,
    fault: Callable[[site.Web], None] = lambda _web: None,
) -> Ledger:
    """Have everybody ask for a place at once; the fault comes after the first twenty answers."""
    path = f"/workshops/{terms.workshop.slug}/register/"
    forms = {email: form(terms, email) for email in (f"a{n}@example.org" for n in range(PEOPLE))}
    with site.serving(application) as web, ThreadPoolExecutor(AT_ONCE) as crowd:
        answers = crowd.map(lambda body: ask(web.port, path, body), forms.values())
        first = list(islice(answers, 20))
        fault(web)
        return dict(zip(forms, [*first, *answers], strict=True))


def acknowledged(ledger: Ledger) -> set[str]:
    return {email for email, status in ledger.items() if status == 303}


def confirmed() -> set[str]:
    return set(Registration.objects.active().values_list("email", flat=True))


def test_two_hundred_people_get_exactly_the_fifty_places(terms: RegistrationSettings) -> None:
    started = timezone.now()

    ledger = rush("clusterix.wsgi", terms)

    assert Counter(ledger.values()) == {303: PLACES, 409: PEOPLE - PLACES}
    assert confirmed() == acknowledged(ledger)
    assert set(Message.objects.values_list("to", flat=True)) == acknowledged(ledger)
    assert timezone.now() - started < timedelta(seconds=SECONDS)


@pytest.fixture
def uncounted() -> Iterator[None]:
    """The database itself does not count places."""
    triggers = ("registration_enters_with_a_place", "registration_takes_a_place")
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(f"ALTER TABLE registration_registration DISABLE TRIGGER {trigger}")
    yield
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(f"ALTER TABLE registration_registration ENABLE TRIGGER {trigger}")


@pytest.mark.usefixtures("uncounted")
def test_without_the_lock_more_places_are_given_than_there_are(
    terms: RegistrationSettings,
) -> None:
    ledger = rush("tests.faults.unlocked", terms)

    assert len(confirmed()) > PLACES
    assert confirmed() == acknowledged(ledger)


def test_without_the_lock_the_database_still_gives_no_place_twice(
    terms: RegistrationSettings,
) -> None:
    ledger = rush("tests.faults.unlocked", terms)

    assert len(confirmed()) == PLACES
    assert confirmed() == acknowledged(ledger)


def test_a_killed_process_loses_nothing_that_was_acknowledged(
    terms: RegistrationSettings,
) -> None:
    def kill_one(web: site.Web) -> None:
        os.kill(web.workers()[0], signal.SIGKILL)

    ledger = rush("clusterix.wsgi", terms, kill_one)

    assert acknowledged(ledger) <= confirmed()
    assert Registration.objects.active().places() <= PLACES
    unanswered = {email for email, status in ledger.items() if status == 0}
    assert confirmed() - acknowledged(ledger) <= unanswered
    assert len(acknowledged(ledger)) + len(unanswered) >= PLACES
