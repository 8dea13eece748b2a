"""The limit of a category of people: who is too many for it waits for its places."""

import pytest

from tests.factories import AudienceCategoryFactory, QuotaFactory
from tests.registration.waiting.conftest import NOW, ask, row, set_terms, states
from workshops.registration import places
from workshops.registration.models import RegistrationSettings
from workshops.registration.places import Answer, Details

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("people", [1, 3])
def test_of_a_category_no_more_come_than_its_limit(
    terms: RegistrationSettings, people: int
) -> None:
    category = AudienceCategoryFactory.create()
    set_terms(terms, capacity=10, has_waiting_list=False)
    QuotaFactory.create(terms=terms, audience=category, places=2)
    ask(terms, "ada", 2, category)

    outcomes = [ask(terms, "bo", people, category), ask(terms, "cy", people)]

    assert [outcome.answer for outcome in outcomes] == [Answer.CATEGORY_FULL, Answer.KEPT]


def test_who_is_too_many_for_a_category_waits_for_its_places(terms: RegistrationSettings) -> None:
    category = AudienceCategoryFactory.create()
    set_terms(terms, capacity=10)
    QuotaFactory.create(terms=terms, audience=category, places=2)
    for name in ("ada", "bo", "cy"):
        ask(terms, name, 1, category)
    ask(terms, "other")

    before = states()
    places.change(row("ada"), Details("ada", "", None, "", 1, ""), NOW)

    assert (before["cy"], before["other"]) == ("waiting", "confirmed")
    assert states()["cy"] == "offered"


def test_nobody_changes_into_a_category_whose_places_are_taken(
    terms: RegistrationSettings,
) -> None:
    category = AudienceCategoryFactory.create()
    QuotaFactory.create(terms=terms, audience=category, places=1)
    ask(terms, "ada", 1, category)
    ask(terms, "bo")

    outcome = places.change(row("bo"), Details("bo", "", category, "", 1, ""), NOW)

    assert outcome.answer == Answer.CATEGORY_FULL
    assert row("bo").audience is None
