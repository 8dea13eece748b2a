import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from pytest_django.asserts import assertNumQueries

from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message
from tests.factories import (
    AudienceCategoryFactory,
    ConsentTextFactory,
    QuotaFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from tests.registration.conftest import Fill
from workshops.registration import places, views
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

Send = Callable[[dict[str, Any]], Any]


def set_terms(terms: RegistrationSettings, **fields: object) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(**fields)


def errors(response: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = dict(response.context["form"].errors)
    return found


def test_the_form_asks_for_what_the_organiser_needs(
    client: Client, address: str, terms: RegistrationSettings
) -> None:
    response = client.get(address)

    assert response.status_code == 200
    form = response.context["form"]
    assert [field.name for field in form.visible_fields()] == [
        "name",
        "email",
        "organisation",
        "country",
        "needs",
        "consent",
        "website",
    ]
    page = response.content.decode()
    assert terms.consent.text in page
    assert 'autocomplete="name"' in page
    assert 'autocomplete="email"' in page
    assert "90 days after the workshop" in page
    assert "no-store" in response["Cache-Control"]


def test_groups_and_audiences_are_asked_for_where_there_are_any(
    client: Client, address: str, terms: RegistrationSettings
) -> None:
    set_terms(terms, max_party_size=4)
    late, early = (AudienceCategoryFactory.create(position=position) for position in (2, 1))

    form = client.get(address).context["form"]

    assert form["party_size"].help_text == "You included; 4 at most."
    assert 'max="4"' in str(form["party_size"])
    assert [choice[1] for choice in form.fields["audience"].choices] == [
        "I would rather not say",
        early.label,
        late.label,
    ]


def test_each_form_has_a_key_of_its_own(client: Client, address: str) -> None:
    first, second = (client.get(address).context["form"]["form_key"].value() for _ in range(2))

    assert first != second


@pytest.mark.parametrize("registrations", [1, 3])
def test_the_form_takes_as_many_queries_for_many_registrations_as_for_one(
    client: Client, address: str, terms: RegistrationSettings, registrations: int
) -> None:
    AudienceCategoryFactory.create_batch(registrations)
    RegistrationFactory.create_batch(registrations, workshop=terms.workshop)

    with assertNumQueries(4):
        client.get(address)


@pytest.mark.parametrize("registrations", [1, 3])
def test_registering_takes_as_many_statements_after_many_as_after_one(
    send: Send, fill: Fill, terms: RegistrationSettings, registrations: int
) -> None:
    RegistrationFactory.create_batch(registrations, workshop=terms.workshop)
    form = fill()

    with assertNumQueries(20):
        send(form)


def test_registering_leads_to_thanks_and_the_way_back_comes_by_mail(
    client: Client, send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    response = send(fill())

    assert (response.status_code, response["Location"]) == (
        303,
        f"/workshops/{terms.workshop.slug}/register/thanks/?as=confirmed",
    )
    registration = Registration.objects.get()
    assert (registration.name, registration.language) == ("Ada Andersson", "en")
    assert registration.get_absolute_url() in Message.objects.get().text
    thanks = client.get(response["Location"])
    assert "You are registered" in thanks.content.decode()
    assert registration.reference not in thanks.content.decode()


def test_a_stranger_gets_the_same_answer_for_a_registered_address(
    send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, email="known@example.org")

    answers = [send(fill(email=who)) for who in ("known@example.org", "new@example.org")]

    known, new = [
        (answer.status_code, answer.content, {**answer.headers, "X-Request-ID": "", "Expires": ""})
        for answer in answers
    ]
    assert known == new


def test_a_double_click_and_a_lost_answer_register_once(send: Send, fill: Fill) -> None:
    fields = fill()

    answers = [send(fields) for _ in range(3)]

    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (303, answers[0]["Location"])
    }
    assert (Registration.objects.count(), Message.objects.count()) == (1, 1)


def test_a_lost_answer_is_repeated_although_the_last_place_is_taken_by_now(
    send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    set_terms(terms, capacity=1)
    fields = fill()
    send(fields)

    assert send(fields).status_code == 303


def test_a_used_form_with_other_details_is_kept_and_can_be_sent_again(
    send: Send, fill: Fill
) -> None:
    fields = fill()
    send(fields)

    response = send(fields | {"email": "eve@example.org", "name": "Eve"})

    assert response.status_code == 409
    assert "This form was sent before" in errors(response)["__all__"][0]
    form = response.context["form"]
    assert form["name"].value() == "Eve"
    assert form["form_key"].value() != fields["form_key"]


def test_two_spellings_of_an_address_are_one_person(send: Send, fill: Fill) -> None:
    send(fill(email="Ada@Example.org"))
    send(fill(email="ada@example.org"))

    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 121, "at most 120 characters"),
        ("name", "Ada\r\nBcc: eve@example.org", "on one line"),
        ("name", "Ada\u2028Andersson", "on one line"),
        ("organisation", "A\x0bB", "on one line"),
        ("email", "", "This field is required."),
        ("email", "ada", "Enter a valid email address."),
        ("email", "ada@example.org\nBcc: eve@example.org", "Enter a valid email address."),
        ("country", "XX", "Select a valid choice."),
        ("needs", "x" * 1_001, "at most 1000 characters"),
        ("consent", "", "Tick the box if you agree."),
        ("website", "http://spam.example", "it is there to catch programs"),
    ],
)
def test_what_cannot_be_taken_is_said_at_the_field_and_nothing_typed_is_lost(
    send: Send, fill: Fill, name: str, value: str, message: str
) -> None:
    response = send(fill(needs="a ramp") | {name: value})

    assert response.status_code == 422
    assert message in errors(response)[name][0]
    page = response.content.decode()
    assert "There is a problem" in page
    assert "Ada Andersson" in page or name == "name"
    assert not Registration.objects.exists()


