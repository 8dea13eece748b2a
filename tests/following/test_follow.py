"""The form by which somebody asks to follow a search."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message
from initiatives.following import views
from initiatives.following.models import Subscription
from tests.factories import (
    InitiativeFactory,
    RegionFactory,
    SubscriptionFactory,
    ThemeFactory,
)
from tests.following.conftest import Fill, Send

pytestmark = pytest.mark.django_db


def answer(response: Any) -> tuple[int, bytes, dict[str, str]]:
    """All that tells one answer from another."""
    headers = {**response.headers, "X-Request-ID": "", "Expires": ""}
    return response.status_code, response.content, headers


def test_the_catalogue_leads_to_the_form_with_its_filters(client: Client) -> None:
    query = "q=clusters&level=local&level=national&as_of=2016-06-21&sort=title&view=table&page=1"

    page = client.get(f"/initiatives/?{query}").content.decode()

    assert 'href="/following/?q=clusters&amp;level=local&amp;level=national"' in page


def test_the_form_says_what_is_followed_why_and_for_how_long(client: Client) -> None:
    ThemeFactory.create(key="growth", labels={"en": "Growth of clusters"})
    InitiativeFactory.create(level="local", title="A cluster's growth")

    page = client.get("/following/?q=cluster&level=local&as_of=2016-01-01").content.decode()

    assert [words in page for words in ("“cluster”", "Local", "1 initiative fits today")] == [
        True,
        True,
        True,
    ]
    assert "As of" not in page
    assert "three days if you do not confirm" in page
    assert "/initiatives/?level=local&amp;q=cluster&amp;sort=published" in page


def test_all_of_the_catalogue_can_be_followed(client: Client) -> None:
    page = client.get("/following/").content.decode()

    assert "All of the catalogue" in page
    assert "0 initiatives fit today." in page


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_takes_as_many_queries_for_many_entries_as_for_one(
    client: Client, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    InitiativeFactory.create_batch(rows, level="local")
    SubscriptionFactory.create_batch(rows)

    with django_assert_num_queries(2):
        client.get("/following/?level=local")


def test_asking_writes_to_the_address_and_nothing_else_until_its_owner_says_yes(
    client: Client, send: Send
) -> None:
    response = send("theme=&level=local&q=%20big%20%20clusters&page=7&as_of=2016-01-01&x=y")

    assert (response.status_code, response["Location"]) == (303, "/following/asked/")
    subscription = Subscription.objects.get()
    assert subscription.query == "level=local&q=big+clusters"
    assert not subscription.is_confirmed
    message = Message.objects.get()
    assert (message.to, message.subject) == ("ada@example.org", "Please confirm: follow a search")
    assert f"http://testserver{subscription.get_absolute_url()}" in message.text
    assert "“big clusters” · Local" in message.text
    assert message.unsubscribe_url == subscription.unsubscribe_url
    thanks = client.get(response["Location"]).content.decode()
    assert "Look into your mail" in thanks
    assert subscription.reference not in thanks


def test_the_same_filters_in_another_order_are_the_same_search(send: Send) -> None:
    send("level=local&level=national&q=x")
    send("q=x&level=national&level=local&level=local")

    assert (Subscription.objects.count(), Message.objects.count()) == (1, 1)


def test_a_stranger_gets_the_same_answer_for_every_address(send: Send) -> None:
    SubscriptionFactory.create(email="follows@example.org", query="level=local")
    SubscriptionFactory.create(email="asked@example.org", query="level=local", confirmed_at=None)
    addresses = ("follows@example.org", "asked@example.org", "new@example.org")

    answers = [answer(send("level=local", email=email)) for email in addresses]

    assert answers[0] == answers[1] == answers[2]


def test_a_repeat_makes_no_second_subscription_and_no_flood(send: Send) -> None:
    for email in ("ada@example.org", "ADA@example.org", " ada@example.org "):
        send("level=local", email=email)

    assert (Subscription.objects.count(), Message.objects.count()) == (1, 1)


def test_after_an_hour_the_mail_comes_again_with_the_pace_asked_for_last(send: Send) -> None:
    send("level=local")
    Subscription.objects.update(asked_at=timezone.now() - timedelta(minutes=61))

    send("level=local", pace="weekly")

    assert Message.objects.count() == 2
    assert Subscription.objects.get().pace == "weekly"
    assert "on Monday morning" in Message.objects.newest_first()[0].text


def test_a_follower_who_asks_again_is_told_how_to_change_it_and_nothing_changes(
    send: Send,
) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    SubscriptionFactory.create(email="ada@example.org", asked_at=long_ago, confirmed_at=long_ago)

    send("", pace="weekly")

    subscription = Subscription.objects.get()
    assert subscription.pace == "at-once"
    message = Message.objects.get()
    assert message.subject == "You follow this search already"
    assert subscription.get_absolute_url() in message.text


def test_nobody_can_fill_somebody_elses_mailbox(send: Send) -> None:
    for word in "abcdef":
        send(f"q={word}")

    assert (Subscription.objects.count(), Message.objects.count()) == (3, 3)


def test_an_address_follows_fifty_searches_at_most(send: Send) -> None:
    long_ago = timezone.now() - timedelta(days=9)
    for n in range(50):
        SubscriptionFactory.create(email="ada@example.org", query=f"q={n}", asked_at=long_ago)

    response = send("q=another")

    assert response.status_code == 303
    assert (Subscription.objects.count(), Message.objects.count()) == (50, 0)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("email", "", "This field is required."),
        ("email", "ada", "Enter a valid email address."),
        ("email", "ada@example.org\nBcc: eve@example.org", "Enter a valid email address."),
        ("pace", "hourly", "Select a valid choice."),
        ("website", "http://spam.example", "it is there to catch programs"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field(
    send: Send, name: str, value: str, message: str
) -> None:
    response = send("level=local", **{name: value})

    assert response.status_code == 422
    assert message in response.context["form"].errors[name][0]
    assert "There is a problem" in response.content.decode()
    assert not Subscription.objects.exists()


def test_a_program_that_fills_forms_at_once_is_asked_to_wait(send: Send) -> None:
    with time_machine.travel(timezone.now(), tick=False):
        response = send(form_key=new_form_key())

    assert response.status_code == 422
    assert "faster than we expected" in response.content.decode()


def test_more_filters_than_can_be_kept_are_refused_with_a_reason(send: Send) -> None:
    for n in range(100):
        ThemeFactory.create(key=f"a-long-name-of-a-theme-{n}")
    themes = "&".join(f"theme=a-long-name-of-a-theme-{n}" for n in range(100))

    response = send(themes)

    assert response.status_code == 422
    assert "too many filters" in response.content.decode()


def test_one_client_does_not_ask_without_end(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(views.REQUESTS, "most", 1)

    answers = [send("q=a"), send("q=b")]

    assert [response.status_code for response in answers] == [303, 429]
    assert answers[1]["Retry-After"] == "300"
    assert b"ada@example.org" in answers[1].content


def test_without_its_cache_the_site_lets_people_follow(send: Send, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.broken_cache.BrokenCache"}}

    assert send().status_code == 303


def test_a_form_from_another_site_is_refused(fill: Fill) -> None:
    response = Client(enforce_csrf_checks=True).post("/following/", fill())

    assert response.status_code == 403
    assert not Subscription.objects.exists()


def test_words_of_a_stranger_stay_few_and_are_no_links_in_our_mail(send: Send) -> None:
    send("q=" + "visit+https://evil.example/now+" * 6)

    message = Message.objects.get()
    assert "evil.example" not in message.text.split("The search:")[1].split("\n")[0]
    assert "evil.example" not in message.subject
    assert 'href="https://evil' not in message.html
    assert len(message.text.split("The search:")[1].split("\n")[0]) < 300


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "theme__id__in=1&pk=1&state=draft&owner__memberships__user__password=x",
        "level=local%0d%0aBcc:%20eve@example.org&q=a%0d%0aBcc:%20eve@example.org",
        "status=nonsense&country=XX&as_of=0000-13-99&sort=evil",
        "q=" + "%F0%9F%92%A9" * 200,
    ],
)
def test_hostile_filters_break_nothing_and_never_reach_a_header(
    client: Client, send: Send, query: str
) -> None:
    RegionFactory.create(code="SE")

    asked, sent = client.get(f"/following/?{query}"), send(query)

    assert {asked.status_code, sent.status_code} <= {200, 303, 400, 422}
    for message in Message.objects.all():
        assert "\n" not in message.subject + message.unsubscribe_url + message.list_id
        assert "state=draft" not in message.text


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_other_methods_are_refused(client: Client, method: str) -> None:
    assert getattr(client, method)("/following/").status_code == 405
    assert client.post("/following/asked/").status_code == 405


def test_a_mail_that_was_not_confirmed_in_three_days_confirms_nothing(
    client: Client, send: Send
) -> None:
    send()
    subscription = Subscription.objects.get()

    with time_machine.travel(timezone.now() + timedelta(days=3, minutes=1), tick=False):
        response = client.post(subscription.get_absolute_url(), {"pace": "weekly"})

    assert response.status_code == 404
    assert not Subscription.objects.get().is_confirmed
