"""The names of files: a random one where they lie, a clean one for those who download them."""

import re
import unicodedata
from pathlib import PurePosixPath
from uuid import uuid4

FOLDER = "materials"
LONGEST_STEM = 80
NOT_IN_NAMES = re.compile(r"[^\w .,()+-]+")


def new_path(_material: object, _original: str) -> str:
    """Where a new file lies: nothing of it or its sender is in the path."""
    name = uuid4().hex
    return f"{FOLDER}/{name[:2]}/{name}"


def download_name(original: str, suffix: str) -> str:
    """The name under which browsers keep a file: its own, as far as that is harmless."""
    stem = PurePosixPath(original.replace("\\", "/")).stem
    shown = NOT_IN_NAMES.sub(" ", unicodedata.normalize("NFC", stem))
    words = " ".join(shown.split())[:LONGEST_STEM].strip(" .")
    return f"{words or 'material'}.{suffix}"
