"""What the tests of privacy share: somebody everywhere, and the commands."""

from collections.abc import Callable
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command

from tests.privacy.people import Planted, plant

Run = Callable[..., str]


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    """The limits start anew with each test."""
    cache.clear()


@pytest.fixture
def planted(db: None) -> Planted:
    """Somebody whose address and name are everywhere."""
    return plant()


@pytest.fixture
def run() -> Run:
    """What a command prints."""

    def printed(*words: str) -> str:
        out = StringIO()
        call_command(*words, stdout=out)
        return out.getvalue()

    return printed
