"""Which files are kept: those that are what they should be, all through."""

import io
import struct
from zipfile import ZIP_BZIP2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workshops.files import (
    CONTENT_TYPES,
    ODP,
    ODP_TYPE,
    PDF,
    PPTX,
    archive,
    bomb,
    jpeg,
    png,
    webp,
)
from workshops.materials import archives, checking
from workshops.materials.formats import Format, RefusedError
from workshops.materials.naming import download_name, new_path


def told(content: bytes) -> Format:
    return checking.format_of(io.BytesIO(content), len(content))


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (PDF, "pdf"),
        (png(), "png"),
        (jpeg(), "jpg"),
        (webp(), "webp"),
        (archive(PPTX), "pptx"),
        (archive({CONTENT_TYPES: b"<Types/>", "word/document.xml": b""}), "docx"),
        (archive({CONTENT_TYPES: b"<Types/>", "xl/workbook.xml": b""}), "xlsx"),
        (archive(ODP), "odp"),
        (archive(ODP | {"mimetype": ODP_TYPE.replace(b"presentation", b"text")}), "odt"),
        (archive(ODP | {"mimetype": ODP_TYPE.replace(b"presentation", b"spreadsheet")}), "ods"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(content: bytes, suffix: str) -> None:
    assert told(content).suffix == suffix


NO_FILE = "This is no file that can be kept here."
DAMAGED = "The document is damaged."
MACROS = "The document has macros."
EXPANDS = "expands to more than can be kept"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty."),
        (b"\0" * 100, NO_FILE),
        (b"<!doctype html><script>alert(1)</script>", NO_FILE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", NO_FILE),
        (b"\0\0\0\x20ftypisom" + bytes(100), NO_FILE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), NO_FILE),
        (b"GIF89a" + PDF, NO_FILE),
        (b"\n" + PDF, NO_FILE),
        (PDF.replace(b"%%EOF", b""), NO_FILE),
        (PDF + bytes(2_000), NO_FILE),
        (png() + b"<script>", NO_FILE),
        (webp() + b"<script>", NO_FILE),
        (PDF + archive(PPTX) + b"%%EOF", NO_FILE),
        (jpeg() + archive(PPTX), NO_FILE),
        (b"\xff\xd8\xff" + bytes(100), "The picture is damaged."),
        (png(0, 1), "The picture is damaged."),
        (png(20_000, 20_000), "more than 100 million pixels"),
        (jpeg(60_000, 60_000), "more than 100 million pixels"),
        (webp(16_000_000, 16_000_000), "more than 100 million pixels"),
    ],
)
def test_what_is_no_document_or_picture_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        told(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (archive({"readme.txt": b"Hello"}), "This archive is no document."),
        (archive({"ppt/presentation.xml": b""}), "This archive is no document."),
        (archive(PPTX | {"xl/workbook.xml": b""}), "This archive is no document."),
        (archive({"content.xml": b"", **ODP}), "This archive is no document."),
        (archive(ODP | {"mimetype": b"text/html"}), "This archive is no document."),
        (archive(ODP | {"mimetype": b"\xff\xfe"}), "This archive is no document."),
        (archive(PPTX | {"ppt/vbaProject.bin": b""}), MACROS),
        (archive(PPTX | {"ppt/VBAPROJECT.BIN": b""}), MACROS),
        (archive(ODP | {"Basic/Standard/Module1.xml": b""}), MACROS),
        (archive(PPTX | {CONTENT_TYPES: b"application/vnd.ms-office.vbaProject"}), MACROS),
        (archive(PPTX | {CONTENT_TYPES: b"presentation.macroEnabled.main+xml"}), MACROS),
        (bomb(), EXPANDS),
        (archive(PPTX | {"../../etc/cron.d/job": b""}), DAMAGED),
        (archive(PPTX | {"/etc/passwd": b""}), DAMAGED),
        (archive(PPTX | {"..\\windows": b""}), DAMAGED),
        (archive(PPTX | {"C:/windows": b""}), DAMAGED),
        (archive(PPTX, comment=b"<script>"), DAMAGED),
        (archive(PPTX, packing=ZIP_BZIP2), DAMAGED),
        (archive(PPTX) + b"%%EOF", DAMAGED),
        (archive(PPTX)[:-30], DAMAGED),
        (archive(PPTX)[:40] + archive(PPTX)[-22:], DAMAGED),
        (archive(PPTX)[:30] + b"\0" + archive(PPTX)[31:], DAMAGED),
    ],
    ids=lambda value: value if isinstance(value, str) else "",  # archives know the time
)
def test_an_archive_is_refused_for_what_its_directory_names(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedError, match=reason):
        told(content)


