"""The directory of organisations and their pages."""

from datetime import date

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.lib.partial_dates import PartialDate
from people.models import Alias, Organisation, OrganisationSource
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    TransferFactory,
    WorkshopFactory,
)
from tests.people.pages import facet, linked_data, names
from workshops.models import Host

pytestmark = pytest.mark.django_db


def test_the_directory_lists_organisations_by_name(client: Client) -> None:
    OrganisationFactory.create(name="Tillväxtverket", kind="innovation-agency", city="Stockholm")
    OrganisationFactory.create(name="ecoplus", region=RegionFactory.create(code="AT"))
    AliasFactory.create(organisation=OrganisationFactory.create(name="Ålesund"), name="Old name")

    page = client.get("/organisations/").content.decode()

    assert names(page) == ["Ålesund", "ecoplus", "Tillväxtverket"]
    assert "<strong>3</strong> organisations" in page
    assert "Innovation agency" in page
    assert "Stockholm" in page
    assert "Austria" in page
    assert "formerly Old name" in page


@pytest.mark.parametrize("words", ["iwt", "agence", "flanders"])
def test_organisations_are_found_by_present_and_former_names(client: Client, words: str) -> None:
    vlaio = OrganisationFactory.create(name="Flanders Innovation", short_name="VLAIO")
    AliasFactory.create(organisation=vlaio, name="IWT, Agéncé")
    OrganisationFactory.create(name="Another")

    page = client.get("/organisations/", {"q": words}).content.decode()

    assert names(page) == ["Flanders Innovation"]


def test_drafts_are_nowhere_in_the_directory(client: Client) -> None:
    OrganisationFactory.create(name="Published")
    for state in ("draft", "in_review", "archived"):
        draft = OrganisationFactory.create(
            name="Canary", kind="research", region=RegionFactory.create(code="FI"), state=state
        )
        AliasFactory.create(organisation=draft, name="Canary")

    page = client.get("/organisations/").content.decode()
    found = client.get("/organisations/", {"q": "canary"}).content.decode()

    assert names(page) == ["Published"]
    assert "Canary" not in page
    assert facet(page, "kind") == [("cluster", "1", False)]
    assert facet(page, "country") == []
    assert "Canary" not in found
    assert "No organisation found" in found


def test_facets_narrow_down_and_count_what_each_choice_would_give(client: Client) -> None:
    sweden, austria = RegionFactory.create(code="SE22"), RegionFactory.create(code="AT12")
    OrganisationFactory.create(name="Cluster in Sweden", region=sweden)
    OrganisationFactory.create(name="Agency in Sweden", region=sweden, kind="innovation-agency")
    OrganisationFactory.create(name="Cluster in Austria", region=austria)
    OrganisationFactory.create(name="Research somewhere", kind="research")

    both = client.get("/organisations/", {"kind": "cluster", "country": "SE"}).content.decode()
    either = client.get("/organisations/", {"kind": ["cluster", "research"]}).content.decode()

    assert names(both) == ["Cluster in Sweden"]
    assert facet(both, "kind") == [("cluster", "1", True), ("innovation-agency", "1", False)]
    assert facet(both, "country") == [("AT", "1", False), ("SE", "1", True)]
    assert names(either) == ["Cluster in Austria", "Cluster in Sweden", "Research somewhere"]


def test_facets_count_within_the_words_searched(client: Client) -> None:
    OrganisationFactory.create(name="Food cluster")
    OrganisationFactory.create(name="Food agency", kind="innovation-agency")
    OrganisationFactory.create(name="Metal cluster")

    page = client.get("/organisations/", {"q": "food"}).content.decode()

    assert facet(page, "kind") == [("cluster", "1", False), ("innovation-agency", "1", False)]


def test_a_choice_that_gives_nothing_stays_visible_while_it_is_chosen(client: Client) -> None:
    OrganisationFactory.create()

    page = client.get("/organisations/", {"kind": "research"}).content.decode()

    assert facet(page, "kind") == [("cluster", "1", False), ("research", "0", True)]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"kind": "nonsense"}, "nonsense is not one of the available choices"),
        ({"country": "XX"}, "XX is not one of the available choices"),
        ({"q": "x" * 201}, "at most 200 characters"),
    ],
)
def test_what_is_not_understood_is_said_at_the_field_and_narrows_nothing(
    client: Client, query: dict[str, str], message: str
) -> None:
    OrganisationFactory.create(name="Shown all the same")

    response = client.get("/organisations/", query)

    page = response.content.decode()
    assert response.status_code == 200
    assert message in page
    assert names(page) == ["Shown all the same"]


