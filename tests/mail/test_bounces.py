"""What came back is what the mail service says, if it shows that it is the service."""

import hashlib
import hmac
import itertools
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from clusterix.mail import bounces
from clusterix.mail.models import Message, Setback
from tests.mail.conftest import Write

pytestmark = pytest.mark.django_db

SECRET = "reporter:a long password"
KEY = "key-of-mailgun"
BREVO = "/mail/reports/brevo/"
MAILGUN = "/mail/reports/mailgun/"

Report = Callable[..., HttpResponse]
Post = dict[str, Any]


@pytest.fixture(autouse=True)
def secrets(settings: Settings) -> None:
    settings.MAIL_REPORTS_SECRET = SECRET
    settings.MAIL_REPORTS_KEY = KEY


@pytest.fixture
def message(write: Write) -> Message:
    """A mail that the service has taken."""
    made = write()
    made.note_delivery(at=timezone.now())
    return made


def brevo(event: str, message_id: str, **others: object) -> Post:
    """A report as Brevo documents it, with its name and password."""
    told = {
        "event": event,
        "email": "ada@example.org",
        "message-id": message_id,
        "ts_epoch": 1604933654000,
        "reason": "550 ada@example.org is unknown here",
    }
    secret = b64encode(SECRET.encode()).decode()
    return {
        "path": BREVO,
        "data": json.dumps(told | others),
        "content_type": "application/json",
        "HTTP_AUTHORIZATION": f"Basic {secret}",
    }


def signed(key: str = KEY, **others: object) -> Post:
    """What shows that a report is Mailgun's."""
    made = hmac.new(key.encode(), b"1529006854a-token", hashlib.sha256).hexdigest()
    return {"timestamp": "1529006854", "token": "a-token", "signature": made} | others


def mailgun(event: str, message_id: str, signature: Post | None = None, **others: object) -> Post:
    """A report as Mailgun documents it, with its signature."""
    told = {
        "event": event,
        "timestamp": 1521472262.908181,
        "recipient": "ada@example.org",
        "message": {"headers": {"message-id": message_id.strip("<>"), "to": "ada@example.org"}},
        "delivery-status": {"message": "550 ada@example.org is unknown here"},
    }
    body = {"signature": signature or signed(), "event-data": told | others}
    return {"path": MAILGUN, "data": json.dumps(body), "content_type": "application/json"}


def stands(message: Message) -> str:
    message.refresh_from_db()
    assert (message.setback == "") == (message.setback_at is None)
    return message.setback


def report(post: Post) -> int:
    """What a service that sends no cookie is answered."""
    return Client(enforce_csrf_checks=True).post(**post).status_code


@pytest.mark.parametrize(
    ("event", "setback"),
    [
        ("hard_bounce", "hard"),
        ("invalid_email", "hard"),
        ("soft_bounce", "soft"),
        ("deferred", "soft"),
        ("blocked", "rejected"),
        ("error", "rejected"),
        ("spam", "complaint"),
        ("complaint", "complaint"),
        ("request", ""),
        ("delivered", ""),
        ("opened", ""),
        ("something new", ""),
    ],
)
def test_brevo_reports_what_came_back(message: Message, event: str, setback: str) -> None:
    status = report(brevo(event, message.message_id))

    assert (status, stands(message)) == (204, setback)


@pytest.mark.parametrize(
    ("event", "others", "setback"),
    [
        ("failed", {"severity": "permanent", "reason": "bounce"}, "hard"),
        ("failed", {"severity": "permanent", "reason": "suppress-bounce"}, "hard"),
        ("failed", {"severity": "permanent", "reason": "old"}, "rejected"),
        ("failed", {"severity": "temporary", "reason": "generic"}, "soft"),
        ("rejected", {"reject": {"reason": "Blocked"}}, "rejected"),
        ("complained", {}, "complaint"),
        ("accepted", {}, ""),
        ("delivered", {}, ""),
        ("clicked", {}, ""),
    ],
)
def test_mailgun_reports_what_came_back(
    message: Message, event: str, others: Post, setback: str
) -> None:
    status = report(mailgun(event, message.message_id, **others))

    assert (status, stands(message)) == (204, setback)


@pytest.mark.parametrize("write_report", [brevo, mailgun])
def test_what_is_in_the_mailbox_is_known(
    message: Message, write_report: Callable[..., Post]
) -> None:
    report(write_report("delivered", message.message_id))
    first = Message.objects.get().arrived_at
    report(write_report("delivered", message.message_id))

    assert first is not None
    assert Message.objects.get().arrived_at == first


def test_a_report_is_about_the_mail_with_its_identity_alone(message: Message, write: Write) -> None:
    other = write()

    report(brevo("hard_bounce", "<somebody-elses@relay.example>"))
    report(brevo("hard_bounce", ""))
    report(brevo("hard_bounce", message.message_id))

    assert (stands(message), stands(other)) == ("hard", "")


def test_neither_the_address_nor_the_text_of_a_report_is_kept(message: Message) -> None:
    report(brevo("hard_bounce", message.message_id, email="zephyrine@example.org"))

    kept = str(Message.objects.values().get())
    assert "zephyrine" not in kept
    assert "unknown here" not in kept


ORDERS = list(itertools.permutations(["deferred", "delivered", "hard_bounce", "spam"]))


@pytest.mark.parametrize("events", ORDERS, ids=[" ".join(order) for order in ORDERS])
def test_reports_come_to_the_same_in_any_order(message: Message, events: list[str]) -> None:
    for event in events:
        report(brevo(event, message.message_id))

    assert stands(message) == "hard"
    assert message.arrived_at is not None


