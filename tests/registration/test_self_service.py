from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test import Client
from pytest_django.asserts import assertNumQueries

from clusterix.mail.models import Message
from tests.factories import (
    AudienceCategoryFactory,
    OfferFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import places, views
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

PAGES = ["", "change/", "cancel/", "erase/", "calendar.ics"]


@pytest.fixture
def registration(terms: RegistrationSettings) -> Registration:
    RegistrationSettings.objects.filter(pk=terms.pk).update(max_party_size=4, capacity=5)
    row: Registration = RegistrationFactory.create(
        workshop=terms.workshop,
        name="Ada Andersson",
        email="ada@example.org",
        organisation="Agency of Skåne",
        audience=AudienceCategoryFactory.create(labels={"en": "Policy maker"}),
        country="SE",
        party_size=2,
        needs="A ramp,\nplease",
    )
    return row


@pytest.fixture
def address(registration: Registration) -> str:
    return registration.get_absolute_url()


def details(**others: object) -> dict[str, object]:
    """The fields of the form to change a registration."""
    return {"name": "Ada Andersson", "country": "SE", "party_size": 2} | others


def test_whoever_has_the_link_sees_what_was_registered(client: Client, address: str) -> None:
    page = client.get(address).content.decode()

    for told in ("Ada Andersson", "ada@example.org", "Agency of Skåne", "Policy maker", "Sweden"):
        assert told in page
    assert "A ramp,<br>please" in page
    assert [f"{address}{way}" in page for way in PAGES] == 5 * [True]


def test_what_was_not_told_is_not_shown(client: Client) -> None:
    registration = RegistrationFactory.create()

    page = client.get(registration.get_absolute_url()).content.decode()

    assert [word in page for word in ("Organisation</dt>", "Country</dt>", "What we should")] == [
        False,
        False,
        False,
    ]


@pytest.mark.parametrize("page", PAGES)
def test_no_cache_no_index_and_no_referrer_keeps_the_link(
    client: Client, address: str, page: str
) -> None:
    response = client.get(address + page)

    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    has_form = page in ("change/", "cancel/", "erase/")
    assert response["Referrer-Policy"] == ("strict-origin" if has_form else "no-referrer")


@pytest.mark.parametrize("page", PAGES)
def test_another_reference_opens_nothing(
    client: Client, registration: Registration, page: str
) -> None:
    guesses = [registration.reference[:-1], registration.reference.swapcase(), str(registration.pk)]

    answers = [client.get(f"/registrations/{guess}/{page}").status_code for guess in guesses]

    assert answers == [404, 404, 404]


@pytest.mark.parametrize("page", PAGES)
def test_an_erased_registration_is_gone(
    client: Client, registration: Registration, address: str, page: str
) -> None:
    registration.erase(registration.created_at)

    answers = [client.get(way + page) for way in (address, registration.get_absolute_url())]

    assert [answer.status_code for answer in answers] == [404, 404]


@pytest.mark.parametrize(
    ("page", "queries"),
    [("", 3), ("change/", 5), ("cancel/", 1), ("erase/", 1), ("calendar.ics", 1)],
)
@pytest.mark.parametrize("others", [1, 3])
def test_pages_take_as_many_queries_for_many_registrations_as_for_one(
    client: Client, registration: Registration, page: str, queries: int, others: int
) -> None:
    RegistrationFactory.create_batch(others, workshop=registration.workshop)

    with assertNumQueries(queries):
        client.get(registration.get_absolute_url() + page)


def test_a_change_is_saved_told_and_seen(
    client: Client, registration: Registration, address: str
) -> None:
    response = client.post(f"{address}change/", details(name="Ada Berg", party_size=4, needs="x"))

    assert (response.status_code, response["Location"]) == (303, f"{address}?saved")
    registration.refresh_from_db()
    assert (registration.name, registration.party_size, registration.needs) == ("Ada Berg", 4, "x")
    assert (registration.organisation, registration.audience) == ("", None)
    assert "Your changes are saved." in client.get(response["Location"]).content.decode()
    assert not client.cookies
    assert Message.objects.get().subject.startswith("Changed:")


def test_the_address_of_the_mails_does_not_change(
    client: Client, registration: Registration, address: str
) -> None:
    client.post(f"{address}change/", details(email="eve@example.org", state="cancelled"))

    registration.refresh_from_db()
    assert (registration.email, registration.state) == ("ada@example.org", "confirmed")


def test_a_change_that_cannot_be_is_said_and_nothing_typed_is_lost(
    client: Client, registration: Registration, address: str
) -> None:
    RegistrationFactory.create_batch(2, workshop=registration.workshop)

    missing = client.post(f"{address}change/", details(name="", needs="kept"))
    too_many = client.post(f"{address}change/", details(party_size=4, needs="kept"))

    assert (missing.status_code, too_many.status_code) == (422, 409)
    assert "Only 1 place is left." in too_many.content.decode()
    assert all(">\nkept</textarea>" in page.content.decode() for page in (missing, too_many))
    registration.refresh_from_db()
    assert (registration.name, registration.party_size) == ("Ada Andersson", 2)


@pytest.mark.parametrize(
    ("terms_change", "message"),
    [
        ({"capacity": 2}, "No place is left for more people."),
        ({"closes_at": "2000-01-02T00:00Z", "opens_at": "2000-01-01T00:00Z"}, "but not more"),
    ],
)
def test_why_no_more_people_can_come(
    client: Client,
    registration: Registration,
    address: str,
    terms_change: dict[str, Any],
    message: str,
) -> None:
    RegistrationSettings.objects.update(**terms_change)

    response = client.post(f"{address}change/", details(party_size=3))

    assert response.status_code == 409
    assert message in response.content.decode()


def test_a_registration_keeps_its_people_although_groups_are_smaller_now(
    client: Client, registration: Registration, address: str
) -> None:
    RegistrationSettings.objects.update(max_party_size=1)

    response = client.post(f"{address}change/", details(name="Ada Berg"))

    assert response.status_code == 303
    registration.refresh_from_db()
    assert registration.party_size == 2


def test_cancelling_asks_first_and_then_gives_the_places_up(
    client: Client, registration: Registration, address: str
) -> None:
    asked = client.get(f"{address}cancel/")
    response = client.post(f"{address}cancel/")

    assert "Your 2 places go to others." in asked.content.decode()
    assert (response.status_code, response["Location"]) == (303, address)
    registration.refresh_from_db()
    assert registration.state == "cancelled"
    page = client.get(address).content.decode()
    assert "You can register again" in page
    assert f"{address}cancel/" not in page


@pytest.mark.parametrize("page", ["change/", "cancel/"])
def test_what_is_cancelled_cannot_be_changed(
    client: Client, registration: Registration, address: str, page: str
) -> None:
    client.post(f"{address}cancel/")

    answers = [client.get(address + page), client.post(address + page, details(name="Eve"))]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == 2 * [(302, address)]
    registration.refresh_from_db()
    assert registration.name == "Ada Andersson"
    assert Message.objects.count() == 1


def test_after_the_workshop_there_is_nothing_to_change(
    client: Client, registration: Registration, address: str
) -> None:
    with time_machine.travel(registration.workshop.ends_at + timedelta(minutes=1), tick=False):
        page = client.get(address).content.decode()
        answer = client.post(f"{address}cancel/")

    assert "The workshop is over" in page
    assert answer.status_code == 302
    registration.refresh_from_db()
    assert registration.is_active


def test_whoever_registered_can_have_it_erased_at_once(
    client: Client, registration: Registration, address: str
) -> None:
    Message.objects.create(to="ADA@example.org", sent_at=registration.created_at)
    others = [
        Message.objects.create(to="ada@example.org"),
        Message.objects.create(to="bo@example.org", sent_at=registration.created_at),
    ]

    asked = client.get(f"{address}erase/")
    response = client.post(f"{address}erase/")

    assert "This cannot be undone." in asked.content.decode()
    assert (response.status_code, response["Location"]) == (303, "/registrations/erased/")
    assert "It is erased" in client.get(response["Location"]).content.decode()
    assert client.get(address).status_code == 404
    registration.refresh_from_db()
    kept = (registration.name, registration.email, registration.state, registration.country)
    assert kept == ("", "", "cancelled", "SE")
    events = registration.events.order_by("pk").values_list("kind", flat=True)
    assert list(events) == ["cancelled", "erased"]
    assert list(Message.objects.order_by("pk")) == others


def test_erasing_after_the_workshop_leaves_the_sums_as_they_are(
    client: Client, registration: Registration, address: str
) -> None:
    with time_machine.travel(registration.workshop.ends_at + timedelta(minutes=1), tick=False):
        client.post(f"{address}erase/")

    registration.refresh_from_db()
    assert (registration.name, registration.state) == ("", "confirmed")


def test_an_archived_workshop_keeps_its_registrations_reachable(
    client: Client, registration: Registration, address: str
) -> None:
    registration.workshop.archive(reason="postponed")

    page = client.get(address).content.decode()
    answer = client.post(f"{address}cancel/")

    assert registration.workshop.get_absolute_url() not in page.replace(address, "")
    assert answer.status_code == 303
    assert "You can register again" not in client.get(address).content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("page", ["change/", "cancel/", "erase/"])
def test_when_many_register_at_once_nothing_is_lost(
    client: Client, address: str, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        other.execute("SELECT FROM registration_registrationsettings FOR UPDATE")

        response = client.post(address + page, details(name="Ada Berg"))
        other.rollback()

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Nothing is lost" in response.content.decode()
    assert Registration.objects.get().name == "Ada Andersson"


def test_the_calendar_file_is_the_one_of_the_mail(client: Client, address: str) -> None:
    response = client.get(f"{address}calendar.ics")

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"\r\nMETHOD:PUBLISH\r\n" in response.content


def test_user_text_never_runs(client: Client) -> None:
    canary = "<script>alert(1)</script>"
    registration = RegistrationFactory.create(name=canary, organisation=canary, needs=canary)

    pages = [client.get(registration.get_absolute_url() + way) for way in PAGES]

    assert not any(b"<script>alert" in page.content for page in pages)
    assert pages[0].content.count(b"&lt;script&gt;alert(1)") == 3


def test_a_link_that_was_lost_is_sent_again(client: Client, registration: Registration) -> None:
    asked = client.get("/registrations/lost-link/")
    response = client.post("/registrations/lost-link/", {"email": "ADA@example.org"})

    assert asked.status_code == 200
    assert (response.status_code, response["Location"]) == (303, "/registrations/lost-link/sent/")
    assert registration.get_absolute_url() in Message.objects.get().text
    assert client.get(response["Location"]).status_code == 200


def test_nobody_learns_whether_an_address_is_known(
    client: Client, registration: Registration
) -> None:
    answers = [
        client.post("/registrations/lost-link/", {"email": email})
        for email in (registration.email, "nobody@example.org")
    ]

    known, unknown = [
        (answer.status_code, answer.content, {**answer.headers, "X-Request-ID": "", "Expires": ""})
        for answer in answers
    ]
    assert known == unknown


@pytest.mark.parametrize("email", ["", "ada", "ada@example.org\nBcc: eve@example.org"])
def test_what_is_no_address_is_said(client: Client, email: str) -> None:
    response = client.post("/registrations/lost-link/", {"email": email})

    assert response.status_code == 422
    assert "email" in response.context["form"].errors


def test_links_are_not_sent_without_end(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(views.LOST_LINKS, "most", 1)

    answers = [
        client.post("/registrations/lost-link/", {"email": "ada@example.org"}) for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [303, 429]
    assert b"ada@example.org" in answers[1].content


def test_other_methods_are_refused(client: Client, address: str) -> None:
    answers = [
        client.post(address),
        client.put(f"{address}change/"),
        client.put(f"{address}cancel/"),
        client.put(f"{address}erase/"),
        client.post("/registrations/erased/"),
        client.post(f"{address}calendar.ics"),
        client.put("/registrations/lost-link/"),
        client.post("/registrations/lost-link/sent/"),
    ]

    assert [answer.status_code for answer in answers] == 8 * [405]


@pytest.mark.parametrize("page", ["change/", "cancel/", "erase/"])
def test_forms_from_other_sites_are_refused(
    registration: Registration, address: str, page: str
) -> None:
    response = Client(enforce_csrf_checks=True).post(address + page, details(name="Eve"))

    assert response.status_code == 403
    registration.refresh_from_db()
    assert (registration.name, registration.is_active) == ("Ada Andersson", True)


def panel(client: Client, slug: str) -> str:
    return client.get(f"/workshops/{slug}/").content.decode()


def test_a_workshops_page_says_how_many_places_are_left(
    client: Client, registration: Registration
) -> None:
    page = panel(client, registration.workshop.slug)

    assert "3 of 5 places left" in page
    assert "registration closes on" in page
    assert f"{registration.workshop.get_absolute_url()}register/" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"capacity": 2}, "All 2 places are taken."),
        ({"opens_at": "2099-01-01T00:00Z", "closes_at": "2099-02-01T00:00Z"}, "opens on 1 January"),
        ({"opens_at": "2000-01-01T00:00Z", "closes_at": "2000-02-01T00:00Z"}, "is closed"),
    ],
)
def test_a_workshops_page_says_why_nobody_can_register(
    client: Client, registration: Registration, fields: dict[str, Any], sentence: str
) -> None:
    workshop = registration.workshop
    workshop.starts_on = workshop.ends_on = "2099-03-01"
    workshop.save()
    RegistrationSettings.objects.update(**fields)

    page = panel(client, workshop.slug)

    assert sentence in page
    assert f"{workshop.get_absolute_url()}register/" not in page


