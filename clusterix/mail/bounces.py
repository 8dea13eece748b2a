"""What the mail service reports of mails that it took from us: in the mailbox, or come back.

django-anymail tells whether a report is the service's own, and puts those of all services into
the same words. Of a report we keep what became of which mail, and neither address nor text.
"""

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from anymail.exceptions import AnymailError
from anymail.signals import EventType, RejectReason
from anymail.webhooks.brevo import BrevoTrackingWebhookView
from anymail.webhooks.mailgun import MailgunTrackingWebhookView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, SuspiciousOperation
from django.http import HttpRequest

from clusterix.mail.models import Message, Setback

LARGEST_REPORT = 100_000
"""Bytes: a report has the headers of one mail, not its text."""

DAMAGED = (
    AnymailError,
    ArithmeticError,
    AttributeError,
    ImproperlyConfigured,
    LookupError,
    OSError,
    RecursionError,
    SuspiciousOperation,
    TypeError,
    ValueError,
)
"""What comes of reading a report that is forged, or not what the service documents."""

SETBACKS = {
    EventType.DEFERRED: Setback.SOFT,
    EventType.BOUNCED: Setback.REJECTED,
    EventType.REJECTED: Setback.REJECTED,
    EventType.FAILED: Setback.REJECTED,
    EventType.COMPLAINED: Setback.COMPLAINT,
}

PLAIN = re.compile(r"[!-~]{1,255}")
CAME_BACK = (EventType.BOUNCED, EventType.REJECTED)
OF_THE_ADDRESS = (RejectReason.BOUNCED, RejectReason.INVALID)

SOFT_AT_BREVO = "soft_bounce"
"""Brevo's word for what may go well another time; the common words do not tell it apart."""


class NotUnderstoodError(Exception):
    """A report that does not show whom it is from, or that is not one."""


def brevo() -> Any:
    """Reads Brevo's reports, which carry a name and a password of ours; None without these."""
    secret = settings.MAIL_REPORTS_SECRET
    return BrevoTrackingWebhookView(webhook_secret=secret) if secret else None


def mailgun() -> Any:
    """Reads Mailgun's reports, which are signed with a key; None without it."""
    key = settings.MAIL_REPORTS_KEY
    return MailgunTrackingWebhookView(webhook_signing_key=key, webhook_secret=[]) if key else None


SERVICES: dict[str, Callable[[], Any]] = {"brevo": brevo, "mailgun": mailgun}


def read(reader: Any, request: HttpRequest) -> Iterable[Any]:
    """The events of a report in anymail's words; NotUnderstoodError if it is none to go by."""
    try:
        reader.run_validators(request)
        events: list[Any] = reader.parse_events(request)
    except DAMAGED as error:
        raise NotUnderstoodError from error
    return events


def note(event: Any, at: datetime) -> None:
    """Keep what became of the mail with that Message-ID; of others we know nothing.

    The same report again, or reports in another order, come to the same.
    """
    known = Message.objects.filter(message_id=identity(event))
    if event.event_type == EventType.DELIVERED:
        known.note_arrival(at)
    elif setback := setback_of(event):
        known.note_setback(setback, at)


def identity(event: Any) -> str:
    """The Message-ID in a report; nothing where it has no plain one."""
    told = str(event.message_id)
    return told if PLAIN.fullmatch(told) else ""


def setback_of(event: Any) -> Setback | None:
    """What came back, if anything did; hard only where the address is what is wrong."""
    kind, reason = event.event_type, event.reject_reason
    if kind == EventType.BOUNCED and event.esp_event.get("event") == SOFT_AT_BREVO:
        return Setback.SOFT
    if kind in CAME_BACK and reason in OF_THE_ADDRESS:
        return Setback.HARD
    return SETBACKS.get(kind)
