"""Invitations: sent by those who answer for a partner, and good for one account."""

import re
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from clusterix.curation.invitations import tasks
from clusterix.curation.invitations.handling import enrol, join, send
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner, User
from clusterix.lib.secret_links import hashed
from clusterix.mail.models import Message
from tests.admin.browser import filled
from tests.factories import (
    InvitationFactory,
    PartnerFactory,
    UserFactory,
    member,
    secretariat,
)

pytestmark = pytest.mark.django_db

ADD = "/admin/invitations/invitation/add/"
LIST = "/admin/invitations/invitation/"
SECRET = "only the mail knows"
HERE = "/accounts/invitation/only%20the%20mail%20knows/"
ACCOUNT = {
    "first_name": "Ada",
    "last_name": "Åström",
    "password1": "a long way to Malmö",
    "password2": "a long way to Malmö",
}


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def agency() -> Partner:
    partner: Partner = PartnerFactory.create(name="Skåne agency")
    return partner


def invited(partner: Partner, **fields: Any) -> Invitation:
    row: Invitation = InvitationFactory.create(
        partner=partner, email="Ada@agency.example", secret_hash=hashed(SECRET), **fields
    )
    return row


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ask(client: Client, email: str = "ada@agency.example", role: str = "editor") -> Any:
    return client.post(ADD, filled(client.get(ADD), email=email, role=role))


def link_in(mail: Message) -> str:
    found = re.search(r"http://testserver(/accounts/invitation/\S+)", mail.text)
    assert found
    return found[1]


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


@pytest.mark.parametrize("role", ["editor", "rival", "nobody"])
def test_only_those_who_answer_for_the_partner_see_and_send(agency: Partner, role: str) -> None:
    row = invited(agency)
    who = {
        "editor": lambda: member(agency),
        "rival": lambda: member(role=Membership.Role.PUBLISHER),
        "nobody": UserFactory.create,
    }[role]()
    client = browser(who)

    seen = client.get(LIST).content.decode()
    one = client.get(f"{LIST}{row.pk}/change/")
    again = client.post(f"{LIST}{row.pk}/again/")
    withdrawn = client.post(f"{LIST}{row.pk}/withdraw/")

    row.refresh_from_db()
    assert "Ada@agency.example" not in seen
    assert one.status_code in {302, 403}
    assert {again.status_code, withdrawn.status_code} <= {302, 403, 404}
    assert row.withdrawn_at is None
    assert not Message.objects.exists()


def test_a_publisher_gives_no_more_than_they_have(agency: Partner) -> None:
    client = browser(member(agency, Membership.Role.PUBLISHER))
    rival = PartnerFactory.create(name="Rival agency")
    page = client.get(ADD)

    ask(client, role="secretariat")
    client.post(ADD, filled(page, email="ada@agency.example", partner=str(rival.pk)))

    assert "Rival agency" not in page.content.decode()
    assert "secretariat" not in page.content.decode().split("<main")[1]
    assert not Invitation.objects.exists()


def test_the_secretariat_invites_to_any_partner_and_its_own_kind_to_its_own(
    agency: Partner,
) -> None:
    who = secretariat()
    client = browser(who)
    own = str(who.memberships.get().partner_id)

    there = filled(client.get(ADD), email="a@x.example", partner=str(agency.pk), role="secretariat")
    refused = client.post(ADD, there)
    client.post(ADD, there | {"role": ["publisher"]})
    client.post(ADD, there | {"partner": [own]})

    assert "programme&#x27;s own partner" in refused.content.decode()
    told = Invitation.objects.order_by("pk").values_list("partner", "role")
    assert list(told) == [(agency.pk, "publisher"), (int(own), "secretariat")]


def test_nobody_is_invited_twice_or_as_a_member(agency: Partner) -> None:
    client = browser(member(agency, Membership.Role.PUBLISHER, email="bo@agency.example"))
    ask(client)

    again, themselves = ask(client, "ADA@agency.example"), ask(client, "bo@agency.example")

    assert "invited already" in again.content.decode()
    assert "belong to this partner already" in themselves.content.decode()
    assert Invitation.objects.count() == Message.objects.count() == 1


