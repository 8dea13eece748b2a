"""Files that no row names: those of rows that went, and of uploads that came to nothing.

A file is written before its row is committed, and a process can die between the two. So nothing
tries to remove a file at once; the worker looks for all that were left.
"""

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from django.core.files.storage import default_storage

GRACE = timedelta(hours=1)
"""So old a file has its row, if it is to have one: far longer than any request takes."""


class Swept(NamedTuple):
    """How many files were removed, and how many a row names."""

    removed: int
    kept: int


def sweep(folder: str, named_among: Callable[[list[str]], Collection[str]], at: datetime) -> Swept:
    """Remove the files below a folder, `<folder>/<two signs>/<name>`, that no row names."""
    old = list(_old_files(folder, before=at - GRACE))
    named = set(named_among(old))
    left = [path for path in old if path not in named]
    for path in left:
        default_storage.delete(path)
    return Swept(len(left), len(named))


def _old_files(folder: str, before: datetime) -> Iterator[str]:
    """The paths of files that were written before that moment."""
    if not default_storage.exists(folder):
        return
    for part in default_storage.listdir(folder)[0]:
        for name in default_storage.listdir(f"{folder}/{part}")[1]:
            path = f"{folder}/{part}/{name}"
            with suppress(FileNotFoundError):  # another worker was quicker
                if default_storage.get_modified_time(path) < before:
                    yield path
