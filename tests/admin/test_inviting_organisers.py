"""Organisers who have no account: they are invited by mail, and come to run one workshop."""

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from clusterix.curation.invitations.handling import enrol, forget, join
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner, User
from clusterix.lib.secret_links import hashed
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.curation.test_invitations import ACCOUNT, HERE, SECRET, browser, link_in
from tests.factories import (
    InitiativeFactory,
    InvitationFactory,
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

ADD = "/admin/workshops/organiser/add/"
LIST = "/admin/workshops/organiser/"
ADA = "ada@host.example"


@pytest.fixture(autouse=True)
def _fresh_limits() -> None:
    cache.clear()


@pytest.fixture
def workshop(agency: Partner) -> Workshop:
    made: Workshop = WorkshopFactory.create(owner=agency, title="Open days")
    return made


def waiting(workshop: Workshop, **fields: Any) -> Organiser:
    """She is invited, by the link that is `HERE`."""
    invited = {"invitation__email": ADA, "invitation__secret_hash": hashed(SECRET)}
    row: Organiser = WaitingOrganiserFactory.create(workshop=workshop, **(invited | fields))
    return row


def change(row: Organiser) -> str:
    """Where it is told of."""
    return f"{LIST}{row.pk}/change/"


def delete(row: Organiser) -> str:
    """Where it is taken."""
    return f"{LIST}{row.pk}/delete/"


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


# Links that are over


@pytest.mark.parametrize("how", ["expired", "accepted", "withdrawn", "row", "workshop"])
def test_a_link_that_is_over_gets_one_kind_of_answer(
    client: Client, workshop: Workshop, how: str
) -> None:
    now = timezone.now()
    ends = {
        "expired": {"invitation__made_at": now - timedelta(days=20)},
        "accepted": {"invitation__accepted_at": now},
        "withdrawn": {"invitation__withdrawn_at": now},
    }
    row = waiting(workshop, **ends.get(how, {}))
    if how == "row":
        row.delete()
    if how == "workshop":
        workshop.delete()

    pages = [client.get(HERE), client.post(HERE, ACCOUNT)]

    assert [page.status_code for page in pages] == [404, 404]
    assert all("Open days" not in page.content.decode() for page in pages)
    assert not User.objects.filter(email=ADA).exists()


def leave(row: Organiser) -> None:
    row.given_by.memberships.all().delete()  # type: ignore[union-attr]


def become_editor(row: Organiser) -> None:
    row.given_by.memberships.update(role=Membership.Role.EDITOR)  # type: ignore[union-attr]


def close(row: Organiser) -> None:
    row.given_by.is_active = False  # type: ignore[union-attr]
    row.given_by.save()  # type: ignore[union-attr]


def hand_on(row: Organiser) -> None:
    rival = member(role=Membership.Role.PUBLISHER).partners.get()
    Workshop.unscoped.filter(pk=row.workshop_id).update(owner=rival)


def erase(row: Organiser) -> None:
    row.given_by.delete()  # type: ignore[union-attr]


@pytest.mark.parametrize("loss", [leave, become_editor, close, hand_on, erase])
def test_it_holds_as_long_as_who_sent_it_publishes_the_workshop(
    client: Client, workshop: Workshop, loss: Callable[[Organiser], None]
) -> None:
    row = waiting(workshop)
    invitation = Invitation.objects.get()

    loss(row)

    assert client.get(HERE).status_code == client.post(HERE, ACCOUNT).status_code == 404
    assert not enrol(invitation, User(email=ADA), timezone.now())
    assert not join(invitation, UserFactory.create(email=ADA), timezone.now())
    invitation.refresh_from_db()
    assert invitation.is_pending
    assert Organiser.objects.waiting().count() == 1


def test_handed_on_the_new_partner_sees_it_and_sends_it_in_its_own_name(
    signed_in: SignedIn, client: Client, rival: Partner, workshop: Workshop
) -> None:
    row = waiting(workshop)
    Workshop.unscoped.filter(pk=workshop.pk).update(owner=rival)
    former = signed_in("publisher").get(LIST).content.decode()

    signed_in("rival").post(f"{LIST}{row.pk}/again/")
    page = client.get(link_in(Message.objects.get())).content.decode()

    assert ADA not in former
    assert "for Rival agency" in page


def test_the_rule_of_who_may_give_is_that_of_who_may_publish(
    workshop: Workshop, agency: Partner
) -> None:
    people = [
        member(agency, Membership.Role.PUBLISHER),
        member(agency),
        member(role=Membership.Role.PUBLISHER),
        secretariat(),
        UserFactory.create(is_superuser=True),
        UserFactory.create(),
    ]

    may = set(User.objects.publishing_for(agency.pk))

    assert may == {user for user in people if user.can_publish(workshop)}
    assert len(may) == 3


# Who has an account by then


def test_who_has_an_account_by_then_signs_in_and_accepts(
    client: Client, workshop: Workshop
) -> None:
    waiting(workshop)
    ada = UserFactory.create(email="Ada@host.example")

    visitor, pushed = client.get(HERE).content.decode(), client.post(HERE, ACCOUNT)
    client.force_login(ada)
    page, done = client.get(HERE).content.decode(), client.post(HERE)

    assert "/accounts/login/?next=/accounts/invitation/" in visitor
    assert pushed.status_code == 403
    assert "Run Open days" in page
    assert done["Location"] == "/admin/"
    assert Organiser.objects.get().user == ada


def test_another_account_takes_nothing_up(workshop: Workshop) -> None:
    waiting(workshop)
    UserFactory.create(email=ADA)

    pushed = browser(member()).post(HERE)

    assert pushed.status_code == 403
    assert Organiser.objects.waiting().count() == 1


def test_who_belongs_to_the_partner_by_then_needs_no_role(workshop: Workshop) -> None:
    waiting(workshop)
    ada = member(workshop.owner, email=ADA)

    joined = join(Invitation.objects.get(), ada, timezone.now())

    assert joined
    assert not Organiser.objects.exists()


def test_who_was_given_the_role_meanwhile_has_it_once(
    signed_in: SignedIn, client: Client, workshop: Workshop
) -> None:
    waiting(workshop)
    ada = UserFactory.create(email=ADA)

    signed_in("publisher").post(ADD, {"workshop": workshop.pk, "email": ADA})

    assert Organiser.objects.get().user == ada
    assert client.get(HERE).status_code == 404


def test_who_is_given_the_role_in_that_moment_has_it_once(workshop: Workshop) -> None:
    row = waiting(workshop)
    ada = UserFactory.create(email=ADA)
    assert not ada.is_organiser(workshop)  # which the request remembers
    OrganiserFactory.create(workshop=workshop, user=ada)

    joined = join(Invitation.objects.get(), ada, timezone.now())

    assert not joined
    assert Organiser.objects.get(user=ada).pk != row.pk
    assert Invitation.objects.get().is_pending


# At once


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """What each answers, all begun in one moment."""
    start, answers = Barrier(len(deeds)), []

    def run(deed: Callable[[], Any]) -> None:
        start.wait()
        answers.append(deed())
        connection.close()

    threads = [Thread(target=run, args=[deed]) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_organiser(workshop: Workshop) -> None:
    waiting(workshop)

    statuses = at_once(*2 * [lambda: Client().post(HERE, ACCOUNT).status_code])

    assert statuses.count(302) == 1
    assert Organiser.objects.get().user == User.objects.get(email=ADA)


@pytest.mark.django_db(transaction=True)
def test_accepted_and_revoked_at_once_nobody_has_the_role(workshop: Workshop) -> None:
    row = waiting(workshop)

    statuses = at_once(
        lambda: Client().post(HERE, ACCOUNT).status_code, lambda: organising.dismiss(row)
    )

    assert None in statuses
    assert not Organiser.objects.exists()
    assert not Invitation.objects.exists()


def test_revoked_just_after_it_was_accepted_the_role_is_taken(workshop: Workshop) -> None:
    row = waiting(workshop)
    join(Invitation.objects.get(), UserFactory.create(email=ADA), timezone.now())

    organising.dismiss(row)

    assert not Organiser.objects.exists()


# What the database keeps


def test_a_row_is_of_somebody_or_of_an_invitation(workshop: Workshop) -> None:
    both = waiting(workshop)
    both.user = UserFactory.create()

    with pytest.raises(IntegrityError, match="there_or_invited"), transaction.atomic():
        both.save()
    with pytest.raises(IntegrityError, match="there_or_invited"), transaction.atomic():
        Organiser.objects.create(workshop=workshop)


def test_an_address_has_one_open_invitation_to_a_workshop(workshop: Workshop) -> None:
    row = waiting(workshop).invitation

    with pytest.raises(IntegrityError, match="one_open_for_it"), transaction.atomic():
        WaitingOrganiserFactory.create(workshop=workshop, invitation__email=ADA.upper())

    row.accepted_at = timezone.now()  # type: ignore[union-attr]
    row.save()  # type: ignore[union-attr]
    WaitingOrganiserFactory.create(workshop=workshop, invitation__email=ADA)


@pytest.mark.parametrize(
    "wrong",
    [
        {"partner": None},
        {"partner": None, "role": ""},
        {"partner": None, "purpose": "workshop 1"},
        {"role": ""},
        {"purpose": "workshop 1"},
    ],
)
def test_an_invitation_is_to_a_partner_or_to_something_else(wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError, match="to_one_thing"), transaction.atomic():
        InvitationFactory.create(**wrong)


def test_forgotten_invitations_take_along_who_waited_and_leave_who_came(
    workshop: Workshop,
) -> None:
    long_ago = timezone.now() - timedelta(days=29)
    WaitingOrganiserFactory.create(workshop=workshop, invitation__made_at=long_ago)
    came = OrganiserFactory.create(workshop=workshop)

    gone = forget(timezone.now())

    assert gone == 1
    assert list(Organiser.objects.all()) == [came]


def test_invitations_to_a_workshop_are_not_among_those_to_a_partner(
    signed_in: SignedIn, workshop: Workshop
) -> None:
    waiting(workshop)

    lists = [
        signed_in(role).get("/admin/invitations/invitation/").content.decode()
        for role in ("publisher", "secretariat")
    ]

    assert [page for page in lists if ADA in page] == []