def test_a_report_that_is_repeated_changes_nothing(message: Message) -> None:
    report(brevo("hard_bounce", message.message_id))
    first = Message.objects.values().get()

    status = report(brevo("hard_bounce", message.message_id))

    assert (status, Message.objects.values().get()) == (204, first)


@pytest.mark.parametrize("mails", [1, 3])
def test_a_report_takes_one_statement(write: Write, mails: int) -> None:
    messages = [write() for _ in range(mails)]
    post = brevo("hard_bounce", messages[0].message_id)
    client = Client()

    with assertNumQueries(1):
        client.post(**post)


@pytest.mark.parametrize(
    ("path", "setting"), [(BREVO, "MAIL_REPORTS_SECRET"), (MAILGUN, "MAIL_REPORTS_KEY")]
)
def test_a_service_without_a_secret_has_no_address(
    settings: Settings, message: Message, path: str, setting: str
) -> None:
    setattr(settings, setting, "")
    post = (brevo if path == BREVO else mailgun)("hard_bounce", message.message_id)

    assert (report(post), stands(message)) == (404, "")


def test_no_other_service_has_an_address(message: Message) -> None:
    assert report(brevo("hard_bounce", message.message_id) | {"path": "/mail/reports/x/"}) == 404


@pytest.mark.parametrize("path", [BREVO, MAILGUN])
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_reports_are_posted(client: Client, path: str, method: str) -> None:
    assert getattr(client, method)(path).status_code == 405


@pytest.mark.parametrize(
    "authorization",
    ["", "Basic", "Basic !!!", "Basic /w==", "Bearer x", "Basic cmVwb3J0ZXI6", "x" * 500],
)
def test_a_report_without_brevos_password_is_not_believed(
    message: Message, authorization: str
) -> None:
    post = brevo("hard_bounce", message.message_id) | {"HTTP_AUTHORIZATION": authorization}

    assert (report(post), stands(message)) == (400, "")


@pytest.mark.parametrize(
    "signature",
    [
        signed(key="another"),
        signed(signature=""),
        signed(signature=None),
        signed(signature=["x"]),
        signed(token="another"),
        signed(token="\u00e9"),
        signed(timestamp={"x": 1}),
        {"token": "x"},
    ],
    ids=str,
)
def test_a_report_that_mailgun_did_not_sign_is_not_believed(
    message: Message, signature: Post
) -> None:
    post = mailgun("failed", message.message_id, signature, severity="permanent")

    assert (report(post), stands(message)) == (400, "")


BODIES = [
    "",
    "[]",
    "7",
    "null",
    "{",
    '{"signature": [], "ts_epoch": {}}',
    "[" * 50_000,
    "\xff\x00",
    '{"event": {"x": 1}}',
    '{"event": "hard_bounce", "ts_epoch": "x"}',
    '{"event": "hard_bounce", "ts_epoch": 1e300}',
    '{"event": "hard_bounce", "ts_epoch": 1e999}',
    '{"items": []}',
]


@pytest.mark.parametrize("path", [BREVO, MAILGUN])
@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_a_report_that_is_none_is_refused(message: Message, path: str, body: str) -> None:
    post = brevo("x", "") | {"path": path, "data": body}

    assert (report(post), stands(message)) == (400, "")


@pytest.mark.parametrize(
    "others",
    [
        {"timestamp": "x"},
        {"timestamp": 1e300},
        {"message": []},
        {"reject": 7},
        {"event": ["failed"]},
        {"client-info": None},
    ],
    ids=str,
)
def test_a_signed_report_that_makes_no_sense_is_refused(message: Message, others: Post) -> None:
    told: Post = {"event": "rejected"} | others

    status = report(mailgun(message_id=message.message_id, **told))

    assert (status, stands(message)) == (400, "")


@pytest.mark.parametrize(
    "message_id", [7, ["x"], {"a": 1}, "x" * 5_000, None, "\u0000", "\ud800"], ids=ascii
)
def test_an_identity_that_is_none_is_nobodys(message: Message, message_id: object) -> None:
    status = report(brevo("hard_bounce", message_id))  # type: ignore[arg-type]

    assert (status, stands(message)) == (204, "")


def test_a_report_of_the_older_form_is_not_taken_without_a_signature(message: Message) -> None:
    post = {"path": MAILGUN, "data": {"event": "bounced", "Message-Id": message.message_id}}

    assert (report(post), stands(message)) == (400, "")


@pytest.mark.parametrize("path", [BREVO, MAILGUN])
def test_a_report_has_a_size(message: Message, path: str) -> None:
    post = brevo("hard_bounce", message.message_id, more="x" * bounces.LARGEST_REPORT)

    assert (report(post | {"path": path}), stands(message)) == (413, "")


def test_a_hard_bounce_tells_that_an_address_takes_no_mail(write: Write) -> None:
    messages = {setback: write() for setback in Setback}
    for setback, mail in messages.items():
        Message.objects.filter(pk=mail.pk).note_setback(setback, timezone.now())

    assert list(Message.objects.bounced()) == [messages[Setback.HARD]]


def test_what_came_back_has_a_moment(message: Message) -> None:
    with pytest.raises(IntegrityError, match="message_setback_has_moment"):
        Message.objects.update(setback="hard")


def test_what_came_back_is_of_a_known_kind(message: Message) -> None:
    with pytest.raises(IntegrityError, match="message_setback_has_moment"):
        Message.objects.update(setback="x", setback_at=timezone.now() - timedelta(days=1))
