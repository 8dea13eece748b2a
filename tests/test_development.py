"""What `make run` runs."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.template import Engine
from django.utils.log import configure_logging

from clusterix import development

SECONDS = 300


@pytest.fixture
def port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        number: int = listener.getsockname()[1]
        return number


@pytest.fixture(autouse=True)
def _process_as_before() -> Iterator[None]:
    """What these tests run takes over a process's signals, log and environment: give them back."""
    environment = dict(os.environ)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    os.environ.clear()
    os.environ.update(environment)
    for number, handler in handlers.items():
        signal.signal(number, handler)
    configure_logging(settings.LOGGING_CONFIG, settings.LOGGING)


def python(*lines: str) -> list[str]:
    """A management command that does as the test says."""
    imports = ["import os, signal, sys, time", "from pathlib import Path"]
    return ["shell", "--no-imports", "--command", "\n".join([*imports, *lines])]


def note(path: Path) -> str:
    """A line that notes the number of the process it runs in."""
    return f"Path({str(path)!r}).write_text(str(os.getpid()))"


def is_alive(path: Path) -> bool:
    return Path(f"/proc/{path.read_text()}").exists()


def test_a_taken_port_is_told_before_anything_starts(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        status = development.main(port)

    told = f"Port {port} is taken. Choose another: make run PORT={port + 1}\n"
    assert (status, capsys.readouterr().err) == (1, told)


def test_when_one_part_ends_the_others_are_ended(tmp_path: Path) -> None:
    ends = python(note(tmp_path / "ends"), "time.sleep(1)")
    stays = python(note(tmp_path / "stays"), "time.sleep(60)")

    status = development.serve([stays, ends])

    assert (status, is_alive(tmp_path / "ends"), is_alive(tmp_path / "stays")) == (1, False, False)


def test_a_part_whose_code_changed_is_started_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    changes = python(f"if Path({str(first)!r}).exists():", f"    {note(second)}", "    sys.exit(0)")
    changes[-1] += f"\n{note(first)}\nsys.exit(3)"

    development.serve([changes])

    assert (second.exists(), is_alive(second)) == (True, False)


def test_a_part_that_does_not_listen_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(development, "SECONDS_TO_END", 1)
    ignores = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    deaf = development.Part(python(ignores, note(tmp_path / "on"), "time.sleep(60)"))
    while not (tmp_path / "on").exists():
        assert not deaf.has_ended()

    deaf.end()

    assert deaf.process.exitcode == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_the_site_and_its_worker_run_until_they_are_told_to_end(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DEBUG", True)
    # The site begins as a copy of this process, and checks what pytest has put in.
    monkeypatch.setattr(Engine.get_default(), "string_if_invalid", "")
    name = connection.settings_dict["NAME"]
    url = os.environ["DATABASE_URL"].replace("/clusterix?", f"/{name}?")
    monkeypatch.setenv("DATABASE_URL", url)
    visitor = development.COPIES.Process(target=visit, args=[port, os.getpid()])

    visitor.start()
    status = development.main(port)
    visitor.terminate()
    visitor.join()

    assert (status, visitor.exitcode, development.is_taken(port)) == (0, 0, False)


def visit(port: int, site: int) -> None:
    """Open the start page as soon as there is one, and then have everything end."""
    deadline = time.monotonic() + SECONDS
    answer = 0
    while not answer and time.monotonic() < deadline:
        try:
            page = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
            page.request("GET", "/")
            answer = page.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.1)
    os.kill(site, signal.SIGTERM)
    sys.exit(answer != HTTPStatus.OK)


@pytest.mark.django_db
def test_a_site_that_cannot_be_prepared_says_why(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(development, "CHECKOUT", tmp_path)

    status = development.main(port)

    lacking = ("content", "content/question-sets", "content/example")
    missing = f"There is no {', '.join(str(tmp_path / folder) for folder in lacking)}.\n"
    assert (status, capsys.readouterr().err) == (1, missing)
