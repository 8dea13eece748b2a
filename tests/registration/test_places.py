from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from clusterix.mail.models import Message
from tests.factories import (
    AudienceCategoryFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import places
from workshops.registration.models import (
    Registration,
    RegistrationEvent,
    RegistrationSettings,
    State,
)
from workshops.registration.places import Answer, Application, BusyError, Details

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ALONE = Details(
    name="Ada Andersson", organisation="", audience=None, country="SE", party_size=1, needs=""
)


def ask(terms: RegistrationSettings, email: str = "ada@example.org", **details: Any) -> Application:
    """An application by somebody."""
    return Application(
        details=replace(ALONE, **details),
        email=email,
        language="en",
        consent=terms.consent,
        idempotency_key=uuid4(),
    )


def register(terms: RegistrationSettings, application: Application | None = None) -> Answer:
    """The answer to an application now."""
    return places.register(terms.workshop, application or ask(terms), NOW).answer


def set_terms(terms: RegistrationSettings, **fields: object) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(**fields)


def kinds(registration: Registration) -> list[str]:
    return list(registration.events.order_by("pk").values_list("kind", flat=True))


def test_a_place_is_confirmed_with_its_consent_its_event_and_its_mail(
    terms: RegistrationSettings,
) -> None:
    audience = AudienceCategoryFactory.create()
    application = ask(terms, organisation="Agency", audience=audience, needs="a diet")

    outcome = places.register(terms.workshop, application, NOW)

    assert (outcome.answer, outcome.is_kept) == (Answer.KEPT, True)
    registration = Registration.objects.get()
    assert registration.state == State.CONFIRMED
    told = (registration.name, registration.email, registration.organisation, registration.needs)
    assert told == ("Ada Andersson", "ada@example.org", "Agency", "a diet")
    assert (registration.consent, registration.consented_at) == (terms.consent, NOW)
    assert (registration.audience, registration.created_at) == (audience, NOW)
    assert kinds(registration) == ["registered"]
    assert Message.objects.get().to == "ada@example.org"


def test_the_same_form_again_gets_the_same_answer_and_no_second_row(
    terms: RegistrationSettings,
) -> None:
    application = ask(terms)
    set_terms(terms, capacity=1)

    answers = [register(terms, application) for _ in range(3)]

    assert answers == [Answer.KEPT, Answer.REPEATED, Answer.REPEATED]
    assert places.Outcome(Answer.REPEATED).is_kept
    assert (Registration.objects.count(), Message.objects.count()) == (1, 1)


def test_a_form_that_was_used_for_other_details_is_refused(terms: RegistrationSettings) -> None:
    application = ask(terms)
    register(terms, application)

    changed = [
        replace(application, email="eve@example.org"),
        replace(application, details=replace(ALONE, name="Eve")),
    ]

    assert [register(terms, other) for other in changed] == 2 * [Answer.FORM_USED]
    other_workshop = RegistrationSettingsFactory.create()
    assert register(other_workshop, application) == Answer.FORM_USED
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("opens_in", "closes_in", "answer"),
    [
        (1, 2, Answer.NOT_YET_OPEN),
        (-2, -1, Answer.CLOSED),
        (-1, 1, Answer.KEPT),
    ],
)
def test_places_are_given_only_while_registration_is_open(
    terms: RegistrationSettings, opens_in: int, closes_in: int, answer: Answer
) -> None:
    set_terms(
        terms, opens_at=NOW + timedelta(days=opens_in), closes_at=NOW + timedelta(days=closes_in)
    )

    assert register(terms) == answer


def test_a_full_workshop_takes_nobody_and_tells_nobody_who_is_registered(
    terms: RegistrationSettings,
) -> None:
    set_terms(terms, capacity=1)
    register(terms, ask(terms, "ada@example.org"))

    answers = [register(terms, ask(terms, who)) for who in ("ada@example.org", "bo@example.org")]

    assert answers == [Answer.FULL, Answer.FULL]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("party_size", "answer"),
    [(2, Answer.KEPT), (3, Answer.NOT_ENOUGH_PLACES), (5, Answer.PARTY_TOO_LARGE)],
)
def test_a_group_comes_whole_or_not_at_all(
    terms: RegistrationSettings, party_size: int, answer: Answer
) -> None:
    set_terms(terms, capacity=2, max_party_size=4)

    assert register(terms, ask(terms, party_size=party_size)) == answer
    assert Registration.objects.places() == (2 if answer == Answer.KEPT else 0)


