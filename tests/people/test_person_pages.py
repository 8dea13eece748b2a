"""The directory of people and their pages."""

from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.partial_dates import PartialDate
from people.models import PersonLink, PersonSource
from tests.factories import (
    AffiliationFactory,
    ContributionFactory,
    InitiativeFactory,
    OrganisationFactory,
    PartnerFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)
from tests.people.pages import linked_data, names

pytestmark = pytest.mark.django_db


def test_the_directory_lists_people_by_family_name(client: Client) -> None:
    PersonFactory.create(given_name="Cecilia", family_name="Öberg")
    PersonFactory.create(given_name="Åke", family_name="Olsson", headline="Expert on clusters")
    PersonFactory.create(given_name="Lucia", family_name="Ahl")

    page = client.get("/people/").content.decode()

    assert names(page) == ["Lucia Ahl", "Cecilia Öberg", "Åke Olsson"]
    assert "<strong>3</strong> people" in page
    assert "Expert on clusters" in page


def test_the_directory_holds_only_people_with_a_page(client: Client) -> None:
    PersonFactory.create(family_name="Listed")
    PersonFactory.create(family_name="Canary", state="draft")
    PersonFactory.create(family_name="Canary", state="in_review")
    PersonFactory.create(family_name="Canary", state="archived")
    PersonFactory.create(family_name="Canary", visibility="name")
    PersonFactory.create(family_name="Canary", visibility="withheld")

    for path in ("/people/", "/people/?q=canary"):
        page = client.get(path).content.decode()
        assert "Canary" not in page

    assert names(client.get("/people/").content.decode()) == ["Ada Listed"]


def test_the_directory_is_searched_without_regard_to_accents(client: Client) -> None:
    PersonFactory.create(given_name="Gerd", family_name="Meier zu Köcker")
    PersonFactory.create(family_name="Another")

    page = client.get("/people/", {"q": "kocker"}).content.decode()

    assert names(page) == ["Gerd Meier zu Köcker"]
    assert 'value="kocker"' in page


def test_a_search_that_finds_nobody_leads_back_to_all(client: Client) -> None:
    page = client.get("/people/", {"q": "nobody"}).content.decode()

    assert "Nobody found" in page
    assert '<a href="/people/">Show all</a>' in page


def test_a_long_directory_comes_in_pages_that_keep_the_search(client: Client) -> None:
    for number in range(25):
        PersonFactory.create(family_name=f"Berg {number:02}")

    page = client.get("/people/", {"q": "berg", "page": "2"}).content.decode()

    assert len(names(page)) == 1
    assert '<a href="?q=berg&amp;page=1"' in page


@pytest.mark.parametrize("page", ["abc", "-1", "0", "9" * 30, "", "1.5"])
def test_any_page_number_gives_a_sensible_page(client: Client, page: str) -> None:
    PersonFactory.create(family_name="Berg")

    response = client.get("/people/", {"page": page})

    assert response.status_code == 200
    assert names(response.content.decode()) == ["Ada Berg"]


def test_words_that_are_too_long_are_refused_beside_the_field(client: Client) -> None:
    PersonFactory.create(family_name="Berg")

    response = client.get("/people/", {"q": "b" * 201})

    page = response.content.decode()
    assert response.status_code == 200
    assert "at most 200 characters" in page
    assert 'aria-describedby="id_q_error"' in page
    assert names(page) == ["Ada Berg"]


