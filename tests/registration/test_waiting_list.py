"""The line for places: who gets one that is free, and in which order."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from clusterix.mail.models import Message
from tests.factories import (
    AudienceCategoryFactory,
    OfferFactory,
    QuotaFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import places, tasks
from workshops.registration.models import (
    AudienceCategory,
    Offer,
    Registration,
    RegistrationSettings,
    State,
)
from workshops.registration.places import Answer, Application, BusyError, Details, Outcome

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def terms() -> RegistrationSettings:
    """Two places, groups of three at most, and a waiting list."""
    workshop = WorkshopFactory.create(starts_on=(NOW + timedelta(days=30)).date())
    made = RegistrationSettingsFactory.create(
        workshop=workshop, capacity=2, max_party_size=3, has_waiting_list=True
    )
    return RegistrationSettings.objects.get(pk=made.pk)


def set_terms(terms: RegistrationSettings, **fields: object) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(**fields)


def ask(
    terms: RegistrationSettings,
    name: str,
    people: int = 1,
    category: AudienceCategory | None = None,
) -> Outcome:
    """Somebody sends the form."""
    application = Application(
        details=Details(name, "", category, "", people, ""),
        email=f"{name}@example.org",
        language="en",
        consent=terms.consent,
        idempotency_key=uuid4(),
    )
    return places.register(terms.workshop, application, NOW)


def row(name: str) -> Registration:
    return Registration.objects.get(name=name)


def states() -> dict[str, str]:
    return dict(Registration.objects.order_by("pk").values_list("name", "state"))


def kinds(name: str) -> list[str]:
    return list(row(name).events.order_by("pk").values_list("kind", flat=True))


def mails() -> list[tuple[str, str]]:
    """To whom we wrote, and what of."""
    sent = Message.objects.order_by("pk").values_list("to", "subject")
    return [(to.partition("@")[0], subject.partition(":")[0]) for to, subject in sent]


def test_who_finds_no_place_waits_for_one(terms: RegistrationSettings) -> None:
    outcomes = [ask(terms, name) for name in ("ada", "bo", "cy")]

    assert [outcome.state for outcome in outcomes] == ["confirmed", "confirmed", "waiting"]
    assert all(outcome.is_kept for outcome in outcomes)
    assert (row("cy").waiting_since, kinds("cy")) == (NOW, ["registered", "waiting"])
    assert mails()[-1] == ("cy", "Waiting")
    assert "You are number 1 in the line." in Message.objects.get(to="cy@example.org").text


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


def test_registrations_of_a_workshop_that_is_not_public_any_more_bring_no_more_people(
    terms: RegistrationSettings,
) -> None:
    ask(terms, "ada")
    terms.workshop.archive(reason="Postponed")

    outcome = places.change(row("ada"), Details("ada", "", None, "", 2, ""), NOW)

    assert outcome.answer == Answer.CLOSED


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
