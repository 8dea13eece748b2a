from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from initiatives.following.models import Announcement, Subscription, last_monday
from tests.factories import InitiativeFactory, SubscriptionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"pace": "hourly"}, "subscription_pace_known"),
        ({"looked_at": None}, "subscription_looked_at_once_confirmed"),
        ({"confirmed_at": None}, "subscription_looked_at_once_confirmed"),
        ({"email": ""}, "subscription_has_lines"),
        ({"email": "a@example.org\nBcc: eve@example.org"}, "subscription_has_lines"),
        ({"query": "q=a b"}, "subscription_has_lines"),
        ({"query": "q=a\r\nX: y"}, "subscription_has_lines"),
    ],
)
def test_what_cannot_be_is_refused_by_the_database(
    fields: dict[str, object], constraint: str
) -> None:
    subscription = SubscriptionFactory.create()

    with pytest.raises(IntegrityError, match=constraint):
        Subscription.objects.filter(pk=subscription.pk).update(**fields)


def test_an_address_follows_a_search_once_however_it_is_written() -> None:
    SubscriptionFactory.create(email="ada@example.org", query="q=a")

    with pytest.raises(IntegrityError, match="subscription_one_for_each_address_and_search"):
        SubscriptionFactory.create(email=" ADA@example.org", query="q=a")


def test_a_person_reads_why_an_address_has_one_line() -> None:
    subscription = SubscriptionFactory.build(email="ada@example.org", query="not encoded")

    with pytest.raises(ValidationError, match="Write the address on one line"):
        subscription.validate_constraints()


def test_the_longest_search_of_the_longest_address_fits_into_the_index() -> None:
    email = "é" * 64 + "@" + "é" * 180 + ".example"

    subscription = SubscriptionFactory.create(email=email, query="q=" + "a1" * 749)

    assert len(subscription.query) == 1_500


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        ("2026-11-23T05:59", "2026-11-16"),
        ("2026-11-23T06:00", "2026-11-23"),
        ("2026-11-29T23:59", "2026-11-23"),
        ("2026-03-02T00:00", "2026-02-23"),
    ],
)
def test_weekly_mails_are_due_from_monday_morning_on(at: str, monday: str) -> None:
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)

    assert last_monday(moment).isoformat() == f"{monday}T06:00:00+00:00"


def test_nothing_tells_an_address_by_accident() -> None:
    subscription = SubscriptionFactory.create(email="canary@example.org")
    announcement = Announcement.objects.create(initiative=InitiativeFactory.create())

    assert str(subscription) == f"#{subscription.pk}"
    assert str(announcement) == f"#{announcement.pk}"
