"""The site's own processes, run on the data that a test committed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from django.db import connection

from clusterix.database import Server

SECONDS = 60
CHECKOUT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]


def environment(**others: str) -> dict[str, str]:
    """The suite's environment, with the test database in place of the one it was made from."""
    params = connection.get_connection_params()
    place = urlencode({name: params[name] for name in ("host", "port") if params.get(name)})
    secret = f":{params['password']}" if params.get("password") else ""
    url = f"postgres://{params['user']}{secret}@/{params['dbname']}?{place}"
    return os.environ | {"DATABASE_URL": url} | others


def start(*command: str, files: Sequence[int] = (), **variables: str) -> "subprocess.Popen[bytes]":
    """Start a process of the site, with those open files; the test that starts it ends it."""
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=environment(**variables),
        pass_fds=files,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@dataclass(frozen=True)
class Web:
    """A running gunicorn."""

    process: "subprocess.Popen[bytes]"
    port: int

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]


@contextmanager
def serving(
    application: str, processes: int = 2, threads: int = 8, **variables: str
) -> Iterator[Web]:
    """The site in gunicorn, on a free port of this machine, ended with all its workers."""
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as listener:
        process = start(
            *(sys.executable, "-m", "gunicorn", application),
            *("--bind", f"fd://{listener.fileno()}"),
            *("--workers", str(processes), "--threads", str(threads)),
            *("--graceful-timeout", "5", "--no-control-socket"),
            files=[listener.fileno()],
            **variables,
        )
        try:
            yield Web(process, listener.getsockname()[1])
        finally:
            process.terminate()
            process.wait(20)


def crash(server: Server) -> None:
    """End a server at once, with the processes that serve open connections."""
    (file,) = server.home.glob("postgresql-*/postmaster.pid")
    os.kill(int(file.read_text().partition("\n")[0]), signal.SIGQUIT)
    patience = time.monotonic() + SECONDS
    while file.exists() and time.monotonic() < patience:
        time.sleep(0.01)
