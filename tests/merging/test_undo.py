"""A merge undone: everything leads to where it led before, or nothing moves."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from clusterix.curation.models import Membership, User
from clusterix.lib.partial_dates import PartialDate
from initiatives.models import Involvement
from people.merging.joining import HinderedError, merge, undo
from people.models import Organisation, OrganisationSource, Person
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    PersonFactory,
    SessionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
    secretariat,
)
from tests.merging.rows import everything
from workshops.models import Host

pytestmark = pytest.mark.django_db

ROLES = st.sampled_from(["owner", "partner", "funder"])
SIDE = st.sampled_from([0, 1])
DATES = st.sampled_from([None, "2015", "2016-06", "2016-23"])


class World:
    """Two organisations and two people, and things that may lead to either."""

    def __init__(self) -> None:
        self.organisations = [OrganisationFactory.create(name=name) for name in ("One", "Other")]
        self.people = [PersonFactory.create(family_name=name) for name in ("Berg", "Borg")]
        self.initiatives = [InitiativeFactory.create() for _ in range(2)]
        self.workshops = [WorkshopFactory.create() for _ in range(2)]
        self.sessions = [SessionFactory.create(workshop=workshop) for workshop in self.workshops]

    def add(self, kind: str, side: int, which: int, text: str, when: str | None) -> None:
        """A row of that kind, unless there is one already."""
        one = self.organisations[side]
        ways: dict[str, Callable[[], Any]] = {
            "involvement": lambda: one.involvements.get_or_create(
                initiative=self.initiatives[which], role=text
            ),
            "transfer": lambda: TransferFactory.create(
                organisation=one, initiative=self.initiatives[which], date=when
            ),
            "host": lambda: one.host_rows.get_or_create(workshop=self.workshops[which]),
            "outcome": lambda: OutcomeFactory.create(
                organisation=one, workshop=self.workshops[which], what=text
            ),
            "alias": lambda: one.aliases.get_or_create(name=text, defaults={"until": when}),
            "source": lambda: OrganisationSource.objects.create(organisation=one, title=text),
            "affiliation": lambda: AffiliationFactory.create(
                organisation=one, person=self.people[which], role=text, start=when
            ),
            "contribution": lambda: self.people[side].contributions.get_or_create(
                session=self.sessions[which],
                role="speaker",
                defaults={"organisation": self.organisations[which], "affiliation": text},
            ),
            "successor": lambda: OrganisationFactory.create(successor=one),
        }
        ways[kind]()


KINDS = st.sampled_from(
    [
        *("involvement", "transfer", "host", "outcome", "alias", "source", "affiliation"),
        *("contribution", "successor"),
    ]
)
LINKS = st.lists(st.tuples(KINDS, SIDE, SIDE, ROLES, DATES), max_size=14)


class TestExactly(TestCase):
    """Whatever led to two entries, merged and parted again they are as they were."""

    @settings(max_examples=30)
    @given(links=LINKS, people=st.booleans(), first=SIDE, continues=st.booleans())
    def test_merged_and_undone_every_row_is_as_it_was(
        self, links: list[Any], people: bool, first: int, continues: bool
    ) -> None:
        user, world = secretariat(), World()
        for link in links:
            world.add(*link)
        twins: list[Any] = world.people if people else world.organisations
        kept, gone = twins[first], twins[1 - first]
        if continues and not people:
            kept.successor = gone
            kept.save()
        before = everything()

        done = merge(kept, gone, user, "The same")
        between = everything()
        undo(done, user)

        assert between != before
        assert everything() == before


def merged(user: User) -> tuple[Organisation, Organisation, Any]:
    """Two organisations of which one led to an initiative, merged."""
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    InvolvementFactory.create(organisation=gone)
    return kept, gone, merge(kept, gone, user, "The same")


def test_the_entry_is_public_again_at_its_own_address(user: User) -> None:
    kept, gone, done = merged(user)

    undo(done, user)

    done.refresh_from_db()
    assert set(Organisation.objects.all()) >= {kept, gone}
    assert done.undone_by == user
    assert gone.history.first().history_change_reason == "Merge undone: The same"


def test_a_merge_is_undone_once(user: User) -> None:
    _kept, _gone, done = merged(user)
    undo(done, user)

    with pytest.raises(HinderedError, match="undone already"):
        undo(done, user)


def test_it_can_be_merged_again_afterwards(user: User) -> None:
    kept, gone, done = merged(user)
    undo(done, user)

    again = merge(kept, gone, user, "Yes, the same")

    assert again.undone_at is None


@pytest.mark.parametrize("change", ["delete", "elsewhere"])
def test_a_row_that_was_deleted_or_leads_elsewhere_since_stands_in_the_way(
    user: User, change: str
) -> None:
    kept, gone, done = merged(user)
    moved = Involvement.objects.get(organisation=kept)
    if change == "delete":
        moved.delete()
    else:
        moved.organisation = OrganisationFactory.create()
        moved.save()

    with pytest.raises(HinderedError, match="involved organisations: 1 was deleted or leads"):
        undo(done, user)

    gone.refresh_from_db()
    assert gone.merged_into_id == kept.pk


def test_a_successor_that_was_given_since_stands_in_the_way(user: User) -> None:
    gone = OrganisationFactory.create()
    kept = OrganisationFactory.create(successor=gone)
    done = merge(kept, gone, user, "The same")
    Organisation.unscoped.filter(pk=kept.pk).update(successor=OrganisationFactory.create())

    with pytest.raises(HinderedError, match="organisations: 1 was deleted or leads elsewhere"):
        undo(done, user)


def test_what_a_deleted_row_belonged_to_must_still_be_there(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    initiative = InitiativeFactory.create()
    for organisation in (kept, gone):
        InvolvementFactory.create(initiative=initiative, organisation=organisation)
    done = merge(kept, gone, user, "The same")
    Involvement.objects.all().delete()
    initiative.delete()

    with pytest.raises(HinderedError, match="there no longer"):
        undo(done, user)

    gone.refresh_from_db()
    assert gone.merged_into_id == kept.pk


def test_a_row_that_stands_in_its_place_is_in_the_way(user: User) -> None:
    _kept, gone, done = merged(user)
    initiative = Involvement.objects.get().initiative
    InvolvementFactory.create(initiative=initiative, organisation=gone)

    with pytest.raises(HinderedError, match="there again"):
        undo(done, user)


def test_a_later_merge_is_undone_first(user: User) -> None:
    first, second, third = (OrganisationFactory.create() for _ in range(3))
    InvolvementFactory.create(organisation=first)
    before = everything()
    earlier = merge(second, first, user, "The same")
    later = merge(third, second, user, "The same too")

    with pytest.raises(HinderedError, match="Undo that first"):
        undo(earlier, user)
    undo(later, user)
    undo(earlier, user)

    assert everything() == before


def test_a_name_that_somebody_mended_since_stays(user: User) -> None:
    kept, _gone, done = merged(user)
    alias = kept.aliases.get()
    alias.name = "Mended"
    alias.save()

    undo(done, user)

    assert [alias.name for alias in kept.aliases.all()] == ["Mended"]


def test_it_takes_a_publisher_of_both_partners(user: User) -> None:
    kept, _gone, done = merged(user)

    with pytest.raises(HinderedError, match="partners of both"):
        undo(done, member(kept.owner, Membership.Role.PUBLISHER))


def test_a_draft_is_a_draft_again(user: User) -> None:
    kept, gone = PersonFactory.create(), PersonFactory.create(state="draft")
    ContributionFactory.create(person=gone)
    AffiliationFactory.create(person=gone, start=PartialDate("2015-06"))

    undo(merge(kept, gone, user, "The same"), user)

    assert Person.unscoped.get(pk=gone.pk).state == "draft"
    assert gone.affiliations.get().start == PartialDate("2015-06")


def test_names_that_both_had_are_two_again(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    workshop = WorkshopFactory.create()
    for organisation in (kept, gone):
        AliasFactory.create(organisation=organisation, name="IWT", until="2016")
        Host.objects.create(workshop=workshop, organisation=organisation)

    undo(merge(kept, gone, user, "The same"), user)

    assert gone.aliases.get().until == PartialDate("2016")
    assert Host.objects.count() == 2
