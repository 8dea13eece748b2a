"""The life of a checkout's own PostgreSQL server."""

import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from clusterix.database import Server, UnavailableError, programs
from clusterix.database import server as server_module
from clusterix.database.programs import Programs

ROOT = Path(__file__).resolve().parents[2]
START = "import sys, pathlib, clusterix.database as d; d.Server(pathlib.Path(sys.argv[1])).start()"
SECONDS = 30


def starting(server: Server) -> subprocess.Popen[bytes]:
    """Start a server from a process, and a process group, of its own."""
    command = [sys.executable, "-c", START, str(server.home)]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def data_folder(server: Server) -> Path:
    (folder,) = server.home.resolve().glob("postgresql-*")
    return folder


def postmaster(server: Server) -> int:
    return int((data_folder(server) / "postmaster.pid").read_text().partition("\n")[0])


@contextmanager
def outlived(process: int) -> Iterator[None]:
    """Have a process end within the block, or soon after it."""
    handle = os.pidfd_open(process)
    try:
        yield
        assert select.select([handle], [], [], SECONDS)[0], "the process is still there"
    finally:
        os.close(handle)


def write(server: Server, value: str) -> None:
    with psycopg.connect(server.conninfo()) as connection:
        connection.execute("CREATE TABLE note (text text)")
        connection.execute("INSERT INTO note VALUES (%s)", [value])


def read(server: Server) -> list[tuple[str]]:
    with psycopg.connect(server.url()) as connection:
        return connection.execute("SELECT text FROM note").fetchall()


def test_a_second_start_finds_the_data(server: Server) -> None:
    server.start()
    write(server, "kept")
    server.stop()

    server.start()

    assert read(server) == [("kept",)]


def test_starting_a_running_server_changes_nothing(server: Server) -> None:
    server.start()
    before = postmaster(server)

    server.start()

    assert postmaster(server) == before


def test_two_starts_at_once_share_one_server(server: Server) -> None:
    starts = [starting(server), starting(server)]

    ends = [start.wait(SECONDS) for start in starts]

    assert (ends, server.answers()) == ([0, 0], True)


@pytest.mark.parametrize("find", [programs.on_the_machine, programs.in_the_wheel])
def test_each_source_of_programs_works_with_what_the_product_needs(
    tmp_path: Path, find: object
) -> None:
    assert callable(find)
    source = programs.newest(find()) or programs.find()
    server = Server(tmp_path, source)

    with server.in_use(), psycopg.connect(server.conninfo(), autocommit=True) as connection:
        for extension in ("pg_trgm", "unaccent", "btree_gist"):
            connection.execute(f"CREATE EXTENSION {extension}")
        facts = connection.execute(
            "SELECT current_setting('server_encoding'), upper('ångström'), "
            "to_tsvector('simple', 'Ångström')::text, current_setting('fsync')"
        ).fetchone()

    assert facts == ("UTF8", "ÅNGSTRÖM", "'ångström':1", "on")


def test_only_its_user_reaches_the_server(server: Server) -> None:
    server.start()

    with psycopg.connect(server.conninfo()) as connection:
        addresses = connection.execute("SHOW listen_addresses").fetchone()
    assert (addresses, oct(server.socket_folder.stat().st_mode)) == (("",), "0o40700")


def test_stop_leaves_no_process_and_no_socket(server: Server) -> None:
    server.start()
    folder = server.socket_folder

    with outlived(postmaster(server)):
        server.stop()

    left = [path.name for path in server.home.iterdir() if not path.name.startswith("postgresql-")]
    assert (folder.exists(), left) == (False, ["start.lock"])


def test_stopping_twice_is_no_mistake(server: Server) -> None:
    server.start()
    server.stop()

    server.stop()

    assert not server.answers()


def test_a_killed_server_starts_again_with_its_data(server: Server) -> None:
    server.start()
    write(server, "committed")
    with outlived(postmaster(server)):
        os.kill(postmaster(server), signal.SIGKILL)

    server.start()

    assert read(server) == [("committed",)]