def test_without_a_capacity_everyone_comes(terms: RegistrationSettings) -> None:
    set_terms(terms, capacity=None)

    answers = [register(terms, ask(terms, f"a{n}@example.org")) for n in range(12)]

    assert set(answers) == {Answer.KEPT}


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_public_workshops_take_registrations(state: str) -> None:
    terms = RegistrationSettingsFactory.create(workshop=WorkshopFactory.create(state=state))

    assert register(terms) == Answer.NO_REGISTRATION


def test_a_workshop_without_terms_takes_no_registrations(terms: RegistrationSettings) -> None:
    workshop = WorkshopFactory.create()

    outcome = places.register(workshop, ask(terms), NOW)

    assert (outcome.answer, outcome.is_kept) == (Answer.NO_REGISTRATION, False)


def test_a_registered_address_gets_its_link_by_mail_and_not_a_second_place(
    terms: RegistrationSettings,
) -> None:
    register(terms, ask(terms, "Ada@example.org"))

    outcome = places.register(terms.workshop, ask(terms, "ada@EXAMPLE.org", name="Eve"), NOW)

    assert (outcome.answer, outcome.is_kept) == (Answer.ALREADY_REGISTERED, True)
    registration = Registration.objects.get()
    assert (registration.name, kinds(registration)) == (
        "Ada Andersson",
        ["registered", "link-sent"],
    )
    _confirmation, link = Message.objects.order_by("pk")
    assert link.to == "Ada@example.org"
    assert registration.get_absolute_url() in link.text
    assert "Eve" not in link.text


def test_links_go_to_an_address_once_an_hour_at_most(terms: RegistrationSettings) -> None:
    register(terms)

    for minutes in (0, 59, 60, 61):
        places.send_links("ada@example.org", NOW + timedelta(minutes=minutes))

    assert kinds(Registration.objects.get()) == ["registered", "link-sent", "link-sent"]


def test_links_go_out_for_each_workshop_that_is_not_over(terms: RegistrationSettings) -> None:
    over = RegistrationSettingsFactory.create(
        workshop__starts_on=(NOW - timedelta(days=2)).date(), opens_at=NOW - timedelta(days=9)
    )
    other = RegistrationSettingsFactory.create()
    for workshop in (terms.workshop, other.workshop, over.workshop):
        RegistrationFactory.create(workshop=workshop, email="ada@example.org")
    RegistrationFactory.create(
        email="ada@example.org", state="cancelled", cancelled_at=NOW - timedelta(days=1)
    )

    places.send_links(" ADA@example.org", NOW)
    places.send_links("nobody@example.org", NOW)

    subjects = sorted(Message.objects.values_list("subject", flat=True))
    expected = [f"Your registration: {row.workshop.title}" for row in (terms, other)]
    assert subjects == sorted(expected)


def registered(terms: RegistrationSettings, **fields: Any) -> Registration:
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop, name="Ada Andersson", country="SE", **fields
    )
    return row


def test_a_change_is_kept_noted_and_told(terms: RegistrationSettings) -> None:
    registration = registered(terms)
    details = replace(ALONE, name="Ada Berg")

    outcomes = [places.change(registration, details, NOW) for _ in range(2)]

    assert [outcome.answer for outcome in outcomes] == 2 * [Answer.CHANGED]
    registration.refresh_from_db()
    assert (registration.name, registration.revision) == ("Ada Berg", 1)
    assert kinds(registration) == ["changed"]
    assert Message.objects.get().subject == f"Changed: {terms.workshop.title}"


@pytest.mark.parametrize(
    ("people", "answer"),
    [
        (1, Answer.CHANGED),
        (3, Answer.CHANGED),
        (4, Answer.NOT_ENOUGH_PLACES),
        (5, Answer.PARTY_TOO_LARGE),
    ],
)
def test_more_people_need_as_many_places(
    terms: RegistrationSettings, people: int, answer: Answer
) -> None:
    set_terms(terms, capacity=4, max_party_size=4)
    registered(terms)
    registration = registered(terms, party_size=2)

    outcome = places.change(registration, replace(ALONE, party_size=people), NOW)

    assert outcome.answer == answer
    registration.refresh_from_db()
    assert registration.party_size == (people if answer == Answer.CHANGED else 2)


