import os
import signal
import time
from collections.abc import Callable

import pytest
from asgiref.sync import async_to_sync
from django.core.management import call_command
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from clusterix.mail.models import Message
from clusterix.mail.tasks import deliver, sweep
from tests.faults import site
from tests.mail import smtp

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

SECONDS = 60


def write(count: int = 1) -> list[Message]:
    """Mails with their jobs, committed."""
    with transaction.atomic():
        mails = [
            Message.objects.create(to=f"ada{n}@example.org", subject="A note", text="Hello")
            for n in range(count)
        ]
        for mail in mails:
            deliver.defer(message=mail.pk)
    return mails


def eventually(truth: Callable[[], bool]) -> bool:
    """Whether something becomes true within a bounded time."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if truth():
            return True
        time.sleep(0.05)
    return False


def as_if_its_worker_died_an_hour_ago() -> None:
    """Let the time pass after which a worker that does not answer counts as dead."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1h'")


def email_url(mailbox: smtp.Mailbox) -> str:
    return f"smtp://127.0.0.1:{mailbox.port}"


def test_the_worker_delivers_what_is_queued_and_clears_up() -> None:
    (mail,) = write()

    call_command("worker", once=True)

    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert not ProcrastinateJob.objects.filter(task_name="mail.deliver").exists()


def test_a_mail_that_a_killed_worker_was_sending_is_delivered_under_the_same_message_id() -> None:
    (mail,) = write()
    with smtp.running() as mailbox:
        worker = site.start(*site.MANAGE, "worker", EMAIL_URL=email_url(mailbox))
        mailbox.on_data = lambda: os.kill(worker.pid, signal.SIGKILL)
        died = worker.wait(SECONDS)
        mailbox.on_data = lambda: None
        mail.refresh_from_db()
        sent_when_killed = mail.sent_at

        as_if_its_worker_died_an_hour_ago()
        async_to_sync(sweep.func)(timestamp=0)
        site.start(*site.MANAGE, "worker", "--once", EMAIL_URL=email_url(mailbox)).wait(SECONDS)

    assert (died, sent_when_killed) == (-signal.SIGKILL, None)
    mail.refresh_from_db()
    assert mail.sent_at is not None
    assert [mail["Message-ID"] for mail in mailbox.received] == 2 * [mail.message_id]


def test_two_workers_send_each_mail_once_and_end_when_told() -> None:
    with smtp.running() as mailbox:
        command = [*site.MANAGE, "worker"]
        workers = [site.start(*command, EMAIL_URL=email_url(mailbox)) for _ in range(2)]
        both_work = eventually(lambda: ProcrastinateWorker.objects.count() == 2)
        mails = write(count=20)
        all_sent = eventually(lambda: not Message.objects.waiting().exists())
        for worker in workers:
            worker.terminate()
        ends = [worker.wait(SECONDS) for worker in workers]

    assert both_work
    assert all_sent
    assert ends == [0, 0]
    received = sorted(message["Message-ID"] for message in mailbox.received)
    assert received == sorted(mail.message_id for mail in mails)
