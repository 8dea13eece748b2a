"""What `make run` runs."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.utils.log import configure_logging

from clusterix import development

SECONDS = 60


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """What these tests run takes over a process's signals and its log: give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


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

    status = development.serve([stays, ends])

    assert (status, is_alive(tmp_path / "ends"), is_alive(tmp_path / "stays")) == (1, False, False)


def test_a_part_whose_code_changed_is_started_again(tmp_path: Path) -> None:
    starts, second = tmp_path / "starts", tmp_path / "second"
    script = f"echo >> {starts}; test -e {second} && exit 0; touch {second}; exit 3"

    development.serve([["sh", "-c", script]])

    assert starts.read_text() == "\n\n"


def test_a_part_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(development, "SECONDS_TO_END", 1)
    listening = tmp_path / "listening"
    script = f"trap '' TERM; touch {listening}; while :; do sleep 1; done"
    deaf = development.Part(["sh", "-c", script])
    while not listening.exists():
        assert not deaf.has_ended()

    deaf.end()

    assert deaf.process.returncode == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_the_site_and_its_worker_run_until_they_are_told_to_end(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEBUG", True)
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("/clusterix?", f"/{name}?")
    monkeypatch.setenv("DATABASE_URL", url)
    answers: list[int] = []
    visitor = threading.Thread(target=visit, args=(port, answers))

    visitor.start()
    status = development.main(port)
    visitor.join(SECONDS)

    assert (status, answers, development.is_taken(port)) == (0, [200], False)


def visit(port: int, answers: list[int]) -> None:
    """Open the start page as soon as there is one, and then have everything end."""
    while not answers:
        site = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
        try:
            site.request("GET", "/")
            answers.append(site.getresponse().status)
        except ConnectionRefusedError:
            time.sleep(0.1)
        finally:
            site.close()
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.django_db
def test_a_site_that_cannot_be_prepared_says_why(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(development, "CHECKOUT", tmp_path)

    status = development.main(port)

    missing = f"There is no {tmp_path}/content, {tmp_path}/content/example.\n"
    assert (status, capsys.readouterr().err) == (1, missing)
