"""Two entries become one: all that led to the one that went leads to the other."""

from datetime import date

import pytest
from django.test import Client

from clusterix.curation.models import Membership, User
from initiatives.models import Involvement
from people.merging.joining import HinderedError, hindrances, merge
from people.merging.links import links_to, owner_of
from people.models import Affiliation, Organisation, OrganisationSource, Person, PersonLink
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    ParticipantFactory,
    PartnerFactory,
    PersonFactory,
    RecommendationFactory,
    SessionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
)
from workshops.models import Contribution, Host

pytestmark = pytest.mark.django_db

ORGANISATION_LINKS = {
    "initiatives.involvement.organisation",
    "initiatives.transfer.organisation",
    "people.affiliation.organisation",
    "people.alias.organisation",
    "people.organisation.merged_into",
    "people.organisation.successor",
    "people.organisationsource.organisation",
    "reviews.participant.organisation",
    "reviews.recommendation.organisation",
    "workshops.contribution.organisation",
    "workshops.host.organisation",
    "workshops.outcome.organisation",
}
PERSON_LINKS = {
    "comments.comment.person",
    "people.affiliation.person",
    "people.person.merged_into",
    "people.personalias.person",
    "people.personlink.person",
    "people.personsource.person",
    "reviews.recommendation.person",
    "workshops.contribution.person",
}


def test_every_foreign_key_that_leads_to_an_organisation_or_a_person_is_moved() -> None:
    found = [{link.label for link in links_to(kind)} for kind in (Organisation, Person)]

    assert found == [ORGANISATION_LINKS, PERSON_LINKS]


@pytest.mark.parametrize("kind", [Organisation, Person])
def test_what_may_become_one_row_has_nothing_that_hangs_on_it(
    kind: type[Organisation] | type[Person],
) -> None:
    constrained = [
        link
        for link in links_to(kind)
        if len(link.alike) > (0 if links_to(link.model) else 1) and links_to(link.model)
    ]
    unclear = [
        constraint.name
        for link in links_to(kind)
        for constraint in link.model._meta.constraints
        if link.field.name in getattr(constraint, "fields", ())
        and constraint not in link.model._meta.total_unique_constraints
    ]

    assert (constrained, unclear) == ([], [])


@pytest.mark.parametrize("kind", [Organisation, Person])
def test_what_would_lead_to_itself_can_lead_nowhere(
    kind: type[Organisation] | type[Person],
) -> None:
    own = [link.field for link in links_to(kind) if link.model is kind]

    assert own
    assert all(field.null for field in own)


def test_a_row_is_part_of_the_entry_with_which_it_is_deleted() -> None:
    ways = [owner_of(model) for model in (Organisation, Involvement, Contribution, Membership)]

    assert ways == ["pk", "initiative", "session__workshop", ""]


