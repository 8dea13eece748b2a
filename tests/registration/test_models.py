from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from pytest_django.asserts import assertNumQueries

from tests.factories import (
    AudienceCategoryFactory,
    ConsentTextFactory,
    OfferFactory,
    QuestionFactory,
    QuotaFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.models import Workshop
from workshops.registration.models import (
    ConsentText,
    Quota,
    Registration,
    RegistrationEvent,
    RegistrationSettings,
    new_reference,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2030, 5, 1, 12, tzinfo=UTC)
Status = RegistrationSettings.Status


@pytest.mark.parametrize(
    ("fields", "constraint", "message"),
    [
        (
            {"opens_at": NOW, "closes_at": NOW},
            "registrationsettings_closes_after_opening",
            "Registration closes before it opens.",
        ),
        ({"capacity": 0}, "registrationsettings_has_places", "Offer one place at least."),
        (
            {"max_party_size": 0},
            "registrationsettings_party_size_in_bounds",
            "A group has between 1 and 50 people.",
        ),
        (
            {"max_party_size": 51},
            "registrationsettings_party_size_in_bounds",
            "A group has between 1 and 50 people.",
        ),
        (
            {"retention_days": 0},
            "registrationsettings_retention_in_bounds",
            "Names are kept between 1 and 730 days.",
        ),
        (
            {"retention_days": 731},
            "registrationsettings_retention_in_bounds",
            "Names are kept between 1 and 730 days.",
        ),
    ],
)
def test_terms_that_make_no_sense_are_refused(
    fields: dict[str, Any], constraint: str, message: str
) -> None:
    workshop = WorkshopFactory.create()
    consent = ConsentTextFactory.create()

    terms = RegistrationSettingsFactory.build(workshop=workshop, consent=consent, **fields)

    with pytest.raises(ValidationError) as refusal:
        terms.validate_constraints()
    assert message in refusal.value.messages
    with pytest.raises(IntegrityError, match=constraint):
        terms.save()


@pytest.mark.parametrize(
    ("fields", "constraint", "message"),
    [
        ({"state": "unknown"}, "registration_state_known", None),
        (
            {"party_size": 0},
            "registration_party_size_in_bounds",
            "A group has between 1 and 50 people.",
        ),
        (
            {"party_size": 51},
            "registration_party_size_in_bounds",
            "A group has between 1 and 50 people.",
        ),
        (
            {"cancelled_at": NOW},
            "registration_cancelled_has_date",
            "A registration has a day of cancelling if cancelled.",
        ),
        (
            {"state": "cancelled"},
            "registration_cancelled_has_date",
            "A registration has a day of cancelling if cancelled.",
        ),
        (
            {"name": ""},
            "registration_names_somebody_until_erased",
            "Give a name and an address.",
        ),
        (
            {"email": ""},
            "registration_names_somebody_until_erased",
            "Give a name and an address.",
        ),
        (
            {"erased_at": NOW},
            "registration_names_somebody_until_erased",
            "Give a name and an address.",
        ),
        (
            {"state": "waiting", "waiting_since": None},
            "registration_waits_since_a_moment",
            "Who waits does so since a moment.",
        ),
        (
            {"has_priority": True},
            "registration_priority_has_reason",
            "Say why somebody goes before the others.",
        ),
        (
            {"priority_reason": "Speaks"},
            "registration_priority_has_reason",
            "Say why somebody goes before the others.",
        ),
        ({"name": "Ada\r\nBcc: x"}, "registration_has_lines", "Write names on one line."),
        ({"organisation": "A\tB"}, "registration_has_lines", "Write names on one line."),
        ({"email": "a@b.se\n"}, "registration_has_lines", "Write names on one line."),
    ],
)
def test_registrations_that_make_no_sense_are_refused(
    terms: RegistrationSettings, fields: dict[str, Any], constraint: str, message: str | None
) -> None:
    registration = RegistrationFactory.build(workshop=terms.workshop, **fields)

    with pytest.raises(ValidationError) as refusal:
        registration.validate_constraints()
    assert message is None or message in refusal.value.messages
    with pytest.raises(IntegrityError, match=constraint):
        registration.save()


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@Example.org", " ada@example.org "])
def test_an_address_has_one_active_registration_for_a_workshop(
    terms: RegistrationSettings, email: str
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, email="Ada@example.org")
    another = RegistrationFactory.build(workshop=terms.workshop, email=email)

    with pytest.raises(ValidationError) as refusal:
        another.validate_constraints()
    assert refusal.value.messages == ["There is a registration with this address already."]
    with pytest.raises(IntegrityError, match="registration_one_active_for_each_address"):
        another.save()


def test_an_address_may_register_again_after_cancelling_and_for_other_workshops(
    terms: RegistrationSettings,
) -> None:
    RegistrationFactory.create(
        workshop=terms.workshop, email="ada@example.org", state="cancelled", cancelled_at=NOW
    )

    RegistrationFactory.create(workshop=terms.workshop, email="ada@example.org")
    RegistrationFactory.create(email="ada@example.org")

    assert Registration.objects.of(" ADA@example.org").count() == 3


@pytest.mark.parametrize("field", ["reference", "idempotency_key"])
def test_references_and_keys_are_used_once(terms: RegistrationSettings, field: str) -> None:
    first = RegistrationFactory.create(workshop=terms.workshop)

    with pytest.raises(IntegrityError, match=field):
        RegistrationFactory.create(workshop=terms.workshop, **{field: getattr(first, field)})


def test_a_reference_cannot_be_guessed() -> None:
    references = {new_reference() for _ in range(100)}

    assert len(references) == 100
    assert {len(reference) for reference in references} == {32}  # six bits each: 192


def test_events_are_of_a_known_kind(terms: RegistrationSettings) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop)

    with pytest.raises(IntegrityError, match="registrationevent_kind_known"):
        RegistrationEvent.objects.create(registration=registration, kind="forgotten", at=NOW)


