import re

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry
from initiatives.models import Relation, Transfer
from people.models import Person
from tests.factories import (
    ContributionFactory,
    EcosystemFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    TargetGroupFactory,
    ThemeFactory,
    TransferFactory,
    WorkshopFactory,
)
from tests.initiatives.pages import Page, linked_data

pytestmark = [pytest.mark.django_db]

DRAFT = Entry.State.DRAFT
CANARY = '<script>alert("canary")</script>'

# Addresses


def test_a_former_address_leads_to_the_present_one(client: Client) -> None:
    initiative = InitiativeFactory.create(slug="old-name")
    initiative.slug = "new-name"
    initiative.save()

    response = client.get("/initiatives/old-name/")

    assert (response.status_code, response["Location"]) == (301, "/initiatives/new-name/")


@pytest.mark.parametrize("state", [DRAFT, Entry.State.IN_REVIEW, Entry.State.ARCHIVED])
def test_what_is_not_public_has_no_page(client: Client, state: str) -> None:
    hidden = InitiativeFactory.create(slug="old-canary", title="Canary", state=state)
    hidden.slug = "canary"
    hidden.save()

    responses = [client.get(f"/initiatives/{slug}/") for slug in ("canary", "old-canary")]

    assert [response.status_code for response in responses] == [404, 404]
    assert "Canary" not in "".join(response.content.decode() for response in responses)


@pytest.mark.parametrize("slug", ["nothing", "x" * 3000, "%00", "a%2Fb", "☃", "..", "1%27--"])
def test_what_does_not_exist_has_no_page(client: Client, slug: str) -> None:
    response = client.get(f"/initiatives/{slug}/")

    assert response.status_code in {400, 404, 414}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_page_is_only_read(client: Client, method: str) -> None:
    initiative = InitiativeFactory.create()

    response: HttpResponse = getattr(client, method)(initiative.get_absolute_url())

    assert response.status_code == 405


def test_the_page_names_its_one_address(page: Page) -> None:
    initiative = InitiativeFactory.create(slug="vanguard")

    html = page(initiative, "?as_of=2016-06-21")

    assert '<link rel="canonical" href="http://testserver/initiatives/vanguard/">' in html


def test_search_engines_are_told_what_the_page_says(page: Page) -> None:
    initiative = InitiativeFactory.create(
        slug="vanguard", title="Vanguard", acronym="VI", summary="Regions invest.",
        start="2013-11", end="2018-23", website="https://vanguard.example/",
    )  # fmt: skip
    initiative.regions.add(RegionFactory.create(code="SE"))
    initiative.themes.add(ThemeFactory.create(labels={"en": "Pilots"}))
    InvolvementFactory.create(
        initiative=initiative, organisation=OrganisationFactory.create(name="Skåne", slug="skane")
    )

    told = linked_data(page(initiative))

    assert told == {
        "@context": "https://schema.org",
        "@type": "Project",
        "@id": "http://testserver/initiatives/vanguard/",
        "name": "Vanguard",
        "alternateName": "VI",
        "description": "Regions invest.",
        "url": "http://testserver/initiatives/vanguard/",
        "sameAs": "https://vanguard.example/",
        "foundingDate": "2013-11",
        "areaServed": ["Sweden"],
        "keywords": ["Pilots"],
        "member": [
            {
                "@type": "Organization",
                "@id": "http://testserver/organisations/skane/",
                "name": "Skåne",
                "url": "http://testserver/organisations/skane/",
            }
        ],
    }


# What the public may not see


