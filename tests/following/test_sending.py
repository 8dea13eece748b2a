"""What followers get, when, and that they get it once."""

import time
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from clusterix.mail.models import Message
from initiatives.following import sending, tasks
from initiatives.following.announcing import announce
from initiatives.following.models import Announcement, Subscription
from initiatives.following.sending import send_news
from initiatives.following.subscriptions import settle
from initiatives.models import Initiative
from tests.factories import InitiativeFactory, SubscriptionFactory, ThemeFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def run(at: datetime | None = None) -> list[str]:
    """What the worker writes at that moment, as `address: subject`."""
    before = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    send_news(at or timezone.now())
    written = Message.objects.filter(pk__gt=before).order_by("pk")
    return [f"{message.to}: {message.subject}" for message in written]


def test_a_follower_hears_of_what_fits_and_of_nothing_else() -> None:
    subscription = SubscriptionFactory.create(email="ada@example.org", query="level=local")
    InitiativeFactory.create(title="Elsewhere", level="national")
    fits = InitiativeFactory.create(title="Here & now", level="local", summary="Says it short.")

    assert run() == ["ada@example.org: New in the catalogue: Here & now"]
    message = Message.objects.get()
    for told in ("Here & now", "Says it short.", f"http://testserver{fits.get_absolute_url()}"):
        assert told in message.text
    assert "Here &amp; now" in message.html
    assert "http://testserver/initiatives/?level=local&sort=published" in message.text
    assert "http://testserver/initiatives/?level=local&amp;sort=published" in message.html
    assert f"http://testserver{subscription.get_absolute_url()}" in message.text
    assert (message.list_id, message.unsubscribe_url) == (
        "following.testserver",
        subscription.unsubscribe_url,
    )
    assert "Elsewhere" not in message.text + message.html
    assert subscription.unsubscribe_url in message.text


def test_nothing_new_is_no_mail() -> None:
    SubscriptionFactory.create(query="level=local")
    InitiativeFactory.create(level="local")
    run()

    assert (run(), run()) == ([], [])


def test_what_was_public_before_the_owner_said_yes_is_not_new() -> None:
    InitiativeFactory.create(title="Old")
    subscription = SubscriptionFactory.create(email="ada@example.org", confirmed_at=None)
    settle(subscription, pace="at-once", at=timezone.now())
    InitiativeFactory.create(title="New")

    assert run() == ["ada@example.org: New in the catalogue: New"]


def test_who_has_not_said_yes_gets_nothing() -> None:
    SubscriptionFactory.create(confirmed_at=None)
    InitiativeFactory.create()

    assert run() == []


def test_no_draft_and_nothing_archived_is_ever_mailed() -> None:
    SubscriptionFactory.create()
    for state in ("draft", "in_review", "archived"):
        InitiativeFactory.create(title=f"Canary {state}", state=state, published_at=timezone.now())
    InitiativeFactory.create(title="Canary, archived before we wrote").archive(reason="mistaken")

    assert run() == []
    assert not Announcement.objects.exists()


def test_what_is_archived_after_it_was_announced_is_left_out() -> None:
    SubscriptionFactory.create(email="ada@example.org")
    gone = InitiativeFactory.create(title="Canary")
    announce()
    gone.archive(reason="mistaken")
    InitiativeFactory.create(title="Stays")

    assert run() == ["ada@example.org: New in the catalogue: Stays"]
    assert "Canary" not in Message.objects.get().text


def test_what_comes_back_from_the_archive_is_not_new() -> None:
    SubscriptionFactory.create(query="level=local")
    initiative = InitiativeFactory.create(level="local")
    run()
    initiative.archive(reason="mistaken")
    run()

    initiative.publish(reason="right after all")

    assert run() == []


