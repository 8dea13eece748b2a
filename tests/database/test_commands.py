"""The database's own few commands, and what Django is told."""

from pathlib import Path

import pytest

from clusterix import database
from clusterix.database import Server
from clusterix.database.__main__ import main


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that no DATABASE_URL speaks for."""
    monkeypatch.delenv("DATABASE_URL")
    return tmp_path


def test_the_verbs_start_show_and_stop_the_server(checkout: Path) -> None:
    before, started, shown, stopped = (
        main([verb], checkout) for verb in ("status", "start", "status", "stop")
    )

    assert (before, stopped) == ("not running", "not running")
    assert started == shown
    assert started.startswith("postgres://clusterix@/clusterix?host=")


def test_a_database_url_leaves_nothing_to_start(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/clusterix")

    said = main(["start"], checkout)
    with database.available(checkout):
        pass

    assert said == "DATABASE_URL names the server: nothing to do here."
    assert not (checkout / ".data").exists()


def test_a_database_is_available_for_as_long_as_it_is_used(checkout: Path) -> None:
    with database.available(checkout):
        running = Server(checkout / ".data").answers()

    assert (running, Server(checkout / ".data").answers()) == (True, False)


def test_django_connects_through_the_private_socket(checkout: Path) -> None:
    with database.available(checkout):
        settings = database.development_settings(checkout / ".data")

    assert str(settings["HOST"]).startswith("/")
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "clusterix",
        "USER": "clusterix",
        "HOST": settings["HOST"],
        "PORT": 5432,
    }