def test_nul_is_a_bad_request(send: Send, fill: Fill) -> None:
    assert send(fill(name="A\x00da")).status_code == 400


@pytest.mark.parametrize(
    "form_key", ["", "x", "x:y:z", "x" * 300, "\u2028", "not-a-uuid:1abcde:signature"]
)
def test_a_form_that_is_not_ours_is_kept_and_gets_a_key(
    send: Send, fill: Fill, form_key: str
) -> None:
    response = send(fill(form_key=form_key))

    assert response.status_code == 422
    form = response.context["form"]
    assert form["form_key"].value() != form_key
    assert form["name"].value() == "Ada Andersson"


def test_a_program_that_fills_forms_at_once_is_asked_to_wait(send: Send, fill: Fill) -> None:
    with time_machine.travel(timezone.now().replace(microsecond=900_000), tick=False) as clock:
        form_key = new_form_key()
        clock.shift(0.9)
        response = send(fill(form_key=form_key))

    assert response.status_code == 422
    assert errors(response)["__all__"] == [
        "That was faster than we expected. Please send it again."
    ]


def test_nobody_agrees_to_a_text_that_they_did_not_see(
    send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    fields = fill()
    new = ConsentTextFactory.create(text="I agree to more.")
    set_terms(terms, consent=new)

    response = send(fields)

    assert response.status_code == 422
    assert "has changed" in errors(response)["consent_version"][0]
    form = response.context["form"]
    assert form["consent_version"].value() == new.version
    assert not form["consent"].value()
    assert "I agree to more." in response.content.decode()


@pytest.mark.parametrize("party_size", ["0", "5", "-1", "1e3", "9" * 30, ""])
def test_a_group_outside_of_the_bounds_is_refused_at_the_field(
    send: Send, fill: Fill, terms: RegistrationSettings, party_size: str
) -> None:
    set_terms(terms, max_party_size=4)

    response = send(fill(party_size=party_size))

    assert response.status_code == 422
    assert list(errors(response)) == ["party_size"]


def test_a_group_that_is_larger_than_what_is_left_is_told_how_many_can_come(
    send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    set_terms(terms, max_party_size=4, capacity=2)

    response = send(fill(party_size=3))

    assert response.status_code == 409
    assert errors(response)["__all__"] == ["Only 2 places are left."]
    assert send(fill(party_size=2)).status_code == 303


def test_the_largest_group_may_shrink_while_somebody_fills_the_form_in(
    send: Send, fill: Fill, terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_terms(terms, max_party_size=4)

    def meanwhile(workshop: int) -> None:
        set_terms(terms, max_party_size=2)

    monkeypatch.setattr(places, "hold", meanwhile)

    response = send(fill(party_size=3))

    assert errors(response)["__all__"] == ["A registration is for 2 people at most."]


CASES = [
    ({"capacity": 1}, "All places are taken"),
    ({"opens_at": timezone.now() + timedelta(days=1)}, "Registration is not open yet"),
    (
        {
            "opens_at": timezone.now() - timedelta(days=2),
            "closes_at": timezone.now() - timedelta(days=1),
        },
        "Registration is closed",
    ),
]


@pytest.mark.parametrize("case", CASES)
def test_who_cannot_register_now_is_told_why(
    client: Client,
    fill: Fill,
    address: str,
    terms: RegistrationSettings,
    case: tuple[dict[str, Any], str],
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    fields, title = case
    set_terms(terms, **fields)

    asked, sent = client.get(address), client.post(address, fill())

    assert (asked.status_code, sent.status_code) == (200, 409)
    for response in (asked, sent):
        page = response.content.decode()
        assert f"<h1>{title}</h1>" in page
        assert "mailto:host@agency.example" in page
    assert Registration.objects.count() == 1


def test_a_workshop_without_registration_says_so(client: Client, fill: Fill) -> None:
    workshop = WorkshopFactory.create()
    address = f"/workshops/{workshop.slug}/register/"

    asked, sent = client.get(address), client.post(address, fill())

    assert (asked.status_code, sent.status_code) == (404, 404)
    assert "There is no registration here" in asked.content.decode()


@pytest.mark.parametrize("page", ["register/", "register/thanks/"])
@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_a_workshop_that_is_not_public_has_no_registration(
    client: Client, state: str, page: str
) -> None:
    workshop = WorkshopFactory.create(state=state, title="Canary")
    RegistrationSettingsFactory.create(workshop=workshop)

    response = client.get(f"/workshops/{workshop.slug}/{page}")

    assert response.status_code == 404
    assert "Canary" not in response.content.decode()


def test_a_former_address_leads_to_the_form(client: Client, terms: RegistrationSettings) -> None:
    workshop = terms.workshop
    former, workshop.slug = workshop.slug, "new-name"
    workshop.save()

    response = client.get(f"/workshops/{former}/register/")

    assert (response.status_code, response["Location"]) == (301, "/workshops/new-name/register/")


def test_an_unknown_workshop_is_not_found(client: Client) -> None:
    answers = [client.get(f"/workshops/none/register/{page}") for page in ("", "thanks/")]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_other_methods_are_refused(client: Client, address: str) -> None:
    answers = [client.put(address), client.delete(address), client.post(f"{address}thanks/")]

    assert [answer.status_code for answer in answers] == [405, 405, 405]


def test_a_form_from_another_site_is_refused(fill: Fill, address: str) -> None:
    response = Client(enforce_csrf_checks=True).post(address, fill())

    assert response.status_code == 403
    assert not Registration.objects.exists()


def test_one_client_cannot_register_without_end(
    send: Send, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(views.REGISTRATIONS, "most", 1)

    answers = [send(fill(email=f"a{n}@example.org")) for n in range(2)]

    assert [answer.status_code for answer in answers] == [303, 429]
    assert answers[1]["Retry-After"] == "300"
    assert "Ada Andersson" in answers[1].content.decode()


@pytest.mark.django_db(transaction=True)
def test_when_too_many_want_places_at_once_the_form_is_kept(
    send: Send, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        other.execute("SELECT FROM registration_registrationsettings FOR UPDATE")

        response = send(fill())
        other.rollback()

    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert "Nothing is lost" in errors(response)["__all__"][0]
    assert response.context["form"]["name"].value() == "Ada Andersson"


def test_user_text_never_runs(send: Send, fill: Fill) -> None:
    canary = '"><script>alert(1)</script>'

    response = send(fill(name=canary, organisation=canary, needs=canary, email="wrong"))

    page = response.content.decode()
    assert "<script>alert" not in page
    assert page.count("&lt;script&gt;alert(1)") == 3


def test_the_form_says_that_an_example_will_not_take_place(
    client: Client, address: str, terms: RegistrationSettings
) -> None:
    terms.workshop.is_example = True
    terms.workshop.save()

    assert "will not take place" in client.get(address).content.decode()


def test_the_page_shows_times_and_place(client: Client) -> None:
    workshop = WorkshopFactory.create(
        start_time="09:30", end_time="16:00", city="Malmö", format="hybrid"
    )
    RegistrationSettingsFactory.create(workshop=workshop)

    page = client.get(f"/workshops/{workshop.slug}/register/").content.decode()

    assert re.search(r"09:30–16:00 \(Europe/Brussels\)", page)
    assert "Malmö" in page
    assert "in person and online" in page


def test_the_form_works_without_the_cache(send: Send, fill: Fill, settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "tests.broken_cache.BrokenCache"}}

    assert send(fill()).status_code == 303


def test_who_cannot_come_now_joins_the_waiting_list(
    client: Client, address: str, send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    RegistrationFactory.create(workshop=terms.workshop)
    set_terms(terms, capacity=1, has_waiting_list=True)

    workshop = client.get(terms.workshop.get_absolute_url()).content.decode()
    page = client.get(address).content.decode()
    response = send(fill())
    thanks = client.get(response["Location"]).content.decode()

    assert "Join the waiting list" in workshop
    assert "All places are taken just now." in page
    assert response["Location"].endswith("/register/thanks/?as=waiting")
    assert "You are on the waiting list" in thanks
    assert Registration.objects.get(email="ada@example.org").state == "waiting"


@pytest.mark.parametrize(
    ("terms_change", "state", "told"),
    [
        ({"needs_approval": True}, "pending", "Your registration has arrived"),
        ({"confirms_address": True}, "unconfirmed", "Please confirm your address"),
    ],
)
def test_thanks_say_what_comes_next(
    send: Send, fill: Fill, terms_change: dict[str, object], state: str, told: str
) -> None:
    RegistrationSettings.objects.update(**terms_change)

    response = send(fill())

    assert response["Location"].endswith(f"?as={state}")
    assert told in Client().get(response["Location"]).content.decode()
    assert Registration.objects.get().state == state


def test_the_form_says_that_the_organiser_decides(
    client: Client, address: str, terms: RegistrationSettings
) -> None:
    set_terms(terms, needs_approval=True)

    assert "The organiser looks at each registration" in client.get(address).content.decode()


def test_a_category_whose_places_are_taken_is_told(
    send: Send, fill: Fill, terms: RegistrationSettings
) -> None:
    quota = QuotaFactory.create(terms=terms, places=0)

    response = send(fill(audience=quota.audience.pk))

    assert response.status_code == 409
    assert errors(response)["__all__"] == ["The places for people of this category are taken."]
