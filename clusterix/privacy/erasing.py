"""Forgetting somebody: what the site holds of them goes, and what must stay is said."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from django.db import connection, transaction

from clusterix.curation.reports.personal import REPORTS
from clusterix.lib.personal import Done, Holding, Subject, Table, Words, every_row
from clusterix.mail.personal import MAILS
from clusterix.privacy.asking import Mention, mentions, model_of, with_names
from clusterix.privacy.registry import HOLDINGS

ORDER: tuple[Holding, ...] = (MAILS, REPORTS, *HOLDINGS)
"""Mails go first, to be counted before others take them along, and last, with what came since.

Reports go while the names are known that their words may end with.
"""

log = structlog.stdlib.get_logger("clusterix.privacy")


@dataclass(frozen=True)
class Stay:
    """Rows that erasure leaves, what it leaves of them, and why."""

    model: str
    pks: tuple[Any, ...]
    fields: tuple[str, ...]
    because: Words


@dataclass(frozen=True)
class Erasure:
    """What an erasure did, by model; what stays, and where else the address stands."""

    done: Done
    stays: list[Stay]
    mentions: list[Mention]

    @property
    def found_nothing(self) -> bool:
        """There was nothing to erase, and there is nothing to say."""
        return not (self.done or self.stays or self.mentions)


def erase(subject: Subject, at: datetime) -> Erasure:
    """Forget somebody, one holding after the other, each in its own transactions.

    BusyError where others hold a workshop: what was erased until then stays erased, and the next
    run does the rest.
    """
    with one_at_a_time(subject):
        kept = _kept(subject)
        done = _go_through(with_names(subject), at, rehearsal=False)
        return Erasure(done, _stays(kept), list(mentions(subject)))


def rehearse(subject: Subject, at: datetime) -> Erasure:
    """What an erasure would do: it is done in one transaction, which is undone."""
    kept = _kept(subject)
    with transaction.atomic():
        done = _go_through(with_names(subject), at, rehearsal=True)
        erasure = Erasure(done, _stays(kept), list(mentions(subject)))
        transaction.set_rollback(True)
    return erasure


@contextmanager
def one_at_a_time(subject: Subject) -> Iterator[None]:
    """Have a second erasure of the same person wait, and then find nothing.

    A lock of the session and not of a transaction, since there are several.
    """
    key = [f"erasing {subject.email}"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", key)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)


def _go_through(subject: Subject, at: datetime, *, rehearsal: bool) -> Done:
    found = defaultdict[str, list[Any]](list)
    for holding in ORDER:
        erase = (rehearsal and holding.rehearse) or holding.erase
        for model, pks in erase(subject, at).items():
            if pks:
                found[model] += pks
                if not rehearsal:
                    note(model, pks)
    return {model: sorted(set(pks)) for model, pks in found.items()}


def note(model: str, pks: list[Any]) -> None:
    """Log what was erased by its numbers; a key that is no number opened something."""
    numbers = [pk for pk in pks if isinstance(pk, int)]
    log.info("personal data erased", model=model, count=len(pks), rows=numbers)


def _kept(subject: Subject) -> Mapping[str, tuple[Table, list[Any]]]:
    """The rows of which something may stay, before anything is erased."""
    return {
        table.model: (table, [row.pk for row in table.rows(subject).order_by("pk")])
        for holding in HOLDINGS
        for table in holding.tables
        if any(table.kept)
    }


def _stays(kept: Mapping[str, tuple[Table, list[Any]]]) -> list[Stay]:
    return [
        Stay(table.model, tuple(pks), group.names, group.because)
        for table, found in kept.values()
        for group in table.kept
        if (pks := _still(table, found))
    ]


def _still(table: Table, pks: list[Any]) -> list[Any]:
    rows = every_row(model_of(table)).filter(pk__in=pks).order_by("pk")
    return list(rows.values_list("pk", flat=True))
