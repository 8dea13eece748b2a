"""A rival's draft is nowhere: its canary word must not be on any page, in any form or answer."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from clusterix.curation.models import Entry, Membership, Partner
from initiatives.models import Involvement, Relation
from people.models import Organisation
from tests.admin.browser import Page, filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    AffiliationFactory,
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    ParticipantFactory,
    PeerReviewFactory,
    PersonFactory,
    PresentationFactory,
    RecommendationFactory,
    SessionFactory,
    TransferFactory,
    WorkshopFactory,
    member,
)
from workshops.models import Host, Session

pytestmark = pytest.mark.django_db

CANARY = "kanarifagel"
AUTOCOMPLETES = [
    ("people", "organisation", "successor"),
    ("people", "affiliation", "organisation"),
    ("initiatives", "involvement", "organisation"),
    ("initiatives", "relation", "related"),
    ("initiatives", "transfer", "organisation"),
    ("workshops", "host", "organisation"),
    ("workshops", "presentation", "initiative"),
    ("workshops", "contribution", "person"),
    ("workshops", "contribution", "organisation"),
    ("workshops", "outcome", "organisation"),
    ("workshops", "outcome", "initiative"),
    ("workshops", "outcome", "instrument"),
    ("reviews", "peerreview", "workshop"),
    ("reviews", "participant", "organisation"),
    ("reviews", "recommendation", "person"),
    ("reviews", "recommendation", "organisation"),
]


class Drafts:
    """One draft of each kind that the rival keeps to itself."""

    def __init__(self, owner: Partner) -> None:
        kept = {"owner": owner, "state": Entry.State.DRAFT}
        word = {"slug": f"{CANARY}-page"}
        self.organisation = OrganisationFactory.create(
            name=f"Organisation {CANARY}", **kept, **word
        )
        self.person = PersonFactory.create(
            family_name=CANARY, contact_email=f"{CANARY}@rival.example", **kept, **word
        )
        self.initiative = InitiativeFactory.create(title=f"Initiative {CANARY}", **kept, **word)
        self.workshop = WorkshopFactory.create(title=f"Workshop {CANARY}", **kept, **word)
        self.session = SessionFactory.create(workshop=self.workshop, title=f"Session {CANARY}")


@pytest.fixture
def drafts(rival: Partner) -> Drafts:
    return Drafts(rival)


class Linked:
    """Entries of the agency, into which the secretariat has linked the rival's drafts."""

    def __init__(self, owner: Partner, drafts: Drafts) -> None:
        own = {"owner": owner, "state": Entry.State.DRAFT}
        self.organisation = OrganisationFactory.create(successor=drafts.organisation, **own)
        self.person = PersonFactory.create(**own)
        AffiliationFactory.create(person=self.person, organisation=drafts.organisation)
        self.initiative = InitiativeFactory.create(**own)
        InvolvementFactory.create(initiative=self.initiative, organisation=drafts.organisation)
        TransferFactory.create(initiative=self.initiative, organisation=drafts.organisation)
        Relation.objects.create(
            initiative=self.initiative, kind=Relation.Kind.SUCCEEDS, related=drafts.initiative
        )
        self.workshop = WorkshopFactory.create(**own)
        Host.objects.create(workshop=self.workshop, organisation=drafts.organisation)
        OutcomeFactory.create(
            workshop=self.workshop, organisation=drafts.organisation, initiative=drafts.initiative
        )
        self.session = SessionFactory.create(workshop=self.workshop)
        PresentationFactory.create(session=self.session, initiative=drafts.initiative)
        ContributionFactory.create(
            session=self.session, person=drafts.person, organisation=drafts.organisation
        )
        self.review = PeerReviewFactory.create(workshop=drafts.workshop, **own)
        ParticipantFactory.create(review=self.review, organisation=drafts.organisation)
        RecommendationFactory.create(review=self.review, person=drafts.person)
        self.all = [
            *(self.organisation, self.person, self.initiative, self.workshop, self.session),
            self.review,
        ]