def test_a_malformed_invitation_is_told_its_fields(agency: Partner) -> None:
    client = browser(member(agency, Membership.Role.PUBLISHER))

    page = client.post(ADD, {"partner": "", "email": "nowhere", "role": ""})

    assert page.status_code == 200
    assert not Invitation.objects.exists()


def test_of_two_who_invite_at_once_the_second_is_told(
    agency: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(member(agency, Membership.Role.PUBLISHER))
    form = filled(client.get(ADD), email="ada@agency.example", role="editor")
    asked = iter([False])

    def unseen(form: Any, partner: Partner, email: str) -> bool:
        if next(asked, True):
            return True
        invited(partner)
        return False

    # The other's row is written between the look and the sending.
    monkeypatch.setattr("clusterix.curation.invitations.forms.InvitationForm._is_invited", unseen)

    page = client.post(ADD, form)

    assert "invited already" in page.content.decode()


def test_an_expired_invitation_makes_way(agency: Partner) -> None:
    old = invited(agency, made_at=timezone.now() - timedelta(days=15))

    ask(browser(member(agency, Membership.Role.PUBLISHER)))

    assert Invitation.objects.get().pk != old.pk


def test_the_database_allows_one_open_invitation(agency: Partner) -> None:
    row = invited(agency)

    with pytest.raises(IntegrityError), transaction.atomic():
        InvitationFactory.create(partner=agency, email=row.email.lower())

    InvitationFactory.create(email=row.email)
    row.accepted_at = timezone.now()
    row.save()
    InvitationFactory.create(partner=agency, email=row.email)


def test_sent_again_the_link_is_a_new_one(client: Client, agency: Partner) -> None:
    row = invited(agency, made_at=timezone.now() - timedelta(days=15))
    publisher = browser(member(agency, Membership.Role.PUBLISHER))
    form = publisher.get(f"{LIST}{row.pk}/change/").content.decode()

    publisher.post(f"{LIST}{row.pk}/again/")

    assert f"{LIST}{row.pk}/again/" in form
    assert client.get(link_in(Message.objects.get())).status_code == 200
    assert client.get(HERE).status_code == 404


def test_withdrawn_the_link_is_closed_and_nothing_is_sent_again(
    client: Client, agency: Partner
) -> None:
    row = invited(agency)
    publisher = browser(member(agency, Membership.Role.PUBLISHER))

    publisher.post(f"{LIST}{row.pk}/withdraw/")
    late = publisher.post(f"{LIST}{row.pk}/again/", follow=True)

    assert client.get(HERE).status_code == 404
    assert "answered or withdrawn before" in late.content.decode()
    assert f"{LIST}{row.pk}/again/" not in late.content.decode()
    assert not Message.objects.exists()


def test_the_list_says_what_became_of_each(agency: Partner) -> None:
    now = timezone.now()
    for ends in (
        {},
        {"accepted_at": now},
        {"withdrawn_at": now},
        {"made_at": now - timedelta(days=20)},
    ):
        InvitationFactory.create(partner=agency, **ends)

    page = browser(member(agency, Membership.Role.PUBLISHER)).get(LIST).content.decode()

    states = re.findall(r'class="field-state">([^<]+)<', page)
    assert sorted(states) == ["expired", "open", "taken up", "withdrawn"]


def test_without_its_inviter_an_invitation_still_says_to_what(
    client: Client, agency: Partner
) -> None:
    row = invited(agency)

    page = client.get(HERE).content.decode()

    assert str(row) == "Ada@agency.example"
    assert "You are invited to curate for Skåne agency" in page


def test_the_mail_and_the_row_stand_or_fall_together(agency: Partner) -> None:
    invited(agency)
    second = Invitation(partner=agency, email="ada@agency.example", role="editor")

    with pytest.raises(IntegrityError), transaction.atomic():
        send(second, member(agency), timezone.now())

    assert Invitation.objects.count() == 1
    assert not Message.objects.exists()


def test_the_worker_forgets_what_is_long_over(agency: Partner) -> None:
    now = timezone.now()
    InvitationFactory.create(made_at=now - timedelta(days=29))
    kept = InvitationFactory.create(made_at=now - timedelta(days=27))

    tasks.forget_invitations(0)

    assert list(Invitation.objects.all()) == [kept]