def test_without_a_capacity_nothing_is_counted(client: Client) -> None:
    terms = RegistrationSettingsFactory.create(capacity=None)

    page = panel(client, terms.workshop.slug)

    assert "places left" not in page
    assert "Registration closes on" in page


def test_a_workshop_without_registration_has_no_panel(client: Client) -> None:
    workshop = WorkshopFactory.create()

    assert "registration-panel" not in panel(client, workshop.slug)


@pytest.mark.parametrize(
    ("state", "told"),
    [
        ("unconfirmed", "Your address is not confirmed yet"),
        ("pending", "The organiser looks at your registration"),
        ("waiting", "You are number 1 in the line."),
        ("expired", "The time to answer is over"),
        ("declined", "This registration did not lead to a place."),
    ],
)
def test_the_page_says_how_things_stand(
    client: Client, terms: RegistrationSettings, state: str, told: str
) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop, state=state)

    page = client.get(registration.get_absolute_url()).content.decode()

    assert told in page
    assert "Add to calendar" not in page


def test_the_chance_of_a_place_is_said(client: Client, terms: RegistrationSettings) -> None:
    waiting = RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    page = client.get(waiting.get_absolute_url()).content.decode()

    assert "Your chance of a place: small." in page


def test_an_address_is_confirmed_by_a_click_and_not_by_opening_the_link(
    client: Client, terms: RegistrationSettings
) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop, state="unconfirmed")
    page = f"{registration.get_absolute_url()}confirm/"

    opened = client.get(page)
    registration.refresh_from_db()
    before = registration.state
    sent = client.post(page)
    again = client.get(page)

    assert (opened.status_code, before) == (200, "unconfirmed")
    assert (sent.status_code, sent["Location"]) == (303, registration.get_absolute_url())
    assert (again.status_code, again["Location"]) == (302, registration.get_absolute_url())
    registration.refresh_from_db()
    assert registration.state == "confirmed"


