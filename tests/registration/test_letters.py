import re
from collections.abc import Callable
from datetime import date
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.utils import timezone
from icalendar import Calendar

from clusterix.mail.delivery import as_email
from clusterix.mail.models import Message
from tests.factories import RegistrationFactory, RegistrationSettingsFactory, WorkshopFactory
from workshops.models import Workshop
from workshops.registration import letters, places
from workshops.registration.calendar import invitation
from workshops.registration.models import Registration

pytestmark = pytest.mark.django_db

LETTERS = [letters.confirm, letters.changed, letters.cancelled, letters.link]

Write = Callable[[Registration], None]


@pytest.fixture
def workshop() -> Workshop:
    made = WorkshopFactory.create(
        key="jena-2030",
        slug="jena",
        title="Investing jointly",
        starts_on="2030-03-11",
        start_time="09:30",
        end_time="16:00",
        time_zone="Europe/Berlin",
        venue="Volkshaus",
        city="Jena",
        format="hybrid",
    )
    RegistrationSettingsFactory.create(workshop=made)
    found: Workshop = Workshop.objects.get(pk=made.pk)
    return found


def written(write: Write, workshop: Workshop, **fields: object) -> Message:
    """The mail of a registration."""
    write(RegistrationFactory.create(workshop=workshop, **fields))
    return Message.objects.get()


def sent(message: Message) -> EmailMessage:
    """The mail as another program reads it."""
    raw = as_email(message).message().as_bytes()
    return message_from_bytes(raw, policy=policy.default)


def event(message: Message) -> Calendar:
    (file,) = message.attachments.all()
    return Calendar.from_ical(bytes(file.content))


def test_the_confirmation_says_all_that_one_needs_to_come(workshop: Workshop) -> None:
    message = written(letters.confirm, workshop, name="Ada", reference=32 * "r", party_size=2)

    assert message.text == (
        "Dear Ada,\n"
        "\n"
        "There is a place for you.\n"
        "\n"
        "Investing jointly\n"
        "Monday 11 March 2030, 09:30–16:00 (Europe/Berlin)\n"
        "Volkshaus, Jena\n"
        "in person and online\n"
        "2 people\n"
        "\n"
        "The event is attached for your calendar.\n"
        "\n"
        "See, change or cancel your registration:\n"
        f"http://testserver/registrations/{32 * 'r'}/\n"
        "\n"
        "Do you have a question? Answer this mail: it reaches the organiser.\n"
        "\n"
        "--\n"
        "Clusterix\n"
        "What is stored about you, and for how long: http://testserver/privacy/\n"
    )
    assert (message.subject, message.reply_to) == (
        "Registered: Investing jointly",
        "host@agency.example",
    )


@pytest.mark.parametrize("write", LETTERS)
def test_the_html_says_the_same_and_links_to_this_site_alone(
    workshop: Workshop, write: Write
) -> None:
    message = written(write, workshop, name="Ada")

    for told in ("Dear Ada,", "Investing jointly", "Monday 11 March 2030", "Volkshaus, Jena"):
        assert told in message.text
        assert told in message.html
    addresses = re.findall(r"""(?:href|src)=["']?([^"'> ]*)""", message.html)
    assert addresses
    assert all(address.startswith("http://testserver/") for address in addresses)
    assert " style=" not in message.html
    assert '<html lang="en">' in message.html


@pytest.mark.parametrize(
    ("write", "subject", "has_link", "has_event"),
    [
        (letters.confirm, "Registered: Investing jointly", True, True),
        (letters.changed, "Changed: Investing jointly", True, True),
        (letters.cancelled, "Cancelled: Investing jointly", False, True),
        (letters.link, "Your registration: Investing jointly", True, False),
    ],
)
def test_each_letter_carries_what_its_reader_needs(
    workshop: Workshop, write: Write, subject: str, has_link: bool, has_event: bool
) -> None:
    message = written(write, workshop, reference=32 * "r")

    assert message.subject == subject
    assert (f"/registrations/{32 * 'r'}/" in message.text) == has_link
    assert (f"/registrations/{32 * 'r'}/" in message.html) == has_link
    assert message.attachments.exists() == has_event


