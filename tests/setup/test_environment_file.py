"""The example of an environment names what the settings read."""

import re
from itertools import pairwise
from pathlib import Path

import environ
import pytest

EXAMPLE = Path(__file__).resolve().parents[2] / ".env.example"


def test_the_example_names_each_setting_that_is_read_and_no_other(settings_read: set[str]) -> None:
    named = re.findall(r"^([A-Z_]+)=", EXAMPLE.read_text(), re.MULTILINE)

    assert sorted(named) == sorted(settings_read)


def test_each_setting_is_explained_in_the_line_above() -> None:
    lines = EXAMPLE.read_text().splitlines()

    explained = [above for above, line in pairwise(lines) if "=" in line]

    assert all(above.startswith("# ") and above.endswith(".") for above in explained)


def test_the_example_values_are_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    env = environ.Env()
    env.read_env(EXAMPLE)

    assert env.db_url("DATABASE_URL")["ENGINE"] == "django.db.backends.postgresql"
    assert env.email_url("EMAIL_URL")["EMAIL_USE_TLS"] is True
    assert env.cache_url("CACHE_URL")["BACKEND"].endswith("DatabaseCache")
    assert (env.int("TRUSTED_PROXIES"), env.bool("DEBUG")) == (1, False)
