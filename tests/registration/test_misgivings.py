from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories import (
    AudienceCategoryFactory,
    QuotaFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration.misgivings import warnings
from workshops.registration.models import RegistrationSettings

pytestmark = pytest.mark.django_db

BEGIN = datetime(2030, 6, 1, 9, tzinfo=UTC)
LONG_BEFORE = BEGIN - timedelta(days=30)
DAY = timedelta(days=1)


def make(**fields: object) -> RegistrationSettings:
    """Terms for a workshop in 2030."""
    workshop = WorkshopFactory.create(starts_on=date(2030, 6, 1), start_time="09:00")
    common = {"opens_at": LONG_BEFORE - DAY, "closes_at": BEGIN - DAY, "has_waiting_list": True}
    made = RegistrationSettingsFactory.create(workshop=workshop, **common | fields)
    return RegistrationSettings.objects.get(pk=made.pk)


def wait(terms: RegistrationSettings, **fields: object) -> None:
    RegistrationFactory.create(workshop=terms.workshop, state="waiting", **fields)


def test_terms_that_work_raise_no_misgivings() -> None:
    terms = make(capacity=5)
    wait(terms)

    assert list(warnings(terms, LONG_BEFORE)) == []


@pytest.mark.parametrize(
    ("fields", "at", "begins"),
    [
        ({"opens_at": BEGIN, "closes_at": BEGIN + DAY}, LONG_BEFORE, "Registration opens when"),
        ({}, BEGIN - timedelta(hours=47), "An offer would stand for longer"),
        ({"offer_hours": 300}, BEGIN - timedelta(days=5), "An offer would stand for longer"),
    ],
)
def test_times_that_do_not_fit_together_are_told(
    fields: dict[str, object], at: datetime, begins: str
) -> None:
    terms = make(**fields)

    (told,) = warnings(terms, at)

    assert told.startswith(begins)


@pytest.mark.parametrize("count", [1, 2])
def test_that_people_wait_though_registration_is_closed_is_told(count: int) -> None:
    terms = make(closes_at=LONG_BEFORE)
    for _ in range(count):
        wait(terms)

    (told,) = warnings(terms, LONG_BEFORE)

    one = "1 registration waits for a place"
    assert (one if count == 1 else "2 registrations wait for a place") in told


def test_that_people_wait_though_there_is_no_list_is_told() -> None:
    terms = make(has_waiting_list=False)
    wait(terms)

    (told,) = warnings(terms, LONG_BEFORE)

    assert told.startswith("1 registration waits though there is no waiting list any more")


def test_groups_that_will_never_fit_are_told() -> None:
    terms = make(capacity=2)
    category = AudienceCategoryFactory.create()
    QuotaFactory.create(terms=terms, audience=category, places=0)
    wait(terms, party_size=3)
    wait(terms, audience=category)
    wait(terms)

    (told,) = warnings(terms, LONG_BEFORE)

    assert told.startswith("2 groups that wait are larger")


def test_what_waits_for_the_organiser_and_what_limits_nobody_is_told() -> None:
    terms = make(capacity=2)
    RegistrationFactory.create(workshop=terms.workshop, state="pending")
    category = AudienceCategoryFactory.create(labels={"en": "Policy makers"})
    QuotaFactory.create(terms=terms, audience=category, places=3)
    QuotaFactory.create(terms=terms, places=2)

    told = list(warnings(terms, LONG_BEFORE))

    assert told == [
        "1 registration waits for your approval.",
        "The limit for “Policy makers” is above all places and so limits nobody.",
    ]


def test_where_nobody_counts_a_limit_is_of_use() -> None:
    terms = make(capacity=None)
    QuotaFactory.create(terms=terms, places=3)
    wait(terms, party_size=50)

    assert list(warnings(terms, LONG_BEFORE)) == []