def pages_of(client: Client, row: Entry | Session) -> Iterator[Page]:
    name = f"{row._meta.app_label}_{row._meta.model_name}"
    views = ["change", "delete"] + (["history"] if isinstance(row, Entry) else [])
    for view in views:
        yield client.get(reverse(f"admin:{name}_{view}", args=[row.pk]))
    if isinstance(row, Entry):
        address = [row._meta.app_label, row._meta.model_name, row.pk]
        yield client.get(reverse("preview", args=address))


@pytest.mark.parametrize("role", ["editor", "publisher"])
@pytest.mark.parametrize("popup", ["", "&_popup=1&_to_field=id"])
@pytest.mark.parametrize(
    "kind",
    ["people_organisation", "people_person", "initiatives_initiative", "workshops_workshop"],
)
def test_lists_searches_and_popups_do_not_show_it(
    signed_in: SignedIn, drafts: Drafts, kind: str, popup: str, role: str
) -> None:
    client = signed_in(role)

    whole = client.get(reverse(f"admin:{kind}_changelist") + f"?{popup}")
    searched = client.get(reverse(f"admin:{kind}_changelist") + f"?q={CANARY}{popup}")

    assert CANARY not in whole.content.decode()
    assert searched.context["cl"].result_count == 0


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_sessions_of_it_are_not_listed(signed_in: SignedIn, drafts: Drafts, role: str) -> None:
    client = signed_in(role)

    whole = client.get(reverse("admin:workshops_session_changelist"))
    searched = client.get(reverse("admin:workshops_session_changelist") + f"?q={CANARY}")

    assert CANARY not in whole.content.decode()
    assert searched.context["cl"].result_count == 0


@pytest.mark.parametrize("role", ["editor", "publisher"])
@pytest.mark.parametrize("source", AUTOCOMPLETES)
def test_choices_do_not_offer_it(
    signed_in: SignedIn, drafts: Drafts, source: tuple[str, str, str], role: str
) -> None:
    asked = dict(zip(("app_label", "model_name", "field_name"), source, strict=True))
    asked["term"] = CANARY

    response = signed_in(role).get("/admin/autocomplete/", asked)

    assert response.json() == {"results": [], "pagination": {"more": False}}


