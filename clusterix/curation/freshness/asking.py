"""Asking those who answer for a partner whether what it published long ago is still correct.

Each partner has a transaction of its own, which holds its row: that its entries were asked about
is committed with the mails, so that a worker that is killed has done both or neither, and the
second of two workers finds what the first has asked.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from clusterix.curation.freshness import letters
from clusterix.curation.freshness.models import Ask
from clusterix.curation.models import Entry, EntryQuerySet, Partner

LISTED = 30
"""As many as one goes through in an hour; the next are for the next letter."""
BETWEEN = timedelta(days=20)
"""A partner is written to once in the days on which the worker asks."""

log = structlog.stdlib.get_logger("clusterix.freshness")


def ask_all(at: datetime) -> int:
    """Write to those who answer for each partner; how many mails that were."""
    Ask.objects.over(at).delete()
    partners = list(Partner.objects.order_by("pk").values_list("pk", flat=True))
    mails = sum(ask(pk, at) for pk in partners)
    log.info("asked whether entries are correct", mails=mails)
    return mails


def ask(partner: int, at: datetime) -> int:
    """Write to those who answer for a partner unless that was done; how many mails."""
    with transaction.atomic():
        held = Partner.objects.select_for_update(no_key=True).filter(pk=partner).first()
        if held is None or Ask.objects.filter(partner=held, asked_at__gt=at - BETWEEN).exists():
            return 0
        users = letters.answering_for(held)
        waiting = list(unasked(held, at)) if users else []
        oldest, count = first(waiting), sum(entries.count() for entries in waiting)
        if not oldest:
            return 0
        asks = Ask.objects.bulk_create(asked(entry, held, at) for entry in oldest)
        more = count - len(asks)
        letters.ask(users, held, list(zip(asks, oldest, strict=True)), more)
        return len(users)


def unasked(partner: Partner, at: datetime) -> Iterator[EntryQuerySet[Any]]:
    """By kind, what the partner published, is stale, and was not asked about."""
    for kind in Entry.__subclasses__():
        stale = kind.objects.filter(owner=partner).stale(at=timezone.localdate(at))
        yield Ask.objects.unasked(stale)


def first(waiting: Sequence[EntryQuerySet[Any]]) -> list[Any]:
    """Of all kinds, those whose last check was the longest ago."""
    found = [
        entry for entries in waiting for entry in entries.order_by("checked_on", "pk")[:LISTED]
    ]
    found.sort(key=lambda entry: entry.checked_on)
    return found[:LISTED]


def asked(entry: Entry, partner: Partner, at: datetime) -> Ask:
    """The question about an entry as it stands, not yet written."""
    kind = ContentType.objects.get_for_model(entry)
    return Ask(
        content_type=kind, object_id=entry.pk, partner=partner, version=entry.version, asked_at=at
    )