def test_an_archive_that_hides_a_part_behind_a_nul_is_refused() -> None:
    content = archive(PPTX | {"ppt/hidden_bin": b""}).replace(b"hidden_bin", b"hidden\0bin")

    with pytest.raises(RefusedError, match=DAMAGED):
        told(content)


def test_an_archive_that_names_a_part_twice_is_refused() -> None:
    content = archive(PPTX | {"ppt/presentation.xmk": b"x"})

    with pytest.raises(RefusedError, match=DAMAGED):
        told(content.replace(b"presentation.xmk", b"presentation.xml"))


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(archive(PPTX))
    directory = content.index(b"PK\x01\x02")
    content[directory + 8] |= 1

    with pytest.raises(RefusedError, match=DAMAGED):
        told(bytes(content))


@pytest.mark.parametrize(
    ("place", "kind", "number"), [(10, "<H", archives.MOST_PARTS + 1), (12, "<I", 2_000_000)]
)
def test_a_directory_that_would_be_long_to_read_is_not_read(
    place: int, kind: str, number: int
) -> None:
    content = bytearray(archive(PPTX))
    struct.pack_into(kind, content, len(content) - 22 + place, number)

    with pytest.raises(RefusedError, match="too many parts"):
        told(bytes(content))


def test_an_archive_with_a_second_end_for_large_ones_is_refused() -> None:
    content = archive(PPTX)

    with pytest.raises(RefusedError, match=DAMAGED):
        told(content[:-22] + archives.LARGE_END + bytes(16) + content[-22:])


def test_what_an_archive_says_of_itself_is_read_only_where_it_is_short() -> None:
    content = archive(PPTX | {CONTENT_TYPES: b"x" * (archives.LARGEST_SELF_DESCRIPTION + 1)})

    with pytest.raises(RefusedError, match=DAMAGED):
        told(content)


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    with pytest.raises(RefusedError, match="larger than 25 MB"):
        checking.format_of(io.BytesIO(), checking.MOST_BYTES + 1)


@given(st.sampled_from([PDF, png(), jpeg(), webp(), archive(PPTX), archive(ODP)]), st.data())
def test_a_file_that_is_damaged_anywhere_is_taken_or_refused(
    whole: bytes, data: st.DataObject
) -> None:
    content = bytearray(whole)
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        content[place] = data.draw(st.integers(0, 255))

    try:
        found = told(bytes(content[: data.draw(st.integers(1, len(whole)))])).suffix
    except RefusedError:
        found = ""

    assert found in {"", "pdf", "png", "jpg", "webp", "pptx", "odp"}


@pytest.mark.parametrize(
    ("original", "name"),
    [
        ("Slides of the day.pptx", "Slides of the day.pdf"),
        ("Überblick – Ökosysteme.PDF", "Überblick Ökosysteme.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\ada\\slides.exe", "slides.pdf"),
        ("slides\r\nSet-Cookie: a=b.pdf", "slides Set-Cookie a b.pdf"),
        ("invoice\u202efdp.exe", "invoice fdp.pdf"),
        ("<img src=x onerror=alert(1)>.pdf", "img src x onerror alert(1).pdf"),
        ("\0", "material.pdf"),
        ("....", "material.pdf"),
        ("", "material.pdf"),
        ("x" * 300, "x" * 80 + ".pdf"),
    ],
)
def test_the_name_of_a_download_is_what_is_harmless_of_the_original(
    original: str, name: str
) -> None:
    assert download_name(original, "pdf") == name


def test_where_a_file_lies_tells_nothing_of_it() -> None:
    first, second = new_path(None, "../secret.pdf"), new_path(None, "../secret.pdf")

    assert first != second
    assert "secret" not in first
    assert [len(part) for part in first.split("/")] == [9, 2, 32]
