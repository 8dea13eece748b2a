import re

import pytest
from django.db import DataError, IntegrityError, transaction
from django.db.transaction import TransactionManagementError
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django.asserts import assertNumQueries

from clusterix.mail.models import Attachment, Message
from clusterix.mail.queue import File, Letter, Row, queue_mail, queue_mails, unlinked
from tests.mail.conftest import Write

LINK = re.compile(r"(?i)\b(?:https?:|ftp:|www\.|[\w-]+\.[a-z]{2,}\b|[\w.]+@[\w.]+)")


@pytest.mark.django_db
def test_a_mail_comes_with_the_job_that_delivers_it(write: Write) -> None:
    message = write()

    assert message.subject == "A note"
    assert str(message) == message.message_id
    assert message.text == "Dear Ada, see http://testserver/about/\n"
    assert message.html == (
        '<p>Dear Ada, see <a href="http://testserver/about/">the page</a></p>\n'
    )
    (job,) = ProcrastinateJob.objects.all()
    assert (job.task_name, job.args, job.status) == (
        "mail.deliver",
        {"message": message.pk},
        "todo",
    )


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_many_mails_take_as_many_statements_as_one(count: int) -> None:
    file = File("a.ics", "text/calendar", b"BEGIN")
    letters = [
        Letter(
            f"n{number}@example.org", "A note", "note", {"name": "Ada"}, {"page": "/"}, "", [file]
        )
        for number in range(count)
    ]

    with assertNumQueries(3):
        messages = queue_mails(letters)

    jobs = [job.args["message"] for job in ProcrastinateJob.objects.order_by("id")]
    assert jobs == [message.pk for message in messages]
    assert [message.to for message in messages] == [letter.to for letter in letters]
    assert [message.attachments.count() for message in messages] == [1] * count


@pytest.mark.django_db
def test_no_mails_take_nothing() -> None:
    with assertNumQueries(0):
        assert queue_mails([]) == []


@pytest.mark.django_db(transaction=True)
def test_a_change_that_is_rolled_back_leaves_no_mail_and_no_job(write: Write) -> None:
    with transaction.atomic():
        write()
        transaction.set_rollback(True)

    assert not Message.objects.exists()
    assert not ProcrastinateJob.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_mail_is_never_written_outside_of_a_transaction() -> None:
    letter = Letter("ada@example.org", "A note", "note", {"name": "Ada"}, {"page": "/"})

    with pytest.raises(TransactionManagementError, match="transaction of its change"):
        queue_mail(letter)


@pytest.mark.django_db
def test_files_go_with_the_mail(write: Write) -> None:
    message = write(files=[File("workshop.ics", "text/calendar", b"BEGIN:VCALENDAR")])

    (attachment,) = message.attachments.all()
    assert (str(attachment), attachment.content_type) == ("workshop.ics", "text/calendar")
    assert bytes(attachment.content) == b"BEGIN:VCALENDAR"


@pytest.mark.django_db
def test_a_subject_stays_one_short_line(write: Write) -> None:
    letter = Letter(
        "ada@example.org", "Two\r\nlines\u2028or " + 300 * "x", "note", {"name": ""}, {"page": ""}
    )

    message = queue_mail(letter)

    assert message.subject == "Two lines or " + 237 * "x"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["to", "reply_to", "subject", "message_id"])
@pytest.mark.parametrize("line_break", ["\r", "\n", "\r\n"])
def test_a_line_break_in_a_header_is_refused(header: str, line_break: str) -> None:
    hostile = {header: f"ada@example.org{line_break}Bcc: eve@example.org"}

    with pytest.raises(IntegrityError, match="message_headers_have_one_line"):
        Message.objects.create(**{"to": "ada@example.org", "subject": "x", "text": "x"} | hostile)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("list_id", "a\nBcc: eve@example.org"),
        ("list_id", "a>, <b"),
        ("unsubscribe_url", "https://testserver/\nBcc: eve@example.org"),
        ("unsubscribe_url", "https://testserver/\r"),
        ("unsubscribe_url", "https://testserver/>,<mailto:eve@example.org"),
        ("unsubscribe_url", "https://testserver/a b"),
        ("unsubscribe_url", "javascript:alert(1)"),
    ],
)
def test_what_a_list_header_cannot_hold_is_refused(header: str, value: str) -> None:
    with pytest.raises(IntegrityError, match="message_list_headers_are_plain"):
        Message.objects.create(to="ada@example.org", subject="x", text="x", **{header: value})


@pytest.mark.django_db
def test_nul_is_refused(write: Write) -> None:
    with pytest.raises((DataError, ValueError)):
        write(name="A\x00da")


@pytest.mark.django_db
def test_a_mail_cannot_be_both_delivered_and_refused(write: Write) -> None:
    message = write()

    with pytest.raises(IntegrityError, match="message_sent_or_refused"):
        Message.objects.filter(pk=message.pk).update(
            sent_at=message.created_at, refused_at=message.created_at
        )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("../x", "text/plain"),
        ('a"b', "text/plain"),
        ("", "text/plain"),
        ("x", "text/plain\r\nX: y"),
    ],
)
def test_attached_files_have_plain_names(write: Write, name: str, content_type: str) -> None:
    message = write()

    with pytest.raises(IntegrityError, match="attachment_has_plain_name"):
        Attachment.objects.create(
            message=message, name=name, content_type=content_type, content=b""
        )


@pytest.mark.parametrize(
    "text",
    [
        "https://evil.example/x",
        "HTTP://EVIL",
        "www.evil.example",
        "evil.com",
        "me@evil.example",
        "click http://1.2.3.4/?a=b now",
        "ftp://files.evil.example",
    ],
)
def test_user_text_never_becomes_a_link(text: str) -> None:
    written = unlinked(text)

    assert LINK.search(text)
    assert not LINK.search(written)
    assert written.replace("\u2060", "") == text


def test_ordinary_text_stays_as_it_is() -> None:
    text = "Dr. Ada Andersson, 09:30 to 16:00; cluster policy (Skåne)"

    assert unlinked(text) == text


@pytest.mark.django_db
def test_the_rows_of_a_letter_say_what_anyone_wrote_and_lead_to_our_pages_alone(
    write: Write,
) -> None:
    rows = [Row("<b>evil.example</b>", "/initiatives/?q=a&level=local", "me@evil.example")]

    message = write(rows=rows)

    url = "http://testserver/initiatives/?q=a"
    assert (
        f"- <b>evil\u2060.example</b> (me\u2060@evil\u2060.example) {url}&level=local"
        in message.text
    )
    assert (
        f'<a href="{url}&amp;level=local">&lt;b&gt;evil\u2060.example&lt;/b&gt;</a>' in message.html
    )


@pytest.mark.django_db
def test_user_text_is_escaped_in_html_and_plain_in_text(write: Write) -> None:
    message = write(name='<b onclick="x">Ada</b> & co')

    assert message.text.startswith('Dear <b onclick="x">Ada</b> & co, see')
    assert "Dear &lt;b onclick=&quot;x&quot;&gt;Ada&lt;/b&gt; &amp; co, see" in message.html
