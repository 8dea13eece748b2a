"""What devices at the doors write down, and what comes of it after the workshop."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from tests.factories import (
    RegistrationFactory,
    RegistrationSettingsFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.registration import attendance, tasks
from workshops.registration.attendance import Answer, Entry, Presence
from workshops.registration.models import CheckIn, Registration, RegistrationSettings
from workshops.registration.places import BusyError

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Europe/Stockholm")
MORNING = datetime(2030, 6, 20, 9, tzinfo=ZONE)
NEXT_DAY = MORNING + timedelta(days=1)
ONE, OTHER = UUID(int=1), UUID(int=2)
"""Two devices."""


@pytest.fixture
def terms() -> RegistrationSettings:
    workshop = WorkshopFactory.create(
        starts_on=MORNING.date(), start_time="09:00", end_time="17:00", time_zone=ZONE.key
    )
    made = RegistrationSettingsFactory.create(workshop=workshop, capacity=None)
    return RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)


@pytest.fixture
def ada(terms: RegistrationSettings) -> Registration:
    row: Registration = RegistrationFactory.create(workshop=terms.workshop, name="Ada")
    return row


def entry(row: Registration, **fields: Any) -> Entry:
    usual: dict[str, Any] = {
        "key": uuid4(),
        "registration": row.pk,
        "kind": CheckIn.Kind.IN,
        "people": 1,
        "at": MORNING,
        "device": ONE,
    }
    return Entry(**usual | fields)


def record(terms: RegistrationSettings, *entries: Entry, at: datetime = MORNING) -> list[Answer]:
    return [told.answer for told in attendance.record(terms, entries, None, at)]


def there(row: Registration) -> int:
    return attendance.with_presence(Registration.objects.filter(pk=row.pk)).get().present


def test_who_is_let_in_is_there_and_who_wrote_it_down_is_known(
    terms: RegistrationSettings, ada: Registration
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, party_size=2)
    user = UserFactory.create()

    told = attendance.record(terms, [entry(ada)], user, MORNING)

    assert [one.answer for one in told] == [Answer.DONE]
    assert attendance.presence(terms) == Presence(expected=3, arrived=1)
    assert ada.check_ins.get().by == user


def test_nobody_is_expected_where_nobody_registered(terms: RegistrationSettings) -> None:
    assert attendance.presence(terms) == Presence(expected=0, arrived=0)


def test_an_entry_that_is_sent_again_counts_once(
    terms: RegistrationSettings, ada: Registration
) -> None:
    same = entry(ada)

    answers = [*record(terms, same, same), *record(terms, same)]

    assert answers == [Answer.DONE, Answer.REPEATED, Answer.REPEATED]
    assert ada.check_ins.count() == 1


def test_what_was_taken_back_counts_no_more(terms: RegistrationSettings, ada: Registration) -> None:
    later = MORNING + timedelta(minutes=1)

    answers = record(terms, entry(ada), entry(ada, kind=CheckIn.Kind.OUT, at=later), at=later)

    assert answers == [Answer.DONE, Answer.DONE]
    assert there(ada) == 0


def test_of_a_group_some_can_come_first(terms: RegistrationSettings) -> None:
    group = RegistrationFactory.create(workshop=terms.workshop, party_size=3)
    later = MORNING + timedelta(minutes=5)

    record(terms, entry(group, people=2))
    some = there(group)
    answers = record(terms, entry(group, people=9, at=later), at=later)

    assert (some, answers, there(group)) == (2, [Answer.DONE], 3)


def test_the_second_of_two_devices_learns_that_somebody_is_there(
    terms: RegistrationSettings, ada: Registration
) -> None:
    later = MORNING + timedelta(minutes=10)
    record(terms, entry(ada))

    (told,) = attendance.record(terms, [entry(ada, device=OTHER, at=later)], None, later)

    assert (told.answer, told.since) == (Answer.ALREADY, MORNING)
    assert there(ada) == 1


def test_what_happened_last_counts_though_it_arrives_first(
    terms: RegistrationSettings, ada: Registration
) -> None:
    noon = MORNING + timedelta(hours=3)

    record(terms, entry(ada, kind=CheckIn.Kind.OUT, at=noon, device=OTHER), at=noon)
    record(terms, entry(ada, at=MORNING), at=noon)

    assert there(ada) == 0


@pytest.mark.parametrize(
    ("off", "kept"),
    [(timedelta(days=-400), -attendance.LONGEST_OFFLINE), (timedelta(days=400), timedelta())],
)
def test_a_clock_that_is_wrong_is_believed_within_bounds(
    terms: RegistrationSettings, ada: Registration, off: timedelta, kept: timedelta
) -> None:
    record(terms, entry(ada, at=MORNING + off))

    assert ada.check_ins.get().at == MORNING + kept


@pytest.mark.parametrize("state", ["waiting", "pending", "declined", "offered"])
def test_who_has_no_place_is_not_let_in(terms: RegistrationSettings, state: str) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state=state)

    (told,) = attendance.record(terms, [entry(row)], None, MORNING)

    assert (told.answer, told.state) == (Answer.NOT_EXPECTED, row.get_state_display())
    assert not CheckIn.objects.exists()


def test_a_door_knows_nobody_of_another_workshop_and_nobody_erased(
    terms: RegistrationSettings, ada: Registration
) -> None:
    elsewhere = RegistrationFactory.create()
    ada.erase(MORNING)

    answers = record(terms, entry(elsewhere), entry(ada))

    assert answers == [Answer.UNKNOWN, Answer.UNKNOWN]
    assert not CheckIn.objects.exists()


def test_with_an_erasure_goes_what_was_written_at_the_door(
    terms: RegistrationSettings, ada: Registration
) -> None:
    record(terms, entry(ada))

    ada.erase(MORNING)

    assert not CheckIn.objects.exists()


def come(terms: RegistrationSettings) -> tuple[Registration, Registration, Registration]:
    """Of three, one came, one did not, and one only seemed to."""
    came, stayed, mistaken = RegistrationFactory.create_batch(3, workshop=terms.workshop)
    record(terms, entry(came), entry(mistaken), entry(mistaken, kind=CheckIn.Kind.OUT))
    return came, stayed, mistaken


def states(*rows: Registration) -> list[str]:
    return [Registration.objects.get(pk=row.pk).state for row in rows]


def test_after_the_workshop_it_is_said_who_attended(terms: RegistrationSettings) -> None:
    rows = come(terms)

    tasks.settle_all(NEXT_DAY)

    assert states(*rows) == ["attended", "no-show", "no-show"]
    kinds = [row.events.get().kind for row in rows]
    assert kinds == ["attended", "no-show", "no-show"]


def test_who_is_written_down_late_attended_after_all(terms: RegistrationSettings) -> None:
    _came, stayed, _mistaken = come(terms)
    tasks.settle_all(NEXT_DAY)

    record(terms, entry(stayed), at=NEXT_DAY)
    settled = attendance.settle(terms, NEXT_DAY)

    assert settled == 1
    assert states(stayed) == ["attended"]


def test_nothing_is_settled_before_the_devices_had_time(terms: RegistrationSettings) -> None:
    rows = come(terms)

    tasks.settle_all(terms.workshop.ends_at + timedelta(hours=5))

    assert states(*rows) == ["confirmed"] * 3


def test_where_nobody_was_at_the_door_nothing_is_said(
    terms: RegistrationSettings, ada: Registration
) -> None:
    tasks.settle_all(NEXT_DAY)

    assert states(ada) == ["confirmed"]


def test_a_trial_that_was_taken_back_says_nothing_of_anybody(
    terms: RegistrationSettings, ada: Registration
) -> None:
    other = RegistrationFactory.create(workshop=terms.workshop)
    record(terms, entry(ada), entry(ada, kind=CheckIn.Kind.OUT))

    tasks.settle_all(NEXT_DAY)

    assert states(ada, other) == ["confirmed", "confirmed"]


def test_who_is_taken_back_late_did_not_come_after_all(terms: RegistrationSettings) -> None:
    came, stayed, _mistaken = come(terms)
    tasks.settle_all(NEXT_DAY)

    record(terms, entry(came, kind=CheckIn.Kind.OUT, at=NEXT_DAY), at=NEXT_DAY)
    settled = attendance.settle(terms, NEXT_DAY)
    again = attendance.settle(terms, NEXT_DAY)

    assert (settled, again) == (1, 0)
    assert states(came, stayed) == ["no-show", "no-show"]


def test_what_an_organiser_said_stays(terms: RegistrationSettings) -> None:
    come(terms)
    marked = RegistrationFactory.create(workshop=terms.workshop, state="attended")

    tasks.settle_all(NEXT_DAY)

    assert states(marked) == ["attended"]


def test_a_workshop_at_which_others_are_busy_is_settled_the_next_time(
    terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = come(terms)

    def busy(*_args: object) -> None:
        raise BusyError

    with monkeypatch.context() as patched:
        patched.setattr(attendance, "in_turn", busy)
        tasks.settle_all(NEXT_DAY)
    before = states(*rows)
    tasks.settle.func(timestamp=0)

    assert before == ["confirmed"] * 3


@pytest.fixture
def written(ada: Registration) -> CheckIn:
    return CheckIn(
        registration=ada,
        kind=CheckIn.Kind.IN,
        people=1,
        at=MORNING,
        received_at=MORNING,
        device=ONE,
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"people": 0}, "Between 1 and 50 people come by one registration."),
        ({"people": 51}, "Between 1 and 50 people come by one registration."),
        ({"at": NEXT_DAY}, "Nobody comes later than it is written down."),
        ({"kind": "up"}, "Constraint “checkin_kind_known” is violated."),
    ],
)
def test_the_database_refuses_what_cannot_be(
    written: CheckIn, fields: dict[str, Any], message: str
) -> None:
    for name, value in fields.items():
        setattr(written, name, value)

    with pytest.raises(ValidationError) as refusal:
        written.validate_constraints()
    with pytest.raises(IntegrityError):
        written.save()

    assert refusal.value.messages == [message]


def test_a_check_in_is_called_by_its_registration(written: CheckIn) -> None:
    assert str(written) == f"#{written.registration_id}: in"
