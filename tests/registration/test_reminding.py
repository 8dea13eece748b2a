"""Whoever has a place is reminded before the workshop, once for each day that its terms name."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError

from clusterix.mail.models import Message
from tests.factories import (
    QuestionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import reminding, tasks
from workshops.registration.models import RegistrationSettings, Reminder
from workshops.registration.places import BusyError

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Europe/Stockholm")
BEGIN = datetime(2030, 6, 20, 9, tzinfo=ZONE)


@pytest.fixture
def terms() -> RegistrationSettings:
    return make()


def make(**fields: object) -> RegistrationSettings:
    """Terms of a workshop in June 2030, with reminders a week and a day before."""
    workshop = WorkshopFactory.create(
        title="Jena", starts_on=BEGIN.date(), start_time="09:00", time_zone="Europe/Stockholm"
    )
    common = {"opens_at": BEGIN - timedelta(days=90), "closes_at": BEGIN, "capacity": None}
    made = RegistrationSettingsFactory.create(workshop=workshop, **common | fields)
    return RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)


def register(terms: RegistrationSettings, **fields: object) -> Any:
    early = {"created_at": BEGIN - timedelta(days=30), "workshop": terms.workshop}
    return RegistrationFactory.create(**early | fields)


def days_before(days: int, hour: int = 10) -> datetime:
    return datetime.combine(BEGIN.date() - timedelta(days=days), datetime.min.time(), ZONE).replace(
        hour=hour
    )


@pytest.mark.parametrize(
    ("left", "due"),
    [(8, None), (7, 7), (6, 7), (5, 7), (4, None), (2, None), (1, 1)],
)
def test_a_reminder_is_due_on_its_day_or_a_little_later(
    terms: RegistrationSettings, left: int, due: int | None
) -> None:
    assert reminding.days_due(terms, days_before(left)) == due


@pytest.mark.parametrize(("hour", "due"), [(7, None), (8, 7), (19, 7), (20, None)])
def test_nobody_is_woken_up(terms: RegistrationSettings, hour: int, due: int | None) -> None:
    at = days_before(7, hour).astimezone(UTC)

    assert reminding.days_due(terms, at) == due


@pytest.mark.parametrize(("hour", "due"), [(8, 1), (9, None), (10, None)])
def test_once_the_workshop_has_begun_nobody_is_reminded(
    terms: RegistrationSettings, hour: int, due: int | None
) -> None:
    assert reminding.days_due(terms, days_before(0, hour)) == due


@pytest.mark.parametrize("day", [date(2030, 3, 31), date(2030, 10, 27)])
def test_the_morning_is_that_of_the_place_on_days_on_which_clocks_change(day: date) -> None:
    workshop = WorkshopFactory.create(
        starts_on=day, start_time="10:00", time_zone="Europe/Stockholm"
    )
    RegistrationSettingsFactory.create(workshop=workshop, reminder_days=[0])
    terms = RegistrationSettings.objects.select_related("workshop").get()
    eight = datetime.combine(day, datetime.min.time(), ZONE).replace(hour=8).astimezone(UTC)

    due = [reminding.days_due(terms, eight + timedelta(minutes=late)) for late in (-1, 0)]

    assert due == [None, 0]


def test_each_who_has_a_place_is_reminded_once_of_each_day(terms: RegistrationSettings) -> None:
    ada = register(terms, email="ada@example.org")
    for state in ("waiting", "pending", "unconfirmed", "offered"):
        register(terms, state=state)
    register(terms, state="cancelled", cancelled_at=BEGIN - timedelta(days=9))
    register(terms, created_at=days_before(7))

    for at in (days_before(7), days_before(7, 11), days_before(6)):
        tasks.remind_all(at)
    week = list(Message.objects.values_list("to", "subject"))
    tasks.remind_all(days_before(1))

    assert week == [("ada@example.org", "Soon: Jena")]
    assert list(ada.reminders.order_by("pk").values_list("days", flat=True)) == [7, 1]
    assert Message.objects.count() == 3


def test_a_reminder_brings_the_event_and_asks_what_is_still_open(
    terms: RegistrationSettings,
) -> None:
    registration = register(terms)
    QuestionFactory.create(terms=terms, is_required=True, asked="after-acceptance")

    tasks.remind_all(days_before(7))

    message = Message.objects.get()
    assert message.attachments.get().name == "workshop.ics"
    for text in (message.text, message.html):
        assert "The workshop is near, and there is a place for you." in text
        assert "The organiser would still like to know something" in text
        assert f"http://testserver/registrations/{registration.reference}/" in text


def test_where_nothing_is_asked_the_reminder_says_nothing_of_it(
    terms: RegistrationSettings,
) -> None:
    register(terms)

    tasks.remind(timestamp=0)
    tasks.remind_all(days_before(1))

    assert "would still like to know" not in Message.objects.get().text


def test_many_are_reminded_in_several_turns(
    terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reminding, "AT_A_TIME", 2)
    for _ in range(5):
        register(terms)

    assert reminding.remind(terms, days_before(7)) == 5
    assert reminding.remind(terms, days_before(7)) == 0
    assert reminding.remind(terms, days_before(4)) == 0


def test_drafts_and_what_is_far_remind_nobody() -> None:
    draft = make()
    draft.workshop.archive(reason="Postponed")
    register(draft)
    register(make())

    tasks.remind_all(BEGIN - timedelta(days=80))
    tasks.remind_all(BEGIN + timedelta(days=5))
    tasks.remind_all(days_before(7))

    assert Message.objects.count() == 1


def test_the_worker_goes_on_with_the_next_workshop_when_one_is_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        register(make())
    remind: Iterator[Any] = iter([BusyError(), None])

    def busy_at_first(_terms: RegistrationSettings, _at: datetime) -> None:
        if (problem := next(remind)) is not None:
            raise problem

    monkeypatch.setattr(reminding, "remind", busy_at_first)

    tasks.remind_all(days_before(7))

    assert list(remind) == []


def test_a_reminder_is_kept_once(terms: RegistrationSettings) -> None:
    registration = register(terms)
    kept = Reminder.objects.create(registration=registration, days=7)

    assert str(kept) == f"#{registration.pk}, 7"
    with pytest.raises(IntegrityError, match="reminder_once"):
        Reminder.objects.create(registration=registration, days=7)