def test_all_that_leads_to_an_organisation_moves(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    InvolvementFactory.create(organisation=gone)
    TransferFactory.create(organisation=gone)
    AffiliationFactory.create(organisation=gone)
    AliasFactory.create(organisation=gone)
    OrganisationSource.objects.create(organisation=gone, title="Report")
    OrganisationFactory.create(successor=gone)
    ContributionFactory.create(organisation=gone)
    Host.objects.create(workshop=WorkshopFactory.create(), organisation=gone)
    OutcomeFactory.create(organisation=gone)
    ParticipantFactory.create(organisation=gone)
    RecommendationFactory.create(organisation=gone)

    merge(kept, gone, user, "The same")

    counts = {link.label: link.rows(kept.pk).count() for link in links_to(Organisation)}
    left = [link.label for link in links_to(Organisation) if link.rows(gone.pk).exists()]
    assert left == []
    assert counts == dict.fromkeys(ORGANISATION_LINKS, 1) | {
        "people.alias.organisation": 2,
    }


def test_rows_of_drafts_move_too(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    hidden = InvolvementFactory.create(organisation=gone, initiative__state="draft")

    merge(kept, gone, user, "The same")

    hidden.refresh_from_db()
    assert hidden.organisation_id == kept.pk


def test_what_both_had_becomes_one_and_is_remembered(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    initiative = InitiativeFactory.create()
    ours = InvolvementFactory.create(initiative=initiative, organisation=kept, position=1)
    twin = InvolvementFactory.create(initiative=initiative, organisation=gone, position=2)
    other = InvolvementFactory.create(initiative=initiative, organisation=gone, role="funder")

    done = merge(kept, gone, user, "The same")

    assert set(Involvement.objects.values_list("pk", "position")) == {(ours.pk, 1), (other.pk, 0)}
    assert [part["twins"] for part in done.links if "involvement" in part["model"]] == [
        [
            {
                "id": twin.pk,
                "initiative_id": initiative.pk,
                "organisation_id": gone.pk,
                "role": "owner",
                "position": 2,
            }
        ]
    ]


def test_rows_that_say_the_same_become_one_where_no_constraint_asks_for_it(user: User) -> None:
    kept, gone = PersonFactory.create(), PersonFactory.create()
    office = OrganisationFactory.create()
    for person in (kept, gone):
        AffiliationFactory.create(person=person, organisation=office, role="Director")
        PersonLink.objects.create(person=person, label="Own site", url="https://example.org/")
    AffiliationFactory.create(person=gone, organisation=office, role="Adviser")

    merge(kept, gone, user, "The same")

    assert set(kept.affiliations.values_list("role", flat=True)) == {"Director", "Adviser"}
    assert Affiliation.objects.count() == 2
    assert kept.links.count() == 1


def test_a_person_is_once_in_a_session_in_which_both_were(user: User) -> None:
    kept, gone = PersonFactory.create(), PersonFactory.create()
    session = SessionFactory.create()
    ours = ContributionFactory.create(session=session, person=kept, affiliation="As printed")
    ContributionFactory.create(session=session, person=gone)

    merge(kept, gone, user, "The same")

    assert list(Contribution.objects.values_list("pk", "affiliation")) == [(ours.pk, "As printed")]


def test_the_one_that_stays_goes_by_the_names_of_the_other(user: User, client: Client) -> None:
    kept = OrganisationFactory.create(name="Vlaio", short_name="VL")
    gone = OrganisationFactory.create(name="Agency of Flanders", short_name="vlaio", slug="ao")
    AliasFactory.create(organisation=gone, name="Institute IWT", until="2016")

    merge(kept, gone, user, "The same")

    assert set(kept.aliases.values_list("name", "kind")) == {
        ("Agency of Flanders", "other"),
        ("Institute IWT", "former"),
    }
    page = client.get("/organisations/", {"q": "agency of flanders"}).content.decode()
    assert f'href="{kept.get_absolute_url()}"' in page


def test_a_person_is_found_by_the_other_name_which_stands_on_no_page(
    user: User, client: Client
) -> None:
    kept = PersonFactory.create(given_name="Eva", family_name="Berg", slug="eva")
    gone = PersonFactory.create(given_name="Eva", family_name="Lindqvist")

    merge(kept, gone, user, "Married")

    found = client.get("/people/", {"q": "lindqvist"}).content.decode()
    assert ">Eva Berg<" in found
    assert "Lindqvist" not in found.replace('value="lindqvist"', "")
    assert "Lindqvist" not in client.get("/people/eva/").content.decode()


def test_the_old_address_leads_to_the_one_that_stays_for_good(user: User, client: Client) -> None:
    kept, gone = OrganisationFactory.create(slug="new"), OrganisationFactory.create(slug="older")
    gone.slug = "old"
    gone.save()

    merge(kept, gone, user, "The same")

    for path in ("/organisations/old/", "/organisations/older/", "/api/v1/organisations/old/"):
        response = client.get(path)
        assert response.status_code in {301, 308}
        assert response["Location"].rstrip("/").endswith("/organisations/new")


def test_merges_of_merges_lead_at_once_to_the_last(user: User, client: Client) -> None:
    first, second, third = (PersonFactory.create(slug=slug) for slug in ("a", "b", "c"))
    merge(second, first, user, "The same")

    merge(third, second, user, "The same too")

    assert client.get("/people/a/")["Location"] == "/people/c/"
    assert client.get("/people/b/")["Location"] == "/people/c/"
    assert Person.unscoped.get(pk=first.pk).merged_into_id == third.pk


def test_the_entry_is_kept_in_the_archive_with_its_history(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    before = gone.history.count()

    done = merge(kept, gone, user, "Registered twice")

    gone.refresh_from_db()
    assert (gone.state, gone.merged_into_id) == ("archived", kept.pk)
    assert gone.history.count() == before + 1
    assert gone.history.first().history_change_reason == "Registered twice"
    assert kept.history.first().history_change_reason == "Registered twice"
    assert (done.reason, done.merged_by) == ("Registered twice", user)


def test_entries_whose_rows_moved_get_a_version(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    initiative = InvolvementFactory.create(organisation=gone).initiative
    workshop = ContributionFactory.create(organisation=gone).session.workshop
    before = {entry: entry.version for entry in (initiative, workshop)}

    merge(kept, gone, user, "The same")

    for entry, version in before.items():
        entry.refresh_from_db()
        assert entry.version != version
        assert entry.history.first().history_change_reason == "The same"
        assert entry.history.first().history_user == user


def test_an_organisation_does_not_come_to_continue_itself(user: User) -> None:
    gone = OrganisationFactory.create()
    kept = OrganisationFactory.create(successor=gone)

    merge(kept, gone, user, "The same")

    kept.refresh_from_db()
    assert kept.successor is None


def test_nobody_merges_an_entry_with_itself(user: User) -> None:
    entry = OrganisationFactory.create()

    with pytest.raises(HinderedError, match="itself"):
        merge(entry, entry, user, "Why not")


def test_nobody_merges_what_was_merged_or_into_what_was_merged(user: User) -> None:
    first, second, third = (OrganisationFactory.create() for _ in range(3))
    merge(second, first, user, "The same")

    with pytest.raises(HinderedError, match="merged into another already"):
        merge(third, first, user, "Again")
    with pytest.raises(HinderedError, match="was merged into another"):
        merge(first, third, user, "The other way")


def test_what_is_public_does_not_go_into_a_draft(user: User) -> None:
    draft, public = OrganisationFactory.create(state="draft"), OrganisationFactory.create()

    with pytest.raises(HinderedError, match="publish it first"):
        merge(draft, public, user, "The same")

    assert merge(public, draft, user, "The same").kept == public


@pytest.mark.parametrize(
    ("stays", "goes"), [("listed", "name"), ("listed", "withheld"), ("name", "withheld")]
)
def test_nobody_becomes_more_public_than_they_asked_to_be(
    user: User, stays: str, goes: str
) -> None:
    open_one = PersonFactory.create(visibility=stays)
    private_one = PersonFactory.create(visibility=goes)

    with pytest.raises(HinderedError, match="more privacy"):
        merge(open_one, private_one, user, "The same")

    assert merge(private_one, open_one, user, "The same").kept == private_one


@pytest.mark.parametrize(
    ("of_kept", "of_gone", "may"),
    [
        ("publisher", "publisher", True),
        ("publisher", "editor", False),
        ("editor", "publisher", False),
        ("publisher", None, False),
        (None, "publisher", False),
    ],
)
def test_it_takes_a_publisher_of_both_partners(
    of_kept: str | None, of_gone: str | None, may: bool
) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    somebody = member(PartnerFactory.create(), Membership.Role.PUBLISHER)
    for entry, role in ((kept, of_kept), (gone, of_gone)):
        if role:
            somebody.memberships.create(partner=entry.owner, role=role)

    reasons = hindrances(kept, gone, somebody)

    refused = ["Only those who publish for the partners of both can merge them."]
    assert reasons == ([] if may else refused)


def test_the_catalogue_counts_and_finds_for_the_one_that_stays(user: User, client: Client) -> None:
    kept = OrganisationFactory.create(name="Vlaio", slug="vlaio")
    gone = OrganisationFactory.create(name="Flanders Agency", slug="flanders")
    InvolvementFactory.create(organisation=kept, initiative__title="Ours")
    InvolvementFactory.create(organisation=gone, initiative__title="Theirs")

    merge(kept, gone, user, "The same")

    page = client.get("/initiatives/").content.decode()
    assert 'value="flanders"' not in page
    assert 'value="vlaio"><span>Vlaio</span><span class="facet__count">2</span>' in page
    assert "Theirs" in client.get("/initiatives/?organisation=vlaio").content.decode()
    assert "Theirs" in client.get("/initiatives/?q=flanders").content.decode()


def test_searches_for_the_one_that_went_find_what_the_other_has(user: User, client: Client) -> None:
    kept, gone = OrganisationFactory.create(slug="vlaio"), OrganisationFactory.create(slug="ao")
    InvolvementFactory.create(organisation=kept, initiative__title="Ours")
    InitiativeFactory.create(title="Of others")

    merge(kept, gone, user, "The same")

    page = client.get("/initiatives/?organisation=ao").content.decode()
    assert "Ours" in page
    assert "Of others" not in page


def test_dates_and_periods_move_as_they_are(user: User) -> None:
    kept, gone = OrganisationFactory.create(), OrganisationFactory.create()
    moved = OutcomeFactory.create(organisation=gone, due_on=date(2027, 1, 31))

    merge(kept, gone, user, "The same")

    moved.refresh_from_db()
    assert (moved.organisation_id, moved.due_on) == (kept.pk, date(2027, 1, 31))