def test_choices_offer_what_is_public_and_what_is_ones_own(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    public = OrganisationFactory.create(name="Fågel public", owner=rival)
    own = OrganisationFactory.create(name="Fågel draft", owner=agency, state=Entry.State.DRAFT)
    field = {"app_label": "people", "model_name": "organisation", "field_name": "successor"}

    found = signed_in("editor").get("/admin/autocomplete/", field | {"term": "Fågel"}).json()

    assert {row["id"] for row in found["results"]} == {str(public.pk), str(own.pk)}


@pytest.mark.parametrize(
    "source",
    [
        ("curation", "membership", "user"),
        ("curation", "membership", "partner"),
        ("people", "organisation", "created_by"),
        ("people", "historicalorganisation", "history_user"),
        ("people", "organisation", "owner"),
        ("workshops", "session", "workshop"),
        ("admin", "logentry", "user"),
        ("nothing", "here", "at all"),
        ("people", "organisation", "nothing"),
        ("people", "organisation", "name"),
    ],
)
def test_choices_among_accounts_and_unknown_things_are_refused(
    signed_in: SignedIn, drafts: Drafts, source: tuple[str, str, str]
) -> None:
    asked = dict(zip(("app_label", "model_name", "field_name"), source, strict=True))

    response = signed_in("publisher").get("/admin/autocomplete/", asked)

    assert CANARY not in response.content.decode()
    assert "@" not in response.content.decode()


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_ones_own_entries_that_lead_to_it_do_not_name_it(
    signed_in: SignedIn, agency: Partner, drafts: Drafts, role: str
) -> None:
    linked = Linked(agency, drafts)
    client = signed_in(role)

    pages = [page for row in linked.all for page in pages_of(client, row)]

    assert {page.status_code for page in pages} == {200}
    assert [page for page in pages if CANARY in page.content.decode()] == []


def test_entries_that_are_only_read_do_not_name_it_either(
    signed_in: SignedIn, agency: Partner, drafts: Drafts
) -> None:
    linked = Linked(agency, drafts)
    entries = [row for row in linked.all if isinstance(row, Entry)]
    for kind in entries:
        type(kind).unscoped.filter(pk=kind.pk).update(state=Entry.State.IN_REVIEW)
    client = signed_in("editor")

    pages = [page for row in linked.all for page in pages_of(client, row)]

    assert [page for page in pages if CANARY in page.content.decode()] == []


def test_saving_such_an_entry_keeps_what_could_not_be_shown(
    signed_in: SignedIn, agency: Partner, drafts: Drafts
) -> None:
    linked = Linked(agency, drafts)
    client = signed_in("publisher")

    for row in linked.all:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
        address = reverse(name, args=[row.pk])
        saved = client.post(address, filled(client.get(address)))
        assert saved.status_code == 302

    linked.organisation.refresh_from_db()
    assert linked.organisation.successor_id == drafts.organisation.pk
    assert linked.person.affiliations.count() == 1
    assert linked.initiative.involvements.count() == linked.initiative.transfers.count() == 1
    assert linked.initiative.relations.count() == 1
    assert linked.workshop.host_rows.count() == linked.workshop.outcomes.count() == 1
    assert linked.review.participants.count() == linked.review.recommendations.count() == 1
    linked.review.refresh_from_db()
    assert linked.review.workshop_id == drafts.workshop.pk
    assert linked.session.presentations.count() == linked.session.contributions.count() == 1


def test_history_does_not_name_it(signed_in: SignedIn, agency: Partner, drafts: Drafts) -> None:
    own = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT)
    own.successor = drafts.organisation
    own.because("Merged").save()

    page = signed_in("publisher").get(reverse("admin:people_organisation_history", args=[own.pk]))

    assert CANARY not in page.content.decode()
    assert "(not shown)" in page.content.decode()


def test_deleting_a_draft_does_not_tell_who_refers_to_it(
    signed_in: SignedIn, agency: Partner, drafts: Drafts
) -> None:
    own = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT)
    AffiliationFactory.create(person=drafts.person, organisation=own, role=CANARY)
    unbound = signed_in("publisher")
    asked = unbound.get(reverse("admin:people_organisation_delete", args=[own.pk]))
    InvolvementFactory.create(initiative=drafts.initiative, organisation=own)

    hindered = unbound.get(reverse("admin:people_organisation_delete", args=[own.pk]))

    assert CANARY not in asked.content.decode() + hindered.content.decode()
    assert "1 other record refers to it." in hindered.content.decode()


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_the_desk_does_not_show_it(signed_in: SignedIn, drafts: Drafts, role: str) -> None:
    for entry in (drafts.organisation, drafts.person, drafts.initiative, drafts.workshop):
        type(entry).unscoped.filter(pk=entry.pk).update(state=Entry.State.IN_REVIEW)

    page = signed_in(role).get("/admin/")

    assert CANARY not in page.content.decode()


@pytest.mark.parametrize("role", ["editor", "publisher"])
def test_it_cannot_be_chosen_by_its_number(
    signed_in: SignedIn, agency: Partner, drafts: Drafts, role: str
) -> None:
    own = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in(role)
    address = reverse("admin:people_organisation_change", args=[own.pk])
    data = filled(client.get(address), successor=str(drafts.organisation.pk))

    response = client.post(address, data)

    assert response.status_code == 200
    assert CANARY not in response.content.decode()
    assert Organisation.unscoped.get(pk=own.pk).successor is None