@pytest.mark.parametrize(("answer", "state"), [({}, "confirmed"), ({"decline": ""}, "declined")])
def test_an_offer_is_taken_or_left_on_its_page(
    client: Client, terms: RegistrationSettings, answer: dict[str, str], state: str
) -> None:
    registration = RegistrationFactory.create(workshop=terms.workshop, state="offered")
    OfferFactory.create(registration=registration)
    page = f"{registration.get_absolute_url()}offer/"

    told = client.get(registration.get_absolute_url()).content.decode()
    asked = client.get(page)
    sent = client.post(page, answer)
    again = client.get(page)

    assert ("There is a place for you." in told, page in told) == (True, True)
    assert "I am coming" in asked.content.decode()
    assert (sent.status_code, sent["Location"]) == (303, registration.get_absolute_url())
    assert again.status_code == 302
    registration.refresh_from_db()
    assert registration.state == state


def test_whose_place_is_not_confirmed_leaves_the_list(
    client: Client, terms: RegistrationSettings
) -> None:
    waiting = RegistrationFactory.create(workshop=terms.workshop, state="waiting")

    page = client.get(waiting.get_absolute_url()).content.decode()
    client.post(f"{waiting.get_absolute_url()}cancel/")

    assert "Leave the waiting list" in page
    waiting.refresh_from_db()
    assert waiting.state == "cancelled"
