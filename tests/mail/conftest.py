"""What the tests of mail share: a letter to send and a server to send it to."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from clusterix.mail.models import Message
from clusterix.mail.queue import Letter, queue_mail
from tests.mail import smtp

Write = Callable[..., Message]


@pytest.fixture(autouse=True)
def templates(settings: Settings) -> None:
    (engine,) = settings.TEMPLATES
    folders = [*engine["DIRS"], Path(__file__).parent / "templates"]
    settings.TEMPLATES = [engine | {"DIRS": folders}]


@pytest.fixture
def write() -> Write:
    """Queues a note, in a transaction of its own unless there is one."""

    def write_note(name: str = "Ada", to: str = "ada@example.org", **others: object) -> Message:
        letter = Letter(to, "A note", "note", {"name": name}, {"page": "/about/"}, **others)  # type: ignore[arg-type]
        with transaction.atomic():
            return queue_mail(letter)

    return write_note


@pytest.fixture
def use(settings: Settings) -> Callable[[smtp.Mailbox], None]:
    """Has the site hand its mails to a server."""

    def hand_to(mailbox: smtp.Mailbox) -> None:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = mailbox.port
        settings.EMAIL_TIMEOUT = 0.5

    return hand_to
