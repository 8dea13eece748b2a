"""Databases of the sizes asked for, and the site on them, as in production but for encryption."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psycopg

from clusterix.database import Server

CHECKOUT = Path(__file__).resolve().parents[1]
PRODUCTION = {
    "DEBUG": "0",
    "SECRET_KEY": secrets.token_urlsafe(60),
    "SITE_URL": "http://127.0.0.1",
    "ALLOWED_HOSTS": "127.0.0.1",
    "CACHE_URL": "locmemcache://",
}
WORKERS = 2
THREADS = 4
SECONDS_TO_START = 60


def server() -> Server:
    """The benchmark's own PostgreSQL; what was generated stays for the next run."""
    return Server(CHECKOUT / ".data" / "bench")


def prepared(size: int) -> str:
    """The DATABASE_URL of a catalogue of that size, generated unless it is there already."""
    name = f"bench_{size}"
    with psycopg.connect(server().conninfo(), autocommit=True) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        if not found.fetchone():
            connection.execute(f"CREATE DATABASE {name}")
    url = server().url(name)
    manage(url, "migrate", "--verbosity=0")
    manage(url, "load_content")
    if entries(name) != size:
        manage(url, "generate_catalogue", f"--size={size}")
    return url


def entries(name: str) -> int:
    """How many made-up initiatives a database holds."""
    with psycopg.connect(server().conninfo(name)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM initiatives_initiative WHERE key LIKE 'synthetic-%'"
        ).fetchone()
    return int(found[0]) if found else 0


def manage(url: str, *command: str) -> str:
    """Run a command of manage.py on a database; what it printed."""
    return run(url, "manage.py", *command)


def run(url: str, *command: str) -> str:
    """Run Python in the site's environment on a database; what it printed."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=CHECKOUT,
        env=environment(url),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def environment(url: str, **others: str) -> dict[str, str]:
    """What a process of the site gets to know."""
    return os.environ | PRODUCTION | {"DATABASE_URL": url} | others


@dataclass(frozen=True)
class Web:
    """A running web server."""

    process: "subprocess.Popen[bytes]"
    port: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def workers(self) -> list[int]:
        """The ids of its worker processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]

    def memory(self, what: str = "VmRSS") -> float:
        """MB that its largest worker holds, or held at its most (`VmHWM`)."""
        return max(memory(pid, what) for pid in self.workers())

    def forget_most(self) -> None:
        """Begin anew to note how much memory its workers hold at their most."""
        for pid in self.workers():
            Path(f"/proc/{pid}/clear_refs").write_text("5")


def memory(pid: int, what: str) -> float:
    """A figure of a process's memory, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith(f"{what}:"))
    return int(line.split()[1]) / 1024


@contextmanager
def serving(url: str, **variables: str) -> Iterator[Web]:
    """The site on a database, on a free port of this machine; ended with all its workers."""
    with (
        socket.create_server(("127.0.0.1", 0), backlog=1024) as listener,
        (server().home / "log").open("ab") as log,
    ):
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "clusterix.wsgi"),
                *("--bind", f"fd://{listener.fileno()}", "--no-control-socket"),
                *("--workers", str(WORKERS), "--threads", str(THREADS), "--timeout", "120"),
            ],
            cwd=CHECKOUT,
            env=environment(url, **variables),
            pass_fds=[listener.fileno()],
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
        web = Web(process, listener.getsockname()[1])
        try:
            wait_for(web)
            yield web
        finally:
            process.terminate()
            process.wait(SECONDS_TO_START)


def wait_for(web: Web) -> None:
    """Return once the site answers and all its workers run."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and web.process.poll() is None:
        try:
            with urlopen(web.url, timeout=10):
                if len(web.workers()) == WORKERS:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The site did not start.")
