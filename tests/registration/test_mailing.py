"""Writing to many who registered: looked at first, then sent once."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from clusterix.curation.models import Membership, User
from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message
from tests.factories import (
    AudienceCategoryFactory,
    RegistrationFactory,
    member,
)
from workshops.registration.desk import mailing
from workshops.registration.desk.mailing import MailForm
from workshops.registration.desk.selection import SelectionForm
from workshops.registration.models import (
    BulkMail,
    Registration,
    RegistrationSettings,
    WrittenLetter,
)

pytestmark = pytest.mark.django_db

Fields = dict[str, Any]


@pytest.fixture
def organiser(terms: RegistrationSettings) -> User:
    return member(terms.workshop.owner, Membership.Role.EDITOR, email="org@agency.example")


@pytest.fixture
def address(terms: RegistrationSettings) -> str:
    return f"/admin/registration/registrationsettings/{terms.pk}/desk/mail/"


@pytest.fixture
def browser(client: Client, organiser: User) -> Client:
    client.force_login(organiser)
    return client


def fields(**others: object) -> Fields:
    """The form as somebody filled it in who opened it a minute ago."""
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        form_key = new_form_key()
    return {
        "state": ["confirmed"],
        "subject": "How to get there",
        "text": "Take the train.",
        "form_key": form_key,
    } | others


Send = Callable[[Fields], Any]


@pytest.fixture
def look(browser: Client, address: str) -> Send:
    """Has the page show what would be sent, and answers the fields as they stand then."""

    def looked(told: Fields) -> Fields:
        page = browser.post(address, told | {"look": "1"}).content.decode()
        seen = re.search('name="looked_at" value="([0-9a-f]{64})"', page)
        return told | {"looked_at": seen[1] if seen else "", "page": page}

    return looked


@pytest.fixture
def send(browser: Client, address: str) -> Send:
    """Presses the button that sends."""
    return lambda told: browser.post(address, told | {"send": "1", "page": ""}, follow=True)


def addresses() -> list[str]:
    return sorted(Message.objects.values_list("to", flat=True))


def test_a_mail_is_looked_at_and_then_goes_to_all_once(
    terms: RegistrationSettings, look: Send, send: Send, organiser: User
) -> None:
    for name in ("ada", "bo"):
        RegistrationFactory.create(
            workshop=terms.workshop, name=name, email=f"{name}@example.org", language="en"
        )
    RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    seen = look(fields())
    before = addresses()
    page = send(seen)

    assert ("This goes to 2 addresses" in seen["page"], before) == (True, [])
    assert addresses() == ["ada@example.org", "bo@example.org"]
    mail = BulkMail.objects.get()
    told = (mail.subject, mail.text, mail.recipients, mail.to_whom, mail.sent_by)
    assert told == ("How to get there", "Take the train.", 2, "confirmed", organiser)
    text = page.content.decode()
    assert "“How to get there” goes to 2 addresses." in text
    assert "2 addresses · confirmed" in text


def test_a_mail_to_many_is_in_the_log_of_each(
    terms: RegistrationSettings, look: Send, send: Send
) -> None:
    rows = RegistrationFactory.create_batch(2, workshop=terms.workshop)

    send(look(fields()))

    written = WrittenLetter.objects.order_by("registration")
    told = [(one.registration_id, one.kind, one.message and one.message.to) for one in written]
    assert told == [(row.pk, "organiser_note", row.email) for row in rows]


def test_the_letter_has_the_words_and_the_way_to_the_registration(
    terms: RegistrationSettings, look: Send, send: Send
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, name="Ada", party_size=2)

    send(look(fields()))

    message = Message.objects.get()
    assert (message.subject, message.reply_to) == ("How to get there", "host@agency.example")
    for body in (message.text, message.html):
        assert "Dear Ada," in body
        assert "Take the train." in body
        assert "2 people" in body
        assert row.reference in body


def test_no_words_become_markup_or_links(
    terms: RegistrationSettings, look: Send, send: Send
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    hostile = "<script>alert(1)</script> {{ name }} https://evil.example/ a@evil.example"

    seen = look(fields(text=hostile, subject="<b>{{ x }}</b>"))
    send(seen)

    message = Message.objects.get()
    assert "<script>" not in message.html + seen["page"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ name }}" in message.html
    assert ("evil.example" in message.html, "evil.example" in message.text) == (False, False)
    assert message.subject == "<b>{{ x }}</b>"


def test_the_example_keeps_the_persons_secret(terms: RegistrationSettings, look: Send) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, name="Ada")

    page = look(fields())["page"]

    assert ("Dear Ada," in page, "/registrations/example/" in page) == (True, True)
    assert row.reference not in page


def test_the_same_form_sent_twice_writes_once(
    terms: RegistrationSettings, look: Send, send: Send
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    seen = look(fields())

    answers = [send(seen).content.decode() for _ in range(2)]

    assert ["nobody gets it twice" in answer for answer in answers] == [False, True]
    assert (BulkMail.objects.count(), Message.objects.count()) == (1, 1)


def test_two_organisers_with_the_same_words_write_once_a_day(
    terms: RegistrationSettings, look: Send, send: Send
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    first, second = look(fields()), look(fields())

    answers = [send(form).content.decode() for form in (first, second)]

    assert ["nobody gets it twice" in answer for answer in answers] == [False, True]
    assert (BulkMail.objects.count(), Message.objects.count()) == (1, 1)


def test_the_same_words_may_go_out_on_another_day(terms: RegistrationSettings) -> None:
    rows = RegistrationFactory.create_batch(1, workshop=terms.workshop)
    words, now = mailing.Words("a", "b"), timezone.now()

    today = mailing.Mailing(terms, words, rows, now).fingerprint
    again = mailing.Mailing(terms, words, rows, now).fingerprint
    tomorrow = mailing.Mailing(terms, words, rows, now + timedelta(days=1)).fingerprint

    assert (today == again, today == tomorrow) == (True, False)


@pytest.mark.parametrize("change", ["text", "people", "nothing seen"])
def test_what_was_not_looked_at_is_not_sent(
    terms: RegistrationSettings, look: Send, send: Send, change: str
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    seen = look(fields())
    if change == "people":
        RegistrationFactory.create(workshop=terms.workshop)
    others = {"text": {"text": "Other."}, "nothing seen": {"looked_at": ""}}.get(change, {})

    page = send(seen | others).content.decode()

    assert "Nothing was sent: look again, then send." in page
    assert (BulkMail.objects.count(), Message.objects.count()) == (0, 0)


def test_one_address_gets_one_mail_about_the_registration_that_counts(
    terms: RegistrationSettings, look: Send, send: Send
) -> None:
    gone = {"state": "declined", "workshop": terms.workshop}
    RegistrationFactory.create(email="Ada@example.org", **gone)
    counts = RegistrationFactory.create(workshop=terms.workshop, email="ada@example.org")
    RegistrationFactory.create(email="ADA@example.org", **gone)
    RegistrationFactory.create(email="bo@example.org", **gone)
    last = RegistrationFactory.create(email="bo@example.org", **gone)

    send(look(fields(state=["confirmed", "declined"])))

    assert addresses() == ["ada@example.org", "bo@example.org"]
    bodies = "".join(Message.objects.values_list("text", flat=True))
    assert (counts.reference in bodies, last.reference in bodies) == (True, True)


def test_who_is_erased_or_did_not_confirm_the_address_gets_nothing(
    terms: RegistrationSettings, look: Send
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, state="unconfirmed")
    RegistrationFactory.create(workshop=terms.workshop).erase(timezone.now())

    page = look(fields(state=[]))["page"]

    assert "There is nobody to write to." in page


def test_who_is_ticked_is_written_to_and_nobody_else(
    terms: RegistrationSettings, browser: Client, address: str, look: Send, send: Send
) -> None:
    ticked, _other = RegistrationFactory.create_batch(2, workshop=terms.workshop, state="waiting")

    opened = browser.get(f"{address}?pick={ticked.pk}&state=waiting").content.decode()
    send(look(fields(state=[], pick=[ticked.pk])))
    refused = look(fields(pick=["9" * 30]))["page"]

    assert "To the 1 that was ticked." in opened
    assert f'<input type="hidden" name="pick" value="{ticked.pk}"' in opened
    assert addresses() == [ticked.email]
    assert BulkMail.objects.get().to_whom == "1 ticked"
    assert "Tick 1,000 registrations at most." in refused


def test_a_mail_begins_with_those_who_come_or_whom_the_list_had(
    browser: Client, address: str
) -> None:
    checked = r'name="state" value="([a-z-]+)"[^>]*checked'

    usual = re.findall(checked, browser.get(address).content.decode())
    asked = re.findall(checked, browser.get(f"{address}?state=waiting").content.decode())

    assert (usual, asked) == (["confirmed"], ["waiting"])


def test_whom_it_went_to_is_kept_in_words(terms: RegistrationSettings) -> None:
    policy = AudienceCategoryFactory.create(labels={"en": "Policy"})

    def words(**asked: object) -> str:
        form = SelectionForm(asked, terms=terms)
        assert form.is_valid()
        return form.in_words()

    told = [
        words(),
        words(q="ada", state=["confirmed", "waiting"]),
        words(audience=[str(policy.pk), "none"], country="SE"),
        words(pick=["1", "2"]),
    ]

    assert told == [
        "everyone",
        "“ada” · confirmed, on the waiting list",
        "Policy, not said · Sweden",
        "2 ticked",
    ]


def test_more_than_can_be_written_at_once_is_said_kindly(
    terms: RegistrationSettings, look: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "MOST", 2)
    RegistrationFactory.create_batch(3, workshop=terms.workshop)

    page = look(fields())["page"]

    assert "That would be 3 registrations, and one mail goes to 2,000 at most." in page


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"subject": ""}, "This field is required."),
        ({"subject": "one\r\nBcc: all@example.org"}, "Write this on one line"),
        ({"text": "x" * 5_001}, "at most 5000 characters"),
        ({"state": ["nonsense"]}, "nonsense is not one of the available choices"),
        ({"state": ["unconfirmed"]}, "unconfirmed is not one of the available choices"),
        ({"form_key": "forged"}, "This form could not be recognised."),
    ],
)
def test_a_form_that_is_wrong_is_told_so_and_nothing_is_sent(
    terms: RegistrationSettings, look: Send, send: Send, wrong: Fields, told: str
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)

    page = send(look(fields(**wrong))).content.decode()

    assert told in page
    assert Message.objects.count() == 0


def test_who_is_erased_while_it_is_sent_gets_nothing(
    terms: RegistrationSettings, organiser: User
) -> None:
    rows = RegistrationFactory.create_batch(2, workshop=terms.workshop)
    asked = mailing.Mailing(terms, mailing.Words("a", "b"), rows, timezone.now())
    Registration.objects.get(pk=rows[0].pk).erase(timezone.now())

    mailing._write(asked)

    assert addresses() == [rows[1].email]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"recipients": 0}, "There is nobody to write to."),
        ({"subject": "a\nb"}, "Write the subject on one line."),
    ],
)
def test_the_database_refuses_what_no_form_gives(
    terms: RegistrationSettings, wrong: Fields, told: str
) -> None:
    right = {
        "workshop": terms.workshop,
        "subject": "a",
        "text": "b",
        "to_whom": "everyone",
        "recipients": 1,
        "sent_at": timezone.now(),
        "idempotency_key": "4c9f6f1e-7f6d-4b0e-9b5e-8b2a6d1f0c11",
        "fingerprint": "f",
    }
    row = BulkMail(**right | wrong)

    with pytest.raises(ValidationError) as raised:
        row.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()

    assert raised.value.messages == [told]
    assert str(row) == row.subject


@pytest.mark.django_db(transaction=True)
def test_two_organisers_who_press_at_the_same_moment_write_once(
    terms: RegistrationSettings, organiser: User
) -> None:
    RegistrationFactory.create_batch(5, workshop=terms.workshop)
    now, forms = timezone.now(), []
    for _organiser in range(2):
        query = QueryDict(mutable=True)
        for name, value in fields().items():
            query.setlist(name, value if isinstance(value, list) else [value])
        form = MailForm(query, terms=terms)
        assert form.is_valid()
        form.cleaned_data["looked_at"] = mailing.mailing(form, now).fingerprint
        forms.append(form)
    together = Barrier(2)

    def press(form: MailForm) -> bool:
        together.wait(timeout=20)
        try:
            sent = mailing.send(form, organiser, now)
        finally:
            connection.close()
        return sent is not None and sent.is_new

    with ThreadPoolExecutor() as both:
        answers = sorted(both.map(press, forms))

    assert answers == [False, True]
    assert (BulkMail.objects.count(), Message.objects.count()) == (1, 5)
