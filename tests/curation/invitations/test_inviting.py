"""Invitations are sent by those who answer for a partner, again if need be, and withdrawn."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from clusterix.curation.invitations import tasks
from clusterix.curation.invitations.handling import send
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner
from clusterix.mail.models import Message
from tests.admin.browser import filled
from tests.curation.invitations.steps import ADD, HERE, LIST, ask, browser, invited, link_in
from tests.factories import InvitationFactory, PartnerFactory, UserFactory, member, secretariat

pytestmark = pytest.mark.django_db


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
