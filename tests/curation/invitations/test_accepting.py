"""Taking up an invitation: by who has no account, and by who has one."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clusterix.curation.invitations.handling import enrol, join
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner, User
from clusterix.lib.secret_links import hashed
from clusterix.mail.models import Message
from tests.curation.invitations.steps import ACCOUNT, HERE, ask, browser, invited, link_in
from tests.factories import UserFactory, member

pytestmark = pytest.mark.django_db


def test_a_publisher_invites_and_the_mail_leads_to_an_account(
    client: Client, agency: Partner
) -> None:
    publisher = member(agency, Membership.Role.PUBLISHER, first_name="Bo", last_name="Ek")

    ask(browser(publisher))
    link = link_in(Message.objects.get(to="ada@agency.example"))
    page = client.get(link)
    done = client.post(link, ACCOUNT)

    text = page.content.decode()
    assert "Bo Ek invites you to curate for Skåne agency. Your role: editor." in text
    assert done["Location"] == "/accounts/2fa/"
    ada = User.objects.get(email="ada@agency.example")
    assert str(ada) == "Ada Åström"
    assert ada.memberships.get().role == Membership.Role.EDITOR
    assert client.get("/admin/").status_code == 200


def test_the_database_holds_no_secret_but_its_hash(agency: Partner) -> None:
    ask(browser(member(agency, Membership.Role.PUBLISHER)))

    secret = link_in(Message.objects.get()).split("/")[-2]
    assert len(secret) == 32
    assert Invitation.objects.get().secret_hash == hashed(secret)


def test_the_page_is_kept_nowhere_and_says_no_address_to_others(
    client: Client, agency: Partner
) -> None:
    invited(agency)

    page = client.get(HERE)

    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "strict-origin"
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("how", ["unknown", "expired", "accepted", "withdrawn"])
def test_a_link_that_is_not_open_gets_one_kind_answer(
    client: Client, agency: Partner, how: str
) -> None:
    now = timezone.now()
    ends = {
        "unknown": {},
        "expired": {"made_at": now - timedelta(days=20)},
        "accepted": {"accepted_at": now},
        "withdrawn": {"withdrawn_at": now},
    }
    invited(agency, **ends[how])
    link = HERE.replace("only", "nobody") if how == "unknown" else HERE

    pages = [client.get(link), client.post(link, ACCOUNT)]

    assert [page.status_code for page in pages] == [404, 404]
    assert all("This link is not open" in page.content.decode() for page in pages)
    assert all("agency" not in page.content.decode() for page in pages)
    assert not User.objects.exists()


def test_a_weak_password_is_refused_and_the_invitation_stays(
    client: Client, agency: Partner
) -> None:
    invited(agency)
    weak = ACCOUNT | {"password1": "password", "password2": "password"}

    response = client.post(HERE, weak)

    assert response.status_code == 422
    assert "too common" in response.content.decode()
    assert Invitation.objects.get().is_pending


def test_who_opens_the_link_too_often_waits(client: Client, agency: Partner) -> None:
    invited(agency)
    for _attempt in range(60):
        client.get(HERE)

    response = client.get(HERE)

    assert response.status_code == 429
    assert "Wait an hour" in response.content.decode()


def test_sent_twice_the_form_makes_one_account(client: Client, agency: Partner) -> None:
    invited(agency)

    first, second = client.post(HERE, ACCOUNT), Client().post(HERE, ACCOUNT)

    assert (first.status_code, second.status_code) == (302, 404)
    assert User.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_account(agency: Partner) -> None:
    invited(agency)
    start, statuses = Barrier(2), []

    def tab() -> None:
        start.wait()
        statuses.append(Client().post(HERE, ACCOUNT).status_code)
        connection.close()

    tabs = [Thread(target=tab) for _tab in range(2)]
    for thread in tabs:
        thread.start()
    for thread in tabs:
        thread.join()

    assert User.objects.count() == Membership.objects.count() == 1
    assert statuses.count(302) == 1


def test_no_account_is_opened_beside_the_one_there_is(agency: Partner) -> None:
    row = invited(agency)
    UserFactory.create(email="ada@agency.example")

    opened = enrol(row, User(email=row.email), timezone.now())

    row.refresh_from_db()
    assert not opened
    assert row.is_pending


def test_who_has_an_account_signs_in_and_joins(client: Client, agency: Partner) -> None:
    invited(agency, role="publisher")
    ada = member(email="ada@agency.example")

    visitor = client.get(HERE)
    pushed = client.post(HERE, ACCOUNT)
    client.force_login(ada)
    page, done = client.get(HERE), client.post(HERE)

    assert "/accounts/login/?next=/accounts/invitation/" in visitor.content.decode()
    assert pushed.status_code == 403
    assert "Accept" in page.content.decode()
    assert done["Location"] == "/admin/"
    assert agency.memberships.get().role == Membership.Role.PUBLISHER


def test_a_closed_account_is_told_who_opens_it_again(client: Client, agency: Partner) -> None:
    invited(agency)
    UserFactory.create(email="ada@agency.example", is_active=False)

    page = client.get(HERE).text
    client.post(HERE)

    assert "The account of Ada@agency.example is closed." in page
    assert "/accounts/login/?next=" not in page
    assert not agency.members.exists()


def test_another_account_takes_nothing_up(agency: Partner) -> None:
    invited(agency)
    other = browser(member())
    stranger = other.post(HERE, ACCOUNT)
    member(email="ada@agency.example")

    known = other.post(HERE)

    assert "another account" in stranger.content.decode()
    assert known.status_code == 403
    assert not agency.memberships.exists()


def test_who_belongs_to_the_partner_keeps_their_role(agency: Partner) -> None:
    ada = member(agency, Membership.Role.PUBLISHER, email="ada@agency.example")

    joined = join(invited(agency), ada, timezone.now())

    assert joined
    assert agency.memberships.get().role == Membership.Role.PUBLISHER


def test_who_comes_too_late_joins_nothing_and_opens_nothing(agency: Partner) -> None:
    row = invited(agency, withdrawn_at=timezone.now())

    joined = join(row, UserFactory.create(), timezone.now())
    opened = enrol(row, User(email=row.email), timezone.now())

    assert (joined, opened) == (False, False)
    assert not agency.memberships.exists()
