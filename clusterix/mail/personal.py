"""What the mail app holds about people: the mails to them, and what its jobs are told."""

from datetime import datetime

from django.db import connection, transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from procrastinate.contrib.django.models import ProcrastinateJob

from clusterix.lib.personal import (
    STRUCK_OUT,
    Done,
    Fate,
    Fields,
    Holding,
    Part,
    Purge,
    Rows,
    Subject,
    Table,
    mentioning,
    strike_out,
)
from clusterix.mail.models import KEPT, Message

TEXTS = ("subject", "text", "html")
JOB_TEXTS = ("args", "lock", "queueing_lock")

NOT_PERSONAL = {
    "mail.Message": "list_id last_error",
    "mail.Attachment": "content_type",
    "procrastinate.ProcrastinateJob": "queue_name task_name",
    "procrastinate.ProcrastinatePeriodicDefer": "task_name periodic_id",
}


def mails_to(subject: Subject) -> Rows:
    """The mails to an address, delivered or not."""
    return Message.objects.filter(subject.written_in("to"))


def erase_mails(subject: Subject, _at: datetime) -> Done:
    """Delete the mails to an address, and strike it out of those to others.

    Of a mail to others its head forgets where answers go, and its text the address.

    A mail that is being delivered at that moment arrives; nothing of it is kept.
    """
    with transaction.atomic():
        mine = Message.objects.filter(subject.written_in("to")).drop()
        Message.objects.filter(subject.written_in("reply_to")).update(reply_to="")
        told = mentioning(Message.objects.all(), TEXTS, subject)
        struck = strike_out(told, TEXTS, subject.pattern)
    return {"mail.Message": mine + struck}


def purge_mails(at: datetime) -> int:
    """Delete mails that were delivered or refused long ago; how many those were."""
    return Message.objects.done_with(at).delete()[1].get("mail.Message", 0)


def jobs_about(subject: Subject) -> Rows:
    """The jobs that were told an address, against the rule that they are told numbers only."""
    return mentioning(ProcrastinateJob.objects.all(), JOB_TEXTS, subject)


def erase_jobs(subject: Subject, _at: datetime) -> Done:
    """Strike an address out of what jobs were told."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE procrastinate_jobs SET
                args = regexp_replace(args::text, %(found)s, %(new)s, 'gi')::jsonb,
                lock = regexp_replace(lock, %(found)s, %(new)s::text || id, 'gi'),
                queueing_lock = regexp_replace(queueing_lock, %(found)s, %(new)s::text || id, 'gi')
            WHERE concat_ws(' ', args::text, lock, queueing_lock) ~* %(found)s
            RETURNING id
            """,
            {"found": subject.pattern, "new": STRUCK_OUT},
        )
        return {"procrastinate.ProcrastinateJob": [pk for (pk,) in cursor.fetchall()]}


MAILS = Holding(
    name="mails",
    title=_("Mails to you"),
    purpose=_("to deliver them, and to answer questions about them for a short time after that"),
    retention=format_lazy(
        _("until {days} days after a mail was delivered, or refused by its mail server"),
        days=KEPT.days,
    ),
    tables=(
        Table(
            "mail.Message",
            (
                Fields("to subject text html", Fate.DELETED, said=_("Your address and the mail")),
                Fields("reply_to", Fate.DELETED, _("to have answers reach an organiser")),
                Fields(
                    "message_id unsubscribe_url",
                    Fate.DELETED,
                    _("to know a repeated mail again, and to let you end a list"),
                    is_told=False,
                    said=_("Its identity, and the secret link to stop such mails"),
                ),
            ),
            mails_to,
            parts=(
                Part(
                    "mail.Attachment",
                    "message",
                    (Fields("name content", Fate.DELETED, said=_("Attached files")),),
                ),
            ),
        ),
    ),
    erase=erase_mails,
    purges=(Purge(_("mails delivered or refused"), Message.objects.done_with, purge_mails),),
)

JOBS = Holding(
    name="jobs",
    title=_("Queued work"),
    purpose=_("to do what takes time after the page was sent; it is told numbers of rows only"),
    retention=_("until it is done"),
    tables=(
        Table(
            "procrastinate.ProcrastinateJob",
            (Fields("args lock queueing_lock", Fate.STRUCK_OUT, said=_("What there is to do")),),
            jobs_about,
        ),
    ),
    erase=erase_jobs,
)

HOLDINGS = (MAILS, JOBS)