def test_a_consent_text_stays_as_it_was_read() -> None:
    text = ConsentTextFactory.create(version="2030-1", text="I agree.")
    text.full_clean()

    text.text = "I agree to everything."

    with pytest.raises(ValidationError, match="Write a new version beside it"):
        text.full_clean()
    with pytest.raises(IntegrityError, match="A consent text does not change"):
        text.save()


def test_a_new_version_of_a_consent_text_is_another_row() -> None:
    ConsentTextFactory.create(version="2030-1")
    another = ConsentText(version="2030-2", text="I agree.")

    another.full_clean()
    another.save()

    assert str(another) == "2030-2"


def test_places_are_never_fewer_than_the_people_who_come(terms: RegistrationSettings) -> None:
    RegistrationFactory.create(workshop=terms.workshop, party_size=3)
    terms.capacity = 3
    terms.save()

    terms.capacity = 2

    with pytest.raises(IntegrityError, match="More places are confirmed than that"):
        terms.save()


def test_cancelled_registrations_hold_no_places(terms: RegistrationSettings) -> None:
    RegistrationFactory.create(workshop=terms.workshop, party_size=3)
    RegistrationFactory.create(
        workshop=terms.workshop, party_size=5, state="cancelled", cancelled_at=NOW
    )

    counted = RegistrationSettings.objects.get(pk=terms.pk)

    assert (counted.places_taken, counted.places_left) == (3, 7)
    assert terms.workshop.registrations.active().places() == 3
    assert Registration.objects.none().places() == 0


def test_without_a_capacity_nobody_counts_what_is_left(terms: RegistrationSettings) -> None:
    terms.capacity = None

    assert terms.places_left is None
    assert terms.status(terms.opens_at) == Status.OPEN


