from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
import time_machine
from django.core import mail
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Job

from clusterix.mail.delivery import NotDeliveredError, deliver, forgotten
from clusterix.mail.models import Message
from clusterix.mail.queue import File
from clusterix.mail.tasks import Patience, deliver_forgotten, purge
from clusterix.mail.tasks import deliver as deliver_task
from tests.mail import smtp
from tests.mail.conftest import Write

pytestmark = pytest.mark.django_db

Use = Callable[[smtp.Mailbox], None]


def test_the_server_gets_text_html_and_files_under_one_message_id(write: Write, use: Use) -> None:
    calendar = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    message = write(
        reply_to="host@agency.example", files=[File("workshop.ics", "text/calendar", calendar)]
    )
    with smtp.running() as mailbox:
        use(mailbox)

        deliver_task(message=message.pk)

    (received,) = mailbox.received
    assert received["Message-ID"] == message.message_id
    assert received["To"] == "ada@example.org"
    assert received["Reply-To"] == "host@agency.example"
    assert received["Auto-Submitted"] == "auto-generated"
    assert received["Date"].datetime == message.created_at.replace(microsecond=0)
    kinds = [part.get_content_type() for part in received.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar"]
    (attached,) = received.iter_attachments()
    assert attached.get_filename() == "workshop.ics"
    message.refresh_from_db()
    assert message.sent_at is not None
    assert (message.attempts, message.last_error) == (1, "")


def test_a_mail_of_a_list_says_so_and_how_to_leave_it(write: Write, use: Use) -> None:
    secret = "x" * 32
    message = write(list_name="following", unsubscribe=f"/following/{secret}/unsubscribe/")
    plain = write()
    with smtp.running() as mailbox:
        use(mailbox)

        deliver(message.pk)
        deliver(plain.pk)

    listed, unlisted = mailbox.received
    address = f"http://testserver/following/{secret}/unsubscribe/"
    assert listed["List-Id"] == "<following.testserver>"
    assert listed["List-Unsubscribe"].strip() == f"<{address}>"
    assert listed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [name for name in unlisted if name.startswith("List-")] == []


def test_which_mails_an_address_bounced_is_told_from_other_refusals(write: Write) -> None:
    bounced, refused, _fine = write(), write(), write()
    bounced.note_refusal("SMTPRecipientsRefused 550", at=bounced.created_at)
    refused.note_refusal("SMTPSenderRefused 550", at=refused.created_at)

    assert list(Message.objects.bounced()) == [bounced]


def test_mails_are_found_by_their_address_and_their_list(write: Write) -> None:
    message = write(to="ada@example.org", list_name="following")
    write(to="bo@example.org", list_name="following")
    write(to="ada@example.org")

    found = Message.objects.to("ADA@example.org").in_list(message.list_id)

    assert list(found) == [message]


def test_a_mail_may_have_no_html(write: Write) -> None:
    message = write()
    Message.objects.update(html="")

    deliver(message.pk)

    (sent,) = mail.outbox
    assert isinstance(sent, mail.EmailMultiAlternatives)
    assert sent.alternatives == []


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        (smtp.BUSY, "SMTPRecipientsRefused 451"),
        (smtp.UNKNOWN, "SMTPRecipientsRefused 550"),
        (smtp.CUT, "SMTPServerDisconnected"),
        (smtp.GONE, "SMTPConnectError 421"),
        (smtp.SLOW, "SMTPServerDisconnected"),
    ],
)
def test_a_mail_that_the_server_did_not_take_is_tried_again(
    write: Write, use: Use, behaviour: str, kind: str
) -> None:
    message = write()
    with smtp.running(behaviour) as mailbox:
        use(mailbox)

        with pytest.raises(NotDeliveredError) as failure:
            deliver(message.pk)
        message.refresh_from_db()
        noted = (message.attempts, message.last_error, message.sent_at)
        deliver(message.pk)

    assert str(failure.value) == kind
    assert noted == (1, kind, None)
    message.refresh_from_db()
    assert (message.attempts, message.last_error, message.sent_at is None) == (2, "", False)
    assert {received["Message-ID"] for received in mailbox.received} == {message.message_id}


