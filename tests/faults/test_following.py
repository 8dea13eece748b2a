"""Followers hear of everything once, whoever works, dies, or takes long at the same time."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from clusterix.mail.models import Message
from initiatives.following import subscriptions
from initiatives.following.models import Subscription
from initiatives.following.searches import Search
from initiatives.following.sending import send_news
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, SubscriptionFactory
from tests.faults import site

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

SECONDS = 60
FOLLOWERS = 300


def another_connection() -> psycopg.Connection[Any]:
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    return psycopg.connect(**{name: params[name] for name in names if params.get(name)})


def at_once(times: int, action: Callable[[], object]) -> None:
    """Do something in so many threads, each with a connection of its own."""

    def alone() -> None:
        with closing(connection):
            action()

    with ThreadPoolExecutor(times) as threads:
        for done in [threads.submit(alone) for _ in range(times)]:
            done.result(SECONDS)


def letters_by_address() -> Counter[str]:
    return Counter(Message.objects.values_list("to", flat=True))


def test_what_is_committed_late_is_told_late_and_not_left_out() -> None:
    SubscriptionFactory.create()
    slow = InitiativeFactory.create(title="Slow", state="draft", published_at=None)
    with another_connection() as other:
        other.execute(
            "UPDATE initiatives_initiative SET state = 'published', published_at = now()"
            " WHERE id = %s",
            [slow.pk],
        )
        InitiativeFactory.create(title="Quick")
        send_news(timezone.now())
        other.commit()

    send_news(timezone.now())

    subjects = list(Message.objects.order_by("pk").values_list("subject", flat=True))
    assert subjects == ["New in the catalogue: Quick", "New in the catalogue: Slow"]
    assert [row.title for row in Initiative.objects.order_by("published_at")] == ["Slow", "Quick"]


def test_many_workers_at_once_write_to_each_follower_once() -> None:
    SubscriptionFactory.create_batch(FOLLOWERS)
    InitiativeFactory.create()

    at_once(4, lambda: send_news(timezone.now()))
    send_news(timezone.now())

    assert set(letters_by_address().values()) == {1}
    assert len(letters_by_address()) == FOLLOWERS


def test_a_killed_worker_leaves_nobody_out_and_writes_to_nobody_twice() -> None:
    SubscriptionFactory.create_batch(FOLLOWERS)
    InitiativeFactory.create()
    app.configure_task("following.send").defer(timestamp=0)
    worker = site.start(*site.MANAGE, "worker")
    end = time.monotonic() + SECONDS
    while not Message.objects.exists() and time.monotonic() < end:
        time.sleep(0.005)

    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(SECONDS)
    before = Message.objects.count()
    send_news(timezone.now())

    assert 0 < before < FOLLOWERS
    assert set(letters_by_address().values()) == {1}
    assert len(letters_by_address()) == FOLLOWERS


def test_the_same_wish_sent_many_times_at_once_is_one_subscription_and_one_mail() -> None:
    def ask() -> None:
        subscriptions.ask(
            "ada@example.org", Search("q=a"), pace="weekly", language="en", at=timezone.now()
        )

    at_once(6, ask)

    assert (Subscription.objects.count(), Message.objects.count()) == (1, 1)


def test_who_stops_while_mails_are_written_gets_none() -> None:
    subscription = SubscriptionFactory.create()
    InitiativeFactory.create()
    with ThreadPoolExecutor(1) as thread:
        with transaction.atomic():
            Subscription.objects.select_for_update().get()
            stopping = thread.submit(
                at_once, 1, lambda: subscriptions.end(Subscription.objects.all())
            )
            send_news(timezone.now())
        stopping.result(SECONDS)

    send_news(timezone.now())

    assert not Message.objects.to(subscription.email).exists()
    assert not Subscription.objects.exists()


def test_numbers_are_given_by_one_worker_after_the_other() -> None:
    InitiativeFactory.create()
    SubscriptionFactory.create()
    with another_connection() as other:
        other.execute("SELECT pg_advisory_xact_lock(hashtextextended('announcing', 0))")
        with ThreadPoolExecutor(1) as thread:
            sending = thread.submit(at_once, 1, lambda: send_news(timezone.now()))
            time.sleep(0.3)
            waited = not sending.done() and not Message.objects.exists()
            other.commit()
            sending.result(SECONDS)

    assert waited
    assert Message.objects.count() == 1
