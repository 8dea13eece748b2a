"""A version of a programme is published once, and each who is registered hears of it once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from clusterix.mail.models import Message
from tests.factories import (
    RegistrationFactory,
    RegistrationSettingsFactory,
    SessionFactory,
    UserFactory,
    WorkshopFactory,
)
from workshops.models import ScheduleVersion, Session, Workshop
from workshops.registration import announcing, places
from workshops.registration.announcing import Announcement, announce
from workshops.registration.places import Answer, Application, BusyError, Details
from workshops.versions.publishing import Order, RefusedError

pytestmark = pytest.mark.django_db

NOW = datetime(2027, 1, 5, 12, tzinfo=UTC)


@pytest.fixture
def workshop() -> Workshop:
    """In Jena, with an opening at ten and registration."""
    made: Workshop = WorkshopFactory.create(
        slug="jena",
        title="Investing jointly",
        starts_on=date(2027, 3, 11),
        time_zone="Europe/Berlin",
    )
    RegistrationSettingsFactory.create(workshop=made)
    SessionFactory.create(
        workshop=made,
        title="Opening",
        starts_at=datetime(2027, 3, 11, 9, tzinfo=UTC),
        ends_at=datetime(2027, 3, 11, 10, tzinfo=UTC),
    )
    return made


def order(workshop: Workshop, note: str = "", seen: str = "") -> Order:
    """What somebody orders who has just read the workshop, unless something else was seen."""
    stored = Workshop.unscoped.get(pk=workshop.pk)
    return Order(workshop.pk, seen or stored.version, note, UserFactory.create())


def announced(workshop: Workshop, note: str = "", at: datetime = NOW) -> Announcement:
    return announce(order(workshop, note), at)


def move_opening() -> None:
    Session.objects.filter(title="Opening").update(
        starts_at=datetime(2027, 3, 11, 10, tzinfo=UTC),
        ends_at=datetime(2027, 3, 11, 11, tzinfo=UTC),
    )


def test_the_first_version_has_no_changes_and_all_are_told(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop, email="bo@example.org")

    told = announced(workshop, "See you there.")

    assert (told.version.number, told.version.changes, told.letters) == (1, [], 1)
    message = Message.objects.get()
    assert (message.to, message.subject) == ("bo@example.org", "Programme: Investing jointly")
    assert "that you registered for is published." in message.text
    assert "See you there." in message.text


def test_a_change_reaches_each_who_is_registered_once(workshop: Workshop) -> None:
    registration = RegistrationFactory.create(workshop=workshop, name="Bo", reference=32 * "r")
    announced(workshop)
    Message.objects.all().delete()
    move_opening()

    told = announced(workshop, "The train is late.")
    with pytest.raises(RefusedError, match="Nothing has changed since version 2"):
        announced(workshop, "Again")

    assert told.letters == 1
    message = Message.objects.get()
    session = workshop.sessions.get()
    assert message.text == (
        "Dear Bo,\n"
        "\n"
        "The programme of a workshop that you registered for has changed; this is version 2.\n"
        "\n"
        "The train is late.\n"
        "\n"
        "* “Opening” moved to 11:00–12:00\n"
        f"  http://testserver/workshops/jena/sessions/{session.pk}/\n"
        "\n"
        "Investing jointly\n"
        "Thursday 11 March 2027\n"
        "1 person\n"
        "\n"
        "The programme:\n"
        "http://testserver/workshops/jena/\n"
        "\n"
        "All changes so far:\n"
        "http://testserver/workshops/jena/changes/\n"
        "\n"
        "See, change or cancel your registration:\n"
        f"http://testserver{registration.get_absolute_url()}\n"
        "\n"
        "Do you have a question? Answer this mail: it reaches the organiser.\n"
        "\n"
        "--\n"
        "Clusterix\n"
        "What is stored about you, and for how long: http://testserver/privacy/\n"
    )
    assert message.reply_to == "host@agency.example"
    assert "“Opening” moved to 11:00–12:00</a>" in message.html


def test_the_letter_carries_the_event_as_it_is_now(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop)
    Workshop.unscoped.update(venue="Volkshaus")

    announced(workshop)

    (file,) = Message.objects.get().attachments.all()
    (event,) = Calendar.from_ical(bytes(file.content)).walk("VEVENT")
    assert (event["sequence"], event["status"], event["location"]) == (1, "CONFIRMED", "Volkshaus")


def test_only_those_who_hold_places_are_told(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop, email="bo@example.org")
    RegistrationFactory.create(workshop=workshop, state="cancelled", cancelled_at=NOW)
    erased = {"name": "", "email": "", "organisation": "", "needs": "", "erased_at": NOW}
    RegistrationFactory.create(workshop=workshop, **erased)
    RegistrationFactory.create()

    told = announced(workshop)

    assert told.letters == 1
    assert list(Message.objects.values_list("to", flat=True)) == ["bo@example.org"]


def test_each_is_told_in_the_language_of_the_registration(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop, language="en", email="en@example.org")
    RegistrationFactory.create(workshop=workshop, language="de", email="de@example.org")
    announced(workshop)
    Message.objects.all().delete()
    Session.objects.update(
        starts_at=datetime(2027, 3, 12, 9, tzinfo=UTC),
        ends_at=datetime(2027, 3, 12, 10, tzinfo=UTC),
    )

    announced(workshop)

    texts = {message.to: message.text for message in Message.objects.all()}
    assert "Friday 12 March, 10:00" in texts["en@example.org"]
    assert "Freitag 12 März, 10:00" in texts["de@example.org"]


def test_user_text_is_escaped_and_becomes_no_link(workshop: Workshop) -> None:
    hostile = '<a href="https://evil.example">win</a> www.evil.example'
    RegistrationFactory.create(workshop=workshop)
    announced(workshop)
    Message.objects.all().delete()
    Session.objects.update(title=hostile)

    announced(workshop, hostile)

    message = Message.objects.get()
    assert '<a href="https://evil' not in message.html
    assert "evil.example" not in message.html
    assert "evil.example" not in message.text
    assert "https://" not in message.text


def test_of_very_many_changes_a_mail_has_the_first(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop)
    announced(workshop)
    Message.objects.all().delete()
    for number in range(42):
        SessionFactory.create(workshop=workshop, title=f"New {number:02}")

    told = announced(workshop)

    message = Message.objects.get()
    assert len(told.version.changes) == 42
    assert (message.text.count("* “New"), message.html.count("“New")) == (40, 40)
    assert "2 more changes" in message.text
    assert "2 more changes" in message.html


def test_what_is_gone_leads_to_the_workshop(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop)
    announced(workshop)
    Message.objects.all().delete()
    Session.objects.all().delete()

    announced(workshop)

    assert "\n  http://testserver/workshops/jena/\n" in Message.objects.get().text


def test_after_a_workshop_nobody_is_written_to(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop)

    told = announced(workshop, at=workshop.ends_at + timedelta(days=1))

    assert (told.version.number, told.letters) == (1, 0)
    assert not Message.objects.exists()


def test_a_programme_without_registration_is_announced_all_the_same() -> None:
    session = SessionFactory.create()

    assert announced(session.workshop).letters == 0


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_public_programmes_are_announced(workshop: Workshop, state: str) -> None:
    Workshop.unscoped.update(state=state)

    with pytest.raises(RefusedError, match="Only a public workshop"):
        announced(workshop)

    assert not ScheduleVersion.objects.exists()


def test_what_nobody_has_read_is_not_announced(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop)

    with pytest.raises(RefusedError, match="Somebody changed the workshop meanwhile"):
        announce(order(workshop, seen="2020-01-01T00:00:00+00:00"), NOW)

    assert not Message.objects.exists()


def test_an_announcement_is_in_the_log_of_each(workshop: Workshop) -> None:
    rows = RegistrationFactory.create_batch(2, workshop=workshop)

    announce(order(workshop), NOW)

    kinds = {row.pk: list(row.letters.values_list("kind", flat=True)) for row in rows}
    assert kinds == {row.pk: ["programme_version"] for row in rows}


@pytest.mark.parametrize("people", [1, 3])
def test_the_same_is_asked_of_the_database_however_many_are_told(
    workshop: Workshop, django_assert_num_queries: DjangoAssertNumQueries, people: int
) -> None:
    RegistrationFactory.create_batch(people, workshop=workshop)
    wanted = order(workshop)

    with django_assert_num_queries(13):
        announce(wanted, NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_does(workshop: Workshop) -> None:
    RegistrationFactory.create(workshop=workshop)
    start = Barrier(2)
    orders = [order(workshop, "One"), order(workshop, "Other")]

    def publish(wanted: Order) -> str:
        try:
            start.wait()
            announce(wanted, NOW)
        except RefusedError:
            return "refused"
        finally:
            connection.close()
        return "published"

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(publish, orders))

    assert answers == ["published", "refused"]
    assert ScheduleVersion.objects.count() == 1
    assert Message.objects.count() == 1


@contextmanager
def other_process() -> Iterator[psycopg.Connection]:
    """A connection beside our own."""
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        yield other


@pytest.mark.django_db(transaction=True)
def test_while_others_hold_the_workshop_nothing_is_announced(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcing, "LOCK_TIMEOUT", "100ms")
    RegistrationFactory.create(workshop=workshop)
    wanted = order(workshop)

    with other_process() as other:
        other.execute("SELECT FROM workshops_workshop FOR UPDATE")
        with pytest.raises(BusyError, match="Nothing was announced"):
            announce(wanted, NOW)
        other.rollback()

    assert not ScheduleVersion.objects.exists()
    assert not Message.objects.exists()
    assert announce(wanted, NOW).letters == 1


@pytest.mark.django_db(transaction=True)
def test_people_register_while_a_version_is_published(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "100ms")
    details = Details("Bo Berg", "", None, "SE", 1, "")
    consent = workshop.registration_settings.consent
    application = Application(details, "bo@example.org", "en", consent, uuid4())

    with other_process() as other:
        other.execute("SELECT FROM workshops_workshop FOR NO KEY UPDATE")
        outcome = places.register(workshop, application, timezone.now())
        other.rollback()

    assert outcome.answer == Answer.KEPT


@pytest.mark.django_db(transaction=True)
def test_a_fault_on_the_way_leaves_neither_version_nor_letters(
    workshop: Workshop, settings: Any
) -> None:
    RegistrationFactory.create(workshop=workshop)
    wanted = order(workshop)
    settings.SITE_URL = None  # the mail cannot be written without it

    with pytest.raises(Exception):  # noqa: B017, PT011 (whatever it is)
        announce(wanted, NOW)

    assert not ScheduleVersion.objects.exists()
    assert not Message.objects.exists()
