"""Pages of workshops that are made once for many: never older than what is written."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from initiatives import remembered
from tests.factories import (
    SessionFactory,
    WorkshopFactory,
)
from workshops.models import Workshop
from workshops.remembered import what_is_committed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lasting_memory(settings: Settings) -> Iterator[None]:
    """Pages are remembered, as outside of tests, and none of another test."""
    settings.CATALOGUE_MAY_LAG = 0.05
    remembered.pages.forget()
    yield
    remembered.pages.forget()


@pytest.fixture
def workshop() -> Workshop:
    """A public workshop."""
    made: Workshop = WorkshopFactory.create(title="Lighthouse", slug="lighthouse")
    return made


def see(**cookies: str) -> str:
    """The page of the workshop as a visitor with those cookies gets it."""
    client = Client()
    client.cookies.load(cookies)
    return client.get("/workshops/lighthouse/").content.decode()


@pytest.mark.usefixtures("workshop")
@time_machine.travel("2026-06-09T10:00Z", tick=False)
def test_the_same_page_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workshops.remembered.what_is_committed", lambda: "7:7:")
    first = see()

    again = see()

    assert again == first
    assert len(remembered.pages.made) == 1


def test_while_nothing_is_written_the_same_is_committed() -> None:
    """Other databases of the server may be written to in between, but not each time."""
    assert any(what_is_committed() == what_is_committed() for _ in range(100))


@time_machine.travel("2026-06-09T10:00Z", tick=False)
def test_what_is_written_shows_at_once(workshop: Workshop) -> None:
    before = see()
    Workshop.objects.filter(pk=workshop.pk).update(title="Harbour")
    SessionFactory.create(workshop=workshop, title="Boats")

    after = see()

    assert ("Lighthouse" in before, "Harbour" in before) == (True, False)
    assert ("Lighthouse" in after, "Harbour" in after, "Boats" in after) == (False, True, True)


@time_machine.travel("2026-06-09T10:00Z", tick=False)
def test_what_is_withdrawn_is_gone_at_once(workshop: Workshop) -> None:
    see()
    Workshop.objects.filter(pk=workshop.pk).update(state="archived")

    response = Client().get("/workshops/lighthouse/")

    assert response.status_code == 404


def test_a_session_is_on_from_its_minute(workshop: Workshop) -> None:
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    SessionFactory.create(workshop=workshop, starts_at=noon, ends_at=noon + timedelta(hours=1))
    with time_machine.travel(noon - timedelta(seconds=1), tick=False):
        before = see()

    with time_machine.travel(noon, tick=False):
        during = see()

    assert ("On now" in before, "On now" in during) == (False, True)


@pytest.mark.usefixtures("workshop")
def test_themes_are_kept_apart() -> None:
    light, dark = see(theme="light"), see(theme="dark")

    assert 'data-theme="light"' in light
    assert 'data-theme="dark"' in dark


@pytest.mark.usefixtures("workshop")
def test_whoever_may_be_told_apart_gets_a_page_of_their_own() -> None:
    see(sessionid="nosuchsessionnosuchsessionnosuch")

    assert len(remembered.pages.made) == 0


def test_a_way_to_another_address_is_not_remembered(workshop: Workshop) -> None:
    workshop.slug = "harbour"
    workshop.save()

    response = Client().get("/workshops/lighthouse/")

    assert response["Location"] == "/workshops/harbour/"
    assert len(remembered.pages.made) == 0
