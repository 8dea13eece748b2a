"""The texts of consent and the audiences that all terms share: the secretariat writes them."""

import pytest

from tests.admin.conftest import SignedIn
from tests.factories import AudienceCategoryFactory
from workshops.registration.models import ConsentText

pytestmark = pytest.mark.django_db


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
