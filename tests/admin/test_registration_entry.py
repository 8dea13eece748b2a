"""The page on which an organiser registers somebody who called."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from clusterix.curation.models import Partner
from clusterix.lib.guarded_forms import new_form_key
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.factories import (
    AudienceCategoryFactory,
    QuestionFactory,
    RegistrationFactory,
    RegistrationSettingsFactory,
    WorkshopFactory,
)
from workshops.registration import places
from workshops.registration.models import Registration, RegistrationSettings

pytestmark = pytest.mark.django_db

Post = Callable[..., Any]


@pytest.fixture
def terms(agency: Partner) -> RegistrationSettings:
    made: RegistrationSettings = RegistrationSettingsFactory.create(
        workshop=WorkshopFactory.create(owner=agency), max_party_size=4
    )
    return made


@pytest.fixture
def address(terms: RegistrationSettings) -> str:
    return f"/admin/registration/registrationsettings/{terms.pk}/desk/add/"


@pytest.fixture
def post(signed_in: SignedIn, terms: RegistrationSettings, address: str) -> Post:
    """Sends the form that somebody opened a minute ago."""
    client = signed_in("editor")
    with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
        form_key = new_form_key()

    def posted(**others: object) -> Any:
        fields = {
            "name": "Ada Andersson",
            "email": "ada@example.org",
            "party_size": 2,
            "consent": "on",
            "consent_version": terms.consent.version,
            "form_key": form_key,
        }
        return client.post(address, fields | others, follow=True)

    return posted


def test_the_page_asks_as_the_public_one_does_and_shows_what_is_agreed_to(
    signed_in: SignedIn, terms: RegistrationSettings, address: str
) -> None:
    QuestionFactory.create(terms=terms, text="Diet?")
    AudienceCategoryFactory.create(labels={"en": "Policy maker"})

    text = signed_in("editor").get(address).content.decode()

    for words in ("Diet?", "Policy maker", terms.consent.text, "4 at most."):
        assert words in text
    assert "They know this text and agree to it" in text
    assert ('name="website"' in text, "would rather not say" in text) == (False, False)


def test_somebody_is_registered_and_gets_the_usual_mail(
    post: Post, terms: RegistrationSettings
) -> None:
    question = QuestionFactory.create(terms=terms)

    page = post(**{f"question-{question.pk}": "none"})

    row = Registration.objects.get()
    assert "Registered; a mail confirms it to them." in page.content.decode()
    assert (row.name, row.party_size, row.state) == ("Ada Andersson", 2, "confirmed")
    assert [event.kind for event in row.events.all()] == ["entered"]
    assert [answer.text for answer in row.answers.all()] == ["none"]
    assert Message.objects.get().to == "ada@example.org"


def test_a_page_of_single_places_without_categories(
    signed_in: SignedIn, terms: RegistrationSettings, address: str
) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(max_party_size=1)

    text = signed_in("editor").get(address).content.decode()

    assert ('name="party_size"' in text, 'name="audience"' in text) == (False, False)


def test_who_has_to_wait_does_so(post: Post, terms: RegistrationSettings) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(capacity=2, has_waiting_list=True)
    RegistrationFactory.create(workshop=terms.workshop)

    page = post()

    assert "No place is left: they wait for one now" in page.content.decode()
    assert Registration.objects.get(name="Ada Andersson").state == "waiting"


def test_the_same_form_twice_registers_once(post: Post) -> None:
    post()
    places.cancel(Registration.objects.get(), timezone.now())

    page = post()

    assert Registration.objects.count() == 1
    assert "Registered as things stand now." in page.content.decode()


def test_a_form_used_for_somebody_else_becomes_another(post: Post) -> None:
    post()

    page = post(name="Bo", email="bo@example.org").content.decode()

    assert "This form was sent before, with other details." in page
    assert Registration.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"consent": ""}, "Tick the box if you agree."),
        ({"name": ""}, "This field is required."),
        ({"party_size": 5}, "less than or equal to 4"),
        ({"consent_version": "old"}, "The text to agree to has changed."),
    ],
)
def test_what_is_wrong_is_said_and_nobody_is_registered(
    post: Post, fields: dict[str, object], told: str
) -> None:
    page = post(**fields).content.decode()

    assert told in page
    assert Registration.objects.count() == 0


def test_an_address_that_is_known_is_told_to_the_organiser(
    post: Post, terms: RegistrationSettings
) -> None:
    RegistrationFactory.create(workshop=terms.workshop, email="ada@example.org")

    page = post().content.decode()

    assert "Somebody is registered with this address already" in page
    assert (Registration.objects.count(), Message.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("workshop", "told"),
    [
        ({"state": "draft"}, "The workshop is not public"),
        ({"starts_on": "2020-05-04", "ends_on": "2020-05-04"}, "The workshop is over."),
    ],
)
def test_a_workshop_that_takes_nobody_says_why(
    post: Post, terms: RegistrationSettings, workshop: dict[str, str], told: str
) -> None:
    type(terms.workshop).unscoped.update(**workshop)

    assert told in post().content.decode()
    assert Registration.objects.count() == 0


def test_without_places_and_line_the_reason_is_that_of_the_public_page(
    post: Post, terms: RegistrationSettings
) -> None:
    RegistrationSettings.objects.filter(pk=terms.pk).update(capacity=1)
    RegistrationFactory.create(workshop=terms.workshop)

    assert "No place is left for more people." in post().content.decode()


@pytest.mark.django_db(transaction=True)
def test_when_many_register_at_once_nothing_typed_is_lost(
    post: Post, terms: RegistrationSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "LOCK_TIMEOUT", "50ms")
    params = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    with psycopg.connect(**{name: params[name] for name in names if params.get(name)}) as other:
        other.execute("SELECT FROM registration_registrationsettings FOR UPDATE")

        page = post().content.decode()
        other.rollback()

    assert "Nothing is lost" in page
    assert 'value="Ada Andersson"' in page
    assert Registration.objects.count() == 0