def test_a_person_is_shown_with_roles_sessions_and_links(client: Client) -> None:
    owner = PartnerFactory.create(name="Region Skåne")
    person = PersonFactory.create(
        slug="michael-johnsson",
        owner=owner,
        given_name="Michael",
        family_name="Johnsson",
        headline="Policy officer",
        biography="Works on *smart specialisation*.",
        orcid="0000-0002-1825-0097",
        last_verified_on=date(2026, 11, 1),
    )
    office = OrganisationFactory.create(slug="office", name="Skåne European Office")
    AffiliationFactory.create(
        person=person, organisation=office, role="Adviser", end=PartialDate("2015")
    )
    AffiliationFactory.create(
        person=person, organisation=None, role="Independent expert", start=PartialDate("2016")
    )
    PersonLink.objects.create(person=person, label="Own site", url="https://example.org/me")
    PersonSource.objects.create(person=person, title="Press release")
    workshop = WorkshopFactory.create(
        slug="malmo", title="Malmö workshop", starts_on=date(2016, 6, 21)
    )
    session = SessionFactory.create(workshop=workshop, title="Vanguard")
    ContributionFactory.create(session=session, person=person, organisation=office)
    PresentationFactory.create(session=session, initiative__title="The Vanguard Initiative")

    page = client.get("/people/michael-johnsson/").content.decode()

    assert "<h1>Michael Johnsson</h1>" in page
    assert "<em>smart specialisation</em>" in page
    assert page.index("Independent expert") < page.index("Adviser")
    assert '<a href="/organisations/office/">Skåne European Office</a>' in page
    assert f'<a href="/workshops/malmo/sessions/{session.pk}/">Vanguard</a>' in page
    assert "Malmö workshop, 21 June 2016" in page
    assert ">The Vanguard Initiative</a>" in page
    assert '<a href="https://orcid.org/0000-0002-1825-0097"' in page
    assert '<a href="https://example.org/me" rel="noopener nofollow">Own site</a>' in page
    assert "Press release" in page
    assert "<dd>Region Skåne</dd>" in page
    assert "1 November 2026" in page


def test_a_session_is_shown_with_the_part_taken_and_the_affiliation_printed_then(
    client: Client,
) -> None:
    contribution = ContributionFactory.create(
        person__slug="hede", role="moderator", affiliation="Head of NextStep"
    )

    page = client.get("/people/hede/").content.decode()

    assert contribution.session.title in page
    assert "<span>Moderator</span>" in page
    assert "<span>Head of NextStep</span>" in page


def test_a_person_of_whom_little_is_known_has_a_short_page(client: Client) -> None:
    PersonFactory.create(slug="seel", given_name="Lucia", family_name="Seel")

    page = client.get("/people/seel/").content.decode()

    assert "<h1>Lucia Seel</h1>" in page
    assert "<h2" not in page


def test_what_is_not_public_does_not_show_on_a_persons_page(client: Client) -> None:
    person = PersonFactory.create(slug="ada", contact_email="canary@mail.example")
    AffiliationFactory.create(person=person, role="Canary", organisation__state="draft")
    ContributionFactory.create(
        person=person, session__title="Canary", session__workshop__state="draft"
    )
    ContributionFactory.create(
        person=person, organisation=OrganisationFactory.create(name="Canary", state="draft")
    )
    PresentationFactory.create(
        session=ContributionFactory.create(person=person).session,
        initiative__title="Canary",
        initiative__state="draft",
    )

    page = client.get("/people/ada/").content.decode()

    assert "canary" not in page.lower()


@pytest.mark.parametrize(
    "fields",
    [
        {"state": "draft"},
        {"state": "in_review"},
        {"state": "archived"},
        {"visibility": "name"},
        {"visibility": "withheld"},
    ],
)
def test_who_is_not_listed_has_no_page(client: Client, fields: dict[str, str]) -> None:
    PersonFactory.create(slug="ada", family_name="Canary", **fields)

    response = client.get("/people/ada/")

    assert response.status_code == 404
    assert "Canary" not in response.content.decode()


def test_a_former_address_leads_to_the_present_one_for_good(client: Client) -> None:
    person = PersonFactory.create(slug="old")
    person.slug = "new"
    person.save()

    response = client.get("/people/old/")

    assert (response.status_code, response["Location"]) == (301, "/people/new/")


def test_a_former_address_of_somebody_unlisted_leads_nowhere(client: Client) -> None:
    person = PersonFactory.create(slug="old", visibility="name")
    person.slug = "new"
    person.save()

    assert client.get("/people/old/").status_code == 404


