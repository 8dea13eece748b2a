"""Writing a mail in the transaction of the change that it tells of."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.db import connection
from django.db.transaction import TransactionManagementError
from django.template.loader import render_to_string

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
class Letter:
    """A mail from `mail/<template>.txt` and `.html`.

    Words may come from anyone: they are escaped and never become links. Paths are our own and
    become links to this site.
    """

    to: str
    subject: str
    template: str
    words: Mapping[str, str]
    paths: Mapping[str, str] = field(default_factory=dict)
    reply_to: str = ""
    files: Sequence[File] = ()

    def context(self) -> dict[str, str]:
        """What the templates can print: strings only."""
        words = {name: unlinked(word) for name, word in self.words.items()}
        return words | {name: f"{settings.SITE_URL}{path}" for name, path in self.paths.items()}


def queue_mail(letter: Letter) -> Message:
    """Write a mail in the language of the moment; the worker delivers it after the commit.

    Raises TransactionManagementError outside of a transaction.
    """
    if not connection.in_atomic_block:
        raise TransactionManagementError("A mail is written in the transaction of its change.")
    message = Message.objects.create(
        to=letter.to,
        reply_to=letter.reply_to,
        subject=" ".join(letter.subject.split())[:LONGEST_SUBJECT],
        text=render_to_string(f"mail/{letter.template}.txt", letter.context()).strip() + "\n",
        html=render_to_string(f"mail/{letter.template}.html", letter.context()).strip() + "\n",
    )
    Attachment.objects.bulk_create(
        Attachment(
            message=message, name=file.name, content_type=file.content_type, content=file.content
        )
        for file in letter.files
    )
    deliver.defer(message=message.pk)
    return message


def unlinked(text: str) -> str:
    """The text with invisible marks where a mail program would begin to see an address."""
    return LINKS_BEGIN.sub(rf"{WORD_JOINER}\1\2", text)
