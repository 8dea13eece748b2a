"""Writing a mail in the transaction of the change that it tells of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.template.loader import render_to_string
from procrastinate.types import JSONDict

from clusterix.mail.models import Attachment, Message
from clusterix.mail.tasks import deliver

WORD_JOINER = "\u2060"
LINKS_BEGIN = re.compile(r"(?<=\w)([.@\u3002\uff0e\uff20])(?=\w)|(:)(?=/)")
LONGEST_SUBJECT = 250


@dataclass(frozen=True)
class File:
    """A file to attach; its name is ours, never a user's."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Row:
    """A line of a list in a mail: what it says, and the page of this site that it leads to."""

    text: str
    path: str
    note: str = ""

    def context(self) -> dict[str, str]:
        """What the templates can print."""
        return {
            "text": unlinked(self.text),
            "note": unlinked(self.note),
            "url": f"{settings.SITE_URL}{self.path}",
        }


@dataclass(frozen=True)
class Letter:
    """A mail from `mail/<template>.txt` and `.html`.

    Words may come from anyone: they are escaped and never become links. Paths are our own and
    become links to this site. A letter of a list can be ended at the path `unsubscribe` by one POST
    without cookies, as mail programs send it (RFC 8058).
    """

    to: str
    subject: str
    template: str
    words: Mapping[str, str]
    paths: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""
    files: Sequence[File] = ()
    rows: Sequence[Row] = ()
    list_name: str = ""
    unsubscribe: str = ""

    def context(self) -> dict[str, Any]:
        """What the templates can print: strings, and `rows` of strings."""
        words = {name: unlinked(word) for name, word in self.words.items()}
        paths = {name: f"{settings.SITE_URL}{path}" for name, path in self.paths.items()}
        return words | paths | {"rows": [row.context() for row in self.rows]}


def queue_mail(letter: Letter) -> Message:
    """Write a mail in the language of the moment; the worker delivers it after the commit.

    Raises TransactionManagementError outside of a transaction.
    """
    return queue_mails([letter])[0]


def queue_mails(letters: Sequence[Letter]) -> list[Message]:
    """Write many mails by three statements at most; all else as for one."""
    if not connection.in_atomic_block:
        raise TransactionManagementError("A mail is written in the transaction of its change.")
    messages = Message.objects.bulk_create(map(composed, letters))
    Attachment.objects.bulk_create(
        Attachment(
            message=message, name=file.name, content_type=file.content_type, content=file.content
        )
        for message, letter in zip(messages, letters, strict=True)
        for file in letter.files
    )
    jobs: list[JSONDict] = [{"message": message.pk} for message in messages]
    if jobs:
        deliver.batch_defer(*jobs)
    return messages


def composed(letter: Letter) -> Message:
    """The mail that a letter becomes, not yet written."""
    context = letter.context()
    return Message(
        to=letter.to,
        reply_to=letter.reply_to,
        list_id=list_id(letter.list_name) if letter.list_name else "",
        unsubscribe_url=f"{settings.SITE_URL}{letter.unsubscribe}" if letter.unsubscribe else "",
        subject=" ".join(letter.subject.split())[:LONGEST_SUBJECT],
        text=render_to_string(f"mail/{letter.template}.txt", context).strip() + "\n",
        html=render_to_string(f"mail/{letter.template}.html", context).strip() + "\n",
    )


def list_id(name: str) -> str:
    """The name of one of this site's lists of mails among all lists of the world."""
    return f"{name}.{urlsplit(settings.SITE_URL).hostname}"


def unlinked(text: str) -> str:
    """The text with invisible marks where a mail program would begin to see an address."""
    return LINKS_BEGIN.sub(rf"{WORD_JOINER}\1\2", text)
