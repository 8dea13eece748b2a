"""As whom a server runs."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from clusterix.database import Server, identity
from clusterix.database.problem import UnavailableError

ROOT = Path(__file__).resolve().parents[2]
AS_ROOT = os.geteuid() == 0
USE = (
    "import sys, pathlib, clusterix.database as d\n"
    "server = d.Server(pathlib.Path(sys.argv[1]), durable=False)\n"
    "with server.in_use(): print(server.answers())"
)


def test_a_folder_can_be_given_away_whole(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "link").symlink_to("/etc/passwd")

    identity.give(tmp_path, os.getuid(), os.getgid())

    assert (tmp_path / "base").stat().st_uid == os.getuid()


def test_without_a_way_to_change_the_user_root_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(UnavailableError, match="Run the command as a plain user"):
        identity.command_prefix(tmp_path, "true", user=0)


def test_root_takes_the_first_way_that_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, programs = tmp_path / "data", tmp_path / "bin"
    data.mkdir()
    programs.mkdir()
    (programs / "sh").symlink_to("/bin/sh")
    (programs / "setpriv").write_text('#!/bin/sh\nshift 5\nexec "$@"\n')
    (programs / "setpriv").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))

    prefix = identity.command_prefix(data, "/bin/true", user=0)

    assert (prefix[0], prefix[-1]) == ("setpriv", "--ambient-caps=-all")


def test_a_plain_user_runs_the_server_as_is(tmp_path: Path) -> None:
    assert identity.command_prefix(tmp_path, "true", user=1000) == []


if AS_ROOT:

    def path_with(folder: Path, *names: str) -> str:
        """Answer a PATH on which there is nothing but some programs."""
        folder.mkdir()
        for name in names:
            (folder / name).symlink_to(str(shutil.which(name)))
        return str(folder)

    def test_root_opens_no_folder_above_its_checkout(tmp_path: Path) -> None:
        checkout = tmp_path / "closed" / "checkout"
        checkout.mkdir(parents=True)
        checkout.parent.chmod(0o700)
        server = Server(checkout / ".data", durable=False)

        with server.in_use():
            assert server.answers()

        owners = {(path.stat().st_uid, oct(path.stat().st_mode)) for path in checkout.parents[:2]}
        assert owners == {(0, "0o40700")}

    def test_root_without_user_namespaces_gives_the_data_folder_to_nobody(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server = Server(tmp_path / "closed" / ".data", durable=False)
        monkeypatch.setenv("PATH", path_with(tmp_path / "bin", "sh", "setpriv"))

        with server.in_use():
            assert server.answers()

        (data,) = server.home.glob("postgresql-*")
        assert (data.owner(), server.home.owner()) == ("nobody", "root")

    def test_root_serves_a_plain_users_data_folder_as_that_user(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        server = Server(tmp_path / ".data", durable=False)
        with monkeypatch.context() as machine:
            machine.setenv("PATH", path_with(tmp_path / "bin", "sh", "setpriv"))
            server.start()
            server.stop()

        with server.in_use():
            assert server.answers()

        (data,) = server.home.glob("postgresql-*")
        assert data.owner() == "nobody"

    def test_a_plain_user_needs_no_root(tmp_path: Path) -> None:
        home = tmp_path / "home"
        home.mkdir()
        shutil.chown(home, "nobody")
        # The capability opens the way to an interpreter that root keeps to itself, no more.
        capability = ["--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"]
        become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", *capability]
        command = [*become, sys.executable, "-c", USE, str(home / ".data")]

        # Coverage would be written into a folder of root's.
        environment = {name: at for name, at in os.environ.items() if "COVERAGE" not in name}

        used = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )

        assert (used.stdout, used.stderr, home.owner()) == ("True\n", "", "nobody")
