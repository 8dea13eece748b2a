"""Organisers write the opening words of letters; nothing they write can do away with the rest."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.mail.models import Message
from tests.factories import (
    LetterTextFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import letters
from workshops.registration.models import (
    LetterKind,
    LetterText,
    Registration,
    RegistrationSettings,
)
from workshops.registration.models.letters import WORDED, placeholders

pytestmark = pytest.mark.django_db

VERBS: dict[LetterKind, Callable[[Registration], None]] = {
    LetterKind.ADDRESS: letters.confirm_address,
    LetterKind.PENDING: letters.pending,
    LetterKind.CONFIRMED: letters.confirm,
    LetterKind.WAITING: letters.waiting,
    LetterKind.OFFER: letters.offer,
    LetterKind.EXPIRED: letters.expired,
    LetterKind.REMINDER: letters.reminder,
    LetterKind.REFUSED: letters.refused,
    LetterKind.CHANGED: letters.changed,
    LetterKind.CANCELLED: letters.cancelled,
    LetterKind.LEFT: letters.left,
    LetterKind.LINK: letters.link,
    LetterKind.THANKS: letters.thanks,
}


@pytest.fixture
def registration(terms: RegistrationSettings) -> Registration:
    """One to which any letter can be written."""
    now = timezone.now()
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop, name="Ada", party_size=2, waiting_since=now
    )
    row.offers.create(made_at=now, expires_at=now + timedelta(hours=9))
    return row


def word(registration: Registration, kind: str, **fields: str) -> LetterText:
    terms = registration.workshop.registration_settings
    row: LetterText = LetterTextFactory.create(terms=terms, kind=kind, **fields)
    return row


def links(html: str) -> list[str]:
    return re.findall('href="([^"]*)"', html)


def write(kind: LetterKind, registration: Registration) -> Message:
    registration.letters.all().delete()  # of some a second one is never written
    VERBS[kind](registration)
    return Message.objects.latest("pk")


def test_every_letter_can_be_worded() -> None:
    assert list(VERBS) == WORDED == list(letters.SUBJECTS)


@pytest.mark.parametrize("kind", WORDED)
def test_words_of_the_organiser_replace_the_opening_ones_and_nothing_else(
    registration: Registration, kind: LetterKind
) -> None:
    before = write(kind, registration)
    word(registration, kind, subject="Hello", text="Good that you come.\n\nBring a pen.")
    after = write(kind, registration)

    assert after.subject == "Hello"
    assert links(after.html) == links(before.html)
    assert "<p>Good that you come.</p>\n\n<p>Bring a pen.</p>" in after.html
    assert "Good that you come.\n\nBring a pen.\n" in after.text
    kept = after.text.replace("Good that you come.\n\nBring a pen.", "")
    missing = [line for line in before.text.splitlines() if line and line not in kept.splitlines()]
    assert len(missing) == 1
    assert before.attachments.count() == after.attachments.count()


@pytest.mark.parametrize("kind", WORDED)
def test_each_letter_fills_in_its_own_placeholders(
    registration: Registration, kind: LetterKind
) -> None:
    names = placeholders(kind)
    text = " | ".join(f"{{{name}}}" for name in names)
    row = word(registration, kind, subject="To {name}", text=text)
    row.full_clean()

    message = write(kind, registration)

    assert message.subject == "To Ada"
    (line,) = [line for line in message.text.splitlines() if " | " in line]
    assert (len(line.split(" | ")), "{" in line) == (len(names), False)
    assert line.startswith(f"Ada | {registration.workshop.title} | ")


def test_a_subject_alone_leaves_our_words_and_words_alone_our_subject(
    registration: Registration,
) -> None:
    title = registration.workshop.title
    row = word(registration, "registration_confirmed", subject="Hello", text="")
    first = write(LetterKind.CONFIRMED, registration)
    LetterText.objects.filter(pk=row.pk).update(subject="", text="Come.")

    second = write(LetterKind.CONFIRMED, registration)

    assert (first.subject, "There is a place for you." in first.text) == ("Hello", True)
    assert (second.subject, "There is a place" in second.text) == (f"Registered: {title}", False)


def test_where_placeholders_stand_for_nothing_ours_are_there(registration: Registration) -> None:
    registration.workshop.venue = registration.workshop.city = ""
    registration.workshop.region = None
    word(registration, "registration_confirmed", subject="{where} {where}", text="{where}\n{where}")

    message = write(LetterKind.CONFIRMED, registration)

    assert message.subject == f"Registered: {registration.workshop.title}"
    assert "There is a place for you." in message.text


def test_words_are_those_of_the_workshop_the_letter_and_the_language(
    registration: Registration,
) -> None:
    other = WorkshopFactory.create()
    LetterTextFactory.create(terms=RegistrationSettingsFactory.create(workshop=other))
    word(registration, "registration_changed")
    word(registration, "registration_confirmed", language="de")

    message = write(LetterKind.CONFIRMED, registration)

    assert "There is a place for you." in message.text
    assert "Good that you come." not in message.text


HOSTILE = (
    '<script>alert(1)</script> <a href="https://evil.example">x</a> {{ name }} {% now "Y" %} '
    "https://evil.example/ eve@evil.example"
)


def test_no_words_become_markup_or_links(registration: Registration) -> None:
    before = write(LetterKind.CONFIRMED, registration)
    word(registration, "registration_confirmed", text=HOSTILE.replace("{% now", "{{% now"))

    message = write(LetterKind.CONFIRMED, registration)

    assert links(message.html) == links(before.html)
    assert "<script" not in message.html
    assert ("evil.example" in message.html, "evil.example" in message.text) == (False, False)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in message.html


def test_what_people_call_themselves_is_not_read_as_a_placeholder(
    registration: Registration,
) -> None:
    registration.name = "{people} <b>{when}</b> {name.__class__}"
    word(registration, "registration_confirmed", subject="{name}", text="Hello {name}")

    message = write(LetterKind.CONFIRMED, registration)

    assert message.subject == "{people} <b>{when}</b> {name.__class__}"
    assert "Hello {people} <b>{when}</b> {name.\u2060" in message.text.replace("\u2060.", ".\u2060")
    assert "<b>" not in message.html


def test_what_was_allowed_once_and_is_not_any_more_stops_no_letter(
    registration: Registration,
) -> None:
    word(registration, "registration_confirmed", text="In {room}, {name.__class__} {")

    message = write(LetterKind.CONFIRMED, registration)

    assert "In {room}, {name" in message.text
    assert "class 'str'" not in message.text


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (
            "Dear {nmae}, in {room}",
            "registration_confirmed",
            "Not known here: {nmae}, {room}. You can use {name}, {workshop}, {when}, {where}, "
            "{people}.",
        ),
        (
            "{until}",
            "registration_waiting",
            "Not known here: {until}. You can use {name}, {workshop}, {when}, {where}, {people}, "
            "{position}.",
        ),
        (
            "{name.__class__.__init__.__globals__}",
            "registration_offer",
            "Not known here: {name.__class__.__init__.__globals__}. You can use {name}, "
            "{workshop}, {when}, {where}, {people}, {until}.",
        ),
        (
            "{0}{" + 99 * "x" + "}",
            "registration_confirmed",
            "Not known here: {0}, {" + 39 * "x" + ". You can use {name}, {workshop}, {when}, "
            "{where}, {people}.",
        ),
        (
            "Hello {name",
            "registration_confirmed",
            "A brace stands alone. Write “{{” or “}}” where you mean a brace itself.",
        ),
        (
            "Hello name}",
            "registration_confirmed",
            "A brace stands alone. Write “{{” or “}}” where you mean a brace itself.",
        ),
    ],
    ids=["typo", "of another letter", "attribute", "long", "open", "closed"],
)
@pytest.mark.parametrize("field", ["subject", "text"])
def test_what_stands_for_nothing_is_refused_and_named(
    terms: RegistrationSettings, field: str, text: str, kind: str, told: str
) -> None:
    row = LetterText(terms=terms, kind=kind, language="en", **{field: text})

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert refusal.value.message_dict == {field: [told]}


def test_braces_are_written_twice(terms: RegistrationSettings) -> None:
    LetterText(terms=terms, kind="registration_link", language="en", text="{{a}} }}").full_clean()


@pytest.mark.parametrize("subject", ["a\nBcc: eve@example.org", "a\rb", "a\x85b", "a\u2028b"])
def test_a_subject_is_one_line(terms: RegistrationSettings, subject: str) -> None:
    row = LetterText(terms=terms, kind="registration_link", language="en", subject=subject)

    with pytest.raises(ValidationError) as refusal:
        row.full_clean()

    assert refusal.value.message_dict["subject"][0] == (
        "Write this on one line, without control characters."
    )


@pytest.mark.parametrize(
    ("fields", "constraint", "told"),
    [
        (
            {"kind": "organiser_note"},
            "lettertext_kind_known",
            "There is no such letter.",
        ),
        (
            {"text": ""},
            "lettertext_says_something",
            "Write a subject or words, or go back to ours.",
        ),
        (
            {"subject": "a\nb"},
            "lettertext_subject_is_a_line",
            "Write the subject on one line.",
        ),
        (
            {"text": 4_001 * "x"},
            "lettertext_text_in_bounds",
            "Write 4,000 characters at most.",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value else "",
)
def test_the_database_holds_everyone_to_it(
    terms: RegistrationSettings, fields: dict[str, str], constraint: str, told: str
) -> None:
    given = {"terms": terms, "kind": "registration_link", "language": "en", "text": "x"}
    row = LetterText(**given | fields)

    with pytest.raises(ValidationError) as refusal:
        row.validate_constraints()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        row.save()

    assert told in refusal.value.messages


def test_a_letter_has_one_text_in_a_language(terms: RegistrationSettings) -> None:
    first = LetterTextFactory.create(terms=terms)
    second = LetterText(terms=terms, kind=first.kind, language="en", text="y")

    with pytest.raises(ValidationError, match="This letter has words of yours"):
        second.validate_constraints()
    with pytest.raises(IntegrityError, match="lettertext_one_for_each_letter"):
        second.save()


def test_a_subject_has_a_bound_in_the_database(terms: RegistrationSettings) -> None:
    with pytest.raises(DataError):
        LetterTextFactory.create(terms=terms, subject=151 * "x")


def test_a_text_is_called_by_its_letter(terms: RegistrationSettings) -> None:
    assert str(LetterTextFactory.create(terms=terms)) == "place confirmed (en)"


def test_the_next_workshop_takes_the_words_along(terms: RegistrationSettings) -> None:
    LetterTextFactory.create(terms=terms, subject="Hello")
    following = WorkshopFactory.create(starts_on=terms.workshop.starts_on + timedelta(days=90))

    terms.copy_to(following)

    copied = following.registration_settings.letter_texts.get()
    assert (copied.subject, copied.text) == ("Hello", "Good that you come.")


@pytest.mark.parametrize("texts", [1, 3])
def test_a_letter_asks_the_database_the_same_whatever_is_worded(
    registration: Registration, texts: int
) -> None:
    for kind in WORDED[2 : 2 + texts]:
        word(registration, kind)
    fresh = Registration.objects.for_page().get(pk=registration.pk)

    with assertNumQueries(4):
        letters.link(fresh)