def test_an_entry_cannot_be_given_to_a_partner_one_does_not_belong_to(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    own = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("publisher")
    address = reverse("admin:people_organisation_change", args=[own.pk])
    form = client.get(address)

    response = client.post(address, filled(form, owner=str(rival.pk)))

    assert "Rival agency" not in form.content.decode()
    assert response.status_code == 200
    assert Organisation.unscoped.get(pk=own.pk).owner == agency


def test_a_session_cannot_go_into_a_rivals_workshop(signed_in: SignedIn, drafts: Drafts) -> None:
    client = signed_in("publisher")
    address = reverse("admin:workshops_session_add")
    data = filled(client.get(address), workshop=str(drafts.workshop.pk), title="Smuggled")

    response = client.post(address, data)

    assert response.status_code == 200
    assert not Session.objects.filter(title="Smuggled").exists()


@pytest.mark.parametrize("step", [{"role": "funder"}, {"DELETE": "on"}])
def test_rows_of_another_entry_cannot_be_reached_through_ones_own(
    signed_in: SignedIn, agency: Partner, rival: Partner, step: dict[str, str]
) -> None:
    theirs = InvolvementFactory.create(initiative=InitiativeFactory.create(owner=rival))
    own = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    InvolvementFactory.create(initiative=own)
    client = signed_in("publisher")
    address = reverse("admin:initiatives_initiative_change", args=[own.pk])
    changes = {"involvements-0-id": str(theirs.pk)} | {
        f"involvements-0-{field}": value for field, value in step.items()
    }

    client.post(address, filled(client.get(address), **changes))

    assert Involvement.objects.get(pk=theirs.pk).role == theirs.role


@pytest.mark.parametrize(
    "lookup",
    [
        "owner__memberships__user__password__startswith=pbkdf2",
        "created_by__password__startswith=pbkdf2",
        "history__history_user__email__startswith=a",
        "state__startswith=d",
        "contact_email__startswith=a",
        "owner__name__startswith=R",
        "pk__in=1,2,3",
    ],
)
def test_query_strings_ask_nothing_but_the_filters(signed_in: SignedIn, lookup: str) -> None:
    response = signed_in("publisher").get(f"/admin/people/person/?{lookup}")

    assert response.status_code in {302, 400}


def test_the_filters_themselves_work(signed_in: SignedIn, agency: Partner) -> None:
    PersonFactory.create(owner=agency, state=Entry.State.DRAFT)
    PersonFactory.create(owner=agency)

    page = signed_in("editor").get(
        f"/admin/people/person/?state__exact=draft&owner__id__exact={agency.pk}"
    )

    assert page.context["cl"].result_count == 1


def test_a_member_of_two_partners_sees_both_and_publishes_for_one(
    agency: Partner, rival: Partner, client: Client
) -> None:
    user = member(agency, Membership.Role.EDITOR)
    user.memberships.create(partner=rival, role=Membership.Role.PUBLISHER)
    client.force_login(user)
    edited = PersonFactory.create(owner=agency)
    published = PersonFactory.create(owner=rival)

    forms = [
        client.get(reverse("admin:people_person_change", args=[person.pk])).content.decode()
        for person in (edited, published)
    ]

    assert ['name="_save"' in form for form in forms] == [False, True]


@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("publisher", "/admin/invitations/invitation/?secret_hash__startswith=a"),
        ("publisher", "/admin/invitations/invitation/?invited_by__password__startswith=a"),
        ("secretariat", "/admin/curation/user/?password__startswith=a"),
    ],
)
def test_nor_do_they_where_no_entry_decides(signed_in: SignedIn, role: str, address: str) -> None:
    response = signed_in(role).get(address)

    assert response.status_code == 400


def test_the_filters_of_accounts_work(signed_in: SignedIn) -> None:
    response = signed_in("secretariat").get("/admin/curation/user/?memberships__role__exact=editor")

    assert response.status_code == 200
