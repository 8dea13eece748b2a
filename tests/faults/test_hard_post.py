"""A day on which the post goes wrong: each mail arrives, and what arrives twice is the same mail.

`make faults` has the day of 10,000 registrations.
"""

import os
import signal
import time
from collections import Counter
from random import Random
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from django.utils import timezone

from clusterix.mail.models import Message
from clusterix.mail.tasks import sweep
from tests.factories import RegistrationSettingsFactory
from tests.faults import site
from tests.faults.scale import POST, SECONDS
from tests.mail import smtp
from workshops.registration import places
from workshops.registration.models import RegistrationSettings
from workshops.registration.places import Application, Details

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

WRONG = (smtp.BUSY, smtp.CUT, smtp.SLOW, smtp.GONE)


def register(terms: RegistrationSettings, number: int) -> None:
    """Somebody gets a place, and a mail that says so."""
    application = Application(
        details=Details(f"Somebody {number}", "", None, "", 1, ""),
        email=f"a{number}@example.org",
        language="en",
        consent=terms.consent,
        idempotency_key=uuid4(),
    )
    places.register(terms.workshop, application, timezone.now())


def script() -> list[str]:
    """How the mail server behaves, connection by connection."""
    rng = Random(2)
    behaviours = [smtp.ACCEPT] * POST.mails
    for number, place in enumerate(rng.sample(range(POST.mails), POST.refusals)):
        behaviours[place] = WRONG[number % len(WRONG)]
    return behaviours


def let_time_pass() -> None:
    """What waits for a later try is due, and who does not answer counts as dead."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1h'")
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'")
    async_to_sync(sweep.func)(timestamp=0)


def work_once(mailbox: smtp.Mailbox) -> None:
    """Have a worker send all that is due."""
    url = f"smtp://127.0.0.1:{mailbox.port}"
    site.start(*site.MANAGE, "worker", "--once", EMAIL_URL=url).wait(SECONDS)


def work_until(mailbox: smtp.Mailbox, received: int) -> None:
    """Have a worker send until the server has got so many mails, then kill it as it sends one."""
    worker = site.start(*site.MANAGE, "worker", EMAIL_URL=f"smtp://127.0.0.1:{mailbox.port}")
    mailbox.on_data = lambda: (
        os.kill(worker.pid, signal.SIGKILL) if len(mailbox.received) >= received else None
    )
    worker.wait(SECONDS)
    mailbox.on_data = lambda: None


def test_every_mail_arrives_whatever_happens_to_it_and_none_that_nobody_wrote() -> None:
    made = RegistrationSettingsFactory.create(capacity=None)
    terms = RegistrationSettings.objects.get(pk=made.pk)
    for number in range(POST.mails):
        register(terms, number)
    end = time.monotonic() + SECONDS

    with smtp.running(*script()) as mailbox:
        for kill in range(1, POST.kills + 1):
            work_until(mailbox, POST.mails * kill // (POST.kills + 2))
            let_time_pass()
        while Message.objects.waiting().exists() and time.monotonic() < end:
            work_once(mailbox)
            let_time_pass()

    assert not Message.objects.waiting().exists()
    assert Message.objects.filter(sent_at=None).count() == 0
    arrived = Counter(mail["Message-ID"] for mail in mailbox.received)
    written = dict(Message.objects.values_list("message_id", "to"))
    assert arrived.keys() == written.keys()
    assert len(written) == POST.mails
    assert all(mail["To"] == written[mail["Message-ID"]] for mail in mailbox.received)
    assert arrived.total() > len(written)


def test_if_nobody_picked_up_what_a_killed_worker_left_a_mail_would_never_be_sent() -> None:
    """The control: taking up the jobs of the dead is what the test above depends on."""
    made = RegistrationSettingsFactory.create(capacity=None)
    register(RegistrationSettings.objects.get(pk=made.pk), 1)

    with smtp.running() as mailbox:
        work_until(mailbox, 0)
        work_once(mailbox)

    assert Message.objects.waiting().count() == 1