@pytest.mark.parametrize("path", ["/people/", "/people/ada/"])
def test_pages_of_people_are_read_only(client: Client, path: str) -> None:
    PersonFactory.create(slug="ada")

    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_search_engines_are_told_of_present_roles_only(client: Client) -> None:
    person = PersonFactory.create(
        slug="ada", given_name="Ada", family_name="Berg", orcid="0000-0002-1825-0097"
    )
    AffiliationFactory.create(person=person, organisation__slug="esca", organisation__name="ESCA")
    AffiliationFactory.create(person=person, role="Intern", end=PartialDate("2010"))
    AffiliationFactory.create(person=person, role="", organisation__slug="vdi")

    data = linked_data(client.get("/people/ada/").content.decode())

    affiliations = data.pop("affiliation")
    assert isinstance(affiliations, list)
    assert {affiliation["url"] for affiliation in affiliations} == {
        "http://testserver/organisations/esca/",
        "http://testserver/organisations/vdi/",
    }
    assert data == {
        "@context": "https://schema.org",
        "@type": "Person",
        "@id": "http://testserver/people/ada/",
        "name": "Ada Berg",
        "givenName": "Ada",
        "familyName": "Berg",
        "url": "http://testserver/people/ada/",
        "jobTitle": ["Director"],
        "sameAs": ["https://orcid.org/0000-0002-1825-0097"],
    }


def test_what_people_write_never_runs(client: Client) -> None:
    attack = "</script><script>alert(1)</script>"
    person = PersonFactory.create(
        slug="ada", family_name=attack, headline=attack, biography=f"{attack} [x](javascript:y)"
    )
    AffiliationFactory.create(person=person, role=attack, organisation__name=attack)
    ContributionFactory.create(person=person, affiliation=attack, session__title=attack)

    for path in ("/people/ada/", "/people/", "/people/?q=" + attack):
        page = client.get(path).content.decode()
        assert "<script>alert" not in page
        assert 'href="javascript:' not in page

    assert linked_data(client.get("/people/ada/").content.decode())["name"] == f"Ada {attack}"


def test_roles_over_time_are_drawn_and_told(client: Client) -> None:
    person = PersonFactory.create(slug="ada")
    roles: dict[str, dict[str, PartialDate | None]] = {
        "Director": {"start": PartialDate("2016"), "end": None},
        "Adviser": {"start": PartialDate("2010-06-01"), "end": PartialDate("2012-05-31")},
        "Fellow": {"start": None, "end": PartialDate("2009-12-31")},
        "Member": {"start": None, "end": None},
    }
    for role, dates in roles.items():
        AffiliationFactory.create(person=person, role=role, **dates)

    response = client.get("/people/ada/")

    drawn = {
        held.role.role: [piece.kind for piece in held.pieces]
        for held in response.context["career"].roles
    }
    page = response.content.decode()
    assert drawn == {
        "Director": ["maybe", "open"],
        "Adviser": ["sure"],
        "Fellow": ["unknown"],
        "Member": [],
    }
    assert page.count('class="timeline__bar"') == 3
    assert '<span class="timeline__period">from 2016</span>' in page
    assert '<span class="timeline__period">1 June 2010 – 31 May 2012</span>' in page


def test_roles_without_dates_are_not_drawn(client: Client) -> None:
    person = PersonFactory.create(slug="ada")
    AffiliationFactory.create(person=person, organisation=None)

    page = client.get("/people/ada/").content.decode()

    assert "Director" in page
    assert "timeline__grid" not in page
    assert "map of Europe" not in page


def test_a_map_shows_the_countries_of_public_organisations(client: Client) -> None:
    person = PersonFactory.create(slug="ada")
    for code, state in (("SE22", "published"), ("SE11", "published"), ("AT12", "draft")):
        office = OrganisationFactory.create(region=RegionFactory.create(code=code), state=state)
        AffiliationFactory.create(person=person, organisation=office)

    response = client.get("/people/ada/")

    assert response.context["countries"] == ["SE"]
    assert "The countries of the organisations, on a map of Europe" in response.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_directory_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        AffiliationFactory.create()

    with django_assert_num_queries(8):
        client.get("/people/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_persons_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    person = PersonFactory.create(slug="ada")
    for number in range(rows):
        AffiliationFactory.create(person=person)
        PersonLink.objects.create(person=person, label="Site", url=f"https://example.org/{number}")
        PersonSource.objects.create(person=person, title="Press release")
        session = ContributionFactory.create(
            person=person, organisation=OrganisationFactory.create()
        ).session
        PresentationFactory.create(session=session, initiative=InitiativeFactory.create())

    with django_assert_num_queries(7):
        client.get("/people/ada/")
