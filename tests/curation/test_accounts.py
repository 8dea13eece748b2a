"""Signing in: by invitation, with a second factor, and without telling who has an account."""

import re
from itertools import islice

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from clusterix.curation.models import User
from clusterix.mail.models import Message
from tests.curation.conftest import PASSWORD, sign_in
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


def code_for(secret: str) -> str:
    counter = next(islice(yield_hotp_counters_from_time(), 0, None))
    return str(format_hotp_value(hotp_value(secret, counter)))


def set_up_app(client: Client) -> tuple[HttpResponse, HttpResponse]:
    sign_in(client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    code = code_for(page.context["form"].secret)
    done = client.post("/accounts/2fa/totp/activate/", {"code": code}, follow=True)
    return page, done  # type: ignore[return-value]


def without_tokens(page: HttpResponse) -> str:
    return re.sub(r'value="[^"]*"', "", page.content.decode())


def test_a_member_signs_in_and_comes_to_the_desk(client: Client, ada: User) -> None:
    response = sign_in(client)

    assert response.status_code == 302
    assert response["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_form_has_one_way_out_for_a_lost_password(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()

    assert page.count('href="/accounts/password/reset/"') == 1
    assert "placeholder" not in page.split("<main")[1]


def test_the_session_changes_at_sign_in(client: Client, ada: User) -> None:
    client.get("/accounts/login/")
    client.session["before"] = True
    client.session.save()
    before = client.session.session_key

    sign_in(client)

    assert client.session.session_key != before


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, ada: User
) -> None:
    wrong = sign_in(client, password="not this")
    unknown = sign_in(client, login="nobody@agency.example")

    assert wrong.status_code == unknown.status_code == 200
    assert without_tokens(wrong) == without_tokens(unknown)


def test_attempts_at_one_account_are_limited(client: Client, ada: User) -> None:
    for _attempt in range(5):
        sign_in(client, password="not this")

    response = sign_in(client)

    assert "Too many failed login attempts" in response.content.decode()
    assert client.get("/admin/").status_code == 302


def test_many_requests_from_one_place_are_slowed(client: Client) -> None:
    for _attempt in range(30):
        client.post("/accounts/login/", {})

    response = client.post("/accounts/login/", {})

    assert response.status_code == 429
    assert "Wait a few minutes" in response.content.decode()


def test_next_leads_on_within_the_site(client: Client, ada: User) -> None:
    response = sign_in(client, next="/admin/people/person/")

    assert response["Location"] == "/admin/people/person/"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example"]
)
def test_next_never_leads_to_another_site(client: Client, ada: User, elsewhere: str) -> None:
    response = sign_in(client, next=elsewhere)

    assert response["Location"] == "/admin/"


def test_nobody_signs_up(client: Client) -> None:
    form = {"email": "new@agency.example", "password1": PASSWORD, "password2": PASSWORD}

    response = client.post("/accounts/signup/", form)

    assert "Nobody signs up here" in response.content.decode()
    assert not User.objects.exists()


def test_a_closed_account_is_told_so(client: Client, ada: User) -> None:
    User.objects.update(is_active=False)

    response = client.post(
        "/accounts/login/", {"login": "ada@agency.example", "password": PASSWORD}, follow=True
    )

    assert client.get("/admin/").status_code == 302
    assert response.status_code == 200


def test_signing_out_ends_the_session(client: Client, ada: User) -> None:
    client.force_login(ada)

    asked = client.get("/accounts/logout/")
    done = client.post("/accounts/logout/")

    assert asked.status_code == 200
    assert done["Location"] == "/"
    assert client.get("/admin/").status_code == 302


def test_a_lost_password_is_set_anew_by_a_link_in_a_mail(client: Client, ada: User) -> None:
    asked = client.post("/accounts/password/reset/", {"email": "ada@agency.example"})
    mail = Message.objects.get()
    link = re.search(r"http://testserver(/\S+)", mail.text)
    assert link
    opened = client.get(link[1], follow=True)
    new = {"password1": "another long way", "password2": "another long way"}
    done = client.post(opened.request["PATH_INFO"], new)

    assert asked["Location"] == "/accounts/password/reset/done/"
    assert mail.to == "ada@agency.example"
    assert done["Location"] == "/accounts/password/reset/key/done/"
    assert sign_in(client, password="another long way")["Location"] == "/admin/"


def test_a_link_serves_once(client: Client, ada: User) -> None:
    client.post("/accounts/password/reset/", {"email": "ada@agency.example"})
    link = re.search(r"http://testserver(/\S+)", Message.objects.get().text)
    assert link
    ada.set_password("set in between")
    ada.save()

    response = client.get(link[1])

    assert "This link does not work any more" in response.content.decode()


