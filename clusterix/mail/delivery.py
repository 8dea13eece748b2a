"""Handing mails to the mail server, each by one worker at a time."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime

import structlog
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from clusterix.mail.models import Message, MessageQuerySet

PATIENCE = timedelta(days=5)
"""How long we repeat a mail that the server refuses for good: its settings may be what is wrong."""

REFUSED_FOR_GOOD = 500

log = structlog.stdlib.get_logger("clusterix.mail")


class NotDeliveredError(Exception):
    """The mail server did not take a mail; the message is the kind of error, never its text."""


def deliver(pk: int) -> None:
    """Send a mail unless it was sent or another worker is sending it.

    Raises NotDeliveredError when it has to be tried again. A worker that is killed between the
    server's answer and ours sends the mail twice, with the same Message-ID.
    """
    with only_here(pk) as is_ours:
        message = Message.objects.waiting().filter(pk=pk).first() if is_ours else None
        if message:
            send(message)


@contextmanager
def only_here(pk: int) -> Iterator[bool]:
    """Whether this worker alone has that mail; PostgreSQL gives it up when the worker dies.

    A lock of the session and not of a transaction: sending takes as long as the server likes.
    """
    key = [f"mail {pk}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        (is_ours,) = cursor.fetchone()
    try:
        yield is_ours
    finally:
        if is_ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)


def send(message: Message) -> None:
    """Hand a mail to the server and note how that went."""
    try:
        as_email(message).send()
    except (smtplib.SMTPException, OSError) as error:
        kind = kind_of(error)
        if is_final(error) and timezone.now() - message.created_at > PATIENCE:
            message.note_refusal(kind, at=timezone.now())
            log.warning("mail refused", message=message.pk, kind=kind)
            return
        message.note_failure(kind)
        raise NotDeliveredError(kind) from None
    message.note_delivery(at=timezone.now())
    log.info("mail delivered", message=message.pk)


def as_email(message: Message) -> EmailMultiAlternatives:
    """The mail as the server gets it, the same at every attempt."""
    email = EmailMultiAlternatives(
        message.subject,
        message.text,
        to=[message.to],
        reply_to=[message.reply_to] if message.reply_to else None,
        headers={
            "Message-ID": message.message_id,
            "Date": format_datetime(message.created_at),
            "Auto-Submitted": "auto-generated",
            **list_headers(message),
        },
    )
    if message.html:
        email.attach_alternative(message.html, "text/html")
    for file in message.attachments.order_by("pk"):
        email.attach(file.name, bytes(file.content), file.content_type)
    return email


def list_headers(message: Message) -> dict[str, str]:
    """What tells mail programs which list a mail belongs to, and how its reader leaves it."""
    headers = {}
    if message.list_id:
        headers["List-Id"] = f"<{message.list_id}>"
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def kind_of(error: Exception) -> str:
    """The kind of an error and the server's code, without the text: that may hold an address."""
    return " ".join([type(error).__name__, *map(str, codes_of(error))])


def codes_of(error: Exception) -> list[int]:
    """The codes with which the server answered, if it did."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _text in error.recipients.values()]
    return [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else []


def is_final(error: Exception) -> bool:
    """Whether the server says that trying again is of no use."""
    codes = codes_of(error)
    return bool(codes) and min(codes) >= REFUSED_FOR_GOOD


def forgotten(task: str) -> MessageQuerySet:
    """Waiting mails that no job of that task will deliver."""
    jobs = ProcrastinateJob.objects.filter(task_name=task, status__in=["todo", "doing"]).annotate(
        message=Cast(KT("args__message"), BigIntegerField())
    )
    return Message.objects.waiting().exclude(Exists(jobs.filter(message=OuterRef("pk"))))
