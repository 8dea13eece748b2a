"""What `make run` runs: a database with the programme's record, the site and its worker."""

import os
import signal
import socket
import sys
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from types import FrameType

import django
import environ
from django.core.management import CommandError, call_command, execute_from_command_line
from django.db import connections
from django.utils.autoreload import DJANGO_AUTORELOAD_ENV

from clusterix import database

CHECKOUT = Path(__file__).resolve().parents[1]
RECORD = ("content", "content/question-sets", "content/example")
COPIES = get_context("fork")
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
                return serve([["runserver", f"127.0.0.1:{port}"], ["worker"]])
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
    call_command("load_content", *(str(CHECKOUT / path) for path in RECORD))
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
    os.environ[DJANGO_AUTORELOAD_ENV] = "true"
    connections.close_all()
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
    """A management command in a process of its own.

    It begins as a copy of this process, in which all code is loaded already. The site ends with 3
    when its code changed; then it is started again from nothing, as Django's own reloader does.
    """

    def __init__(self, command: list[str]) -> None:
        self.command = ["manage.py", *command]
        self.process = COPIES.Process(target=execute_from_command_line, args=[self.command])
        self.process.start()

    def has_ended(self) -> bool:
        """Wait a moment for the end, and start again what ended because its code changed."""
        self.process.join(SECONDS_BETWEEN_LOOKS)
        if self.process.exitcode == CODE_CHANGED:
            command = [sys.executable, str(CHECKOUT / self.command[0]), *self.command[1:]]
            self.process = COPIES.Process(target=os.execv, args=[sys.executable, command])
            self.process.start()
        return self.process.exitcode is not None

    def end(self) -> None:
        """Ask the process to end, and insist when it takes too long."""
        self.process.terminate()
        self.process.join(SECONDS_TO_END)
        self.process.kill()
        self.process.join()


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("PORT") or "8000")))
