"""What comes before a place: the address is confirmed, and the organiser decides."""

from datetime import timedelta

import pytest

from tests.registration.waiting.conftest import (
    LATER,
    NOW,
    ask,
    kinds,
    mails,
    row,
    set_terms,
    states,
)
from workshops.registration import places, tasks
from workshops.registration.models import RegistrationSettings, State
from workshops.registration.places import Answer

pytestmark = pytest.mark.django_db


def test_an_address_is_confirmed_before_anything_counts(terms: RegistrationSettings) -> None:
    set_terms(terms, confirms_address=True, capacity=1)
    first, second = ask(terms, "ada"), ask(terms, "bo")

    outcomes = [places.confirm_address(row(name), LATER) for name in ("bo", "ada", "ada")]

    assert [first.state, second.state] == ["unconfirmed", "unconfirmed"]
    assert [outcome.state for outcome in outcomes] == ["confirmed", "waiting", "waiting"]
    assert [outcome.answer for outcome in outcomes] == [Answer.KEPT, Answer.KEPT, Answer.REPEATED]
    assert kinds("bo") == ["registered", "address-confirmed", "confirmed"]
    assert kinds("ada") == ["registered", "address-confirmed", "waiting"]
    assert mails() == [
        ("ada", "Please confirm"),
        ("bo", "Please confirm"),
        ("bo", "Registered"),
        ("ada", "Waiting"),
    ]


def test_the_organiser_decides_once_the_address_is_confirmed(
    terms: RegistrationSettings,
) -> None:
    set_terms(terms, confirms_address=True, needs_approval=True)
    ask(terms, "ada")

    outcome = places.confirm_address(row("ada"), LATER)

    assert (outcome.answer, outcome.state) == (Answer.KEPT, State.PENDING)
    assert kinds("ada") == ["registered", "address-confirmed"]
    assert [what for _who, what in mails()] == ["Please confirm", "Arrived"]


def test_who_confirms_when_all_places_are_taken_is_told_so(terms: RegistrationSettings) -> None:
    set_terms(terms, confirms_address=True, capacity=1, has_waiting_list=False)
    ask(terms, "ada")
    ask(terms, "bo")
    places.confirm_address(row("bo"), NOW)

    outcome = places.confirm_address(row("ada"), NOW)

    assert (outcome.answer, outcome.state) == (Answer.FULL, State.EXPIRED)


def test_an_address_that_nobody_confirms_is_forgotten(terms: RegistrationSettings) -> None:
    set_terms(terms, confirms_address=True)
    ask(terms, "ada")

    tasks.keep_lines_moving(NOW + timedelta(hours=47))
    before = states(), mails()
    tasks.keep_lines_moving(NOW + timedelta(hours=48))

    assert before == ({"ada": "unconfirmed"}, [("ada", "Please confirm")])
    assert (states(), mails()) == ({"": "expired"}, [])


def test_an_address_is_not_confirmed_after_the_workshop(terms: RegistrationSettings) -> None:
    set_terms(terms, confirms_address=True)
    ask(terms, "ada")

    outcome = places.confirm_address(row("ada"), NOW + timedelta(days=60))

    assert (outcome.answer, states()) == (Answer.CLOSED, {"ada": "unconfirmed"})


def test_the_organiser_decides_where_that_is_wanted(terms: RegistrationSettings) -> None:
    set_terms(terms, needs_approval=True, capacity=1)
    asked = [ask(terms, name).state for name in ("ada", "bo", "cy")]

    answers = [
        places.approve(row("ada"), LATER),
        places.approve(row("bo"), LATER),
        places.refuse(row("cy"), LATER),
        places.approve(row("cy"), LATER),
        places.refuse(row("cy"), LATER),
    ]

    assert asked == 3 * ["pending"]
    assert [(outcome.answer, outcome.state) for outcome in answers] == [
        (Answer.KEPT, State.CONFIRMED),
        (Answer.KEPT, State.WAITING),
        (Answer.CHANGED, State.DECLINED),
        (Answer.CLOSED, State.DECLINED),
        (Answer.CLOSED, State.DECLINED),
    ]
    assert kinds("ada") == ["registered", "confirmed", "approved"]
    assert kinds("cy") == ["registered", "refused"]
    assert [what for _who, what in mails()] == [
        *3 * ["Arrived"],
        "Registered",
        "Waiting",
        "Not taken",
    ]


def test_nobody_is_let_in_whom_there_is_no_place_for(terms: RegistrationSettings) -> None:
    set_terms(terms, needs_approval=True, capacity=1, has_waiting_list=False)
    ask(terms, "ada")
    ask(terms, "bo")
    places.approve(row("ada"), NOW)

    outcome = places.approve(row("bo"), NOW)

    assert (outcome.answer, states()["bo"]) == (Answer.FULL, "pending")


def test_nobody_is_let_in_to_a_workshop_that_is_not_public(terms: RegistrationSettings) -> None:
    set_terms(terms, needs_approval=True)
    ask(terms, "ada")
    terms.workshop.archive(reason="Postponed")

    assert places.approve(row("ada"), NOW).answer == Answer.FULL
