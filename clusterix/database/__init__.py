"""The PostgreSQL server that a checkout runs for itself when no DATABASE_URL names one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import environ

from clusterix.database.problem import UnavailableError
from clusterix.database.server import DATABASE, PORT, USER, Server

__all__ = ["Server", "UnavailableError", "available", "development_settings", "is_elsewhere"]


def development_settings(data_dir: Path) -> dict[str, str | int]:
    """Answer where Django finds the checkout's own server; this starts nothing."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": DATABASE,
        "USER": USER,
        "HOST": str(Server(data_dir).socket_folder),
        "PORT": PORT,
    }


def is_elsewhere(checkout: Path) -> bool:
    """Tell whether DATABASE_URL, or `.env`, names a server that is not ours to start."""
    env = environ.Env()
    env.read_env(checkout / ".env")
    return "DATABASE_URL" in env


@contextmanager
def available(checkout: Path) -> Iterator[None]:
    """Have a database for a while: the one of DATABASE_URL, or else the checkout's own."""
    if is_elsewhere(checkout):
        yield
    else:
        with Server(checkout / ".data").in_use():
            yield
