"""Whoever was there hears from us once more, on the day after."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.base import ContentFile

from clusterix.mail.models import Message
from tests.factories import (
    MaterialFactory,
    OutcomeFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import tasks, thanking
from workshops.registration.models import Registration, RegistrationSettings
from workshops.registration.places import BusyError

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Europe/Stockholm")
BEGIN = datetime(2030, 6, 20, 9, tzinfo=ZONE)


@pytest.fixture
def terms() -> RegistrationSettings:
    return make()


def make(zone: str = "Europe/Stockholm", **fields: object) -> RegistrationSettings:
    """Terms of a workshop on the 20th and 21st of June 2030."""
    workshop = WorkshopFactory.create(
        title="Jena",
        starts_on=BEGIN.date(),
        ends_on=BEGIN.date() + timedelta(days=1),
        time_zone=zone,
    )
    common = {"opens_at": BEGIN - timedelta(days=90), "closes_at": BEGIN, "capacity": None}
    made = RegistrationSettingsFactory.create(workshop=workshop, **common | fields)
    return RegistrationSettings.objects.select_related("workshop").get(pk=made.pk)


def register(terms: RegistrationSettings, **fields: object) -> Registration:
    row: Registration = RegistrationFactory.create(**{"workshop": terms.workshop} | fields)
    return row


def june(day: int, hour: int = 10, zone: str = "Europe/Stockholm") -> datetime:
    return datetime(2030, 6, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def thanked() -> list[str]:
    return sorted(Message.objects.values_list("to", flat=True))


@pytest.mark.parametrize(
    ("day", "hour", "is_time"),
    [
        (20, 10, False),
        (21, 23, False),
        (22, 7, False),
        (22, 8, True),
        (22, 19, True),
        (22, 20, False),
        (24, 19, True),
        (25, 10, False),
    ],
)
def test_it_is_the_day_after_and_daytime_there(
    terms: RegistrationSettings, day: int, hour: int, is_time: bool
) -> None:
    assert thanking.is_time(terms, june(day, hour)) == is_time


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12", "Europe/Stockholm"])
@pytest.mark.parametrize(("day", "hour"), [(22, 8), (24, 19)])
def test_every_place_on_earth_has_its_day_after(zone: str, day: int, hour: int) -> None:
    register(make(zone), email="ada@example.org")

    tasks.thank_all(june(day, hour, zone))

    assert thanked() == ["ada@example.org"]


def test_who_attended_is_thanked_once_and_nobody_else(terms: RegistrationSettings) -> None:
    register(terms, state="attended", email="ada@example.org")
    for state in ("confirmed", "no-show", "waiting", "pending", "declined", "expired", "offered"):
        register(terms, state=state)
    register(terms, state="cancelled", cancelled_at=BEGIN)
    register(terms, state="attended").erase(BEGIN)

    for hour in (8, 9, 19):
        tasks.thank_all(june(22, hour))
    tasks.thank_all(june(23))

    assert thanked() == ["ada@example.org"]


def test_where_nobody_was_marked_those_with_a_place_are_thanked(
    terms: RegistrationSettings,
) -> None:
    register(terms, email="ada@example.org")
    register(terms, state="no-show")
    register(make(), state="attended", email="bo@example.org")

    tasks.thank_all(june(22))

    assert thanked() == ["ada@example.org", "bo@example.org"]


def test_the_letter_has_the_materials_the_certificate_and_what_was_agreed(
    terms: RegistrationSettings,
) -> None:
    ada = register(terms, state="attended")
    address = f"http://testserver/workshops/{terms.workshop.slug}/"
    MaterialFactory.create(workshop=terms.workshop, title="A film", kind="recording", position=2)
    paper = MaterialFactory.create(
        workshop=terms.workshop, title="A paper", kind="paper", url="", position=1,
        file=ContentFile(b"x", "x.pdf"), name="x.pdf", content_type="application/pdf", size=1,
        digest=64 * "0",
    )  # fmt: skip
    OutcomeFactory.create(workshop=terms.workshop)

    tasks.thank_all(june(22))

    message = Message.objects.get()
    assert message.subject == "Thank you: Jena"
    for text in (message.text, message.html):
        assert "Thank you for coming." in text
        assert "Your certificate of attendance" in text
        assert f"http://testserver/registrations/{ada.reference}/" in text
        assert text.index("A paper") < text.index("A film")
        assert f"http://testserver{paper.address}" in text
        assert f"{address}#materials" in text
        assert f"{address}#outcomes" in text
        assert "slides.example" not in text
    assert "* A paper (paper)\n" in message.text


def test_without_materials_outcomes_and_certificate_nothing_is_said_of_them(
    terms: RegistrationSettings,
) -> None:
    register(terms)

    tasks.thank_all(june(22))

    message = Message.objects.get()
    for text in (message.text, message.html):
        assert "Thank you for being part of it." in text
        for absent in ("certificate", "To read", "What was agreed"):
            assert absent not in text


def test_materials_that_come_later_bring_no_second_letter(terms: RegistrationSettings) -> None:
    register(terms)
    tasks.thank_all(june(22))
    MaterialFactory.create(workshop=terms.workshop)

    tasks.thank_all(june(22, 12))

    assert Message.objects.count() == 1


def test_titles_of_materials_become_neither_markup_nor_links(terms: RegistrationSettings) -> None:
    register(terms)
    MaterialFactory.create(workshop=terms.workshop, title="<b>x</b> https://evil.example/")

    tasks.thank_all(june(22))

    message = Message.objects.get()
    assert "<b>" not in message.html
    assert "evil.example" not in message.html + message.text


def test_an_organiser_can_do_without_it() -> None:
    register(make(sends_thanks=False))

    tasks.thank_all(june(22))

    assert thanked() == []


def test_what_is_no_longer_public_thanks_nobody(terms: RegistrationSettings) -> None:
    register(terms)
    terms.workshop.archive(reason="Never took place")

    tasks.thank_all(june(22))

    assert thanked() == []


def test_many_are_thanked_in_several_turns(
    terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thanking, "AT_A_TIME", 2)
    for _ in range(5):
        register(terms)

    assert thanking.thank(terms, june(22)) == 5
    assert thanking.thank(terms, june(22)) == 0
    assert thanking.thank(terms, june(25)) == 0


def test_the_worker_goes_on_with_the_next_workshop_when_one_is_busy(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for _ in range(2):
        register(make())
    thank: Iterator[Any] = iter([BusyError(), None])

    def busy_at_first(_terms: RegistrationSettings, _at: datetime) -> None:
        if (problem := next(thank)) is not None:
            raise problem

    monkeypatch.setattr(thanking, "thank", busy_at_first)

    tasks.thank_all(june(22))

    assert list(thank) == []


def test_the_worker_thanks_by_the_clock(terms: RegistrationSettings) -> None:
    register(terms)

    tasks.thank(timestamp=0)

    assert thanked() == []
