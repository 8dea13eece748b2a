"""What `make run` runs: a database with the programme's record, the site and its worker."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from types import FrameType

import django
from django.core.management import CommandError, call_command

from clusterix import database

CHECKOUT = Path(__file__).resolve().parents[1]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]
SECONDS_TO_END = 10
SECONDS_BETWEEN_LOOKS = 0.2


def main(port: int) -> int:
    """Serve until Ctrl-C, SIGTERM or the end of a part, then stop all that was started."""
    if is_taken(port):
        return complain(f"Port {port} is taken. Choose another: make run PORT={port + 1}")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    signal.signal(signal.SIGTERM, interrupt)
    with suppress(KeyboardInterrupt):
        try:
            with database.available(CHECKOUT):
                prepare()
                announce(port)
                serve([[*MANAGE, "runserver", f"127.0.0.1:{port}"], [*MANAGE, "worker"]])
        except (database.UnavailableError, CommandError) as error:
            return complain(str(error))
        return complain("The site or its worker ended by itself; its last lines above say why.")
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


def serve(commands: list[list[str]]) -> None:
    """Run the parts until one of them ends, or the caller is interrupted; then end them all."""
    parts = [subprocess.Popen(command) for command in commands]
    try:
        for part in cycle(parts):
            with suppress(subprocess.TimeoutExpired):
                part.wait(SECONDS_BETWEEN_LOOKS)
                return
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in parts:
            end(part)


def end(part: subprocess.Popen[bytes]) -> None:
    """Ask a part to end, and insist when it takes too long."""
    part.terminate()
    try:
        part.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()


if __name__ == "__main__":
    sys.exit(main(int(os.environ.get("PORT") or "8000")))