def test_after_closing_fewer_may_come_but_not_more(terms: RegistrationSettings) -> None:
    set_terms(terms, closes_at=NOW - timedelta(minutes=1), max_party_size=4)
    registration = registered(terms, party_size=2)

    answers = [
        places.change(registration, replace(ALONE, party_size=people), NOW).answer
        for people in (3, 1)
    ]

    assert answers == [Answer.CLOSED, Answer.CHANGED]


def test_a_full_workshop_takes_no_more_people(terms: RegistrationSettings) -> None:
    set_terms(terms, capacity=1, max_party_size=4)
    registration = registered(terms)

    outcome = places.change(registration, replace(ALONE, party_size=2), NOW)

    assert outcome.answer == Answer.FULL


def test_an_archived_workshop_takes_no_more_people(terms: RegistrationSettings) -> None:
    set_terms(terms, max_party_size=4)
    registration = registered(terms)
    terms.workshop.archive(reason="postponed")

    outcome = places.change(registration, replace(ALONE, party_size=2), NOW)

    assert outcome.answer == Answer.CLOSED


def test_cancelling_gives_the_places_up_and_is_told_once(terms: RegistrationSettings) -> None:
    set_terms(terms, capacity=1)
    registration = registered(terms)

    answers = [places.cancel(registration, NOW).answer for _ in range(2)]

    assert answers == 2 * [Answer.CANCELLED]
    registration.refresh_from_db()
    assert (registration.state, registration.cancelled_at, registration.revision) == (
        "cancelled",
        NOW,
        1,
    )
    assert kinds(registration) == ["cancelled"]
    assert Message.objects.get().subject == f"Cancelled: {terms.workshop.title}"
    assert register(terms) == Answer.KEPT


def test_who_cancelled_is_kept(terms: RegistrationSettings) -> None:
    registration = registered(terms)

    places.cancel(registration, NOW, by_organiser=True)

    assert kinds(registration) == ["cancelled-by-organiser"]


def test_a_cancelled_registration_does_not_change(terms: RegistrationSettings) -> None:
    registration = registered(terms)
    places.cancel(registration, NOW)

    assert places.change(registration, ALONE, NOW).answer == Answer.CLOSED


def test_nothing_changes_when_the_workshop_is_over(terms: RegistrationSettings) -> None:
    registration = registered(terms)
    later = terms.workshop.ends_at + timedelta(seconds=1)

    answers = [
        places.change(registration, replace(ALONE, name="Eve"), later).answer,
        places.cancel(registration, later).answer,
    ]

    assert answers == [Answer.CLOSED, Answer.CLOSED]
    registration.refresh_from_db()
    assert (registration.name, registration.state) == ("Ada Andersson", "confirmed")


@contextmanager
def other_process() -> Iterator[psycopg.Connection[Any]]:
    """A connection of somebody else's."""
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        yield other


@pytest.mark.django_db(transaction=True)
def test_who_cannot_get_a_turn_is_told_to_come_again(
    terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "100ms")
    with other_process() as other:
        other.execute("SELECT FROM registration_registrationsettings FOR UPDATE")

        with pytest.raises(BusyError):
            register(terms)
        other.rollback()

    assert not Registration.objects.exists()
    assert not Message.objects.exists()
    assert register(terms) == Answer.KEPT


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_asked_for_twice(terms: RegistrationSettings) -> None:
    tries = iter([timezone.now, None])

    def fails_first() -> str:
        if next(tries):
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE deadlock_detected; END $$")
        return "done"

    assert places.in_turn(terms.workshop.pk, fails_first) == "done"


@pytest.mark.django_db(transaction=True)
def test_other_faults_of_the_database_are_not_hidden(terms: RegistrationSettings) -> None:
    def fails() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    with pytest.raises(DatabaseError, match="division by zero"):
        places.in_turn(terms.workshop.pk, fails)


@pytest.mark.django_db(transaction=True)
def test_a_fault_on_the_way_leaves_nothing_behind(
    terms: RegistrationSettings, settings: Any
) -> None:
    settings.SITE_URL = None  # the mail cannot be written without it

    with pytest.raises(Exception):  # noqa: B017, PT011 (whatever it is)
        register(terms)

    assert not Registration.objects.exists()
    assert not RegistrationEvent.objects.exists()
    assert not Message.objects.exists()
