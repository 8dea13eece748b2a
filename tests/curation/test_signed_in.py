"""Where one is signed in, and how one is signed out there: by oneself, or by what happens."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from clusterix.curation.models import User
from clusterix.curation.sessions import device
from clusterix.mail.models import Message
from tests.curation.conftest import PASSWORD, sign_in
from tests.factories import member, secretariat

pytestmark = pytest.mark.django_db

PAGE = "/accounts/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
EDGE = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"  # noqa: E501
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"  # noqa: E501
LATER = "another way to Lund"


@pytest.fixture(autouse=True)
def _quick_sign_ins(settings: Settings) -> None:
    """Without limits from other tests, and with passwords that take no time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


def browser(user_agent: str = FIREFOX, ip: str = "192.0.2.1") -> Client:
    """One in which Ada has signed in, by the form."""
    client = Client(HTTP_USER_AGENT=user_agent, REMOTE_ADDR=ip)
    sign_in(client)
    return client


def page_for_new_password(client: Client) -> str:
    """Where the link leads that Ada gets who lost her password."""
    client.post("/accounts/password/reset/", {"email": "ada@agency.example"})
    link = re.search(r"http://testserver(/\S+)", Message.objects.get().text)
    assert link
    return str(client.get(link[1], follow=True).request["PATH_INFO"])


def is_in(client: Client) -> bool:
    """Somebody is signed in there."""
    return client.get("/admin/").status_code == 200


def test_the_page_says_where_one_is_signed_in(ada: User) -> None:
    here = browser()
    browser(IPHONE, "2001:db8::7")

    page = here.get(PAGE).content.decode()

    assert "Firefox on Linux <strong>(here)</strong>" in page
    assert "Safari on iPhone" in page
    assert "from 2001:db8::7, since" in page
    assert page.count('name="session"') == 1
    assert 'name="robots" content="noindex"' in page


def test_the_account_page_and_that_of_the_password_lead_there(ada: User) -> None:
    here = browser()

    pages = [
        here.get(at).content.decode() for at in ("/accounts/2fa/", "/accounts/password/change/")
    ]

    assert [f'href="{PAGE}"' in page for page in pages] == [True, True]


def test_the_list_is_never_kept(ada: User) -> None:
    response = browser().get(PAGE)

    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("others", [0, 2])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    ada: User, others: int, django_assert_num_queries: Any
) -> None:
    here = browser()
    for _other in range(others):
        browser()

    with django_assert_num_queries(3):
        here.get(PAGE)


def test_no_page_notes_that_one_was_there(ada: User, settings: Settings) -> None:
    here = browser()
    before = UserSession.objects.get().last_seen_at

    here.get("/accounts/2fa/")

    assert UserSession.objects.get().last_seen_at == before
    assert not [name for name in settings.MIDDLEWARE if "usersessions" in name]


def test_one_session_is_ended_and_no_other(ada: User) -> None:
    here, there, yonder = browser(), browser(IPHONE), browser(EDGE)
    phone = UserSession.objects.get(user_agent=IPHONE)

    response = here.post(PAGE, {"session": phone.pk}, follow=True)

    assert "You are signed out there." in response.content.decode()
    assert [is_in(client) for client in (here, there, yonder)] == [True, False, True]
    assert not Session.objects.filter(pk=phone.session_key).exists()


def test_all_others_are_ended_also_where_nobody_noted_the_sign_in(ada: User) -> None:
    here, there, unnoted = browser(), browser(IPHONE), Client()
    unnoted.force_login(ada)

    response = here.post(PAGE, follow=True)

    assert "You are signed out everywhere else." in response.content.decode()
    assert [is_in(client) for client in (here, there, unnoted)] == [True, False, False]
    assert UserSession.objects.get().user_agent == FIREFOX


def test_nobody_ends_the_session_of_another(ada: User) -> None:
    there, rival = browser(), Client()
    rival.force_login(member())

    one = rival.post(PAGE, {"session": UserSession.objects.get().pk}, follow=True)
    rival.post(PAGE)

    assert "192.0.2.1" not in one.content.decode()
    assert is_in(there)


@pytest.mark.parametrize("asked", ["0", "-1", "x", "9" * 30, "1 OR 1=1"])
def test_a_session_that_is_none_ends_nothing(ada: User, asked: str) -> None:
    here, there = browser(), browser(IPHONE)

    response = here.post(PAGE, {"session": asked}, follow=True)

    assert "That session had ended before." in response.content.decode()
    assert is_in(here)
    assert is_in(there)