def test_what_is_not_known_is_left_out(workshop: Workshop) -> None:
    bare = WorkshopFactory.create(starts_on=date(2030, 3, 11), ends_on=date(2030, 3, 12))
    RegistrationSettingsFactory.create(workshop=bare)

    message = written(letters.confirm, bare)

    assert "Monday 11 March 2030 – Tuesday 12 March 2030\n1 person\n" in message.text
    assert "<dt>Where</dt>" not in message.html


@pytest.mark.parametrize("write", LETTERS)
def test_user_text_is_escaped_and_becomes_no_link(workshop: Workshop, write: Write) -> None:
    hostile = '<a href="https://evil.example">win</a> www.evil.example'

    message = written(write, workshop, name=hostile)

    assert "<a href=" not in message.html.split("Dear", 1)[1].split("</p>", 1)[0]
    assert "&lt;a href=" in message.html
    assert "evil.example" not in message.html
    assert "evil.example" not in message.text
    assert "https://" not in message.text


def test_a_title_cannot_add_a_header(workshop: Workshop) -> None:
    workshop.title = "Joint\r\nBcc: eve@example.org"
    workshop.save()

    received = sent(written(letters.confirm, workshop))

    assert received["Subject"] == "Registered: Joint Bcc: eve@example.org"
    assert received["Bcc"] is None


def test_the_event_arrives_whole(workshop: Workshop) -> None:
    workshop.title = "Gemeinsam investieren – " + 8 * "länderübergreifend "
    workshop.save()
    message = written(letters.confirm, workshop)

    (file,) = sent(message).iter_attachments()

    assert file.get_content_type() == "text/calendar"
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert file.get_filename() == "workshop.ics"
    payload = file.get_payload(decode=True)
    assert isinstance(payload, bytes)
    arrived = Calendar.from_ical(payload).walk("VEVENT")[0]
    assert arrived["summary"] == workshop.title.strip()


def test_the_event_is_the_workshop_with_its_time_zone_and_organiser(workshop: Workshop) -> None:
    registration = RegistrationFactory.create(workshop=workshop)

    content = invitation(registration)

    lines = content.split(b"\r\n")
    assert b"\n" not in b"".join(lines)
    assert max(map(len, lines)) <= 75
    calendar = Calendar.from_ical(content)
    (told,) = calendar.walk("VEVENT")
    assert calendar["method"] == "PUBLISH"
    assert [zone["tzid"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Berlin"]
    assert told["uid"] == "workshop-jena-2030@testserver"
    assert b"DTSTART;TZID=Europe/Berlin:20300311T093000" in lines
    assert told["organizer"] == "mailto:host@agency.example"
    assert (told["sequence"], told["status"]) == (0, "CONFIRMED")
    assert "attendee" not in told


def test_a_calendar_follows_changes_and_takes_a_cancelled_event_back(workshop: Workshop) -> None:
    registration = RegistrationFactory.create(workshop=workshop, party_size=1)
    now = timezone.now()
    details = places.Details("Bo Berg", "Agency", None, "", 1, "")

    places.change(registration, details, now)
    places.cancel(registration, now)

    events = [event(mail).walk("VEVENT")[0] for mail in Message.objects.order_by("pk")]
    assert [(told["sequence"], told["status"]) for told in events] == [
        (1, "CONFIRMED"),
        (2, "CANCELLED"),
    ]
    assert len({told["uid"] for told in events}) == 1


def test_a_title_cannot_add_a_property_to_the_event(workshop: Workshop) -> None:
    workshop.title = "Joint\r\nATTENDEE:mailto:eve@example.org"
    registration = RegistrationFactory.create(workshop=workshop)

    content = invitation(registration)

    assert b"\r\nATTENDEE" not in content
