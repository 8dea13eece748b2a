"""Forms of entries: reasons, two people at once, defaults, and the same number of queries."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertNumQueries

from clusterix.curation.models import Entry, Partner, User
from initiatives.models import Evidence, Initiative, InitiativeSource, Lesson, Precondition
from people.models import Organisation, Person
from tests.admin.browser import filled
from tests.admin.conftest import SignedIn
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    ContributionFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    ThemeFactory,
    TransferFactory,
    WorkshopFactory,
    secretariat,
)
from workshops.models import Host, Workshop

pytestmark = pytest.mark.django_db

ADD = "/admin/initiatives/initiative/add/"


def change(entry: Entry) -> str:
    return reverse(
        f"admin:{entry._meta.app_label}_{entry._meta.model_name}_change", args=[entry.pk]
    )


def reasons(entry: Entry) -> list[str | None]:
    return list(
        entry.history.order_by("history_id").values_list("history_change_reason", flat=True)
    )


def test_a_partner_adds_an_initiative_with_all_that_belongs_to_it(
    client: Client, agency: Partner, editor: User
) -> None:
    client.force_login(editor)
    theme = ThemeFactory.create()
    region = RegionFactory.create()
    owner = OrganisationFactory.create()
    data = filled(
        client.get(ADD),
        title="Bridges",
        slug="bridges",
        kind="initiative",
        level="regional",
        summary="Brings clusters together.",
        start="2016-06",
        themes=[str(theme.pk)],
        regions=[region.pk],
    ) | {
        "involvements-TOTAL_FORMS": ["1"],
        "involvements-0-organisation": [str(owner.pk)],
        "involvements-0-role": ["owner"],
        "involvements-0-position": ["0"],
    }

    response = client.post(ADD, data)

    entry = Initiative.unscoped.get(slug="bridges")
    assert response["Location"] == "/admin/initiatives/initiative/"
    assert (entry.state, entry.owner, entry.created_by) == (Entry.State.DRAFT, agency, editor)
    assert [str(entry.start), entry.themes.get(), entry.regions.get()] == [
        "June 2016",
        theme,
        region,
    ]
    assert entry.involvements.get().organisation == owner
    assert entry.history.latest().themes.count() == 1


def test_an_organisation_that_is_added_has_one_version(client: Client, editor: User) -> None:
    client.force_login(editor)
    add = reverse("admin:people_organisation_add")
    data = filled(client.get(add), name="Medicon Valley", slug="medicon", kind="cluster")

    client.post(add, data | {"reason": ["Met in Malmö"]})

    assert reasons(Organisation.unscoped.get()) == ["Met in Malmö"]


def test_a_change_is_one_version_with_its_reason(
    client: Client, agency: Partner, publisher: User
) -> None:
    entry = InitiativeFactory.create(owner=agency)
    themes = [ThemeFactory.create(), ThemeFactory.create()]
    client.force_login(publisher)
    page = client.get(change(entry))
    data = filled(page, title="Renamed", themes=[str(theme.pk) for theme in themes])

    client.post(change(entry), data | {"reason": ["The region renamed it"]})

    assert reasons(entry) == [None, "The region renamed it"]
    assert entry.history.latest().history_user == publisher
    assert entry.history.latest().themes.count() == 2


def test_a_draft_changes_without_a_reason(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")

    response = client.post(change(entry), filled(client.get(change(entry)), title="Renamed"))

    assert response.status_code == 302
    assert Initiative.unscoped.get().title == "Renamed"


@pytest.mark.parametrize("state", ["in_review", "published", "archived"])
def test_what_has_left_the_draft_changes_with_a_reason_only(
    signed_in: SignedIn, agency: Partner, state: str
) -> None:
    entry = InitiativeFactory.create(owner=agency, state=state, title="Bridges")
    client = signed_in("publisher")

    response = client.post(change(entry), filled(client.get(change(entry)), title="Renamed"))

    assert response.status_code == 200
    assert "Say why this is changed" in response.content.decode()
    assert Initiative.unscoped.get().title == "Bridges"


def test_who_saves_over_a_later_change_is_told_and_loses_nothing(
    signed_in: SignedIn, agency: Partner
) -> None:
    regions = [RegionFactory.create(code="SE"), RegionFactory.create(code="DK")]
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")
    opened = client.get(change(entry))
    Initiative.unscoped.get().because("Meanwhile").save()
    data = filled(opened, title="Typed for an hour", regions=[region.pk for region in regions])

    refused = client.post(change(entry), data)
    untouched = Initiative.unscoped.get().title
    insisted = client.post(change(entry), filled(refused))

    assert "Somebody changed this entry while you had it open" in refused.content.decode()
    assert "Typed for an hour" in refused.content.decode()
    assert untouched != "Typed for an hour"
    assert insisted.status_code == 302
    assert Initiative.unscoped.get().title == "Typed for an hour"
    assert Initiative.unscoped.get().regions.count() == 2


def test_a_form_without_a_version_is_refused(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")
    data = filled(client.get(change(entry)), title="Renamed")
    del data["version"]

    response = client.post(change(entry), data)

    assert response.status_code == 200
    assert Initiative.unscoped.get().title == entry.title


def test_an_address_that_a_hidden_draft_has_is_taken(
    signed_in: SignedIn, agency: Partner, rival: Partner
) -> None:
    InitiativeFactory.create(owner=rival, slug="taken", state=Entry.State.DRAFT)
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")

    response = client.post(change(entry), filled(client.get(change(entry)), slug="taken"))

    assert "This is taken by another entry." in response.content.decode()


def test_a_missing_owner_is_asked_for(signed_in: SignedIn, agency: Partner) -> None:
    client = signed_in("editor")

    response = client.post(ADD, filled(client.get(ADD), owner=""))

    assert response.status_code == 200
    assert not Initiative.unscoped.exists()


def test_computed_columns_are_checked_in_rows_too(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency, state=Entry.State.DRAFT)
    AffiliationFactory.create(person=entry)
    client = signed_in("editor")
    wrong = {"affiliations-0-start": "2018", "affiliations-0-end": "2016"}

    response = client.post(change(entry), filled(client.get(change(entry)), **wrong))

    assert "The end lies before the start." in response.content.decode()


def test_constraints_speak_in_the_form(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")
    data = filled(client.get(change(entry)), start="2018", end="2016")

    response = client.post(change(entry), data)

    assert "The end lies before the start." in response.content.decode()


def test_a_draft_is_deleted_by_its_partner_and_its_history_stays(
    signed_in: SignedIn, agency: Partner
) -> None:
    entry = PersonFactory.create(owner=agency, state=Entry.State.DRAFT)
    address = reverse("admin:people_person_delete", args=[entry.pk])

    response = signed_in("editor").post(address, {"post": "yes"})

    assert response.status_code == 302
    assert not Person.unscoped.exists()
    assert Person.history.latest().history_type == "-"


def test_what_is_incomplete_says_what_is_missing(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency, headline="Cluster manager")

    page = signed_in("publisher").get(change(entry)).content.decode()

    assert "Still empty:" in page
    gaps = re.findall(r'<li><a href="#id_(\w+)">([^<]+)</a> \(([^<]+)\)</li>', page)
    assert gaps == [
        ("biography", "biography", "who looks for a speaker learns nothing of them"),
        ("last_verified_on", "last verified", "readers see when somebody last looked at it"),
    ]
    assert all(f'id="id_{field}"' in page for field, _name, _why in gaps)


def test_who_only_reads_an_entry_is_told_without_links(
    signed_in: SignedIn, agency: Partner
) -> None:
    entry = PersonFactory.create(owner=agency, headline="Cluster manager")

    page = signed_in("editor").get(change(entry)).content.decode()

    assert "<li>biography (who looks for a speaker learns nothing of them)</li>" in page


def test_a_complete_entry_says_nothing_of_it(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(
        owner=agency, headline="Manager", biography="Long.", last_verified_on="2026-01-01"
    )

    page = signed_in("editor").get(change(entry)).content.decode()

    assert "Still empty" not in page


def test_a_public_entry_links_to_its_page_and_a_draft_does_not(
    signed_in: SignedIn, agency: Partner
) -> None:
    public = PersonFactory.create(owner=agency)
    draft = PersonFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")

    assert f'href="{public.get_absolute_url()}"' in client.get(change(public)).content.decode()
    assert draft.get_absolute_url() not in client.get(change(draft)).content.decode()


def test_beside_a_choice_only_adding_is_offered(signed_in: SignedIn, agency: Partner) -> None:
    entry = OrganisationFactory.create(owner=agency)

    page = signed_in("publisher").get(change(entry)).content.decode()

    assert "add_id_successor" in page
    assert not [name for name in ("change", "view", "delete") if f"{name}_id_successor" in page]


def test_a_popup_adds_a_draft_and_hands_it_back(client: Client, editor: User) -> None:
    client.force_login(editor)
    add = reverse("admin:people_organisation_add") + "?_popup=1&_to_field=id"
    data = filled(client.get(add), name="Medicon Valley", slug="medicon", kind="cluster")

    response = client.post(add, data)

    assert Organisation.unscoped.get().state == Entry.State.DRAFT
    assert "Medicon Valley" in response.content.decode()


def organisation(owner: Partner, rows: int) -> Organisation:
    entry: Organisation = OrganisationFactory.create(
        owner=owner, region=RegionFactory.create(), successor=OrganisationFactory.create()
    )
    AliasFactory.create_batch(rows, organisation=entry)
    return entry


def person(owner: Partner, rows: int) -> Person:
    entry: Person = PersonFactory.create(owner=owner)
    AffiliationFactory.create_batch(rows, person=entry)
    return entry


def initiative(owner: Partner, rows: int) -> Initiative:
    entry: Initiative = InitiativeFactory.create(owner=owner)
    entry.regions.add(RegionFactory.create())
    InvolvementFactory.create_batch(rows, initiative=entry)
    EvidenceFactory.create_batch(rows, initiative=entry)
    TransferFactory.create_batch(rows, initiative=entry, region=RegionFactory.create())
    for number in range(rows):
        entry.themes.add(ThemeFactory.create())
        entry.relations.create(kind="part-of", related=InitiativeFactory.create())
        Precondition.objects.create(initiative=entry, text=f"A budget of {number}")
        Lesson.objects.create(initiative=entry, kind="failure", text="Begin earlier")
        InitiativeSource.objects.create(initiative=entry, title="Report")
    return entry


def workshop(owner: Partner, rows: int) -> Workshop:
    entry: Workshop = WorkshopFactory.create(owner=owner, region=RegionFactory.create())
    OutcomeFactory.create_batch(
        rows,
        workshop=entry,
        organisation=OrganisationFactory.create(),
        initiative=InitiativeFactory.create(),
    )
    for _row in range(rows):
        Host.objects.create(workshop=entry, organisation=OrganisationFactory.create())
    return entry


QUERIES = {organisation: 20, person: 15, initiative: 27, workshop: 20}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("made", QUERIES)
def test_a_form_takes_the_same_queries_whatever_belongs_to_the_entry(
    signed_in: SignedIn, agency: Partner, made: Any, rows: int
) -> None:
    entry = made(agency, rows)
    client = signed_in("publisher")
    client.get(change(entry))

    with assertNumQueries(QUERIES[made]):
        response = client.get(change(entry))

    assert response.status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_the_form_of_a_session_takes_the_same_queries(client: Client, rows: int) -> None:
    session = SessionFactory.create()
    PresentationFactory.create_batch(rows, session=session)
    ContributionFactory.create_batch(
        rows, session=session, organisation=OrganisationFactory.create()
    )
    client.force_login(secretariat())
    client.get(reverse("admin:workshops_session_change", args=[session.pk]))

    with assertNumQueries(12):
        response = client.get(reverse("admin:workshops_session_change", args=[session.pk]))

    assert response.status_code == 200


def test_a_row_without_an_organisation_is_shown(signed_in: SignedIn, agency: Partner) -> None:
    entry = InitiativeFactory.create(owner=agency)
    region = RegionFactory.create(code="DK")
    TransferFactory.create(initiative=entry, organisation=None, region=region)

    page = signed_in("publisher").get(change(entry)).content.decode()

    assert f'<option value="DK" selected>{region}</option>' in page


def test_regions_are_chosen_by_search(signed_in: SignedIn) -> None:
    RegionFactory.create(code="SE", name="Sverige")
    RegionFactory.create(code="DK", name="Danmark")
    asked = {"app_label": "people", "model_name": "organisation", "field_name": "region"}

    found = signed_in("editor").get("/admin/autocomplete/", asked | {"term": "Sver"}).json()

    assert found["results"] == [{"id": "SE", "text": "Sweden"}]


@pytest.mark.parametrize("strange", ["x", "1e400", "[]", "9" * 30, "-1", "\u202e"])
def test_a_link_to_nothing_is_refused_in_the_form(
    signed_in: SignedIn, agency: Partner, strange: str
) -> None:
    entry = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")

    response = client.post(
        change(entry), filled(client.get(change(entry)), successor=strange, region=strange)
    )

    assert response.status_code == 200
    assert "Select a valid choice" in response.content.decode()


def test_an_organisation_cannot_continue_itself(signed_in: SignedIn, agency: Partner) -> None:
    entry = OrganisationFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")
    data = filled(client.get(change(entry)), successor=str(entry.pk))

    response = client.post(change(entry), data)

    assert "An organisation cannot continue itself." in response.content.decode()


def test_a_form_has_a_bounded_number_of_rows(signed_in: SignedIn, agency: Partner) -> None:
    entry = PersonFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")
    data = filled(client.get(change(entry))) | {"links-TOTAL_FORMS": ["1000000000"]}

    response = client.post(change(entry), data)

    assert response.content.decode().count('id="links-') < 300


def test_evidence_is_saved_in_the_form_of_its_initiative(
    signed_in: SignedIn, agency: Partner
) -> None:
    entry = InitiativeFactory.create(owner=agency, state=Entry.State.DRAFT)
    client = signed_in("editor")
    data = filled(client.get(change(entry))) | {
        "evidence-TOTAL_FORMS": ["1"],
        "evidence-0-indicator": ["Companies founded"],
        "evidence-0-value": ["29"],
        "evidence-0-source_url": ["example.org/report"],
        "evidence-0-position": ["0"],
    }

    client.post(change(entry), data)

    assert Evidence.objects.get().source_url == "https://example.org/report"