def test_a_form_that_is_sent_twice_says_so(ada: User) -> None:
    here = browser()
    browser(IPHONE)
    form = {"session": UserSession.objects.get(user_agent=IPHONE).pk}
    here.post(PAGE, form)

    again = here.post(PAGE, form, follow=True)

    assert "That session had ended before." in again.content.decode()


def test_the_session_that_asks_is_not_ended_by_its_number(ada: User) -> None:
    here = browser()

    here.post(PAGE, {"session": UserSession.objects.get().pk})

    assert is_in(here)


def test_of_two_who_sign_each_other_out_the_first_stays(ada: User) -> None:
    here, there = browser(), browser(IPHONE)

    here.post(PAGE)
    late = there.post(PAGE)

    assert late["Location"].startswith("/accounts/login/")
    assert is_in(here)


def test_a_request_under_way_brings_no_ended_session_back(ada: User) -> None:
    here, there = browser(), browser(IPHONE)
    under_way = there.session

    here.post(PAGE)
    with pytest.raises(UpdateError):
        under_way.save()

    assert not is_in(there)


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(ada: User, method: str) -> None:
    response = getattr(browser(), method)(PAGE)

    assert response.status_code == 405


def test_a_session_whose_time_is_over_is_not_listed(ada: User) -> None:
    here = browser()
    browser(IPHONE)
    phone = UserSession.objects.get(user_agent=IPHONE)
    over = timezone.now() - timedelta(minutes=1)
    Session.objects.filter(pk=phone.session_key).update(expire_date=over)

    page = here.get(PAGE).content.decode()

    assert "iPhone" not in page


def test_sign_ins_that_nobody_noted_leave_an_empty_list(client: Client) -> None:
    client.force_login(member())

    page = client.get(PAGE).content.decode()

    assert "there is no note" in page


def test_a_changed_password_ends_all_other_sessions(ada: User) -> None:
    here, there = browser(), browser(IPHONE)
    form = {"oldpassword": PASSWORD, "password1": LATER, "password2": LATER}

    here.post("/accounts/password/change/", form)

    assert [is_in(here), is_in(there)] == [True, False]
    assert Session.objects.count() == 1
    assert here.get(PAGE).content.decode().count("<strong>(here)</strong>") == 1


def test_a_first_password_leaves_one_signed_in(client: Client) -> None:
    user = member()
    user.set_unusable_password()
    user.save()
    client.force_login(user)

    client.post("/accounts/password/set/", {"password1": LATER, "password2": LATER})

    assert is_in(client)


def test_a_password_that_was_lost_and_set_anew_ends_all_sessions(ada: User) -> None:
    there, reader = browser(IPHONE), Client()
    form = page_for_new_password(reader)

    reader.post(form, {"password1": LATER, "password2": LATER})

    assert not is_in(there)
    assert not UserSession.objects.exists()


def test_an_account_that_was_closed_and_opened_again_is_signed_in_nowhere(ada: User) -> None:
    there, office = browser(), Client()
    office.force_login(secretariat())
    address = f"/admin/curation/user/{ada.pk}/change/"
    form = {
        "email": ada.email,
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }

    office.post(address, form)
    office.post(address, form | {"is_active": "on"})

    ada.refresh_from_db()
    assert ada.is_active
    assert not is_in(there)


def test_a_user_who_is_changed_and_stays_open_stays_signed_in(ada: User) -> None:
    there, office = browser(), Client()
    office.force_login(secretariat())
    form = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0", "is_active": "on"}

    office.post(f"/admin/curation/user/{ada.pk}/change/", form | {"email": ada.email})

    assert is_in(there)


def test_operators_too_see_only_their_own_sessions() -> None:
    assert UserSession not in admin.site._registry


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (FIREFOX, "Firefox on Linux"),
        (EDGE, "Edge on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux) Unheard/1", "Linux"),
        ("Firefox/140.0", "Firefox"),
        ("", "Another program"),
        ("<script>alert(1)</script>", "Another program"),
    ],
)
def test_a_browser_is_told_in_words(user_agent: str, told: str) -> None:
    assert device(user_agent) == told
