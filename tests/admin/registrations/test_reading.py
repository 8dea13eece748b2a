"""Organisers read who registered for their workshops, and nobody else does."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import User
from tests.admin.conftest import SignedIn
from tests.admin.registrations.conftest import LIST, TERMS, page
from tests.factories import QuestionFactory, RegistrationFactory
from workshops.registration import places
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db


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


def test_a_cancelled_day_is_shown(signed_in: SignedIn, registration: Registration) -> None:
    places.cancel(registration, timezone.now() - timedelta(days=1))

    text = signed_in("editor").get(page(registration)).content.decode()

    assert "cancelled" in text
