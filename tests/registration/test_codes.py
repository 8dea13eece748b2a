import re

import pytest
from django.core.signing import Signer
from django.utils import timezone

from tests.factories import RegistrationFactory
from workshops.registration import codes
from workshops.registration.codes import code_for, registration_of
from workshops.registration.models import Registration

pytestmark = pytest.mark.django_db


@pytest.fixture
def registration() -> Registration:
    row: Registration = RegistrationFactory.create()
    return row


def test_a_code_leads_to_its_registration(registration: Registration) -> None:
    RegistrationFactory.create()

    code = code_for(registration)

    assert re.fullmatch(rf"{registration.pk}-[A-Z2-7]{{16}}", code)
    assert registration_of(code) == registration
    assert registration.reference not in code


def test_codes_of_two_registrations_share_nothing_but_their_form() -> None:
    first, second = (code_for(row) for row in RegistrationFactory.create_batch(2))

    assert first.split("-")[1] != second.split("-")[1]


def test_a_code_may_be_typed(registration: Registration) -> None:
    code = code_for(registration)

    assert registration_of(f" {code[:6].lower()} {code[6:].lower()}\n") == registration


def test_no_other_code_leads_anywhere(registration: Registration) -> None:
    other = RegistrationFactory.create()
    signature = code_for(registration).split("-")[1]
    strange = [
        "",
        "-",
        str(registration.pk),
        registration.reference,
        f"{registration.pk}-{'A' * 16}",
        f"{other.pk}-{signature}",
        f"0{registration.pk}-{signature}",
        f"{registration.pk}-{signature}A",
        f"{'9' * 30}-{signature}",
        "\x00" * 50,
        "9" * 1_000_000,
    ]

    assert [registration_of(code) for code in strange] == [None] * len(strange)


def test_a_code_of_nobody_leads_nowhere(registration: Registration) -> None:
    code = code_for(registration)
    nobody = code_for(Registration(pk=10**17))
    registration.erase(timezone.now())

    assert [registration_of(code), registration_of(nobody)] == [None, None]


def test_printed_codes_outlive_a_change_of_the_key(
    registration: Registration, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = code_for(registration)
    renewed = Signer(key="a new key", salt="clusterix.checkin", fallback_keys=[codes.SIGNER.key])
    monkeypatch.setattr(codes, "SIGNER", renewed)

    assert code_for(registration) != code
    assert registration_of(code) == registration