def test_htmx_gets_the_results_and_the_facets_alone(client: Client) -> None:
    OrganisationFactory.create(name="Shown")

    response = client.get("/organisations/", headers={"HX-Request": "true"})

    page = response.content.decode()
    assert names(page) == ["Shown"]
    assert facet(page, "kind") == [("cluster", "1", False)]
    assert '<div id="facets" hx-swap-oob="true">' in page
    assert 'role="status" hx-swap-oob="innerHTML"' in page
    assert "<h1" not in page
    assert "HX-Request" in response["Vary"]


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_htmx_gets_the_whole_page_where_it_replaces_all_of_it(client: Client, header: str) -> None:
    response = client.get("/organisations/", headers={"HX-Request": "true", header: "true"})

    assert "<h1>Organisations</h1>" in response.content.decode()


def test_unknown_parameters_are_ignored(client: Client) -> None:
    OrganisationFactory.create(name="Shown")

    page = client.get("/organisations/", {"owner__name": "x", "state": "draft"}).content.decode()

    assert names(page) == ["Shown"]


def test_an_organisation_is_shown_with_all_that_is_known_of_it(client: Client) -> None:
    organisation = OrganisationFactory.create(
        slug="vlaio",
        name="Flanders Innovation & Entrepreneurship",
        short_name="VLAIO",
        kind="innovation-agency",
        city="Brussels",
        region=RegionFactory.create(code="BE100", name="Bruxelles-Capitale"),
        website="https://vlaio.example/",
        description="The **agency** of Flanders.",
        ror_id="012a77v79",
        wikidata_id="Q506250",
        esca_label="gold",
        esca_awarded_on=date(2014, 5, 1),
    )
    AliasFactory.create(
        organisation=organisation, name="IWT", until=PartialDate("2016"), note="merged"
    )
    OrganisationFactory.create(slug="ao", name="Agentschap Ondernemen", successor=organisation)
    OrganisationSource.objects.create(organisation=organisation, title="Annual report")

    page = client.get("/organisations/vlaio/").content.decode()

    assert "<h1" in page
    assert "Flanders Innovation &amp; Entrepreneurship" in page
    assert "VLAIO" in page
    assert "formerly IWT" in page
    assert "former name, until 2016; merged" in page
    assert "Innovation agency" in page
    assert '<a href="/regions/BE100/">Bruxelles-Capitale</a>' in page
    assert '<a href="https://vlaio.example/" rel="noopener nofollow">' in page
    assert "<strong>agency</strong>" in page
    assert '<a href="https://ror.org/012a77v79"' in page
    assert '<a href="https://www.wikidata.org/wiki/Q506250"' in page
    assert "Gold" in page
    assert "awarded on 1 May 2014" in page
    assert '<a href="/organisations/ao/">Agentschap Ondernemen</a>' in page
    assert "Annual report" in page


def test_an_organisation_that_went_on_as_another_says_so(client: Client) -> None:
    successor = OrganisationFactory.create(slug="new", name="New name")
    OrganisationFactory.create(slug="old", successor=successor)

    page = client.get("/organisations/old/").content.decode()

    assert 'Continued as <a href="/organisations/new/">New name</a>' in " ".join(page.split())


@time_machine.travel("2016-06-21 12:00+00:00")
def test_an_organisations_initiatives_are_listed_by_role(client: Client) -> None:
    organisation = OrganisationFactory.create(slug="esca")
    running = InitiativeFactory.create(
        slug="eccp", title="ECCP", start=PartialDate("2015"), open_ended=True
    )
    ended = InitiativeFactory.create(title="TACTICS", start=PartialDate("2009"), end=None)
    InvolvementFactory.create(organisation=organisation, initiative=ended, role="partner")
    InvolvementFactory.create(organisation=organisation, initiative=running, role="owner")

    page = client.get("/organisations/esca/").content.decode()

    assert page.index(">owner<") < page.index(">ECCP<") < page.index(">partner<")
    assert page.index(">partner<") < page.index(">TACTICS<")
    assert '<a href="/initiatives/eccp/" lang="en">ECCP</a>' in page
    assert '<span class="badge badge--running">running</span>' in page
    assert '<span class="badge badge--unknown">status unknown</span>' in page


