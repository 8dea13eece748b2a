"""What `make run` runs: a database with the programme's record, the site and its worker."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

import django
import environ
from django.core.management import CommandError, call_command
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from clusterix import database

CHECKOUT = Path(__file__).resolve().parents[1]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]
CODE_CHANGED = 3
SECONDS_TO_END = 10
SECONDS_BETWEEN_LOOKS = 0.2


def main(port: int) -> int:
    """Serve until Ctrl-C, SIGTERM or the end of a part, then stop all that was started."""
    if is_taken(port):
        return complain(f"Port {port} is taken. Choose another: make run PORT={port + 1}")
    environ.Env.read_env(CHECKOUT / ".env")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
    signal.signal(signal.SIGTERM, interrupt)
    with suppress(KeyboardInterrupt):
        try:
            with database.available(CHECKOUT):
                prepare()
                announce(port)
                return serve([[*MANAGE, "runserver", f"127.0.0.1:{port}"], [*MANAGE, "worker"]])
        except (database.UnavailableError, CommandError) as error:
            return complain(str(error))
    return 0


def is_taken(port: int) -> bool:
    """Tell whether another program listens where the site should."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def complain(reason: str) -> int:
    """Say why the site does not run, and answer the status of a command that failed."""
    sys.stderr.write(f"{reason}\n")
    return 1


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def prepare() -> None:
    """Bring the database to where the code and the content files are."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("load_content", *(str(CHECKOUT / path) for path in ("content", "content/example")))
    call_command("load_demo")


def announce(port: int) -> None:
    """Say where the site is."""
    site = f"http://127.0.0.1:{port}"
    sys.stdout.write(
        f"\n  The site   {site}/\n  The admin  {site}/admin/\n  The mail   {site}/outbox/\n"
        "\n  Ctrl-C stops everything.\n\n"
    )
    sys.stdout.flush()


def serve(commands: list[list[str]]) -> int:
    """Run the parts until one of them ends, or the caller is interrupted; then end them all."""
    parts = [Part(command) for command in commands]
    try:
        while not any(part.has_ended() for part in parts):
            pass  # each look waits a moment
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in parts:
            part.end()
    return complain("The site or its worker ended by itself; its last lines above say why.")


class Part:
    """A process beside others.

    The site ends with 3 when its code changed: Django's own reloader would start it again too, but
    needs to load all of it once more just for that.
    """

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.process = self.started()

    def started(self) -> subprocess.Popen[bytes]:
        """Start the process as one that a reloader watches."""
        return subprocess.Popen(self.command, env=os.environ | {DJANGO_AUTORELOAD_ENV: "true"})

    def has_ended(self) -> bool:
        """Wait a moment for the end, and start again what ended because its code changed."""
        try:
            status = self.process.wait(SECONDS_BETWEEN_LOOKS)
        except subprocess.TimeoutExpired:
            return False
        if status == CODE_CHANGED:
            self.process = self.started()
        return status != CODE_CHANGED

    def end(self) -> None:
        """Ask the process to end, and insist when it takes too long."""
        self.process.terminate()
        try:
            self.process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("PORT") or "8000")))