def test_twenty_are_named_the_newest_first_and_the_others_counted() -> None:
    SubscriptionFactory.create()
    hour = timedelta(hours=1)
    for n in range(23):
        InitiativeFactory.create(title=f"Entry {n:02}.", published_at=MONDAY + n * hour)

    (subject,) = run()

    assert subject.endswith(": 23 new entries in the catalogue")
    text = Message.objects.get().text
    order = [text.index(f"Entry {n:02}.") for n in range(22, 2, -1)]
    assert order == sorted(order)
    assert "Entry 02." not in text
    assert "and 3 more" in text


def test_a_weekly_mail_comes_on_monday_morning_with_all_that_is_new() -> None:
    SubscriptionFactory.create(
        email="ada@example.org", pace="weekly", confirmed_at=MONDAY - timedelta(days=3)
    )
    InitiativeFactory.create_batch(2)

    assert run(MONDAY - timedelta(minutes=1)) == []
    InitiativeFactory.create()
    assert run(MONDAY) == ["ada@example.org: 3 new entries in the catalogue"]
    assert run(MONDAY + timedelta(minutes=1)) == []


def test_a_monday_without_news_does_not_make_a_tuesday_mail() -> None:
    SubscriptionFactory.create(
        email="ada@example.org", pace="weekly", confirmed_at=MONDAY - timedelta(days=3)
    )
    run(MONDAY)
    InitiativeFactory.create(title="Of Tuesday")

    assert run(TUESDAY) == []
    assert run(MONDAY + timedelta(weeks=1)) == ["ada@example.org: New in the catalogue: Of Tuesday"]


def test_a_worker_that_was_off_on_monday_writes_later_that_week() -> None:
    SubscriptionFactory.create(pace="weekly", confirmed_at=MONDAY - timedelta(days=3))
    InitiativeFactory.create()

    assert len(run(TUESDAY)) == 1


def test_a_quicker_pace_brings_what_was_waiting() -> None:
    subscription = SubscriptionFactory.create(pace="weekly", email="ada@example.org")
    InitiativeFactory.create(title="Waiting")
    quiet = run()

    settle(subscription, pace="at-once", at=timezone.now())

    assert (quiet, run()) == ([], ["ada@example.org: New in the catalogue: Waiting"])


def test_who_turns_quicker_while_mails_are_written_hears_of_everything_next_time() -> None:
    SubscriptionFactory.create(email="early@example.org", seen=0, pace="weekly")
    InitiativeFactory.create(title="First")
    first = announce()
    SubscriptionFactory.create(email="late@example.org", seen=first)
    InitiativeFactory.create(title="Second")
    last = announce()
    announced = Announcement.objects.numbered(first, last).values_list("pk", "initiative")
    Subscription.objects.update(pace="at-once")

    sending.tell("", "en", sending.Round(list(announced), first, last, timezone.now()))

    assert run() == ["early@example.org: 2 new entries in the catalogue"]


def test_a_search_whose_filter_is_gone_in_part_goes_on_and_says_so() -> None:
    ThemeFactory.create(key="stays")
    SubscriptionFactory.create(query="theme=gone&theme=stays")
    fits = InitiativeFactory.create(title="Fits")
    fits.themes.add(ThemeFactory._meta.model.objects.get(key="stays"))
    InitiativeFactory.create(title="Other")

    (subject,) = run()

    assert subject.endswith(": New in the catalogue: Fits")
    assert "do not exist any more are left out: gone" in Message.objects.get().text


def test_a_search_that_would_find_too_much_ends_with_a_last_mail() -> None:
    ThemeFactory.create(key="stays")
    SubscriptionFactory.create(email="ada@example.org", query="level=local&theme=gone")
    InitiativeFactory.create(title="Canary", level="local")

    assert run() == ["ada@example.org: A search you followed has ended"]
    message = Message.objects.get()
    assert "Canary" not in message.text
    assert "What was left of the search: Local" in message.text
    assert not Subscription.objects.exists()


def test_titles_run_nowhere_and_become_no_links_of_their_own() -> None:
    SubscriptionFactory.create()
    InitiativeFactory.create(
        title="<script>alert(1)</script>\r\nBcc: eve@example.org", summary="see evil.example"
    )

    run()

    message = Message.objects.get()
    assert "\n" not in message.subject
    assert "<script>" not in message.html
    assert "evil.example" not in message.text


