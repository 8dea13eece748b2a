"""Erasing somebody gives back places to come, and leaves the counts of those that were taken."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management.base import CommandError
from django.db import connection, transaction

from clusterix.mail.models import Message
from tests.privacy.conftest import Run
from tests.privacy.people import EMAIL, NAME, Planted, places_with, register
from workshops.registration import places
from workshops.registration.models import State

pytestmark = pytest.mark.django_db


def test_places_to_come_are_free_again_and_no_mail_says_so(planted: Planted, run: Run) -> None:
    run("erase_person", EMAIL)

    planted.coming.refresh_from_db()
    events = planted.coming.events.order_by("pk").values_list("kind", flat=True)
    assert planted.coming.state == State.CANCELLED
    assert list(events) == ["registered", "cancelled", "erased"]
    assert not Message.objects.to(EMAIL).exists()


def test_places_that_were_taken_count_as_before(planted: Planted, run: Run) -> None:
    run("erase_person", EMAIL)

    planted.past.refresh_from_db()
    assert (planted.past.state, planted.past.party_size) == ("confirmed", 1)


@pytest.mark.django_db(transaction=True)
def test_whoever_meets_a_crowd_is_asked_to_come_again(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    registration = register(EMAIL, NAME)
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")

    def erase_her() -> None:
        try:
            run("erase_person", EMAIL)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as another:
        with transaction.atomic():
            places.hold(registration.workshop_id)
            refusal = another.submit(erase_her).exception()
        another.submit(erase_her).result()

    assert isinstance(refusal, CommandError)
    assert "run it again for the rest" in str(refusal)
    assert places_with(NAME) == set()
