"""What the owner of an address does by the secret link: say yes, change, stop."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from clusterix.mail.models import Message
from initiatives.following import letters, subscriptions
from initiatives.following.models import Announcement, Subscription
from initiatives.following.searches import Search
from tests.factories import InitiativeFactory, SubscriptionFactory
from tests.following.conftest import Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked_for(db: None) -> Subscription:
    """A subscription that nobody has said yes to."""
    subscription: Subscription = SubscriptionFactory.create(
        email="ada@example.org", query="level=local", confirmed_at=None, pace="weekly"
    )
    return subscription


def test_opening_the_link_confirms_nothing(client: Client, asked_for: Subscription) -> None:
    for _scanner in range(2):
        page = client.get(asked_for.get_absolute_url())
        client.head(asked_for.get_absolute_url())

    assert "Follow this search?" in page.content.decode()
    assert "Yes, write to me" in page.content.decode()
    assert not Subscription.objects.get().is_confirmed


def test_saying_yes_begins_with_what_is_published_from_then_on(
    client: Client, asked_for: Subscription
) -> None:
    InitiativeFactory.create_batch(2, level="local")

    response = client.post(asked_for.get_absolute_url(), {"pace": "at-once"})

    assert (response.status_code, response["Location"]) == (
        303,
        f"{asked_for.get_absolute_url()}?saved",
    )
    asked_for.refresh_from_db()
    assert (asked_for.is_confirmed, asked_for.pace) == (True, "at-once")
    assert asked_for.seen == Announcement.objects.last_number() > 0
    page = client.get(response["Location"]).content.decode()
    assert "Saved. We write to you when something new fits." in page
    assert "Stop these mails" in page


def test_saying_yes_twice_loses_no_news_between(client: Client, asked_for: Subscription) -> None:
    client.post(asked_for.get_absolute_url(), {"pace": "weekly"})
    before = Subscription.objects.get()
    InitiativeFactory.create(level="local")

    client.post(asked_for.get_absolute_url(), {"pace": "at-once"})

    after = Subscription.objects.get()
    assert (after.seen, after.confirmed_at) == (before.seen, before.confirmed_at)
    assert after.pace == "at-once"


def test_a_pace_that_is_none_is_said_and_nothing_changes(
    client: Client, asked_for: Subscription
) -> None:
    response = client.post(asked_for.get_absolute_url(), {"pace": "hourly"})

    assert response.status_code == 422
    assert "Select a valid choice." in response.content.decode()
    assert not Subscription.objects.get().is_confirmed


def test_a_subscription_that_ended_meanwhile_stays_ended(asked_for: Subscription) -> None:
    subscriptions.end(Subscription.objects.all())

    subscriptions.settle(asked_for, pace="weekly", at=timezone.now())

    assert not Subscription.objects.exists()


def test_the_page_leads_to_the_other_searches_of_the_address(client: Client) -> None:
    mine = SubscriptionFactory.create(email="ada@example.org")
    other = SubscriptionFactory.create(email="Ada@Example.org", query="level=local")
    SubscriptionFactory.create(email="ada@example.org", query="q=later", confirmed_at=None)
    SubscriptionFactory.create(email="eve@example.org", query="q=canary")

    page = client.get(mine.get_absolute_url()).content.decode()
    back = client.get(other.get_absolute_url()).content.decode()

    assert f'<a href="{other.get_absolute_url()}">Local</a>' in page
    assert f'<a href="{mine.get_absolute_url()}">All of the catalogue</a>' in back
    assert [word in page for word in ("later", "canary")] == [False, False]


def test_stopping_asks_first_and_then_forgets_at_once(client: Client, send: Send) -> None:
    send("level=local")
    subscription = Subscription.objects.get()
    client.post(subscription.get_absolute_url(), {"pace": "weekly"})
    kept = SubscriptionFactory.create(email="ada@example.org")

    asked = client.get(subscription.unsubscribe_path)
    response = client.post(subscription.unsubscribe_path)

    assert "Stop these mails?" in asked.content.decode()
    assert response.status_code == 200
    assert "There are no more mails" in response.content.decode()
    assert list(Subscription.objects.all()) == [kept]
    assert not Message.objects.exists()
    assert client.get(subscription.get_absolute_url()).status_code == 404
    assert client.get(subscription.unsubscribe_path).status_code == 404


def test_who_did_not_ask_can_have_the_address_forgotten_at_once(
    client: Client, asked_for: Subscription
) -> None:
    asked = client.get(asked_for.unsubscribe_path).content.decode()
    client.post(asked_for.unsubscribe_path)

    assert "Forget your address?" in asked
    assert not Subscription.objects.exists()


def test_a_mail_program_stops_the_mails_with_one_post_without_cookies() -> None:
    subscription = SubscriptionFactory.create()
    mail_program = Client(enforce_csrf_checks=True)

    responses = [
        mail_program.post(subscription.unsubscribe_path, {"List-Unsubscribe": "One-Click"})
        for _again in range(2)
    ]

    assert [response.status_code for response in responses] == [200, 200]
    assert not mail_program.cookies
    assert not Subscription.objects.exists()


def test_other_sites_can_neither_confirm_nor_change(asked_for: Subscription) -> None:
    response = Client(enforce_csrf_checks=True).post(
        asked_for.get_absolute_url(), {"pace": "weekly"}
    )

    assert response.status_code == 403
    assert not Subscription.objects.get().is_confirmed


@pytest.mark.parametrize("page", ["", "unsubscribe/"])
def test_no_cache_no_index_and_no_referrer_keeps_the_link(
    client: Client, asked_for: Subscription, page: str
) -> None:
    response = client.get(asked_for.get_absolute_url() + page)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "strict-origin"


def test_other_methods_are_refused(client: Client, asked_for: Subscription) -> None:
    for address in (asked_for.get_absolute_url(), asked_for.unsubscribe_path):
        assert client.put(address).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_takes_as_many_queries_for_many_followers_as_for_one(
    client: Client,
    asked_for: Subscription,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    SubscriptionFactory.create_batch(rows)

    with django_assert_num_queries(3):
        client.get(asked_for.get_absolute_url())


def test_user_text_never_runs(client: Client) -> None:
    query = "q=%3Cscript%3Ealert(1)%3C%2Fscript%3E"
    subscription = SubscriptionFactory.create(query=query, email="a<b>@example.org")

    pages = [
        client.get(address).content
        for address in (
            f"/following/?{query}",
            subscription.get_absolute_url(),
            subscription.unsubscribe_path,
        )
    ]

    assert not any(b"<script>alert" in page or b"a<b>" in page for page in pages)
    assert all(b"&lt;script&gt;alert(1)" in page for page in pages)


def test_addresses_that_nobody_confirmed_are_forgotten_after_three_days(send: Send) -> None:
    send("level=local", email="late@example.org")
    now = timezone.now() + timedelta(days=3, minutes=1)
    fresh = SubscriptionFactory.create(confirmed_at=None, asked_at=now - timedelta(days=2))
    confirmed = SubscriptionFactory.create()

    count = subscriptions.forget_unconfirmed(now)

    assert count == 1
    assert set(Subscription.objects.all()) == {fresh, confirmed}
    assert not Message.objects.exists()


def test_an_address_that_takes_no_mail_any_more_is_forgotten(send: Send) -> None:
    send(email="gone@example.org")
    Subscription.objects.update(confirmed_at=timezone.now(), looked_at=timezone.now())
    subscription = Subscription.objects.get()
    fine = SubscriptionFactory.create(email="fine@example.org")
    letters.known(subscription, Search(""))
    letters.known(fine, Search(""))
    for message in Message.objects.to("gone@example.org"):
        message.note_refusal("SMTPRecipientsRefused 550", at=timezone.now())
    Message.objects.to("fine@example.org").get().note_refusal("SMTPDataError 554", timezone.now())

    count = subscriptions.forget_bounced()

    assert count == 1
    assert list(Subscription.objects.all()) == [fine]


def test_a_refusal_from_before_the_address_said_yes_ends_nothing(send: Send) -> None:
    send(email="back@example.org")
    Message.objects.get().note_refusal("SMTPRecipientsRefused 550", at=timezone.now())
    now = timezone.now()
    Subscription.objects.update(confirmed_at=now, looked_at=now)

    assert subscriptions.forget_bounced() == 0


def test_an_address_can_be_erased_with_all_our_mails_to_it(send: Send) -> None:
    for email, query in (("ada@example.org", "q=a"), ("ada@example.org", "q=b"), ("bo@b.org", "")):
        send(query, email=email)
    other = Message.objects.create(to="ada@example.org", subject="Of another list")

    count = subscriptions.erase("ADA@example.org")

    assert count == 2
    assert Subscription.objects.get().email == "bo@b.org"
    assert set(Message.objects.all()) == {other, Message.objects.get(to="bo@b.org")}
