"""What the tests of following share: a filled-in form, and publishing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from clusterix.lib.guarded_forms import new_form_key

Fill = Callable[..., dict[str, Any]]
Send = Callable[..., Any]


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    """The limits start anew with each test."""
    cache.clear()


@pytest.fixture
def fill() -> Fill:
    """The fields of a form that was opened a minute ago."""

    def filled(**others: object) -> dict[str, Any]:
        with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
            form_key = new_form_key()
        fields = {
            "email": "ada@example.org",
            "pace": "at-once",
            "form_key": form_key,
            "website": "",
        }
        return fields | others

    return filled


@pytest.fixture
def send(client: Client, fill: Fill) -> Send:
    """Posts the form for a search."""
    return lambda query="", **fields: client.post(f"/following/?{query}", fill(**fields))
