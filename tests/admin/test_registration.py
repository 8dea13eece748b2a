from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Partner, User
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.factories import (
    AudienceCategoryFactory,
    ConsentTextFactory,
    QuestionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import places, registration_admin
from workshops.registration.models import ConsentText, Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

LIST = "/admin/registration/registration/"
TERMS = "/admin/registration/registrationsettings/"


@pytest.fixture
def terms(agency: Partner) -> RegistrationSettings:
    workshop = WorkshopFactory.create(owner=agency, title="Ours")
    made: RegistrationSettings = RegistrationSettingsFactory.create(workshop=workshop)
    return made


@pytest.fixture
def registration(terms: RegistrationSettings) -> Registration:
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop, name="Ada Andersson", email="ada@example.org", party_size=2
    )
    row.events.create(kind="registered", at=timezone.now())
    return row


def page(row: Registration, view: str = "change") -> str:
    return reverse(f"admin:registration_registration_{view}", args=[row.pk])


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


@pytest.mark.parametrize(
    ("role", "status"),
    [("editor", 200), ("publisher", 200), ("secretariat", 200), ("rival", 302), ("visitor", 302)],
)
@pytest.mark.parametrize("view", ["change", "cancel"])
def test_only_the_organisers_see_who_registered(
    signed_in: SignedIn, registration: Registration, role: str, status: int, view: str
) -> None:
    client = signed_in(role)
    expected = 404 if (role, view) == ("rival", "cancel") else status

    response = client.get(page(registration, view))

    assert response.status_code == expected
    assert ("Ada Andersson" in response.content.decode()) == (status == 200)


@pytest.mark.parametrize(
    "query", ["", "?q=ada", "?state__exact=confirmed", "?o=1", "?workshop__id__exact={workshop}"]
)
def test_a_rivals_lists_and_filters_tell_nothing(
    signed_in: SignedIn, registration: Registration, query: str
) -> None:
    client = signed_in("rival")

    response = client.get(LIST + query.format(workshop=registration.workshop_id))

    text = response.content.decode()
    assert [word in text for word in ("Ada", "ada@example.org", "Ours")] == [False, False, False]


@pytest.mark.parametrize("lookup", ["email__startswith=a", "reference__startswith=a"])
def test_query_strings_ask_for_nothing_else(
    signed_in: SignedIn, registration: Registration, lookup: str
) -> None:
    response = signed_in("editor").get(f"{LIST}?{lookup}")

    assert response.status_code == 400


def test_organisers_read_a_registration_with_what_happened_to_it(
    signed_in: SignedIn, registration: Registration
) -> None:
    text = signed_in("editor").get(page(registration)).content.decode()

    assert [word in text for word in ("Ada Andersson", "ada@example.org", "Ours")] == 3 * [True]
    assert "registered" in text
    assert registration.reference not in text
    assert "_save" not in text


def test_nobody_adds_changes_or_deletes_registrations_here(
    signed_in: SignedIn, registration: Registration
) -> None:
    client = signed_in("secretariat")

    answers = [
        client.get(f"{LIST}add/").status_code,
        client.post(page(registration), {"name": "Eve"}).status_code,
        client.post(page(registration, "delete"), {"post": "yes"}).status_code,
    ]

    assert answers == [403, 403, 403]
    registration.refresh_from_db()
    assert registration.name == "Ada Andersson"


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_take_as_many_queries_for_many_rows_as_for_one(
    client: Client, terms: RegistrationSettings, editor: User, rows: int
) -> None:
    RegistrationFactory.create_batch(rows, workshop=terms.workshop)
    client.force_login(editor)

    with assertNumQueries(9):
        client.get(LIST)
    with assertNumQueries(8):
        client.get(TERMS)


def test_an_organiser_cancels_and_the_person_is_told(
    signed_in: SignedIn, registration: Registration
) -> None:
    client = signed_in("editor")

    assert page(registration, "cancel") in client.get(page(registration)).content.decode()
    asked = client.get(page(registration, "cancel"))
    done = client.post(page(registration, "cancel"))

    assert "holds 2 places" in asked.content.decode()
    assert (done.status_code, done["Location"]) == (302, page(registration))
    registration.refresh_from_db()
    assert registration.state == "cancelled"
    kinds = registration.events.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["registered", "cancelled-by-organiser"]
    assert Message.objects.get().subject == "Cancelled: Ours"
    after = client.get(page(registration)).content.decode()
    assert "Cancelled; a mail tells them so." in after
    assert page(registration, "cancel") not in after


def test_what_is_cancelled_cannot_be_cancelled_again(
    signed_in: SignedIn, registration: Registration
) -> None:
    places.cancel(registration, timezone.now())

    response = signed_in("editor").post(page(registration, "cancel"))

    assert response.status_code == 403
    assert Message.objects.count() == 1


def test_a_cancellation_from_another_site_is_refused(
    editor: User, registration: Registration
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)

    assert client.post(page(registration, "cancel")).status_code == 403
    registration.refresh_from_db()
    assert registration.is_active


