"""Asks the worker for the next step of an import, with its job in the same transaction."""

from collections.abc import Collection
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from clusterix.curation.batches.looking import digest_of
from clusterix.curation.batches.models import LONGEST_NAME, ImportBatch
from clusterix.curation.batches.tasks import work
from clusterix.curation.models import User

State = ImportBatch.State
OPEN = (State.UPLOADED, State.CHECKED, State.FAILED)
"""Where nothing was imported yet, and the worker waits for somebody's word."""


def receive(batch: ImportBatch, upload: UploadedFile, user: User) -> ImportBatch:
    """Keep a file that somebody sends, and have it read."""
    batch.name = (upload.name or "")[-LONGEST_NAME:]
    batch.created_by, batch.created_at = user, timezone.now()
    batch.file.save(batch.name, upload, save=False)
    batch.digest = digest_of(batch.path)
    with transaction.atomic():
        batch.save()
        work.defer(batch=batch.pk)
    return batch


def ask(batch: ImportBatch, state: str, after: Collection[str], **told: Any) -> bool:
    """Ask for the step that leads on from that state; False where it is in another by now."""
    known = {"checked": told.pop("checked")} if "checked" in told else {}
    with transaction.atomic():
        waiting = ImportBatch.objects.filter(pk=batch.pk, state__in=after, **known)
        if not waiting.update(state=state, problem="", rows_done=0, **told):
            return False
        work.defer(batch=batch.pk)
    return True


def ask_to_read(batch: ImportBatch, **wishes: str) -> bool:
    """Have the file read again, otherwise."""
    return ask(batch, State.READING, OPEN, mapping="", mapping_name="", **wishes)


def ask_to_check(batch: ImportBatch, mapping: str, name: str) -> bool:
    """Have a mapping tried out."""
    return ask(batch, State.CHECKING, OPEN, mapping=mapping, mapping_name=name[-LONGEST_NAME:])


def ask_to_import(batch: ImportBatch, checked: str) -> bool:
    """Have imported what was checked, if it still is what somebody saw the report of."""
    return ask(batch, State.RUNNING, [State.CHECKED], checked=checked)


def ask_to_undo(batch: ImportBatch, user: User, reason: str) -> bool:
    """Have an import undone."""
    return ask(batch, State.UNDOING, [State.DONE], undone_by=user, undo_reason=reason)
