"""The one place where subscriptions begin, change and end; each function is one transaction."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower, Trim

from clusterix.mail.models import Message
from initiatives.following import letters
from initiatives.following.announcing import announce
from initiatives.following.models import Subscription, SubscriptionQuerySet
from initiatives.following.searches import Search

AGAIN = timedelta(hours=1)
"""How often at most somebody can have us write to an address about the same search."""
MOST_AN_HOUR = 3
"""How many mails in that time somebody can have us write to an address about any search."""
MOST = 50
"""How many searches an address may follow."""


def ask(email: str, search: Search, *, pace: str, language: str, at: datetime) -> None:
    """Ask the owner of an address whether to write there; what comes of it only they learn."""
    with transaction.atomic(durable=True):
        hold(email)
        mine = Subscription.objects.of(email)
        subscription = mine.filter(query=search.query).first()
        if subscription and not subscription.is_confirmed:
            Subscription.objects.filter(pk=subscription.pk).update(pace=pace, language=language)
            subscription.pace, subscription.language = pace, language
        recent = list(mine.filter(asked_at__gt=at - AGAIN))
        if len(recent) >= MOST_AN_HOUR or subscription in recent:
            return
        if subscription:
            remind(subscription, search, at)
        elif mine.count() < MOST:
            letters.confirm(
                Subscription.objects.create(
                    email=email, query=search.query, pace=pace, language=language, asked_at=at
                ),
                search,
            )


def hold(email: str) -> None:
    """Let nobody else begin a subscription of that address until the transaction ends."""
    with connection.cursor() as cursor:
        key = f"following {email.strip().lower()}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def remind(subscription: Subscription, search: Search, at: datetime) -> None:
    """Write once more to an address that was asked before."""
    Subscription.objects.filter(pk=subscription.pk).update(asked_at=at)
    (letters.known if subscription.is_confirmed else letters.confirm)(subscription, search)


def others(subscription: Subscription) -> list[Subscription]:
    """What else its address follows."""
    mine = Subscription.objects.confirmed().of(subscription.email)
    return list(mine.exclude(pk=subscription.pk).by_search())


def settle(subscription: Subscription, *, pace: str, at: datetime) -> None:
    """Write at that pace from now on; the first time, of what becomes public from now on."""
    with transaction.atomic(durable=True):
        row = Subscription.objects.select_for_update().filter(pk=subscription.pk).first()
        if row is None:
            return
        row.pace = pace
        if not row.is_confirmed:
            row.confirmed_at = row.looked_at = at
            row.seen = announce()
        row.save()


def end(subscriptions: SubscriptionQuerySet) -> int:
    """Forget who follows what there, our mails about it included; how many there were."""
    with transaction.atomic():
        rows = list(subscriptions.select_for_update().order_by("pk"))
        Message.objects.ended_at(row.unsubscribe_url for row in rows).delete()
        Subscription.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def erase(email: str) -> int:
    """Forget an address: its subscriptions, and our mails to it; how many searches it followed."""
    with transaction.atomic():
        count = end(Subscription.objects.of(email))
        Message.objects.to(email).in_list(letters.our_list()).delete()
    return count


def forget_unconfirmed(at: datetime) -> int:
    """Forget the addresses whose owners did not say yes in time."""
    return end(Subscription.objects.never_confirmed(at))


def bounced() -> SubscriptionQuerySet:
    """The confirmed ones whose address has refused, since then, what we wrote about a search."""
    refused = Message.objects.bounced().in_list(letters.our_list())
    to_it = refused.alias(address=Lower(Trim("to"))).filter(
        address=OuterRef("email_normalised"), created_at__gt=OuterRef("confirmed_at")
    )
    return Subscription.objects.filter(Exists(to_it))


def forget_bounced() -> int:
    """Forget the confirmed addresses to which nothing can be delivered any more."""
    return end(bounced())