@pytest.mark.django_db(transaction=True)
def test_when_many_register_at_once_cancelling_is_tried_again(
    signed_in: SignedIn, registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")
    client = signed_in("editor")
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        other.execute("SELECT FROM registration_registrationsettings FOR UPDATE")

        response = client.post(page(registration, "cancel"), follow=True)
        other.rollback()

    assert "Nothing is lost" in response.content.decode()
    registration.refresh_from_db()
    assert registration.is_active


@pytest.mark.parametrize(
    ("verb", "states", "told"),
    [
        ("approve", ("pending", "confirmed"), "Approved; a mail tells them so."),
        ("refuse", ("pending", "declined"), "Refused; a mail tells them so."),
        ("prioritise", ("waiting", "waiting"), "First in the line from now on."),
    ],
)
def test_organisers_decide_about_registrations(
    signed_in: SignedIn, terms: RegistrationSettings, verb: str, states: tuple[str, str], told: str
) -> None:
    before, after = states
    row = RegistrationFactory.create(workshop=terms.workshop, state=before)
    client = signed_in("editor")

    offered = client.get(page(row)).content.decode()
    asked = client.get(page(row, verb))
    done = client.post(page(row, verb), {"reason": "Speaks on the day"}, follow=True)

    assert page(row, verb) in offered
    assert (asked.status_code, told in done.content.decode()) == (200, True)
    row.refresh_from_db()
    assert row.state == after
    assert row.priority_reason == ("Speaks on the day" if verb == "prioritise" else "")


def test_priority_needs_a_reason(signed_in: SignedIn, terms: RegistrationSettings) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    response = signed_in("editor").post(page(row, "prioritise"), {"reason": " "})

    assert "This field is required." in response.content.decode()
    row.refresh_from_db()
    assert not row.has_priority


@pytest.mark.parametrize("verb", ["approve", "refuse", "prioritise"])
def test_rivals_decide_about_nobody(
    signed_in: SignedIn, terms: RegistrationSettings, verb: str
) -> None:
    state = "waiting" if verb == "prioritise" else "pending"
    row = RegistrationFactory.create(workshop=terms.workshop, state=state)

    response = signed_in("rival").post(page(row, verb), {"reason": "Mine"})

    assert response.status_code == 404
    row.refresh_from_db()
    assert (row.state, row.has_priority) == (state, False)


@pytest.mark.parametrize(
    ("has_waiting_list", "state", "told"),
    [
        (True, "waiting", "they wait for one now"),
        (False, "pending", "No place is left. Offer more"),
    ],
)
def test_whom_there_is_no_place_for_is_not_let_in(
    signed_in: SignedIn,
    terms: RegistrationSettings,
    has_waiting_list: bool,
    state: str,
    told: str,
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state="pending")
    RegistrationFactory.create(workshop=terms.workshop)
    RegistrationSettings.objects.update(capacity=1, has_waiting_list=has_waiting_list)

    done = signed_in("editor").post(page(row, "approve"), follow=True)

    assert told in done.content.decode()
    row.refresh_from_db()
    assert row.state == state


def test_of_two_organisers_who_decide_the_second_is_told(
    signed_in: SignedIn, terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = RegistrationFactory.create(workshop=terms.workshop, state="pending")
    approve = places.approve

    def after_another(registration: Registration, at: Any) -> places.Outcome:
        places.refuse(registration, at)
        return approve(registration, at)

    step = replace(registration_admin.STEPS["approve"], action=after_another)
    monkeypatch.setitem(registration_admin.STEPS, "approve", step)

    done = signed_in("editor").post(page(row, "approve"), follow=True)

    assert "Somebody was faster" in done.content.decode()
    row.refresh_from_db()
    assert row.state == "declined"


def test_organisers_read_answers_in_order(
    signed_in: SignedIn, terms: RegistrationSettings, registration: Registration
) -> None:
    second = QuestionFactory.create(terms=terms, text="A diet?", kind="yes-no", position=2)
    first = QuestionFactory.create(terms=terms, text="From where?", position=1)
    registration.answers.create(question=second, text="yes")
    registration.answers.create(question=first, text="Lund")

    text = signed_in("editor").get(page(registration)).content.decode()

    assert text.index("From where?") < text.index("Lund") < text.index("A diet?")
    assert text.index("A diet?") < text.index("Yes", text.index("A diet?"))


def test_user_text_never_runs(signed_in: SignedIn, terms: RegistrationSettings) -> None:
    canary = "<script>alert(1)</script>"
    row = RegistrationFactory.create(
        workshop=terms.workshop, name=canary, organisation=canary, needs=canary
    )
    client = signed_in("editor")

    pages = [client.get(address) for address in (LIST, page(row), page(row, "cancel"))]

    assert not any(b"<script>alert" in response.content for response in pages)
    assert [b"&lt;script&gt;alert(1)" in response.content for response in pages] == 3 * [True]


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


@pytest.mark.parametrize(("role", "status"), [("publisher", 403), ("secretariat", 200)])
def test_texts_and_audiences_are_the_secretariats(
    signed_in: SignedIn, role: str, status: int
) -> None:
    AudienceCategoryFactory.create()
    client = signed_in(role)

    answers = {
        client.get(f"/admin/registration/{kind}/").status_code
        for kind in ("consenttext", "audiencecategory")
    }

    assert answers == {status}


def test_a_consent_text_is_written_once(signed_in: SignedIn) -> None:
    client = signed_in("secretariat")
    fields = {"version": "2030-1", "text": "I agree."}

    made = client.post("/admin/registration/consenttext/add/", fields)
    text = ConsentText.objects.get()
    changed = client.post(
        f"/admin/registration/consenttext/{text.pk}/change/", fields | {"text": "More."}
    )

    assert (made.status_code, changed.status_code) == (302, 403)
    text.refresh_from_db()
    assert text.text == "I agree."


def test_closing_time_has_its_hint(signed_in: SignedIn, terms: RegistrationSettings) -> None:
    text = signed_in("publisher").get(address(terms)).content.decode()

    assert text.count("By the clock of the workshop's place.") == 2


def test_a_cancelled_day_is_shown(signed_in: SignedIn, registration: Registration) -> None:
    places.cancel(registration, timezone.now() - timedelta(days=1))

    text = signed_in("editor").get(page(registration)).content.decode()

    assert "cancelled" in text