@time_machine.travel("2016-06-21 12:00+00:00")
def test_an_organisations_people_are_those_of_today_and_of_before(client: Client) -> None:
    organisation = OrganisationFactory.create(slug="esca")
    AffiliationFactory.create(
        organisation=organisation,
        person=PersonFactory.create(slug="gerd", family_name="Meier"),
        role="Director",
        start=PartialDate("2010"),
    )
    AffiliationFactory.create(
        organisation=organisation,
        person=PersonFactory.create(family_name="Before"),
        role="",
        end=PartialDate("2015"),
    )
    AffiliationFactory.create(
        organisation=organisation, person=PersonFactory.create(family_name="Undated"), role=""
    )

    page = client.get("/organisations/esca/").content.decode()

    assert '<a href="/people/gerd/">Ada Meier</a>' in page
    assert "from 2010" in page
    assert page.index("Meier") < page.index("Undated") < page.index("Formerly")
    assert page.index("Formerly") < page.index("Before")


def test_an_organisation_shows_where_it_was_heard_and_what_came_of_it(client: Client) -> None:
    organisation = OrganisationFactory.create(slug="skane")
    workshop = WorkshopFactory.create(slug="malmo", title="Malmö", starts_on=date(2016, 6, 21))
    Host.objects.create(workshop=workshop, organisation=organisation)
    session = ContributionFactory.create(
        organisation=organisation,
        person=PersonFactory.create(slug="svensson", family_name="Svensson"),
        session__title="Mobile Health",
        session__workshop=workshop,
    ).session
    ContributionFactory.create(
        organisation=organisation,
        person=PersonFactory.create(family_name="Nameonly", visibility="name"),
    )
    PresentationFactory.create(session=session, initiative__title="Food & Cross-Cluster")
    TransferFactory.create(
        organisation=organisation,
        initiative__title="Peer review",
        date=PartialDate("2017"),
        what_changed="Done by peers abroad.",
    )
    outcome = OutcomeFactory.create(workshop=workshop, organisation=organisation, what="Joint call")
    OutcomeStepFactory.create(outcome=outcome, state="done")

    page = client.get("/organisations/skane/").content.decode()

    assert '<a href="/people/svensson/">Ada Svensson</a>' in page
    assert "<span>Ada Nameonly</span>" in page
    assert f'<a href="/workshops/malmo/sessions/{session.pk}/">Mobile Health</a>' in page
    assert ">Food &amp; Cross-Cluster</a>" in page
    assert names(page) == ["Malmö"]
    assert ">Peer review</a>" in page
    assert "<span>2017</span>" in page
    assert "Done by peers abroad." in page
    assert "Joint call" in page
    assert '<span class="badge badge--done">done</span>' in page


def test_what_is_not_public_does_not_show_on_an_organisations_page(client: Client) -> None:
    organisation = OrganisationFactory.create(
        slug="esca", successor=OrganisationFactory.create(name="Canary", state="draft")
    )
    OrganisationFactory.create(name="Canary", state="draft", successor=organisation)
    InvolvementFactory.create(
        organisation=organisation, initiative__title="Canary", initiative__state="draft"
    )
    for fields in ({"state": "draft"}, {"visibility": "name"}, {"visibility": "withheld"}):
        person = PersonFactory.create(family_name="Canary", **fields)
        AffiliationFactory.create(organisation=organisation, person=person)
    for fields in ({"state": "draft"}, {"visibility": "withheld"}):
        ContributionFactory.create(
            organisation=organisation,
            session__title="Canary",
            person=PersonFactory.create(family_name="Canary", **fields),
        )
    hidden = WorkshopFactory.create(title="Canary", state="draft")
    Host.objects.create(workshop=hidden, organisation=organisation)
    ContributionFactory.create(
        organisation=organisation, session__title="Canary", session__workshop=hidden
    )
    shown = ContributionFactory.create(organisation=organisation).session
    PresentationFactory.create(session=shown, initiative__title="Canary", initiative__state="draft")
    TransferFactory.create(
        organisation=organisation, initiative__title="Canary", initiative__state="draft"
    )
    OutcomeFactory.create(organisation=organisation, what="Canary", workshop=hidden)
    OutcomeFactory.create(
        organisation=organisation,
        initiative=InitiativeFactory.create(title="Canary", state="draft"),
    )

    page = client.get("/organisations/esca/").content.decode()

    assert "Canary" not in page


