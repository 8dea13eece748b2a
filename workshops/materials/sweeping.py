"""Removing files that no row names: those of rows that went, and of uploads that came to nothing.

A file is written before its row is committed, and a process can die between the two. So nothing
tries to remove a file at once; the worker looks for all that were left.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.core.files.storage import default_storage

from workshops.materials.naming import FOLDER
from workshops.models import Material

GRACE = timedelta(hours=1)
"""So old a file has its row, if it is to have one: far longer than any request takes."""

log = structlog.stdlib.get_logger("clusterix.materials")


def sweep(at: datetime) -> int:
    """Remove the files that no row names at that moment; how many those were."""
    old = list(old_files(before=at - GRACE))
    named = set(Material.objects.filter(file__in=old).values_list("file", flat=True))
    left = [path for path in old if path not in named]
    for path in left:
        default_storage.delete(path)
    log.info("files swept", removed=len(left), kept=len(named))
    return len(left)


def old_files(before: datetime) -> Iterator[str]:
    """The paths of files that were written before that moment."""
    if not default_storage.exists(FOLDER):
        return
    for folder in default_storage.listdir(FOLDER)[0]:
        for name in default_storage.listdir(f"{FOLDER}/{folder}")[1]:
            path = f"{FOLDER}/{folder}/{name}"
            with suppress(FileNotFoundError):  # another worker was quicker
                if default_storage.get_modified_time(path) < before:
                    yield path
