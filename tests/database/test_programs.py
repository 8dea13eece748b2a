"""Which PostgreSQL a checkout runs."""

from pathlib import Path

import pytest

from clusterix.database import programs
from clusterix.database.problem import UnavailableError
from clusterix.database.programs import Programs


def installed(root: Path, place: str, answer: str = "", status: int = 0) -> Path:
    """Install programs that know their version and nothing else."""
    folder = root / place
    folder.mkdir(parents=True)
    for name in ("postgres", "initdb", "pg_ctl"):
        (folder / name).write_text(f"#!/bin/sh\necho '{answer}'\nexit {status}\n")
        (folder / name).chmod(0o755)
    return folder


def test_the_newest_of_the_machine_is_taken(tmp_path: Path) -> None:
    installed(tmp_path, "usr/lib/postgresql/9.6/bin", "postgres (PostgreSQL) 9.6.24")
    installed(tmp_path, "usr/lib/postgresql/15/bin", "postgres (PostgreSQL) 15.18 (Debian)")
    newest = installed(tmp_path, "usr/local/pgsql/bin", "postgres (PostgreSQL) 17.2")

    found = programs.newest(programs.on_the_machine(tmp_path))

    assert found == Programs(17, newest)


def test_programs_on_the_path_are_found_behind_their_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = installed(tmp_path, "opt/postgres/bin", "postgres (PostgreSQL) 16.1")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "postgres").symlink_to(folder / "postgres")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))

    found = programs.on_the_machine(tmp_path / "empty")

    assert list(found) == [folder]


@pytest.mark.parametrize(
    ("answer", "status"),
    [("postgres (PostgreSQL) 14.19", 0), ("postgres (PostgreSQL) 16.1", 1), ("Hello", 0)],
)
def test_old_and_broken_programs_are_passed_over(tmp_path: Path, answer: str, status: int) -> None:
    folder = installed(tmp_path, "bin", answer, status)

    assert programs.read(folder) is None


def test_a_folder_without_initdb_is_passed_over(tmp_path: Path) -> None:
    folder = installed(tmp_path, "bin", "postgres (PostgreSQL) 16.1")
    (folder / "initdb").unlink()

    assert programs.read(folder) is None


def test_the_wheel_serves_a_machine_without_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(programs, "INSTALLED", ())

    found = programs.find()

    assert (found.folder.parent.name, found.version >= programs.OLDEST) == ("pginstall", True)


def test_a_machine_with_nothing_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(programs, "INSTALLED", ())
    monkeypatch.setattr(programs, "WHEEL", "no_such_package")

    with pytest.raises(UnavailableError, match="Install your system's postgresql package"):
        programs.find()