@pytest.mark.parametrize("kill", [os.kill, os.killpg])
def test_a_start_killed_while_it_makes_the_data_folder_is_started_over(
    server: Server, kill: object
) -> None:
    assert callable(kill)
    start = starting(server)
    while not list(server.home.glob("new-*/PG_VERSION")):
        assert start.poll() is None
    kill(start.pid, signal.SIGKILL)
    start.wait(SECONDS)

    server.start()

    assert server.answers()


def test_a_start_killed_while_the_server_comes_up_is_taken_over(server: Server) -> None:
    server.start()
    server.stop()
    start = starting(server)
    while not (data_folder(server) / "postmaster.pid").exists():
        assert start.poll() is None
    start.kill()
    start.wait(SECONDS)

    server.start()

    assert server.answers()


def test_a_stale_process_file_and_socket_lock_are_no_obstacle(server: Server) -> None:
    server.start()
    record = (data_folder(server) / "postmaster.pid").read_text()
    server.stop()
    nobody = subprocess.Popen(["true"])
    nobody.wait()
    stale = record.replace(record.partition("\n")[0], str(nobody.pid), 1)
    (data_folder(server) / "postmaster.pid").write_text(stale)
    (data_folder(server) / "postmaster.pid").chmod(0o600)
    shutil.chown(data_folder(server) / "postmaster.pid", data_folder(server).stat().st_uid)

    server.start()

    assert server.answers()


def test_a_swept_away_socket_is_made_anew(server: Server) -> None:
    server.start()
    shutil.rmtree(server.socket_folder)

    server.start()

    assert server.answers()


def test_a_long_path_to_the_checkout_is_no_obstacle(tmp_path: Path) -> None:
    server = Server(tmp_path / ("long" * 30) / ("longer" * 30), durable=False)

    with server.in_use():
        assert server.answers()


def test_a_long_path_to_temporary_files_is_no_obstacle(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ("long" * 30)).mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / ("long" * 30)))

    server.start()

    assert server.answers()


def test_a_folder_that_somebody_else_could_open_is_not_used(server: Server, tmp_path: Path) -> None:
    server.start()
    server.stop()
    open_to_all = tmp_path / server.socket_folder.name
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    (server.home / "socket").symlink_to(open_to_all)

    server.start()

    assert (server.socket_folder == open_to_all, list(open_to_all.iterdir())) == (False, [])


def test_a_copied_checkout_does_not_talk_to_the_original(server: Server, tmp_path: Path) -> None:
    server.start()
    copy = Server(tmp_path / "copy", durable=False)
    copy.home.mkdir()
    (copy.home / "socket").symlink_to(server.socket_folder)

    with copy.in_use():
        assert postmaster(copy) != postmaster(server)

    assert server.answers()


def test_the_last_user_stops_the_server(server: Server) -> None:
    with server.in_use():
        with server.in_use():
            pass
        assert server.answers()

    assert not server.answers()


def test_a_server_that_was_started_to_stay_outlives_its_users(server: Server) -> None:
    server.start()

    with server.in_use():
        pass

    assert server.answers()


def test_a_failure_is_told_in_the_servers_own_words(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.start()
    server.stop()
    with (data_folder(server) / "postgresql.conf").open("a") as configuration:
        configuration.write("no_such_setting = 1\n")
    monkeypatch.setattr(server_module, "ATTEMPTS", 1)

    with pytest.raises(UnavailableError, match="unrecognized configuration parameter"):
        server.start()


@pytest.fixture
def broken(tmp_path: Path) -> Programs:
    """Programs that know their version, and fail at everything else."""
    for name in ("postgres", "initdb", "pg_ctl"):
        program = tmp_path / name
        program.write_text(
            '#!/bin/sh\ntest "$1" = --version || { echo "out of luck" >&2; exit 1; }\n'
        )
        program.chmod(0o755)
    return Programs(15, tmp_path)


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path, broken: Programs) -> None:
    server = Server(tmp_path / ".data", broken)

    with pytest.raises(UnavailableError, match="could not make its data folder:\nout of luck"):
        server.start()


def test_a_server_that_cannot_be_stopped_is_told(server: Server, broken: Programs) -> None:
    server.start()

    with pytest.raises(UnavailableError, match="did not stop:\nout of luck"):
        Server(server.home, broken).stop()
