"""Offers of a place: made to the first who waits, taken, left, or over."""

from datetime import date, timedelta
from typing import Any

import pytest

from clusterix.mail.models import Message
from tests.factories import RegistrationSettingsFactory, WorkshopFactory
from tests.registration.waiting.conftest import LATER, NOW, ask, kinds, mails, row, states
from workshops.registration import places, tasks
from workshops.registration.models import Offer, RegistrationSettings, State
from workshops.registration.places import Answer

pytestmark = pytest.mark.django_db


def test_a_place_that_is_given_up_is_offered_at_once_to_the_first_who_waits(
    terms: RegistrationSettings,
) -> None:
    for name in ("ada", "bo", "cy", "di"):
        ask(terms, name)

    places.cancel(row("ada"), LATER)

    assert states() == {
        "ada": "cancelled",
        "bo": "confirmed",
        "cy": "offered",
        "di": "waiting",
    }
    offer = row("cy").open_offer
    assert offer is not None
    assert (offer.made_at, offer.expires_at) == (LATER, LATER + timedelta(hours=48))
    assert kinds("cy") == ["registered", "waiting", "offered"]
    assert mails()[-1] == ("cy", "A place for you")
    message = Message.objects.newest_first()[0]
    assert f"http://testserver/registrations/{row('cy').reference}/offer/" in message.text


def test_a_place_that_is_offered_is_nobody_elses(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy"):
        ask(terms, name)
    places.cancel(row("ada"), NOW)

    late = ask(terms, "di")

    assert late.state == State.WAITING
    assert RegistrationSettings.objects.get(pk=terms.pk).places_taken == 2


def test_taking_an_offer_confirms_the_place_once(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy"):
        ask(terms, name)
    places.cancel(row("ada"), NOW)

    outcomes = [places.accept(row("cy"), LATER) for _ in range(2)]

    assert [outcome.answer for outcome in outcomes] == [Answer.KEPT, Answer.REPEATED]
    assert states()["cy"] == "confirmed"
    offer = row("cy").offers.get()
    assert (offer.answer, offer.answered_at) == ("accepted", LATER)
    assert kinds("cy")[-1] == "accepted"
    assert mails()[-1] == ("cy", "Registered")


def test_an_offer_that_is_left_goes_to_the_next(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy", "di"):
        ask(terms, name)
    places.cancel(row("ada"), NOW)

    answer = places.decline(row("cy"), LATER).answer

    assert answer == Answer.CANCELLED
    assert (states()["cy"], states()["di"]) == ("declined", "offered")
    assert row("cy").offers.get().answer == "declined"
    assert kinds("cy")[-1] == "declined"


def test_an_offer_that_nobody_answers_goes_to_the_next(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy", "di"):
        ask(terms, name)
    places.cancel(row("ada"), NOW)
    end = NOW + timedelta(hours=48)

    tasks.keep_lines_moving(end - timedelta(seconds=1))
    before = states()
    tasks.keep_lines_moving(end)

    assert (before["cy"], before["di"]) == ("offered", "waiting")
    assert (states()["cy"], states()["di"]) == ("expired", "offered")
    assert (row("cy").offers.get().answer, kinds("cy")[-1]) == ("expired", "expired")
    assert mails()[-2:] == [("cy", "Offer over"), ("di", "A place for you")]


def test_an_offer_is_over_at_its_last_moment_though_nobody_has_looked_yet(
    terms: RegistrationSettings,
) -> None:
    for name in ("ada", "bo", "cy", "di"):
        ask(terms, name)
    places.cancel(row("ada"), NOW)

    outcome = places.accept(row("cy"), NOW + timedelta(hours=48))

    assert (outcome.answer, outcome.state) == (Answer.TOO_LATE, State.EXPIRED)
    assert states()["di"] == "offered"


@pytest.mark.parametrize("answer", [places.accept, places.decline])
def test_without_an_offer_there_is_nothing_to_answer(
    terms: RegistrationSettings, answer: Any
) -> None:
    for name in ("ada", "bo", "cy"):
        ask(terms, name)

    outcome = answer(row("cy"), NOW)

    assert (outcome.answer, outcome.state) == (Answer.TOO_LATE, State.WAITING)


def test_an_organiser_who_cancels_takes_an_offer_back(terms: RegistrationSettings) -> None:
    for name in ("ada", "bo", "cy"):
        ask(terms, name)
    places.cancel(row("ada"), NOW)

    places.cancel(row("cy"), NOW, by_organiser=True)

    assert (states()["cy"], Offer.objects.get().answer) == ("cancelled", "withdrawn")


def test_no_offer_stands_after_the_workshop_has_begun() -> None:
    day = date(2030, 6, 1)
    workshop = WorkshopFactory.create(starts_on=day, start_time="09:00", time_zone="UTC")
    terms = RegistrationSettingsFactory.create(workshop=workshop, capacity=1, has_waiting_list=True)
    terms = RegistrationSettings.objects.select_related("workshop").get(pk=terms.pk)
    begin = terms.workshop.starts_at
    ask(terms, "ada")
    ask(terms, "bo")

    places.cancel(row("ada"), begin - timedelta(hours=2))
    offer = Offer.objects.get()
    tasks.keep_lines_moving(begin)

    assert offer.expires_at == begin
    assert states()["bo"] == "expired"
    ask(terms, "cy")
    ask(terms, "di")
    places.cancel(row("cy"), begin)
    assert states()["di"] == "waiting"


def test_nothing_is_offered_for_a_workshop_that_is_not_public(
    terms: RegistrationSettings,
) -> None:
    for name in ("ada", "bo", "cy"):
        ask(terms, name)
    workshop = terms.workshop
    workshop.because("Postponed").archive(reason="Postponed")

    places.cancel(row("ada"), NOW)

    assert states()["cy"] == "waiting"
