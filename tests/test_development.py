"""What `make run` runs."""

import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterix import development


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The way this process takes signals, afterwards as before."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def started(tmp_path: Path, name: str, rest: str) -> list[str]:
    """A part that notes its process number, and then goes on as the test says."""
    return ["sh", "-c", f"echo $$ > {tmp_path / name}; {rest}"]


def is_alive(note: Path) -> bool:
    return Path(f"/proc/{note.read_text().strip()}").exists()


def test_a_taken_port_is_told_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        status = development.main(port)

    told = f"Port {port} is taken. Choose another: make run PORT={port + 1}\n"
    assert (status, capsys.readouterr().err) == (1, told)


def test_when_one_part_ends_the_others_are_ended(tmp_path: Path) -> None:
    ends = started(tmp_path, "ends", "sleep 1")
    stays = started(tmp_path, "stays", "exec sleep 60")

    development.serve([stays, ends])

    assert (is_alive(tmp_path / "ends"), is_alive(tmp_path / "stays")) == (False, False)


def test_a_part_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(development, "SECONDS_TO_END", 1)
    deaf = subprocess.Popen(["sh", "-c", f"trap '' TERM; touch {tmp_path / 'on'}; sleep 60 & wait"])
    while not (tmp_path / "on").exists():
        assert deaf.poll() is None

    development.end(deaf)

    assert deaf.returncode == -signal.SIGKILL