def test_registration_is_open_between_its_dates_while_there_are_places() -> None:
    workshop = WorkshopFactory.create(
        starts_on=date(2030, 6, 1), start_time="09:00", time_zone="Europe/Stockholm"
    )
    terms = RegistrationSettingsFactory.create(
        workshop=workshop, opens_at=NOW, closes_at=NOW + timedelta(days=10), capacity=1
    )
    second = timedelta(seconds=1)
    moments = [NOW - second, NOW, terms.closes_at - second, terms.closes_at]
    counted = RegistrationSettings.objects.get(pk=terms.pk)

    before = [counted.status(at=moment) for moment in moments]
    RegistrationFactory.create(workshop=workshop)
    counted = RegistrationSettings.objects.get(pk=terms.pk)
    after = [counted.status(at=moment) for moment in moments]

    assert before == [Status.NOT_YET_OPEN, Status.OPEN, Status.OPEN, Status.CLOSED]
    assert after == [Status.NOT_YET_OPEN, Status.FULL, Status.FULL, Status.CLOSED]


def test_registration_closes_with_the_workshop_at_the_latest() -> None:
    workshop = Workshop.unscoped.get(
        pk=WorkshopFactory.create(
            starts_on=date(2030, 5, 2), end_time="16:00", time_zone="Europe/Stockholm"
        ).pk
    )
    terms = RegistrationSettingsFactory.create(
        workshop=workshop, opens_at=NOW, closes_at=NOW + timedelta(days=90)
    )

    assert terms.last_moment == datetime(2030, 5, 2, 14, tzinfo=UTC)


@pytest.mark.parametrize("workshops", [1, 3])
def test_a_list_of_workshops_knows_its_places_from_one_query_more(workshops: int) -> None:
    for _ in range(workshops):
        RegistrationFactory.create(party_size=2)

    with assertNumQueries(2):
        loaded = Workshop.objects.prefetch_related("registration_settings")
        taken = [workshop.registration_settings.places_taken for workshop in loaded]

    assert taken == workshops * [2]


def test_names_go_when_their_time_has_come_and_sums_stay(terms: RegistrationSettings) -> None:
    registration = RegistrationFactory.create(
        workshop=terms.workshop,
        name="Ada",
        organisation="Agency",
        needs="a diet",
        country="SE",
        party_size=2,
        fingerprint="x",
    )
    reference = registration.reference
    over = datetime.combine(terms.workshop.ends_on, datetime.min.time(), UTC)
    early = over + timedelta(days=terms.retention_days)
    late = early + timedelta(days=1)

    before = list(Registration.objects.to_erase(early))
    after = list(Registration.objects.to_erase(late))
    registration.erase(late)

    assert (before, after) == ([], [registration])
    registration.refresh_from_db()
    kept = (registration.country, registration.party_size, registration.state)
    assert kept == ("SE", 2, "confirmed")
    gone = [registration.name, registration.email, registration.organisation, registration.needs]
    assert [*gone, registration.fingerprint] == ["", "", "", "", ""]
    assert registration.reference != reference
    assert not Registration.objects.to_erase(late).exists()


def test_the_erased_do_not_stand_in_each_others_way(terms: RegistrationSettings) -> None:
    registrations = RegistrationFactory.create_batch(2, workshop=terms.workshop)

    for registration in registrations:
        registration.erase(NOW)

    assert not Registration.objects.of("").exists()


def test_rows_are_named_without_telling_who_it_is(terms: RegistrationSettings) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop, name="Canary")
    event = RegistrationEvent.objects.create(
        registration=registration, kind="cancelled-by-organiser", at=NOW
    )

    assert str(registration) == f"#{registration.pk}"
    assert str(event) == "cancelled by the organiser"
    assert str(terms) == terms.workshop.title
    assert str(AudienceCategoryFactory.build(labels={"en": "Policy maker"})) == "Policy maker"


def test_the_newest_registration_comes_first(terms: RegistrationSettings) -> None:
    old, new = (
        RegistrationFactory.create(workshop=terms.workshop, created_at=NOW + timedelta(days=n))
        for n in range(2)
    )

    assert list(Registration.objects.newest_first()) == [new, old]


