"""Documents that are ZIP archives, looked at by their directory: what it names and what it weighs.

Programs differ in how they read an archive that contradicts itself. Only those are taken of which
all must think the same: one directory, at the very end, that begins where it says.
"""

import zlib
from pathlib import PurePosixPath
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils.translation import gettext as _

from workshops.materials.formats import OFFICE_OPEN_XML, OPEN_DOCUMENT, Format, RefusedError

BEGINNING = b"PK\x03\x04"
END = b"PK\x05\x06"
LARGE_END = b"PK\x06\x07"
LENGTH_OF_END = 22
LENGTH_OF_LARGE_END = 20

MOST_PARTS = 5_000
LARGEST_DIRECTORY = 1_000_000
MOST_EXPANDED = 400_000_000
MOST_TIMES = 200
"""How many times its size an archive may expand to."""
LARGEST_SELF_DESCRIPTION = 1_000_000

CONTENT_TYPES = "[Content_Types].xml"
MIMETYPE = "mimetype"
MACROS = (b"macroEnabled", b"vbaProject", b"activeX")
SCRIPTS = ("basic/", "scripts/")
ENCRYPTED = 0x1


def format_of(file: IO[bytes], tail: bytes) -> Format:
    """The format of an archive that is a document without macros; RefusedError for any other."""
    check_end(tail)
    try:
        with ZipFile(file) as archive:
            parts = archive.infolist()
            check_parts(parts)
            found = office_open_xml(archive) or open_document(archive)
    except (BadZipFile, ValueError, NotImplementedError, EOFError, zlib.error) as error:
        raise damaged() from error
    if found is None:
        raise RefusedError(_("This archive is no document. Send what is in it, file by file."))
    return found


def damaged() -> RefusedError:
    """What is said of an archive that does not fit together."""
    return RefusedError(_("The document is damaged. Open it, save it again, and send that."))


def check_end(tail: bytes) -> None:
    """Hold the end of the directory to what can be read at little cost, and in one way only."""
    end = tail[-LENGTH_OF_END:]
    before = tail[-LENGTH_OF_END - LENGTH_OF_LARGE_END : -LENGTH_OF_END]
    if not end.startswith(END) or before.startswith(LARGE_END):
        raise damaged()
    count, directory = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if count > MOST_PARTS or directory > LARGEST_DIRECTORY:
        raise RefusedError(_("The document consists of too many parts."))


def check_parts(parts: list[ZipInfo]) -> None:
    """Hold what the directory names and what it weighs to what documents need."""
    names = [part.filename for part in parts]
    if len(set(names)) < len(names) or not all(is_plain(part) for part in parts):
        raise damaged()
    if any("vbaproject" in name.lower() or name.lower().startswith(SCRIPTS) for name in names):
        raise macros()
    expanded = sum(part.file_size for part in parts)
    packed = sum(part.compress_size for part in parts)
    if expanded > MOST_EXPANDED or expanded > MOST_TIMES * max(packed, 1):
        raise RefusedError(_("The document expands to more than can be kept."))


def macros() -> RefusedError:
    """What is said of a document that is a program."""
    return RefusedError(_("The document has macros. Save it without them, or as PDF."))


def is_plain(part: ZipInfo) -> bool:
    """A part that lies within the archive, and is stored as all programs can read it."""
    path = PurePosixPath(part.filename)
    is_inside = not path.is_absolute() and ".." not in path.parts
    is_readable = (
        part.compress_type in {ZIP_STORED, ZIP_DEFLATED} and not part.flag_bits & ENCRYPTED
    )
    return is_inside and is_readable and not set(part.orig_filename) & {"\\", "\0", ":"}


def office_open_xml(archive: ZipFile) -> Format | None:
    """The format of a document of Microsoft's kind, which lists the kinds of its parts."""
    names = archive.namelist()
    found = [form for part, form in OFFICE_OPEN_XML.items() if part in names]
    if CONTENT_TYPES not in names or len(found) != 1:
        return None
    described = self_description(archive, CONTENT_TYPES)
    if any(word in described for word in MACROS):
        raise macros()
    return found[0]


def open_document(archive: ZipFile) -> Format | None:
    """The format of an OpenDocument, which says first what it is."""
    if archive.namelist()[:1] != [MIMETYPE]:
        return None
    described = self_description(archive, MIMETYPE)
    return OPEN_DOCUMENT.get(described.decode("ascii", "replace"))


def self_description(archive: ZipFile, name: str) -> bytes:
    """The content of one small part."""
    if archive.getinfo(name).file_size > LARGEST_SELF_DESCRIPTION:
        raise damaged()
    return archive.read(name)
