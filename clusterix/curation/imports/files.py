"""Which kind of table a file is, told by its first bytes and not by its name."""

from pathlib import Path

from django.utils.translation import gettext as _

from clusterix.curation.imports import delimited, documents, spreadsheets
from clusterix.curation.imports.tables import MOST_BYTES, Table, UnreadableError, Wishes

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
MARKS_AND_SPACE = b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"


def opened(path: Path, wishes: Wishes) -> Table:
    """The table in a file, ready to be read; UnreadableError says why there is none."""
    if not path.is_file():
        raise UnreadableError(_("There is no such file."))
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableError(
            _("It is larger than %(most)d MB.") % {"most": MOST_BYTES // 1_000_000}
        )
    with path.open("rb") as file:
        head = file.read(64)
    if head.startswith(OLD_OFFICE):
        raise UnreadableError(
            _("It is an old or a locked spreadsheet. Save it as .xlsx without a password.")
        )
    if head.startswith(ZIP):
        return spreadsheets.read(path, wishes)
    if head.lstrip(MARKS_AND_SPACE)[:1] in {b"[", b"{"}:
        return documents.read(path, wishes)
    return delimited.read(path, wishes)
