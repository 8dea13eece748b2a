"""Many people and organisers at once, each on a connection of their own: the line stays a line."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import RegistrationSettingsFactory, WorkshopFactory
from tests.faults.scale import STEPS_IN_LINE
from workshops.registration import places
from workshops.registration.models import Registration, RegistrationSettings, State
from workshops.registration.places import Application, BusyError, Details
from workshops.registration.room import room_for

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

THREADS = 8
MOST_PLACES = 12


@pytest.fixture
def terms() -> RegistrationSettings:
    workshop = WorkshopFactory.create(starts_on=(timezone.now() + timedelta(days=60)).date())
    made = RegistrationSettingsFactory.create(
        workshop=workshop, capacity=MOST_PLACES // 2, max_party_size=3, has_waiting_list=True
    )
    return RegistrationSettings.objects.get(pk=made.pk)


def ask(terms: RegistrationSettings, rng: Random) -> None:
    key = uuid4()
    application = Application(
        details=Details("Somebody", "", None, "", rng.randint(1, 3), ""),
        email=f"{key}@example.org",
        language="en",
        consent=terms.consent,
        idempotency_key=key,
    )
    places.register(terms.workshop, application, timezone.now())


def somebody(terms: RegistrationSettings, rng: Random, *states: State) -> Registration | None:
    rows = list(Registration.objects.filter(workshop=terms.workshop_id, state__in=states))
    return rng.choice(rows) if rows else None


def cancel(terms: RegistrationSettings, rng: Random) -> None:
    if row := somebody(terms, rng, State.CONFIRMED, State.WAITING, State.OFFERED):
        places.cancel(row, timezone.now())


def answer(terms: RegistrationSettings, rng: Random) -> None:
    if row := somebody(terms, rng, State.OFFERED):
        rng.choice((places.accept, places.accept, places.decline))(row, timezone.now())


def change(terms: RegistrationSettings, rng: Random) -> None:
    if row := somebody(terms, rng, State.CONFIRMED, State.WAITING, State.OFFERED):
        details = Details("Somebody", "", None, "", rng.randint(1, 3), "")
        places.change(row, details, timezone.now())


def resize(terms: RegistrationSettings, rng: Random) -> None:
    capacity = rng.randint(3, MOST_PLACES)

    def set_capacity() -> None:
        held = Registration.objects.holding().filter(workshop=terms.workshop_id).places()
        if capacity >= held:
            RegistrationSettings.objects.filter(pk=terms.pk).update(capacity=capacity)
            places.fill(terms.workshop_id, timezone.now())

    places.in_turn(terms.workshop_id, set_capacity)


STEPS: list[Callable[[RegistrationSettings, Random], None]] = [
    *(ask, ask, cancel, answer, answer, change, resize)
]


def some_steps(terms: RegistrationSettings, seed: int) -> int:
    """Take steps one after the other; how many did not get their turn."""
    rng, busy = Random(seed), 0
    try:
        for _ in range(STEPS_IN_LINE // THREADS):
            try:
                rng.choice(STEPS)(terms, rng)
            except BusyError:
                busy += 1
            assert is_within_capacity(terms)
    finally:
        connection.close()
    return busy


def is_within_capacity(terms: RegistrationSettings) -> bool:
    """Asked in one statement, so that nothing changes in between."""
    seen = RegistrationSettings.objects.get(pk=terms.pk)
    return seen.capacity is not None and seen.places_taken <= seen.capacity


def everybody_at_once(terms: RegistrationSettings) -> int:
    """Let many take steps side by side; how many steps did not get their turn."""
    with ThreadPoolExecutor(THREADS) as crowd:
        return sum(crowd.map(lambda seed: some_steps(terms, seed), range(THREADS)))


def kept_waiting(terms: RegistrationSettings) -> list[Registration]:
    """Those in the line for whom there is room."""
    room = room_for(RegistrationSettings.objects.get(pk=terms.pk))
    line = Registration.objects.filter(workshop=terms.workshop_id).in_line()
    return [row for row in line if room.fits(row.party_size, None)]


def test_whoever_does_what_at_once_the_line_is_kept_and_no_place_idles(
    terms: RegistrationSettings,
) -> None:
    busy = everybody_at_once(terms)

    assert busy < STEPS_IN_LINE // 2
    assert kept_waiting(terms) == []
    for row in Registration.objects.filter(workshop=terms.workshop_id):
        assert (row.open_offer is not None) == (row.state == State.OFFERED)
        kinds = list(row.events.order_by("pk").values_list("kind", flat=True))
        assert kinds.count("offered") <= 1
        assert kinds.count("accepted") + kinds.count("declined") <= kinds.count("offered")


def test_if_nobody_offered_what_comes_free_people_would_wait_before_empty_places(
    terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the test above looks for is found once the rule is taken away."""
    monkeypatch.setattr(places, "fill", lambda workshop, at: None)

    everybody_at_once(terms)
    for row in Registration.objects.filter(workshop=terms.workshop_id).holding():
        places.cancel(row, timezone.now())

    assert kept_waiting(terms) != []
