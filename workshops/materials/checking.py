"""What kind of file somebody sends, told by what is in it; what is not of a known kind is refused.

A file's name and what the browser says of it count for nothing. No file is expanded or drawn: its
size, its first and last bytes, and the directory of an archive have to do.
"""

from typing import IO

import imagesize
from django.utils.translation import gettext as _

from workshops.materials import archives
from workshops.materials.formats import JPEG, PDF, PNG, WEBP, Format, RefusedError

MOST_BYTES = 25_000_000
MOST_PIXELS = 100_000_000
HEAD = 16
TAIL = 65_557
"""So far from the end of a file programs look for the directory of an archive."""
NEAR_THE_END = 1_024
END_OF_PNG = b"IEND\xaeB`\x82"


def format_of(file: IO[bytes], size: int) -> Format:
    """The format of a file that may be kept; RefusedError says why another may not."""
    if not size:
        raise RefusedError(_("The file is empty."))
    if size > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise RefusedError(_("The file is larger than %(most)d MB.") % {"most": most})
    file.seek(0)
    head = file.read(HEAD)
    file.seek(-min(size, TAIL), 2)
    tail = file.read()
    if head.startswith(archives.BEGINNING):
        return archives.format_of(file, tail)
    found = plain_format(head, tail, size)
    if found is None or archives.END in tail:
        raise RefusedError(
            _(
                "This is no file that can be kept here. Give a PDF, a picture (PNG, JPEG, WebP) or "
                "a document (PPTX, DOCX, XLSX, ODP, ODT, ODS); link to recordings."
            )
        )
    if found is not PDF:
        check_pixels(file)
    return found


def plain_format(head: bytes, tail: bytes, size: int) -> Format | None:
    """The format of a file that begins and ends as one of that format does."""
    if head.startswith(b"%PDF-") and b"%%EOF" in tail[-NEAR_THE_END:]:
        return PDF
    if head.startswith(b"\x89PNG\r\n\x1a\n") and tail.endswith(END_OF_PNG):
        return PNG
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    declared = int.from_bytes(head[4:8], "little") + 8
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP" and declared == size:
        return WEBP
    return None


def check_pixels(file: IO[bytes]) -> None:
    """Refuse a picture whose head tells of no size, or of more than a screen could use."""
    file.seek(0)
    width, height = imagesize.get(file)
    if width < 1 or height < 1:
        raise RefusedError(_("The picture is damaged."))
    if width * height > MOST_PIXELS:
        most = MOST_PIXELS // 1_000_000
        raise RefusedError(
            _("The picture has more than %(most)d million pixels. Make it smaller.")
            % {"most": most}
        )
