"""Where reports come in and are dealt with: the row and the mail that tells of it, or neither."""

from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from clusterix.curation.models import Entry, User
from clusterix.curation.reports import letters
from clusterix.curation.reports.models import Answer, Report, Told


def receive(entry: Entry, told: Told, at: datetime) -> bool:
    """Keep a report and tell the entry's curators, once however often the same form is sent.

    False where the form was used before, to say something else.
    """
    kind = ContentType.objects.get_for_model(entry)
    with transaction.atomic(durable=True):
        report, is_new = Report.objects.get_or_create(
            idempotency_key=told.idempotency_key,
            defaults={
                "content_type": kind,
                "object_id": entry.pk,
                "text": told.text,
                "part": told.part,
                "email": told.email,
                "language": told.language,
                "created_at": at,
            },
        )
        if is_new:
            letters.tell_curators(report, entry)
    return is_new or report.says(entry, told)


def handle(report: Report, answer: Answer, by: User, at: datetime) -> bool:
    """Close a report, and write to its reader if that is wanted; False if it was closed before."""
    with transaction.atomic(durable=True):
        held = Report.objects.open().select_for_update().filter(pk=report.pk).first()
        if held is None:
            return False
        held.handle(answer, by, at)
        if answer.reply and held.wants_answer:
            letters.answer(held)
    return True


def forget_addresses(at: datetime) -> int:
    """Erase the addresses of readers that may not be kept any longer; how many those were."""
    return Report.objects.to_forget(at).update(email="")
