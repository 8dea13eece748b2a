"""A workshop with terms and somebody who registered, and where the admin has them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from clusterix.curation.models import Partner
from tests.factories import RegistrationFactory, RegistrationSettingsFactory, WorkshopFactory
from workshops.registration.models import Registration, RegistrationSettings

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