def test_both_tasks_of_the_worker_do_their_part() -> None:
    SubscriptionFactory.create(email="ada@example.org")
    SubscriptionFactory.create(confirmed_at=None, asked_at=timezone.now() - timedelta(days=4))
    InitiativeFactory.create()

    tasks.send(timestamp=0)
    tasks.forget(timestamp=0)

    assert Message.objects.get().to == "ada@example.org"
    assert Subscription.objects.count() == 1


def test_without_followers_nothing_is_looked_for() -> None:
    InitiativeFactory.create()

    assert send_news(timezone.now()) == 0


@pytest.mark.parametrize("followers", [1, 3])
def test_a_search_is_asked_once_for_all_who_follow_it_and_a_mail_takes_two_queries(
    followers: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    SubscriptionFactory.create_batch(followers, query="level=local")
    InitiativeFactory.create_batch(followers, level="local")

    with django_assert_num_queries(22 + 2 * followers):
        send_news(timezone.now())


def test_ten_thousand_followers_are_looked_after_search_by_search_and_not_one_by_one() -> None:
    now = timezone.now()
    searches = [f"q=word{n}" for n in range(40)] + ["level=local"]
    Subscription.objects.bulk_create(
        Subscription(
            email=f"reader{n}@example.org",
            language="en",
            query="level=national" if n % 100 == 0 else searches[n % 41],
            pace="at-once",
            asked_at=now,
            confirmed_at=now,
            looked_at=now,
        )
        for n in range(10_000)
    )
    InitiativeFactory.create(level="national")
    start = time.perf_counter()

    with CaptureQueriesContext(connection) as captured:
        mails = send_news(now)

    assert mails == Message.objects.count() == 100
    assert len(captured) < 1_500
    assert time.perf_counter() - start < 60
    assert not Subscription.objects.due(announce(), now).exists()


LEVELS = ["local", "national", "european"]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("publish"), st.sampled_from(LEVELS)),
        st.tuples(st.just("follow"), st.sampled_from([*LEVELS, ""])),
        st.tuples(st.just("weekly"), st.sampled_from([*LEVELS, ""])),
        st.tuples(st.just("send"), st.integers(0, 5)),
    ),
    max_size=25,
)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_each_publication_reaches_each_follower_whose_search_it_fits_exactly_once(
    steps: list[tuple[str, str | int]],
) -> None:
    for model in (Message, Subscription, Announcement, Initiative):
        model._default_manager.all().delete()
    day, expected = MONDAY, set()
    levels: dict[int, str] = {}
    for n, (step, value) in enumerate([*steps, ("send", 7)]):
        if step == "publish":
            initiative = InitiativeFactory.create(level=value, title=f"Entry {n}.")
            fitting = (pk for pk, level in levels.items() if level in ("", value))
            expected |= {(f"reader{pk}@example.org", initiative.title) for pk in fitting}
        elif step == "send":
            day += timedelta(days=int(value))
            send_news(day)
        else:
            levels[n] = str(value)
            subscription = SubscriptionFactory.create(
                email=f"reader{n}@example.org",
                query=f"level={value}" if value else "",
                confirmed_at=None,
            )
            pace = "weekly" if step == "weekly" else "at-once"
            settle(subscription, pace=pace, at=day)

    told = [
        (message.to, line.removeprefix("* "))
        for message in Message.objects.all()
        for line in message.text.splitlines()
        if line.startswith("* ")
    ]
    assert sorted(told) == sorted(expected)


def test_the_hours_of_the_site_do_not_matter() -> None:
    SubscriptionFactory.create(pace="weekly", confirmed_at=MONDAY - timedelta(days=3))
    InitiativeFactory.create()

    with time_machine.travel(MONDAY, tick=False):
        tasks.send(timestamp=0)

    assert Message.objects.count() == 1
