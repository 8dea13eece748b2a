"""How long what belongs to imports is kept, and that no file is left without its row."""

from datetime import datetime

from django.core.files.storage import default_storage

from clusterix.curation.batches.models import FOLDER, ImportBatch, ToldRow, TouchedEntry
from clusterix.lib import stored_files


def forget_files(at: datetime) -> int:
    """Remove the files that were kept for long enough, and what is told of their rows."""
    old = list(ImportBatch.objects.with_old_files(at))
    for batch in old:
        ToldRow.objects.filter(batch=batch).delete()
        discard_file(batch)
        ImportBatch.objects.filter(pk=batch.pk).update(file="", seen={})
    return len(old)


def forget_former_states(at: datetime) -> int:
    """Forget how entries were before imports that nobody will undo any more."""
    old = list(ImportBatch.objects.past_undoing(at).values_list("pk", flat=True))
    TouchedEntry.objects.filter(batch__in=old).delete()
    return len(old)


def discard(batch: ImportBatch) -> None:
    """Forget an import that came to nothing, with its file."""
    discard_file(batch)
    batch.delete()


def discard_file(batch: ImportBatch) -> None:
    """Remove its file, where there is one."""
    if batch.file:
        default_storage.delete(batch.file.name)


def sweep_files(at: datetime) -> int:
    """Remove the files that no import names at that moment; how many those were."""
    return stored_files.sweep(FOLDER, _named_among, at).removed


def _named_among(paths: list[str]) -> set[str]:
    """Those of some files that an import names."""
    return set(ImportBatch.objects.filter(file__in=paths).values_list("file", flat=True))
