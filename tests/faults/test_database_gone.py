"""A site whose database goes away says so calmly, and comes back by itself."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from clusterix.database import Server
from tests.faults.site import crash

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.alone

STRANGER = {"Host": "testserver", "Cookie": "sessionid=nosuchsessionnosuchsessionnosuch"}
SECONDS = 60


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A migrated database on a server that may be stopped."""
    server = Server(tmp_path, durable=False)
    with server.in_use():
        for command in (["migrate"], ["collectstatic", "--noinput"]):
            manage = [sys.executable, "manage.py", *command, "--verbosity=0"]
            subprocess.run(manage, cwd=ROOT, env=environment(server), check=True)
        yield server


@pytest.fixture
def port(server: Server) -> Iterator[int]:
    """The port of a real web server, as in production but for encryption."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        gunicorn = [sys.executable, "-m", "gunicorn", "--bind", f"fd://{listener.fileno()}"]
        site = subprocess.Popen(
            [*gunicorn, "--log-level=error", "--no-control-socket", "clusterix.wsgi"],
            cwd=ROOT,
            env=environment(server),
            pass_fds=[listener.fileno()],
        )
        yield listener.getsockname()[1]
        site.terminate()
        site.wait(SECONDS)


def environment(server: Server) -> dict[str, str]:
    return os.environ | {"DATABASE_URL": server.url(), "DEBUG": "0"}


def get(port: int, address: str) -> HTTPResponse:
    connection = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    connection.request("GET", address, headers=STRANGER)
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


def test_pages_answer_503_while_the_database_is_gone_and_recover(server: Server, port: int) -> None:
    before = get(port, "/accounts/login/")

    crash(server)
    during, probe, alive = (
        get(port, path) for path in ("/accounts/login/", "/readyz/", "/healthz/")
    )
    with server.in_use():
        after = get(port, "/accounts/login/")

    assert (before.status, during.status, after.status) == (200, 503, 200)
    assert (probe.status, alive.status, during.headers["Retry-After"]) == (503, 200, "30")
