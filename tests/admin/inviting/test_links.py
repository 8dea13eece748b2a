"""The link to run a workshop: when it is over, and who takes it up, once."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from clusterix.curation.invitations.handling import enrol, join
from clusterix.curation.invitations.models import Invitation
from clusterix.curation.models import Membership, Partner, User
from clusterix.mail.models import Message
from tests.admin.conftest import SignedIn
from tests.admin.inviting.conftest import ADA, ADD, LIST, waiting
from tests.curation.invitations.steps import ACCOUNT, HERE, browser, link_in
from tests.factories import OrganiserFactory, UserFactory, member, secretariat
from workshops import organising
from workshops.models import Organiser, Workshop

pytestmark = pytest.mark.django_db


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
