"""What the commands say about personal data: kinds and numbers, never what it was."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.utils.text import capfirst

from clusterix.lib.personal import Subject
from clusterix.privacy.asking import Mention
from clusterix.privacy.erasing import Erasure, Stay
from clusterix.privacy.purging import Counted

MOST_NAMED = 20
"""So many rows are named by their numbers; the rest are counted."""


def subject(written: str) -> Subject:
    """Whoever has the address that the operator gave; CommandError where it is none."""
    try:
        return Subject.of(written)
    except ValidationError as error:
        raise CommandError("That is no e-mail address. Give it as in ada@example.org.") from error


def lines(erasure: Erasure) -> Iterator[str]:
    """What an erasure did, what stays and why, and what somebody has to look at."""
    for model, pks in sorted(erasure.done.items()):
        yield f"{kind(model)}: {len(pks)} erased"
    for stay in erasure.stays:
        yield stays(stay)
    for mention in erasure.mentions:
        yield look_at(mention)


def kind(model: str) -> str:
    """What the rows of a model are called."""
    return str(capfirst(str(apps.get_model(model)._meta.verbose_name_plural)))


def stays(stay: Stay) -> str:
    """What stays of which rows, and why."""
    columns = ", ".join(name.replace("_", " ") for name in stay.fields)
    return f"{kind(stay.model)} {numbers(stay.pks)}: {columns} stay – {stay.because}"


def look_at(mention: Mention) -> str:
    """Where the address stands in words that others wrote."""
    label = mention.model._meta.label
    return f"{kind(label)} {mention.pk}: still has the address in {', '.join(mention.columns)}"


def numbers(pks: Sequence[Any]) -> str:
    """Rows by their numbers."""
    named = ", ".join(f"#{pk}" for pk in pks[:MOST_NAMED])
    return named if len(pks) <= MOST_NAMED else f"{named} and {len(pks) - MOST_NAMED} more"


def counted(found: Counted, what_became: str) -> Iterator[str]:
    """How much of what is over, or went."""
    return (f"{capfirst(what)}: {count} {what_became}" for what, count in found)
