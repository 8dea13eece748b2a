"""The environment that the suite runs in, set before Django reads its settings.

A server for the tests alone runs for as long as they do: fast rather than durable, apart from
the data of `make run`, and shared by test runs of the same checkout that overlap.
"""

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from clusterix.database import Server

SERVER = Server(Path(__file__).resolve().parents[1] / ".data" / "tests", durable=False)

SETTINGS = {
    "DEBUG": "1",
    "SECRET_KEY": "only for tests",
    "SITE_URL": "http://testserver",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CATALOGUE_MAY_LAG": "0",
    "CACHE_URL": "locmemcache://",
    "EMAIL_URL": "memorymail://",
    "API_REQUESTS_A_MINUTE": "0",
}


@contextmanager
def database() -> Iterator[None]:
    """Have PostgreSQL for the suite, unless DATABASE_URL already names one."""
    if "DATABASE_URL" in os.environ:
        yield
        return
    with SERVER.in_use():
        os.environ["DATABASE_URL"] = SERVER.url()
        yield


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Prepare the environment before any other plugin looks, and undo it when pytest ends."""
    os.environ.update(SETTINGS)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what the tests start is compiled once
    until_the_end = ExitStack()
    early_config.add_cleanup(until_the_end.close)
    until_the_end.enter_context(database())
    return (yield)
