"""Files that are too much, broken or made to do harm are refused in words and at once."""

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from clusterix.curation.imports.tables import UnreadableError
from tests.workshops.conftest import Take, as_json, event
from workshops.interchange.files import opened
from workshops.models import Session

SECONDS = 5
"""Of work: a machine may have other things to do besides."""
MEGABYTE = 1_000_000
CALENDAR = b"BEGIN:VCALENDAR\r\n"
TOO_DEEP = "It is nested too deeply, or has too many parts."
TOO_MANY_LINES = "It has too many lines, or one that is too long."
BOMB = (
    b"""<?xml version="1.0"?><!DOCTYPE s [<!ENTITY a "aaaaaaaaaa">%s]><schedule>&k;</schedule>"""
    % (b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(10)))
)

FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "It is no schedule: neither JSON nor XML nor iCalendar."),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + bytes(99), "There are NULs in it"),
    "NUL": (lambda: as_json(event()) + b"\0", "There are NULs in it: it is no text in UTF-8."),
    "UTF-16": (lambda: as_json(event()).decode().encode("utf-16"), "It is UTF-16."),
    "UTF-16 in secret": (lambda: "<a/>".encode("utf-16-le"), "There are NULs in it"),
    "Latin-1": (lambda: "{Malmö".encode("latin-1"), "It is not UTF-8 from byte 5 on."),
    "half a letter": (lambda: b'{"\xc3', "It is not UTF-8 from byte 2 on."),
    "JSON cut off": (lambda: as_json(event())[:-2], "It is not JSON: "),
    "JSON too deep": (lambda: b'{"a":' * 10_000, TOO_DEEP),
    "lists too deep": (lambda: b'{"a":' + b"[" * 9_000_000, TOO_DEEP),
    "JSON of too many": (lambda: b'{"a":[' + b"[],[]," * 3_000_000, TOO_DEEP),
    "quotes escaped for ever": (lambda: b'{"' + b'\\"' * 9_000_000, "It is not JSON: "),
    "an endless number": (lambda: b'{"a":' + b"9" * 19 * MEGABYTE, "It is not JSON: "),
    "no schedule": (lambda: b'{"schedule": []}', "It is JSON, but there are no days"),
    "no days": (lambda: b'{"schedule": {"conference": {"days": {}}}}', "It is JSON, but there"),
    "too many events": (lambda: as_json(*[{}] * 2_001), "It has more than 2000 events."),
    "an entity bomb": (lambda: BOMB, "It has a document type declaration: that is refused."),
    "a file of entities": (
        lambda: b'<!DOCTYPE s SYSTEM "file:///etc/passwd"><schedule/>',
        "It has a document type declaration: that is refused.",
    ),
    "XML too deep": (lambda: b"<schedule>" * 10_000, TOO_DEEP),
    "XML of too many": (lambda: b"<schedule>" + b"<a/>" * 4_000_000, TOO_DEEP),
    "XML cut off": (lambda: b"<schedule><day>", "It is not XML: "),
    "an entity from nowhere": (lambda: b"<schedule>&nbsp;</schedule>", "It is not XML: "),
    "XML without end": (lambda: b"<" + b"a" * 19 * MEGABYTE, "It is not XML: "),
    "a web page": (lambda: b"<html></html>", "It is XML, but “html” and no schedule."),
    "too many XML events": (
        lambda: b"<schedule><day><room>%s</room></day></schedule>" % (b"<event/>" * 2_001),
        "It has more than 2000 events.",
    ),
    "a calendar of too many lines": (lambda: CALENDAR + b"A:\r\n" * 4_000_000, TOO_MANY_LINES),
    "a calendar of one line": (lambda: CALENDAR + b"A:" + b"b" * 19 * MEGABYTE, TOO_MANY_LINES),
    "a line folded for ever": (lambda: CALENDAR + b"A:\r\n " * 3_000_000, TOO_MANY_LINES),
    "too many calendar events": (
        lambda: CALENDAR + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 2_001,
        "It has more than 2000 events.",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_files_made_to_do_harm_are_refused_at_once(tmp_path: Path, name: str) -> None:
    build, expected = FILES[name]
    file = tmp_path / "schedule"
    file.write_bytes(build())

    start = process_time()
    with pytest.raises(UnreadableError) as refused:
        opened(file)

    assert str(refused.value).startswith(expected)
    assert process_time() - start < SECONDS


def test_a_file_of_100_megabytes_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "schedule"
    with file.open("wb") as large:
        large.truncate(100 * MEGABYTE)
    tracemalloc.start()

    start = process_time()
    with pytest.raises(UnreadableError, match="It is larger than 20 MB"):
        opened(file)

    assert process_time() - start < SECONDS
    assert tracemalloc.get_traced_memory()[1] < 50 * MEGABYTE
    tracemalloc.stop()


@pytest.mark.parametrize("path", ["nowhere.json", ".", "/dev/zero"])
def test_what_is_no_file_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(UnreadableError, match="There is no such file"):
        opened(tmp_path / path)


@pytest.mark.parametrize(
    "lines",
    [
        b"BEGIN:VEVENT\r\n" * 20_000,
        b"BEGIN:X\r\n" * 20_000 + b"END:X\r\n" * 20_000,
        b"BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nRRULE:FREQ=SECONDLY\r\n"
        b"END:STANDARD\r\nEND:VTIMEZONE\r\n",
        b"END:VEVENT\r\n" * 9,
    ],
)
def test_calendars_that_nest_or_count_for_ever_hold_nothing(tmp_path: Path, lines: bytes) -> None:
    file = tmp_path / "calendar.ics"
    file.write_bytes(CALENDAR + lines)

    start = process_time()
    source = opened(file)

    assert source.events == ()
    assert process_time() - start < SECONDS


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "<b>" * 60_000,
        "<!--" * 50_000,
        "<a " * 60_000,
        '<a href="' * 20_000,
        "[" * 100_000,
        "<p>" + "&lt;b&gt;" * 20_000,
    ],
)
def test_texts_made_to_do_harm_are_kept_harmless_and_short(take: Take, text: str) -> None:
    start = process_time()
    take(as_json(event(abstract=text, title=text)))

    session = Session.objects.get()
    assert process_time() - start < SECONDS
    assert len(session.abstract) <= 10_000
    assert len(session.title) <= 250


@pytest.mark.django_db
def test_as_many_events_as_there_may_be_in_one_room_are_looked_at_in_time(take: Take) -> None:
    guid = "7a0fc001-e587-47e1-b378-"
    events = [event(guid=f"{guid}{number:012}") for number in range(2_000)]

    start = process_time()
    report = take(as_json(*events), dry_run=True)

    assert process_time() - start < SECONDS
    assert report.counts["refused"] == 1_999  # type: ignore[index] # an outcome is its text
    assert json.loads(as_json(*events))
