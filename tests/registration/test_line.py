import pytest
from django.utils import timezone

from tests.factories import RegistrationFactory, RegistrationSettingsFactory, WorkshopFactory
from workshops.registration.line import Chance, PlaceInLine, chance, place_in_line

pytestmark = pytest.mark.django_db

WAITING = {"state": "waiting"}
CANCELLED = {"state": "cancelled", "cancelled_at": timezone.now()}


@pytest.mark.parametrize(
    ("expected", "wanted", "words"),
    [(2.0, 2, Chance.GOOD), (1.9, 2, Chance.FAIR), (1.0, 2, Chance.FAIR), (0.9, 2, Chance.SMALL)],
)
def test_a_chance_is_said_in_words(expected: float, wanted: int, words: Chance) -> None:
    assert chance(expected, wanted) == words


def test_without_experience_one_place_of_ten_is_expected_to_be_given_up() -> None:
    terms = RegistrationSettingsFactory.create(capacity=None)
    RegistrationFactory.create(workshop=terms.workshop, party_size=20)
    first, second, third = (
        RegistrationFactory.create(workshop=terms.workshop, **WAITING) for _ in range(3)
    )

    lines = [place_in_line(registration) for registration in (first, second, third)]

    assert lines == [
        PlaceInLine(1, Chance.FAIR),
        PlaceInLine(2, Chance.SMALL),
        PlaceInLine(3, Chance.SMALL),
    ]


def test_the_organisers_workshops_before_say_how_many_give_up() -> None:
    past = WorkshopFactory.create(starts_on="2016-06-21")
    terms = RegistrationSettingsFactory.create(
        capacity=None, workshop=WorkshopFactory.create(owner=past.owner, starts_on="2030-06-21")
    )
    RegistrationSettingsFactory.create(workshop=past, capacity=None)
    RegistrationFactory.create(workshop=past, party_size=40, **CANCELLED)
    RegistrationFactory.create(workshop=terms.workshop, party_size=20)
    RegistrationFactory.create(
        party_size=50, workshop=RegistrationSettingsFactory.create(capacity=None).workshop
    )
    waiting = RegistrationFactory.create(workshop=terms.workshop, party_size=11, **WAITING)

    assert place_in_line(waiting) == PlaceInLine(1, Chance.GOOD)