def test_an_unknown_address_gets_the_same_page_and_another_mail(client: Client, ada: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": "ada@agency.example"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@agency.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    mail = Message.objects.get(to="nobody@agency.example")
    assert "No account has it" in mail.text
    assert "/accounts/password/reset/key/" not in mail.text


def test_a_new_account_sets_its_first_password_by_the_same_link(client: Client) -> None:
    user = UserFactory.create(email="new@agency.example")
    user.set_unusable_password()
    user.save()

    client.post("/accounts/password/reset/", {"email": "new@agency.example"})

    assert "/accounts/password/reset/key/" in Message.objects.get().text


def test_a_second_factor_is_set_up_with_a_code_and_recovery_codes_follow(
    client: Client, ada: User
) -> None:
    page, done = set_up_app(client)

    assert 'src="data:image/svg+xml;base64,' in page.content.decode()
    assert done.request["PATH_INFO"] == "/accounts/2fa/recovery-codes/"  # type: ignore[attr-defined]
    assert done.content.decode().count("<li><code>") == 10


def test_who_has_a_second_factor_is_asked_for_it(client: Client, ada: User) -> None:
    TOTP.activate(ada, SECRET)

    asked = sign_in(client)
    early = client.get("/admin/")
    wrong = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    done = client.post("/accounts/2fa/authenticate/", {"code": code_for(SECRET)})

    assert asked["Location"] == "/accounts/2fa/authenticate/"
    assert early.status_code == 302
    assert wrong.status_code == 200
    assert done["Location"] == "/admin/"


def test_security_settings_ask_for_the_password_again(client: Client, ada: User) -> None:
    client.force_login(ada)

    response = client.get("/accounts/2fa/totp/activate/", follow=True)

    assert response.redirect_chain[-1][0].startswith("/accounts/reauthenticate/")
    assert "Is it still you?" in response.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_signup",
        "account_inactive",
    ],
)
def test_a_visitor_reads_the_page(client: Client, name: str) -> None:
    response = client.get(reverse(name))

    assert response.status_code == 200
    assert 'name="robots" content="noindex"' in response.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_logout",
        "account_change_password",
        "mfa_index",
        "mfa_deactivate_totp",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
    ],
)
def test_a_member_reads_the_page(client: Client, ada: User, name: str) -> None:
    set_up_app(client)

    response = client.get(reverse(name))

    assert response.status_code == 200


def test_without_a_second_factor_the_account_page_offers_one(client: Client, ada: User) -> None:
    sign_in(client)

    page = client.get("/accounts/2fa/").content.decode()

    assert "Set up an authenticator app" in page
    assert "Recovery codes" not in page


def test_a_code_proves_who_one_is_when_settings_change(client: Client, ada: User) -> None:
    TOTP.activate(ada, SECRET)
    client.force_login(ada)

    page = client.get("/accounts/2fa/reauthenticate/")

    assert "Or in another way" in page.content.decode()


def test_who_has_no_password_chooses_one(client: Client) -> None:
    user = member()
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    response = client.get("/accounts/password/set/", follow=True)

    assert response.status_code == 200


def test_outside_of_make_run_the_admin_asks_for_a_second_factor(
    client: Client, ada: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    client.force_login(ada)

    responses = [
        client.get(address)
        for address in (
            "/admin/",
            "/admin/people/person/",
            "/admin/autocomplete/",
            "/admin/jsi18n/",
        )
    ]

    assert {response["Location"] for response in responses} == {"/accounts/2fa/totp/activate/"}


def test_recovery_codes_alone_are_no_second_factor(
    client: Client, ada: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    RecoveryCodes.activate(ada)
    client.force_login(ada)

    response = client.get("/admin/")

    assert response["Location"] == "/accounts/2fa/totp/activate/"


def test_with_a_second_factor_the_admin_opens(
    client: Client, ada: User, settings: Settings
) -> None:
    settings.MFA_REQUIRED = True
    TOTP.activate(ada, SECRET)
    client.force_login(ada)

    response = client.get("/admin/")

    assert response.status_code == 200


def test_a_passkey_is_added_once_the_password_was_confirmed(client: Client, ada: User) -> None:
    client.force_login(ada)
    add = reverse("mfa_add_webauthn")

    asked = client.get(add)
    client.post(asked["Location"], {"password": PASSWORD})
    page = client.get(add)

    assert "Sign in with it alone, without the password" in page.text
