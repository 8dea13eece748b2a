"""The terms of registration: who writes them, and what no change to them takes away."""

from typing import Any

import pytest

from clusterix.curation.models import Partner
from tests.admin.conftest import SignedIn
from tests.admin.registrations.conftest import TERMS
from tests.factories import (
    AudienceCategoryFactory,
    ConsentTextFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db


def no_rows(*prefixes: str) -> dict[str, int]:
    """Tables in a form that hold nothing."""
    counts = ("TOTAL_FORMS", "INITIAL_FORMS")
    return {f"{prefix}-{count}": 0 for prefix in prefixes for count in counts}


def form(terms: RegistrationSettings, **others: object) -> dict[str, Any]:
    """The form of terms, as it stands in a browser."""
    entry = terms.workshop
    entry.refresh_from_db()
    opens, closes = terms.opens_at, terms.closes_at
    fields = {
        "opens_at_0": f"{opens:%Y-%m-%d}",
        "opens_at_1": f"{opens:%H:%M:%S}",
        "closes_at_0": f"{closes:%Y-%m-%d}",
        "closes_at_1": f"{closes:%H:%M:%S}",
        "capacity": 10,
        "max_party_size": 4,
        "consent": terms.consent.pk,
        "contact_email": "host@agency.example",
        "retention_days": 90,
        "offer_hours": 48,
        "reminder_days": "7,1",
        **no_rows("quotas", "questions"),
        "reason": "More room",
        "version": entry.version,
    }
    return fields | others


def address(terms: RegistrationSettings) -> str:
    return f"{TERMS}{terms.pk}/change/"


def test_an_organiser_changes_the_terms_with_a_reason(
    signed_in: SignedIn, terms: RegistrationSettings
) -> None:
    client = signed_in("publisher")

    response = client.post(address(terms), form(terms, capacity=64))

    assert response.status_code == 302
    terms.refresh_from_db()
    assert terms.capacity == 64
    latest = terms.workshop.history.latest()
    assert latest.history_change_reason == "More room"


def rows(prefix: str, *forms: dict[str, object]) -> dict[str, object]:
    """New rows of a table in a form."""
    fields = {
        f"{prefix}-{n}-{name}": value for n, row in enumerate(forms) for name, value in row.items()
    }
    return fields | {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": 0}


def test_an_organiser_sets_limits_and_asks_questions(
    signed_in: SignedIn, terms: RegistrationSettings
) -> None:
    category = AudienceCategoryFactory.create()
    question = {"position": 1, "text": "A diet?", "kind": "text", "asked": "at-sign-up"}
    more = rows("quotas", {"audience": category.pk, "places": 3}) | rows("questions", question)

    response = signed_in("publisher").post(address(terms), form(terms, **more))

    assert response.status_code == 302
    assert [(row.audience, row.places) for row in terms.quotas.all()] == [(category, 3)]
    assert [row.text for row in terms.questions.all()] == ["A diet?"]


@pytest.mark.parametrize("held", [1, 2])
def test_a_limit_is_not_below_who_comes_already(
    signed_in: SignedIn, terms: RegistrationSettings, held: int
) -> None:
    category = AudienceCategoryFactory.create()
    RegistrationFactory.create(workshop=terms.workshop, audience=category, party_size=held)
    more = rows("quotas", {"audience": category.pk, "places": 0})

    response = signed_in("publisher").post(address(terms), form(terms, **more))

    places_taken = "1 place of this" if held == 1 else "2 places of this"
    assert places_taken in response.content.decode()
    assert not terms.quotas.exists()


def test_a_limit_without_a_number_or_for_new_terms_is_no_error_of_ours(
    signed_in: SignedIn, terms: RegistrationSettings
) -> None:
    category = AudienceCategoryFactory.create()
    more = rows("quotas", {"audience": category.pk, "places": ""})

    response = signed_in("publisher").post(address(terms), form(terms, **more))

    assert "This field is required." in response.content.decode()


def test_places_that_are_added_are_offered_with_the_change(
    signed_in: SignedIn, terms: RegistrationSettings
) -> None:
    waiting = RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    response = signed_in("publisher").post(address(terms), form(terms, capacity=11))

    assert response.status_code == 302
    waiting.refresh_from_db()
    assert waiting.state == "offered"


def test_misgivings_about_the_terms_are_shown(
    signed_in: SignedIn, terms: RegistrationSettings
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, state="pending")

    text = signed_in("publisher").get(address(terms)).content.decode()

    assert "1 registration waits for your approval." in text


def test_who_would_lose_a_place_is_named(signed_in: SignedIn, terms: RegistrationSettings) -> None:
    for name in ("Ada", "Bo", "Cy"):
        RegistrationFactory.create(workshop=terms.workshop, name=name)

    refused = signed_in("publisher").post(address(terms), form(terms, capacity=1))

    assert "The last who registered: Cy, Bo." in refused.content.decode()


def test_a_place_that_was_confirmed_is_never_taken_back(
    signed_in: SignedIn, terms: RegistrationSettings, registration: Registration
) -> None:
    client = signed_in("publisher")

    refused = client.post(address(terms), form(terms, capacity=1))
    allowed = client.post(address(terms), form(terms, capacity=2))
    unlimited = client.post(address(terms), form(terms, capacity=""))

    assert "2 places are confirmed already. Offer as many at least." in refused.content.decode()
    assert (refused.status_code, allowed.status_code, unlimited.status_code) == (200, 302, 302)
    terms.refresh_from_db()
    assert terms.capacity is None


def test_terms_are_written_for_a_workshop_of_ones_own(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    ours, theirs = (WorkshopFactory.create(owner=owner) for owner in (agency, rival))
    terms = RegistrationSettingsFactory.build(workshop=ours, consent=ConsentTextFactory.create())
    client = signed_in("publisher")

    refused = client.post(f"{TERMS}add/", form(terms, workshop=theirs.pk))
    nowhere = client.post(f"{TERMS}add/", form(terms, workshop=""))
    made = client.post(f"{TERMS}add/", form(terms, workshop=ours.pk))

    assert (refused.status_code, nowhere.status_code, made.status_code) == (200, 200, 302)
    assert RegistrationSettings.objects.get().workshop == ours


@pytest.mark.parametrize(("role", "status"), [("rival", 302), ("publisher", 200)])
def test_terms_are_their_organisers(
    signed_in: SignedIn, terms: RegistrationSettings, role: str, status: int
) -> None:
    response = signed_in(role).get(address(terms))

    assert response.status_code == status
    assert ("Ours" in response.content.decode()) == (status == 200)


def test_terms_stay_while_somebody_is_registered(
    signed_in: SignedIn, terms: RegistrationSettings, registration: Registration
) -> None:
    client = signed_in("publisher")
    unused = RegistrationSettingsFactory.create(workshop__owner=terms.workshop.owner)

    answers = [
        client.post(f"{TERMS}{row.pk}/delete/", {"post": "yes"}).status_code
        for row in (terms, unused)
    ]

    assert answers == [403, 302]
    assert list(RegistrationSettings.objects.all()) == [terms]


def test_the_list_of_terms_says_how_many_places_are_taken(
    signed_in: SignedIn, registration: Registration
) -> None:
    text = signed_in("editor").get(TERMS).content.decode()

    assert '<td class="field-taken">2</td>' in text


def test_closing_time_has_its_hint(signed_in: SignedIn, terms: RegistrationSettings) -> None:
    text = signed_in("publisher").get(address(terms)).content.decode()

    assert text.count("By the clock of the workshop's place.") == 2