@pytest.mark.parametrize(
    ("fields", "constraint", "message"),
    [
        (
            {"made_at": NOW, "expires_at": NOW},
            "offer_stands_for_a_while",
            "An offer ends before it is made.",
        ),
        ({"answer": "accepted"}, "offer_answered_at_a_moment", "An answer has its moment."),
        ({"answered_at": NOW}, "offer_answered_at_a_moment", "An answer has its moment."),
        (
            {"answer": "perhaps", "answered_at": NOW},
            "offer_answered_at_a_moment",
            "An answer has its moment.",
        ),
    ],
)
def test_offers_that_make_no_sense_are_refused(
    fields: dict[str, Any], constraint: str, message: str
) -> None:
    offer = OfferFactory.build(registration=RegistrationFactory.create(), **fields)

    with pytest.raises(ValidationError, match=message):
        offer.validate_constraints()
    with pytest.raises(IntegrityError, match=constraint):
        offer.save()


def test_one_offer_at_a_time_waits_for_an_answer() -> None:
    offer = OfferFactory.create()

    assert str(offer) == f"#{offer.pk}"
    with pytest.raises(IntegrityError, match="offer_one_open_for_each_registration"):
        OfferFactory.create(registration=offer.registration)


def test_a_category_has_one_limit(terms: RegistrationSettings) -> None:
    quota = QuotaFactory.create(terms=terms, places=3)

    again = QuotaFactory.build(terms=terms, audience=quota.audience)

    assert str(quota) == f"{quota.audience}: 3"
    with pytest.raises(ValidationError, match="There is a limit for this category already"):
        again.validate_constraints()
    with pytest.raises(IntegrityError, match="quota_one_for_each_category"):
        again.save()


@pytest.mark.parametrize("state", ["confirmed", "offered", "attended", "no-show"])
def test_the_database_itself_gives_no_place_that_is_not_there(
    terms: RegistrationSettings, state: str
) -> None:
    terms.capacity = 2
    terms.save()
    RegistrationFactory.create(workshop=terms.workshop)

    with pytest.raises(IntegrityError, match="There are not so many places"):
        RegistrationFactory.create(workshop=terms.workshop, state=state, party_size=2)


@pytest.mark.parametrize("change", [{"state": "confirmed"}, {"party_size": 3}])
def test_nor_does_it_let_anybody_take_one_later(
    terms: RegistrationSettings, change: dict[str, object]
) -> None:
    terms.capacity = 2
    terms.save()
    RegistrationFactory.create(workshop=terms.workshop, party_size=2)
    waiting = RegistrationFactory.create(workshop=terms.workshop, state="waiting")
    changed = Registration.objects.filter(pk=waiting.pk if "state" in change else waiting.pk - 1)

    with pytest.raises(IntegrityError, match="There are not so many places"):
        changed.update(**change)


def test_the_database_holds_to_the_limits_of_categories(terms: RegistrationSettings) -> None:
    quota = QuotaFactory.create(terms=terms, places=1)
    other = RegistrationFactory.create(workshop=terms.workshop)
    RegistrationFactory.create(workshop=terms.workshop, audience=quota.audience)

    with transaction.atomic(), pytest.raises(IntegrityError, match="for that category"):
        RegistrationFactory.create(workshop=terms.workshop, audience=quota.audience)
    with transaction.atomic(), pytest.raises(IntegrityError, match="for that category"):
        Registration.objects.filter(pk=other.pk).update(audience=quota.audience)
    with transaction.atomic(), pytest.raises(IntegrityError, match="More places are confirmed"):
        Quota.objects.filter(pk=quota.pk).update(places=0)


def test_terms_are_copied_with_their_limits_and_questions(terms: RegistrationSettings) -> None:
    quota = QuotaFactory.create(terms=terms)
    question = QuestionFactory.create(terms=terms, text="A diet?")
    next_one = WorkshopFactory.create(starts_on=terms.workshop.starts_on + timedelta(days=365))
    source = RegistrationSettings.objects.select_related("workshop").get(pk=terms.pk)

    source.copy_to(next_one)

    copied = RegistrationSettings.objects.get(workshop=next_one)
    assert [(row.audience, row.places) for row in copied.quotas.all()] == [(quota.audience, 2)]
    assert [row.text for row in copied.questions.all()] == ["A diet?"]
    assert list(terms.questions.values_list("pk", flat=True)) == [question.pk]
