"""What is fetched for the tests is what they were written with, or it is not used."""

from pathlib import Path

import pytest

from tests.calendars import ical_js


def test_another_archive_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / ical_js.ARCHIVE
    archive.write_bytes(b"something else")

    with pytest.raises(ValueError, match="is not the archive"):
        ical_js.unpack(archive, tmp_path / "kept" / "ical.cjs")

    assert not (tmp_path / "kept").exists()


def test_there_is_always_a_program_that_runs_it() -> None:
    assert Path(ical_js.node()).is_file()