def test_nothing_that_is_not_public_is_named(page: Page) -> None:
    initiative = InitiativeFactory.create(title="Vanguard", problem="Too small.")
    organisation = OrganisationFactory.create(name="Canary organisation", state=DRAFT)
    draft = InitiativeFactory.create(title="Canary initiative", state=DRAFT)
    workshop = WorkshopFactory.create(title="Canary workshop", state=DRAFT)
    hidden = SessionFactory.create(workshop=workshop, title="Canary session")
    PresentationFactory.create(session=hidden, initiative=initiative)
    shown = PresentationFactory.create(initiative=initiative).session
    for person in (
        PersonFactory.create(family_name="Canary draft", state=DRAFT),
        PersonFactory.create(family_name="Canary withheld", visibility=Person.Visibility.WITHHELD),
    ):
        ContributionFactory.create(session=shown, person=person, affiliation="Canary office")
    ContributionFactory.create(session=shown, organisation=organisation)
    InvolvementFactory.create(initiative=initiative, organisation=organisation)
    TransferFactory.create(initiative=initiative, organisation=organisation)
    OutcomeFactory.create(initiative=initiative, workshop=workshop, what="Canary outcome")
    OutcomeFactory.create(initiative=initiative, what="Joint call", organisation=organisation)
    Relation.objects.create(initiative=initiative, kind=Relation.Kind.PART_OF, related=draft)
    Relation.objects.create(initiative=draft, kind=Relation.Kind.PART_OF, related=initiative)

    html = page(initiative)

    assert "Canary" not in html
    assert html.count("Speaker withheld") == 2
    assert re.findall(r'<section id="(.*?)">', html) == ["problem", "presented", "outcomes"]


def test_no_text_of_anyone_ever_runs(page: Page) -> None:
    written = (
        "description", "problem", "how_it_works", "stakeholders", "resources", "results",
        "challenges", "transferability", "further_information",
    )  # fmt: skip
    markdown = f"{CANARY} [click](javascript:alert(1)) <img src=x onerror=alert(1)>"
    initiative = InitiativeFactory.create(
        title=CANARY, summary=CANARY, acronym=CANARY, funding_source=CANARY,
        website="javascript:alert(1)", **dict.fromkeys(written, markdown),
    )  # fmt: skip
    initiative.links.create(label=CANARY, url="javascript:alert(2)")
    initiative.sources.create(title=CANARY, claim=CANARY, about=CANARY, publisher=CANARY)
    initiative.lessons.create(kind="success", text=CANARY)
    initiative.preconditions.create(text=CANARY)
    EvidenceFactory.create(initiative=initiative, indicator=CANARY, unit='"><b>')
    TransferFactory.create(initiative=initiative, what_changed=markdown)
    InvolvementFactory.create(
        initiative=initiative, organisation=OrganisationFactory.create(name=CANARY)
    )
    session = SessionFactory.create(title=CANARY, workshop=WorkshopFactory.create(title=CANARY))
    PresentationFactory.create(session=session, initiative=initiative)
    ContributionFactory.create(session=session, person=PersonFactory.create(family_name=CANARY))
    OutcomeFactory.create(initiative=initiative, what=CANARY, result=CANARY)

    html = page(initiative)

    assert '<script>alert("' not in html
    assert "</script><" not in html.replace("</script></", "")
    assert not re.findall(r'<[^>]+(?:href|src)="javascript:', html)
    assert "<img" not in html
    assert linked_data(html)["name"] == CANARY


# Cost


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    initiative = InitiativeFactory.create(start="2013")
    for number in range(rows):
        initiative.themes.add(ThemeFactory.create())
        initiative.ecosystems.add(EcosystemFactory.create())
        initiative.target_groups.add(TargetGroupFactory.create())
        initiative.regions.add(RegionFactory.create(code=f"SE{number}"))
        initiative.links.create(label="Guide", url="https://guide.example/")
        initiative.sources.create(title="Report")
        initiative.lessons.create(kind="success", text="Begin early.")
        initiative.preconditions.create(text="A mandate")
        EvidenceFactory.create(initiative=initiative)
        TransferFactory.create(initiative=initiative, stage=Transfer.Stage.PLANNING)
        InvolvementFactory.create(initiative=initiative)
        OutcomeStepFactory.create(outcome__initiative=initiative)
        related = InvolvementFactory.create_batch(rows, initiative=InitiativeFactory.create())
        initiative.relations.create(kind="part-of", related=related[0].initiative)
        inverse = InvolvementFactory.create_batch(rows, initiative=InitiativeFactory.create())
        inverse[0].initiative.relations.create(kind="succeeds", related=initiative)
        session = PresentationFactory.create(initiative=initiative).session
        ContributionFactory.create_batch(
            rows, session=session, organisation=OrganisationFactory.create()
        )

    with django_assert_num_queries(28):
        client.get(initiative.get_absolute_url())
