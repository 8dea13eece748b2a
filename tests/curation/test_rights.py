"""What a user may see, change, publish and refer to, by membership."""

from typing import Any

import pytest

from clusterix.curation.models import Entry, Membership, Partner, User
from people.models import Person
from tests.factories import (
    OrganiserFactory,
    PartnerFactory,
    PersonFactory,
    UserFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from workshops.models import Workshop

pytestmark = pytest.mark.django_db

STATES = [state.value for state in Entry.State]


def user_of(role: str, partner: Partner) -> User:
    if role == "secretariat":
        return secretariat()
    if role == "operator":
        operator: User = UserFactory.create(is_superuser=True)
        return operator
    return member(PartnerFactory.create() if role == "rival" else partner, role_of(role))


def role_of(role: str) -> str:
    return Membership.Role.PUBLISHER if role == "rival" else role


RIGHTS = {
    "editor": (STATES, ["draft"]),
    "publisher": (STATES, STATES),
    "secretariat": (STATES, STATES),
    "operator": (STATES, STATES),
    "rival": ([], []),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", RIGHTS)
def test_rights_in_python_and_in_the_database_agree(role: str, state: str) -> None:
    partner = PartnerFactory.create()
    entry = PersonFactory.create(owner=partner, state=state)
    user = user_of(role, partner)
    sees, changes = RIGHTS[role]

    assert user.can_see(entry) == user.partner_entries(Person).exists() == (state in sees)
    assert user.can_change(entry) == user.changeable_entries(Person).exists() == (state in changes)


@pytest.mark.parametrize(
    ("role", "may"),
    [("editor", False), ("publisher", True), ("secretariat", True), ("rival", False)],
)
def test_who_may_publish_finds_what_waits(role: str, may: bool) -> None:
    partner = PartnerFactory.create()
    waiting = PersonFactory.create(owner=partner, state=Entry.State.IN_REVIEW)
    PersonFactory.create(owner=partner)
    user = user_of(role, partner)

    assert user.can_publish(waiting) == may
    assert list(user.publishable_entries(Person)) == ([waiting] if may else [])


def test_entries_refer_to_what_is_public_and_to_the_partners_own() -> None:
    partner = PartnerFactory.create()
    own = PersonFactory.create(owner=partner, state=Entry.State.DRAFT)
    public = PersonFactory.create()
    hidden = PersonFactory.create(state=Entry.State.DRAFT)

    assert set(member(partner).linkable_entries(Person)) == {own, public}
    assert set(secretariat().linkable_entries(Person)) == {own, public, hidden}


def test_drafts_are_those_one_began_and_may_still_see() -> None:
    user = member()
    partner = user.own_partners().get()
    mine = PersonFactory.create(owner=partner, state=Entry.State.DRAFT, created_by=user)
    PersonFactory.create(owner=partner, created_by=user)
    PersonFactory.create(state=Entry.State.DRAFT, created_by=user)

    assert list(user.drafts(Person)) == [mine]


def test_partners_come_by_name() -> None:
    user = member(PartnerFactory.create(name="Zealand"))
    user.memberships.create(partner=PartnerFactory.create(name="Aragon"), role="editor")
    PartnerFactory.create(name="Not theirs")

    assert [partner.name for partner in user.own_partners()] == ["Aragon", "Zealand"]


@pytest.mark.parametrize(
    ("make", "is_curator"),
    [
        (member, True),
        (secretariat, True),
        (lambda: UserFactory.create(is_superuser=True), True),
        (lambda: UserFactory.create(is_staff=True), False),
    ],
)
def test_curators_are_members_and_operators(make: Any, is_curator: bool) -> None:
    assert make().is_curator == is_curator


def organiser(state: str = "published") -> tuple[User, Workshop]:
    """Somebody who runs one workshop, beside another of the same partner."""
    workshop = WorkshopFactory.create(state=state)
    WorkshopFactory.create(owner=workshop.owner, state=state)
    return OrganiserFactory.create(workshop=workshop).user, workshop


@pytest.mark.parametrize("state", STATES)
def test_an_organiser_works_on_one_workshop_in_every_state(state: str) -> None:
    user, workshop = organiser(state)

    assert user.is_curator
    assert user.can_see(workshop)
    assert user.can_change(workshop)
    assert list(user.partner_entries(Workshop)) == [workshop]
    assert list(user.visible_entries(Workshop)) == [workshop]
    assert list(user.changeable_entries(Workshop)) == [workshop]
    assert workshop in user.linkable_entries(Workshop)


@pytest.mark.parametrize("state", STATES)
def test_an_organiser_neither_publishes_nor_steers_nor_begins(state: str) -> None:
    user, workshop = organiser(state)

    assert not user.can_publish(workshop)
    assert not user.can_review(workshop)
    assert not user.can_steer(workshop)
    assert not user.may_begin
    assert not user.manages_members
    assert not user.own_partners().exists()
    assert not user.publishable_entries(Workshop).exists()


@pytest.mark.parametrize("state", STATES)
def test_an_organiser_sees_nothing_else_of_the_partner(state: str) -> None:
    user, workshop = organiser(state)
    beside = Workshop.unscoped.exclude(pk=workshop.pk).get()
    same_number = PersonFactory.create(pk=workshop.pk, owner=workshop.owner, state=state)

    assert not user.can_see(beside)
    assert not user.can_see(same_number)
    assert not user.can_change(same_number)
    assert not user.partner_entries(Person).exists()
    assert user.linkable_entries(Person).exists() == (state == "published")


def test_an_organiser_who_is_an_editor_elsewhere_has_both() -> None:
    user, workshop = organiser()
    draft = WorkshopFactory.create(owner=member().own_partners().get(), state="draft")
    user.memberships.create(partner=draft.owner, role="editor")

    assert set(user.changeable_entries(Workshop)) == {workshop, draft}
    assert user.may_begin


def test_an_organiser_is_out_once_the_role_is_taken() -> None:
    user, workshop = organiser()
    assert user.is_curator

    workshop.organisers.all().delete()

    again = User.objects.get(pk=user.pk)
    assert not again.is_curator
    assert not again.can_see(workshop)


def test_roles_are_read_once_a_request(django_assert_num_queries: Any) -> None:
    user = User.objects.get(pk=member().pk)

    with django_assert_num_queries(1):
        assert user.is_curator
        assert not user.is_secretariat
