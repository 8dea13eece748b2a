"""Telling those who answer for entries which of their links died, once each time one does.

That somebody was told is committed with the mails; a link that works again may be told anew.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog
from django.db import transaction

from clusterix.curation.freshness import letters
from clusterix.curation.freshness.models import CheckedLink
from clusterix.curation.freshness.places import Found, places, where
from clusterix.curation.models import Partner

AT_ONCE = 1_000

log = structlog.stdlib.get_logger("clusterix.freshness")


def tell(at: datetime) -> int:
    """Write to those who answer for entries with links that died; how many mails that were."""
    with transaction.atomic():
        untold = CheckedLink.objects.untold().select_for_update().order_by("host", "url", "pk")
        found = where(list(untold[:AT_ONCE]), {place: place.rows() for place in places()})
        told: set[int] = set()
        mails = 0
        for partner, theirs in by_partner(found).items():
            users = letters.answering_for(partner)
            letters.tell(users, partner, theirs)
            told.update(one.link.pk for one in theirs if users)
            mails += len(users)
        CheckedLink.objects.filter(pk__in=told).update(told_at=at)
    log.info("dead links told", links=len(told), mails=mails)
    return mails


def by_partner(found: Sequence[Found]) -> Mapping[Partner, Sequence[Found]]:
    """The links by whose entries they are in."""
    theirs: dict[Partner, list[Found]] = {}
    for one in found:
        theirs.setdefault(one.entry.owner, []).append(one)
    return theirs
