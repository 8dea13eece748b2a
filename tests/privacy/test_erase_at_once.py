"""Erasing somebody while somebody else does the same, or while a mail to them is on its way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from clusterix.lib.personal import Subject
from clusterix.mail import delivery
from clusterix.mail.models import Message
from clusterix.privacy.erasing import erase
from tests.mail import smtp
from tests.privacy.people import CANARIES, EMAIL, NAME, places_with, plant, register

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_two_erasures_at_once_do_each_thing_once() -> None:
    planted = plant()
    start = Barrier(2)

    def erase_her(_number: int) -> dict[str, list[Any]]:
        try:
            start.wait()
            return erase(Subject.of(EMAIL), timezone.now()).done
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        one, other = two.map(erase_her, range(2))

    registrations = one.get("registration.Registration", []) + other.get(
        "registration.Registration", []
    )
    erased = planted.coming.events.filter(kind="erased")
    assert sorted(registrations) == sorted([planted.coming.pk, planted.past.pk])
    assert erased.count() == 1
    assert places_with(*CANARIES) == set()


@pytest.mark.django_db(transaction=True)
def test_a_mail_on_its_way_arrives_and_leaves_nothing_behind(settings: Settings) -> None:
    register(EMAIL, NAME)
    (mail,) = Message.objects.all()

    with smtp.running() as mailbox:
        hand_over(settings, mailbox, in_between(lambda: erase(Subject.of(EMAIL), timezone.now())))
        delivery.deliver(mail.pk)
        delivery.deliver(mail.pk)

    (received,) = mailbox.received
    assert [part.get_filename() for part in received.iter_attachments()] == ["workshop.ics"]
    assert not Message.objects.exists()
    assert places_with(*CANARIES) == set()


def hand_over(settings: Settings, mailbox: smtp.Mailbox, on_data: Callable[[], None]) -> None:
    """Mails go to that server, and something happens while it takes one."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mailbox.port
    mailbox.on_data = on_data


def in_between(act: Callable[[], object]) -> Callable[[], None]:
    """Something that another process does."""

    def acted() -> None:
        try:
            act()
        finally:
            connection.close()

    return acted


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_waits_is_not_sent_any_more(settings: Settings) -> None:
    register(EMAIL, NAME)
    (pk,) = Message.objects.values_list("pk", flat=True)
    erase(Subject.of(EMAIL), timezone.now())

    with smtp.running() as mailbox:
        hand_over(settings, mailbox, lambda: None)
        delivery.deliver(pk)

    assert mailbox.received == []
    assert ProcrastinateJob.objects.filter(args={"message": pk}).count() == 1
