"""Writing to those who follow a search what is new in it, each thing once.

A subscription's number and the mail about what lies above it change in one transaction that has
locked the subscription: a worker that is killed has done neither or both, and two workers at once
take different subscriptions.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction
from django.utils.translation import override

from initiatives.following import letters
from initiatives.following.announcing import announce
from initiatives.following.models import Announcement, Subscription, SubscriptionQuerySet
from initiatives.following.searches import Search
from initiatives.models import Initiative

AT_A_TIME = 100
LISTED = 20

Announced = Sequence[tuple[int, int]]
"""Numbers and the initiatives they were given to."""

log = structlog.stdlib.get_logger("clusterix.following")


@dataclass(frozen=True)
class Round:
    """One look for news: at what, since and up to which number, and when."""

    announced: Announced
    since: int
    last: int
    at: datetime

    def due(self) -> SubscriptionQuerySet:
        """Those to look after.

        Who turned to a quicker pace meanwhile may not have heard of what lies below `since`: that
        is for the next time.
        """
        return Subscription.objects.due(self.last, self.at).filter(seen__gte=self.since)


def send_news(at: datetime) -> int:
    """Write to everybody for whom there is something new; how many mails that were."""
    last = announce()
    since = Subscription.objects.due(last, at).first_unheard()
    if since is None:
        return 0
    announced = Announcement.objects.numbered(since, last).values_list("pk", "initiative")
    news = Round(list(announced), since, last, at)
    mails = sum(tell(query, language, news) for query, language in list(news.due().searches()))
    log.info("news sent", announced=len(news.announced), mails=mails)
    return mails


def tell(query: str, language: str, news: Round) -> int:
    """Write to those who follow one search in one language; it is asked once for all of them."""
    followers = news.due().filter(query=query, language=language)
    mails = 0
    with override(language):
        search, fitting = found(query, news.announced)
        while (written := tell_some(search, fitting, followers, news)) is not None:
            mails += written
    return mails


def found(query: str, announced: Announced) -> tuple[Search, Announced]:
    """A search and what of that fits it, the last announced first.

    In a transaction of its own that writes nothing: so the catalogue answers as it is at this very
    moment, from what it has at hand.
    """
    with transaction.atomic():
        search = Search(query)
        fitting = search.among(pk for _number, pk in announced)
    return search, [(number, pk) for number, pk in reversed(announced) if pk in fitting]


def tell_some(
    search: Search, fitting: Announced, followers: SubscriptionQuerySet, news: Round
) -> int | None:
    """Write to the next few; how many mails that were, None once nobody is left."""
    with transaction.atomic():
        some = followers.order_by("pk").select_for_update(skip_locked=True)[:AT_A_TIME]
        rows = list(some)
        if search.is_lost:
            mails = sum(tell_of_the_end(search, row) for row in rows)
        else:
            mails = tell_of(search, fitting, rows)
        Subscription.objects.filter(pk__in=[row.pk for row in rows]).note_looked(news.last, news.at)
    return mails if rows else None


def tell_of(search: Search, fitting: Announced, followers: Sequence[Subscription]) -> int:
    """Write what of that each has not heard of, if it is public still."""
    falling = [-number for number, _pk in fitting]
    named = Initiative.objects.in_bulk([pk for _number, pk in fitting[:LISTED]])
    mails = 0
    for follower in followers:
        count = bisect_left(falling, -follower.seen)
        newest = [named[pk] for _number, pk in fitting[: min(count, LISTED)] if pk in named]
        if newest:
            letters.news(follower, search, newest, count)
            mails += 1
    return mails


def tell_of_the_end(search: Search, follower: Subscription) -> int:
    """Say that the search cannot be followed any more, and forget who did."""
    letters.lost(follower, search)
    follower.delete()
    return 1