def test_a_map_shows_where_an_organisation_sits_and_its_public_initiatives_are(
    client: Client,
) -> None:
    organisation = OrganisationFactory.create(
        slug="esca", region=RegionFactory.create(code="DE300")
    )
    for code, state in (("SE22", "published"), ("AT12", "draft")):
        involvement = InvolvementFactory.create(organisation=organisation, initiative__state=state)
        involvement.initiative.regions.add(RegionFactory.create(code=code))
    OrganisationFactory.create(slug="nowhere")

    response = client.get("/organisations/esca/")

    assert response.context["countries"] == ["DE", "SE"]
    assert "on a map of Europe" in response.content.decode()
    assert "map of Europe" not in client.get("/organisations/nowhere/").content.decode()


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_an_organisation_that_is_not_published_has_no_page(client: Client, state: str) -> None:
    OrganisationFactory.create(slug="esca", name="Canary", state=state)

    response = client.get("/organisations/esca/")

    assert response.status_code == 404
    assert "Canary" not in response.content.decode()


def test_a_former_address_leads_to_the_present_one_for_good(client: Client) -> None:
    organisation = OrganisationFactory.create(slug="old")
    organisation.slug = "new"
    organisation.save()

    response = client.get("/organisations/old/")

    assert (response.status_code, response["Location"]) == (301, "/organisations/new/")


@pytest.mark.parametrize("path", ["/organisations/", "/organisations/esca/"])
def test_pages_of_organisations_are_read_only(client: Client, path: str) -> None:
    OrganisationFactory.create(slug="esca")

    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_search_engines_are_told_names_and_identities(client: Client) -> None:
    organisation = OrganisationFactory.create(
        slug="esca",
        name="European Secretariat",
        short_name="ESCA",
        city="Berlin",
        region=RegionFactory.create(code="DE3"),
        website="https://esca.example/",
        ror_id="012a77v79",
        wikidata_id="Q506250",
    )
    AliasFactory.create(organisation=organisation, name="VDI", kind=Alias.Kind.OTHER)
    OrganisationFactory.create(slug="unknown", name="Unknown")

    known = linked_data(client.get("/organisations/esca/").content.decode())
    unknown = linked_data(client.get("/organisations/unknown/").content.decode())

    assert known == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": "http://testserver/organisations/esca/",
        "name": "European Secretariat",
        "url": "http://testserver/organisations/esca/",
        "alternateName": ["ESCA", "VDI"],
        "address": {
            "@type": "PostalAddress",
            "addressLocality": "Berlin",
            "addressCountry": "Germany",
        },
        "sameAs": [
            "https://esca.example/",
            "https://ror.org/012a77v79",
            "https://www.wikidata.org/wiki/Q506250",
        ],
    }
    assert unknown == {
        "@context": "https://schema.org",
        "@type": "Organization",
        "@id": "http://testserver/organisations/unknown/",
        "name": "Unknown",
        "url": "http://testserver/organisations/unknown/",
    }


def test_what_people_write_never_runs(client: Client) -> None:
    attack = "</script><script>alert(1)</script>"
    organisation = OrganisationFactory.create(
        slug="esca", name=attack, short_name=attack, city=attack, description=attack
    )
    AliasFactory.create(organisation=organisation, name=attack, note=attack)
    TransferFactory.create(organisation=organisation, what_changed=attack, initiative__title=attack)
    OutcomeFactory.create(organisation=organisation, what=attack, result=attack)

    for path in ("/organisations/esca/", "/organisations/", f"/organisations/?q={attack}"):
        assert "<script>alert" not in client.get(path).content.decode()

    assert linked_data(client.get("/organisations/esca/").content.decode())["name"] == attack


@pytest.mark.parametrize("rows", [1, 3])
def test_the_directory_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for _ in range(rows):
        organisation = OrganisationFactory.create(region=RegionFactory.create(code="SE22"))
        AliasFactory.create(organisation=organisation)
        InvolvementFactory.create(organisation=organisation)

    with django_assert_num_queries(10):
        client.get("/organisations/")


@pytest.mark.parametrize("rows", [1, 3])
def test_an_organisations_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    organisation = OrganisationFactory.create(
        slug="esca",
        region=RegionFactory.create(code="SE22"),
        successor=OrganisationFactory.create(),
    )
    for _ in range(rows):
        fill(organisation)

    with django_assert_num_queries(17):
        client.get("/organisations/esca/")


def fill(organisation: Organisation) -> None:
    """One row of everything that the page lists."""
    AliasFactory.create(organisation=organisation)
    OrganisationSource.objects.create(organisation=organisation, title="Report")
    OrganisationFactory.create(successor=organisation)
    InvolvementFactory.create(organisation=organisation)
    AffiliationFactory.create(organisation=organisation)
    session = ContributionFactory.create(organisation=organisation).session
    PresentationFactory.create(session=session)
    Host.objects.create(workshop=session.workshop, organisation=organisation)
    TransferFactory.create(organisation=organisation)
    OutcomeFactory.create(organisation=organisation, workshop=session.workshop)
