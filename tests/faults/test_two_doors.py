"""Two phones at the door that send the same entries at the same moment."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import RegistrationFactory, RegistrationSettingsFactory
from workshops.registration import attendance
from workshops.registration.attendance import Answer, Entry
from workshops.registration.models import CheckIn, Registration, RegistrationSettings

PHONES = 4
SECONDS = 60


@pytest.fixture
def terms(transactional_db: None) -> RegistrationSettings:
    made = RegistrationSettingsFactory.create()
    return RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)


@pytest.fixture
def ada(terms: RegistrationSettings) -> Registration:
    row: Registration = RegistrationFactory.create(workshop=terms.workshop)
    return row


def let_in(row: Registration, device: int, key: UUID) -> Entry:
    return Entry(key, row.pk, CheckIn.Kind.IN, 1, timezone.now(), UUID(int=device))


def at_once(terms: RegistrationSettings, entries: list[Entry]) -> Counter[Answer]:
    """The answers to these entries, each sent by a phone of its own."""
    start = Barrier(len(entries))

    def send(entry: Entry) -> Answer:
        start.wait(SECONDS)
        try:
            return attendance.record(terms, [entry], None, timezone.now())[0].answer
        finally:
            connection.close()

    with ThreadPoolExecutor(len(entries)) as phones:
        return Counter(phones.map(send, entries))


@pytest.mark.alone
def test_one_entry_that_comes_several_times_at_once_is_kept_once(
    terms: RegistrationSettings, ada: Registration
) -> None:
    key = uuid4()

    answers = at_once(terms, [let_in(ada, 1, key) for _ in range(PHONES)])

    assert answers == {Answer.DONE: 1, Answer.REPEATED: PHONES - 1}
    assert CheckIn.objects.count() == 1


@pytest.mark.alone
def test_of_several_phones_one_lets_somebody_in_and_the_others_are_told(
    terms: RegistrationSettings, ada: Registration
) -> None:
    answers = at_once(terms, [let_in(ada, device, uuid4()) for device in range(1, PHONES + 1)])

    assert answers == {Answer.DONE: 1, Answer.ALREADY: PHONES - 1}
    assert attendance.presence(terms).arrived == 1