def test_a_mail_waits_for_a_server_that_is_down(write: Write, use: Use) -> None:
    message = write()
    with smtp.running() as mailbox:
        pass
    use(mailbox)

    with pytest.raises(NotDeliveredError, match="ConnectionRefusedError"):
        deliver(message.pk)


def test_no_error_tells_an_address(write: Write, use: Use) -> None:
    message = write(to="canary@example.org")
    with smtp.running(smtp.UNKNOWN) as mailbox:
        use(mailbox)

        with pytest.raises(NotDeliveredError) as failure:
            deliver(message.pk)

    message.refresh_from_db()
    assert "canary" not in message.last_error + str(failure.value)
    assert failure.value.__suppress_context__


def test_a_refusal_for_good_ends_the_attempts_after_five_days(write: Write, use: Use) -> None:
    message = write()
    with (
        time_machine.travel(message.created_at + timedelta(days=5, minutes=1), tick=False),
        smtp.running(smtp.UNKNOWN) as mailbox,
    ):
        use(mailbox)

        deliver(message.pk)
        deliver(message.pk)

    message.refresh_from_db()
    assert message.refused_at is not None
    assert (message.attempts, message.last_error) == (1, "SMTPRecipientsRefused 550")
    assert not mailbox.received


def test_a_server_that_is_down_is_never_a_reason_to_give_up(write: Write, use: Use) -> None:
    message = write()
    with (
        time_machine.travel(message.created_at + timedelta(days=50), tick=False),
        smtp.running(smtp.BUSY) as mailbox,
    ):
        use(mailbox)

        with pytest.raises(NotDeliveredError):
            deliver(message.pk)

    message.refresh_from_db()
    assert message.refused_at is None


def test_a_delivered_mail_is_not_sent_again(write: Write) -> None:
    message = write()

    deliver(message.pk)
    deliver(message.pk)

    assert len(mail.outbox) == 1


def test_a_mail_that_another_worker_is_sending_is_left_to_it(write: Write) -> None:
    message = write()
    params = connection.get_connection_params()
    key = f"mail {message.pk}"
    with psycopg.connect(
        host=params["host"], port=params["port"], user=params["user"], dbname=params["dbname"]
    ) as other_worker:
        other_worker.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [key])
        deliver(message.pk)
        meanwhile = len(mail.outbox)
        other_worker.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [key])

    deliver(message.pk)

    assert (meanwhile, len(mail.outbox)) == (0, 1)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 10), (1, 20), (2, 40), (8, 2_560), (9, 3_600), (5_000, 3_600)]
)
def test_the_waits_double_up_to_an_hour_and_never_end(failures: int, seconds: int) -> None:
    job = Job(
        id=1, queue="", lock=None, queueing_lock=None, task_name="mail.deliver", attempts=failures
    )
    now = datetime(2030, 1, 1, tzinfo=UTC)

    with time_machine.travel(now, tick=False):
        decision = Patience().get_retry_decision(exception=RuntimeError(), job=job)

    assert decision.retry_at == now + timedelta(seconds=seconds)


def test_a_mail_without_a_job_gets_one(write: Write) -> None:
    message, cared_for, sent = write(), write(), write()
    sent.note_delivery(at=sent.created_at)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE (args->>'message')::int <> %s", [cared_for.pk]
        )

    deliver_forgotten()

    jobs = ProcrastinateJob.objects.order_by("pk").values_list("args", flat=True)
    assert list(jobs) == [{"message": cared_for.pk}, {"message": message.pk}]
    assert not forgotten("mail.deliver").exists()


def test_mails_are_deleted_thirty_days_after_they_were_done_with(write: Write) -> None:
    now = datetime(2030, 6, 1, tzinfo=UTC)
    old, fresh, refused, waiting = write(files=[File("a", "b", b"c")]), write(), write(), write()
    old.note_delivery(at=now - timedelta(days=30, seconds=1))
    fresh.note_delivery(at=now - timedelta(days=29))
    refused.note_refusal("550", at=now - timedelta(days=31))

    with time_machine.travel(now, tick=False):
        purge(timestamp=0)

    assert set(Message.objects.all()) == {fresh, waiting}
