"""Organisers who have no account: publishers invite them by mail, and are told what came of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from clusterix.curation.invitations.handling import join
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner, User
from clusterix.lib.secret_links import hashed
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.admin.inviting.conftest import ADA, ADD, LIST, change, delete, waiting
from tests.curation.invitations.steps import ACCOUNT, HERE, browser, link_in
from tests.factories import (
    InitiativeFactory,
    OrganiserFactory,
    RegistrationSettingsFactory,
    UserFactory,
    WaitingOrganiserFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from workshops import organising
from workshops.models import Organiser, Workshop

pytestmark = pytest.mark.django_db


# From the mail to the desk


def test_who_has_no_account_is_invited_and_comes_to_the_desk_of_that_workshop_alone(
    signed_in: SignedIn, client: Client, agency: Partner, workshop: Workshop
) -> None:
    terms = RegistrationSettingsFactory.create(workshop=workshop)
    beside = WorkshopFactory.create(owner=agency, title="Kanarifagel")
    run = f"/admin/registration/registrationsettings/{terms.pk}/desk/"
    hidden = f"/admin/workshops/workshop/{beside.pk}/change/"
    InitiativeFactory.create(owner=agency, title="Kanarifagel draft", state="draft")

    told = signed_in("publisher").post(ADD, {"workshop": workshop.pk, "email": ADA}, follow=True)
    link = link_in(Message.objects.get(to=ADA))
    page = client.get(link).content.decode()
    done = client.post(link, ACCOUNT)

    ada = User.objects.get(email=ADA)
    role = Organiser.objects.get()
    desk = client.get("/admin/").content.decode()
    assert "An invitation is on its way." in told.content.decode()
    assert "Run Open days" in page
    assert "invites you to run the workshop “Open days” for Skåne agency" in page
    assert done["Location"] == "/accounts/2fa/"
    assert (role.workshop, role.user, role.invitation) == (workshop, ada, None)
    assert not ada.memberships.exists()
    assert "Open days" in desk
    assert "Kanarifagel" not in desk
    assert [client.get(address).status_code for address in (run, hidden)] == [200, 302]


def test_the_mail_says_who_invites_to_what_until_when(workshop: Workshop, agency: Partner) -> None:
    bo = member(agency, Membership.Role.PUBLISHER, first_name="Bo", last_name="Ek")

    browser(bo).post(ADD, {"workshop": workshop.pk, "email": ADA})

    mail, row = Message.objects.get(), Invitation.objects.get()
    assert mail.subject == "Run Open days at Clusterix"
    assert "Bo Ek invites you to run the workshop “Open days” for Skåne agency" in mail.text
    assert "Bo Ek invites you to run the workshop “Open days” for Skåne agency" in mail.html
    assert row.secret_hash == hashed(link_in(mail).split("/")[-2])
    assert (row.partner, row.role, row.invited_by) == (None, "", bo)


def test_without_a_second_factor_the_desk_stays_closed(
    client: Client, workshop: Workshop, settings: Any
) -> None:
    settings.MFA_REQUIRED = True
    waiting(workshop)
    client.post(HERE, ACCOUNT)

    before = client.get("/admin/")
    Authenticator.objects.create(user=User.objects.get(email=ADA), type="totp", data={})
    after = client.get("/admin/")

    assert (before.status_code, after.status_code) == (302, 200)


def test_who_waits_has_no_rights(workshop: Workshop) -> None:
    waiting(workshop)
    stranger = UserFactory.create(email=ADA)

    assert not stranger.is_curator
    assert not stranger.can_see(workshop)


# What the inviter is told


def test_a_closed_account_is_told_of_as_none(signed_in: SignedIn, workshop: Workshop) -> None:
    UserFactory.create(email="closed@host.example", is_active=False)
    client = signed_in("publisher")

    pages = [
        client.post(ADD, {"workshop": workshop.pk, "email": email}, follow=True).content.decode()
        for email in ("nobody@host.example", "closed@host.example")
    ]

    assert all("They have no account yet. An invitation is on its way." in page for page in pages)
    assert Organiser.objects.waiting().count() == Message.objects.count() == 2


def test_the_same_address_is_not_invited_twice_to_one_workshop(
    signed_in: SignedIn, agency: Partner, workshop: Workshop
) -> None:
    client = signed_in("publisher")
    other = WorkshopFactory.create(owner=agency)
    client.post(ADD, {"workshop": workshop.pk, "email": ADA})

    again = client.post(ADD, {"workshop": workshop.pk, "email": ADA.upper()})
    client.post(ADD, {"workshop": other.pk, "email": ADA})

    assert "This address is invited already. Send that invitation again." in again.content.decode()
    assert Invitation.objects.count() == Message.objects.count() == 2
    assert {row.workshop for row in Organiser.objects.waiting()} == {workshop, other}


def test_an_expired_invitation_makes_way(signed_in: SignedIn, workshop: Workshop) -> None:
    old = waiting(workshop, invitation__made_at=timezone.now() - timedelta(days=15))

    signed_in("publisher").post(ADD, {"workshop": workshop.pk, "email": ADA})

    assert Organiser.objects.get().pk != old.pk
    assert Invitation.objects.get().pk != old.invitation_id


def test_of_two_who_invite_at_once_the_second_is_told(
    signed_in: SignedIn, workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in("publisher")
    found, looks = organising.invitations_to, iter([Invitation.objects.none()])

    def unseen(workshop: Workshop, email: str) -> Any:
        waiting(workshop)
        return next(looks, found(workshop, email))

    # The other's row is written between the look and the sending.
    monkeypatch.setattr(organising, "invitations_to", unseen)
    page = client.post(ADD, {"workshop": workshop.pk, "email": ADA})

    assert "invited already" in page.content.decode()
    assert Organiser.objects.count() == 1


# Who may


@pytest.mark.parametrize("role", ["editor", "rival", "nobody's", "organiser"])
def test_nobody_else_invites_sees_sends_again_or_revokes(
    signed_in: SignedIn, workshop: Workshop, role: str
) -> None:
    row = waiting(workshop, invitation__email="kanarifagel@host.example")
    kept = Invitation.objects.get().secret_hash
    client = signed_in("nobody's" if role == "organiser" else role)
    if role == "organiser":
        ada = UserFactory.create()
        OrganiserFactory.create(workshop=workshop, user=ada)
        client.force_login(ada)

    client.post(ADD, {"workshop": workshop.pk, "email": "new@host.example"})
    seen = client.get(LIST).content.decode()
    one = client.get(change(row)).content.decode()
    client.post(f"{LIST}{row.pk}/again/")
    client.post(delete(row), {"post": "yes"})

    assert "kanarifagel" not in seen + one
    assert Invitation.objects.get().secret_hash == kept
    assert Organiser.objects.waiting().count() == 1
    assert not Message.objects.exists()


@pytest.mark.parametrize("role", ["publisher", "secretariat", "operator"])
def test_anyone_who_may_appoint_revokes(
    signed_in: SignedIn, client: Client, workshop: Workshop, role: str
) -> None:
    row = waiting(workshop)
    before = client.get(HERE).status_code

    signed_in(role).post(delete(row), {"post": "yes"})

    assert before == 200
    assert client.get(HERE).status_code == client.post(HERE, ACCOUNT).status_code == 404
    assert not Organiser.objects.exists()
    assert not Invitation.objects.exists()
    assert not User.objects.filter(email=ADA).exists()


def test_sent_again_the_link_is_a_new_one_in_the_senders_name(
    signed_in: SignedIn, client: Client, workshop: Workshop
) -> None:
    row = waiting(workshop, invitation__made_at=timezone.now() - timedelta(days=15))
    other = signed_in("publisher")
    form = other.get(change(row)).content.decode()

    other.post(f"{LIST}{row.pk}/again/")

    sent = Organiser.objects.get()
    assert f"{LIST}{row.pk}/again/" in form
    assert client.get(link_in(Message.objects.get())).status_code == 200
    assert client.get(HERE).status_code == 404
    assert sent.given_by == sent.invitation.invited_by != row.given_by  # type: ignore[union-attr]


def test_who_came_is_sent_nothing(signed_in: SignedIn, workshop: Workshop) -> None:
    row = OrganiserFactory.create(workshop=workshop)
    client = signed_in("publisher")

    page = client.post(f"{LIST}{row.pk}/again/", follow=True).content.decode()

    assert "This invitation was answered before." in page
    assert f"{LIST}{row.pk}/again/" not in page
    assert not Message.objects.exists()


def test_who_comes_while_it_is_sent_again_is_sent_nothing(workshop: Workshop) -> None:
    row = waiting(workshop)
    join(Invitation.objects.get(), UserFactory.create(email=ADA), timezone.now())

    sent = organising.invite_again(row, secretariat(), timezone.now())

    assert not sent
    assert Organiser.objects.get().given_by == row.given_by


def test_the_list_says_who_came_and_what_became_of_the_others(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    over = timezone.now() - timedelta(days=20)
    OrganiserFactory.create(workshop=workshop)
    WaitingOrganiserFactory.create(workshop=workshop)
    WaitingOrganiserFactory.create(workshop=workshop, invitation__made_at=over)
    WaitingOrganiserFactory.create(workshop=workshop, given_by=UserFactory.create())

    page = signed_in("publisher").get(LIST).content.decode()

    states = sorted(re.findall(r'class="field-state">([^<]+)<', page))
    assert states[:1] == ["invitation expired"]
    assert states[1].startswith("invitation void")
    assert states[2].startswith("invited, until ")
    assert states[3:] == ["organises"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_as_many_queries_for_three_as_for_one(
    signed_in: SignedIn, workshop: Workshop, rows: int, django_assert_num_queries: Any
) -> None:
    WaitingOrganiserFactory.create_batch(rows, workshop=workshop)
    client = signed_in("publisher")

    with django_assert_num_queries(8):
        client.get(LIST)
