"""What `make run` runs: a database with the programme's record, the site and the worker."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import FrameType

import django
from django.core.management import call_command

from clusterix import database

CHECKOUT = Path(__file__).resolve().parents[1]
MANAGE = [sys.executable, str(CHECKOUT / "manage.py")]
SECONDS_TO_END = 10


def main() -> int:
    """Serve until Ctrl-C, SIGTERM or the end of a part, then stop all that was started."""
    port = int(os.environ.get("PORT", "8000"))
    if is_taken(port):
        sys.stderr.write(f"Port {port} is taken. Choose another: make run PORT={port + 1}\n")
        return 1
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusterix.settings")
    os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{port}")
    signal.signal(signal.SIGTERM, interrupt)
    with suppress(KeyboardInterrupt), database.available(CHECKOUT):
        prepare()
        return serve(port)
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


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """End as Ctrl-C does."""
    raise KeyboardInterrupt


def prepare() -> None:
    """Bring the database to where the code and the content files are."""
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    for folder in ("content", "content/example"):
        call_command("load_content", str(CHECKOUT / folder))
    call_command("load_demo")


def serve(port: int) -> int:
    """Run the site and the worker until one of them ends; answer 1, for neither should."""
    site = os.environ["SITE_URL"]
    sys.stdout.write(
        f"\nThe site    {site}/\nThe admin   {site}/admin/\nCtrl-C stops everything.\n\n"
    )
    sys.stdout.flush()
    parts = [
        subprocess.Popen([*MANAGE, "runserver", f"127.0.0.1:{port}"]),
        subprocess.Popen([*MANAGE, "worker"]),
    ]
    try:
        os.wait()
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        for part in parts:
            end(part)
    sys.stderr.write("The site or its worker ended by itself; its last lines above say why.\n")
    return 1


def end(part: subprocess.Popen[bytes]) -> None:
    """Ask a part to end, and insist when it takes too long."""
    part.terminate()
    try:
        part.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        part.kill()
        part.wait()


if __name__ == "__main__":
    sys.exit(main())
