"""Which kind of schedule a file is, told by its first signs and not by its name."""

from pathlib import Path

from django.utils.translation import gettext as _

from clusterix.curation.imports.tables import UnreadableError
from workshops.interchange import calendar_files, json_files, xml_files
from workshops.interchange.told import Source

MOST_BYTES = 20_000_000

READERS = {
    "{": json_files.read,
    "<": xml_files.read,
    "BEGIN:VCALENDAR": calendar_files.read,
}


def opened(path: Path) -> Source:
    """What the file tells; UnreadableError says why it tells nothing."""
    if not path.is_file():
        raise UnreadableError(_("There is no such file."))
    with path.open("rb") as file:
        content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise UnreadableError(
            _("It is larger than %(most)d MB.") % {"most": MOST_BYTES // 1_000_000}
        )
    text = decoded(content)
    head = text[:100].lstrip().upper()
    for beginning, read in READERS.items():
        if head.startswith(beginning):
            return read(text)
    raise UnreadableError(_("It is no schedule: neither JSON nor XML nor iCalendar."))


def decoded(content: bytes) -> str:
    """The text; UnreadableError for what is not UTF-8, in which all three formats are written."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableError(_("It is UTF-16. Save it as UTF-8."))
    if b"\0" in content:
        raise UnreadableError(_("There are NULs in it: it is no text in UTF-8."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableError(
            _("It is not UTF-8 from byte %(place)d on. Save it as UTF-8.") % {"place": error.start}
        ) from error
