"""The line for places: who waits, in which order, and what moves it on."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from clusterix.mail.models import Message
from tests.factories import OfferFactory, RegistrationFactory
from tests.registration.waiting.conftest import NOW, ask, kinds, mails, row, set_terms, states
from workshops.registration import places, tasks
from workshops.registration.models import Offer, Registration, RegistrationSettings, State
from workshops.registration.places import Answer, BusyError, Details

pytestmark = pytest.mark.django_db


def test_who_finds_no_place_waits_for_one(terms: RegistrationSettings) -> None:
    outcomes = [ask(terms, name) for name in ("ada", "bo", "cy")]

    assert [outcome.state for outcome in outcomes] == ["confirmed", "confirmed", "waiting"]
    assert all(outcome.is_kept for outcome in outcomes)
    assert (row("cy").waiting_since, kinds("cy")) == (NOW, ["registered", "waiting"])
    assert mails()[-1] == ("cy", "Waiting")
    assert "You are number 1 in the line." in Message.objects.get(to="cy@example.org").text


def test_a_group_gets_all_its_places_or_lets_those_go_first_who_fit(
    terms: RegistrationSettings,
) -> None:
    for name in ("ada", "bo"):
        ask(terms, name)
    ask(terms, "group", people=2)
    ask(terms, "cy")

    places.cancel(row("ada"), NOW)
    first = states()
    places.cancel(row("bo"), NOW)
    places.decline(row("cy"), NOW)

    assert (first["group"], first["cy"]) == ("waiting", "offered")
    assert (states()["group"], states()["cy"]) == ("offered", "declined")


def test_a_newcomer_who_fits_where_a_group_does_not_need_not_wait(
    terms: RegistrationSettings,
) -> None:
    ask(terms, "ada")
    ask(terms, "group", people=2)

    outcome = ask(terms, "bo")

    assert (outcome.state, states()["group"]) == ("confirmed", "waiting")


def test_priority_goes_first_and_its_reason_stays(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy", "di", "ed"):
        ask(terms, name)

    outcomes = [places.give_priority(row(name), "Speaks on the day", NOW) for name in ("ed", "ada")]
    line = [registration.name for registration in Registration.objects.in_line()]
    places.cancel(row("ada"), NOW)

    assert [outcome.answer for outcome in outcomes] == [Answer.CHANGED, Answer.CLOSED]
    assert line == ["ed", "cy", "di"]
    assert (states()["ed"], row("ed").priority_reason) == ("offered", "Speaks on the day")
    assert "given-priority" in kinds("ed")


def test_places_that_are_added_are_offered(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy", "di"):
        ask(terms, name)
    set_terms(terms, capacity=3)

    tasks.keep_lines_moving(NOW)

    assert (states()["cy"], states()["di"]) == ("offered", "waiting")


def test_who_brings_fewer_people_makes_room(terms: RegistrationSettings) -> None:
    ask(terms, "pair", people=2)
    ask(terms, "cy")

    answer = places.change(row("pair"), Details("pair", "", None, "", 1, ""), NOW).answer

    assert (answer, states()["cy"]) == (Answer.CHANGED, "offered")


def test_who_waits_can_bring_more_people_but_not_more_than_will_ever_fit(
    terms: RegistrationSettings,
) -> None:
    for name in ("ada", "bo", "cy"):
        ask(terms, name)
    asked = Details("cy", "", None, "", 2, "")

    answers = [
        places.change(row("cy"), replace(asked, party_size=people), NOW).answer for people in (2, 3)
    ]

    assert answers == [Answer.CHANGED, Answer.PARTY_TOO_LARGE]
    assert (row("cy").party_size, row("cy").state) == (2, "waiting")
    assert Message.objects.newest_first()[0].attachments.count() == 0


def test_leaving_the_line_and_being_erased_open_no_calendar(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy", "di"):
        ask(terms, name)

    places.cancel(row("cy"), NOW)
    message = Message.objects.newest_first()[0]
    places.cancel(row("ada"), NOW)
    places.erase(row("di"), NOW)

    assert (message.subject.partition(":")[0], message.attachments.count()) == ("Cancelled", 0)
    assert states() == {"ada": "cancelled", "bo": "confirmed", "cy": "cancelled", "": "cancelled"}
    assert Offer.objects.get().answer == "declined"


def test_registrations_of_a_workshop_that_is_not_public_any_more_bring_no_more_people(
    terms: RegistrationSettings,
) -> None:
    ask(terms, "ada")
    terms.workshop.archive(reason="Postponed")

    outcome = places.change(row("ada"), Details("ada", "", None, "", 2, ""), NOW)

    assert outcome.answer == Answer.CLOSED


def test_a_known_address_gets_the_answer_that_a_stranger_would_get(
    terms: RegistrationSettings,
) -> None:
    for name in ("ada", "bo"):
        ask(terms, name)

    again = ask(terms, "ada")

    assert (again.answer, again.state) == (Answer.ALREADY_REGISTERED, State.WAITING)
    assert states() == {"ada": "confirmed", "bo": "confirmed"}


def test_the_worker_goes_on_with_the_other_workshops_when_one_is_busy(
    terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    OfferFactory.create(expires_at=NOW)
    OfferFactory.create(expires_at=NOW)
    catch_up, seen = places.catch_up, []

    def busy_at_first(workshop: int, at: Any) -> None:
        seen.append(workshop)
        if len(seen) == 1:
            raise BusyError
        catch_up(workshop, at)

    monkeypatch.setattr(places, "catch_up", busy_at_first)
    tasks.catch_up(timestamp=0)

    assert sorted(Registration.objects.values_list("state", flat=True)) == ["expired", "offered"]


def test_those_ahead_are_those_with_priority_and_those_who_came_before(
    terms: RegistrationSettings,
) -> None:
    wait = {"workshop": terms.workshop, "state": "waiting", "created_at": NOW}
    first, second, last = (
        RegistrationFactory.create(**wait | {"name": name, "created_at": NOW - age})
        for name, age in (("a", timedelta(2)), ("b", timedelta(1)), ("c", timedelta(0)))
    )
    favoured = RegistrationFactory.create(
        **wait, name="d", has_priority=True, priority_reason="Speaks"
    )
    RegistrationFactory.create(state="waiting", created_at=NOW - timedelta(3))

    ahead = {
        registration.name: [other.name for other in Registration.objects.ahead_of(registration)]
        for registration in (first, second, last, favoured)
    }

    assert ahead == {"a": ["d"], "b": ["d", "a"], "c": ["d", "a", "b"], "d": []}
