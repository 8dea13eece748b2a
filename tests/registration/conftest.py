"""What the tests of registration share: a filled-in form, and the time to fill it in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from clusterix.lib.guarded_forms import new_form_key
from tests.factories import RegistrationSettingsFactory
from workshops.registration.models import RegistrationSettings

Fill = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def nobody_asked_yet() -> None:
    """The limits start anew with each test."""
    cache.clear()


@pytest.fixture
def terms(db: None) -> RegistrationSettings:
    terms: RegistrationSettings = RegistrationSettingsFactory.create()
    return RegistrationSettings.objects.get(pk=terms.pk)


@pytest.fixture
def fill(terms: RegistrationSettings) -> Fill:
    """The fields of a form that was opened a minute ago."""

    def filled(**others: object) -> dict[str, Any]:
        with time_machine.travel(timezone.now() - timedelta(minutes=1), tick=False):
            form_key = new_form_key()
        fields = {
            "name": "Ada Andersson",
            "email": "ada@example.org",
            "organisation": "Agency of Skåne",
            "country": "SE",
            "party_size": 1,
            "needs": "",
            "consent": "on",
            "consent_version": terms.consent.version,
            "form_key": form_key,
            "website": "",
        }
        return fields | others

    return filled


@pytest.fixture
def address(terms: RegistrationSettings) -> str:
    return f"/workshops/{terms.workshop.slug}/register/"


@pytest.fixture
def send(client: Client, address: str) -> Callable[[dict[str, Any]], Any]:
    """Posts a form to the workshop."""
    return lambda fields: client.post(address, fields)
