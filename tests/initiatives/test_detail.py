import json
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from clusterix.curation.models import Entry
from initiatives.models import Initiative, Involvement, Relation, Transfer
from people.models import Person
from tests.factories import (
    ContributionFactory,
    EcosystemFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    PartnerFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    TargetGroupFactory,
    ThemeFactory,
    TransferFactory,
    WorkshopFactory,
)

pytestmark = [pytest.mark.django_db]

DRAFT = Entry.State.DRAFT
CANARY = '<script>alert("canary")</script>'

Page = Callable[..., str]


@pytest.fixture
def page(client: Client) -> Page:
    """The page of an initiative."""

    def shown(initiative: Initiative, query: str = "") -> str:
        response = client.get(f"{initiative.get_absolute_url()}{query}")
        assert response.status_code == 200
        return response.content.decode()

    return shown


def facts(html: str) -> dict[str, list[str]]:
    """The column of facts: each term with its values."""
    rows = re.findall(r"<dt>(.*?)</dt>(.*?)</div>", html, re.DOTALL)
    return {
        term: [
            unescape(re.sub(r"<[^>]*>", "", value)).strip()
            for value in re.findall(r"<dd>(.*?)</dd>", values, re.DOTALL)
        ]
        for term, values in rows
    }


def section(html: str, anchor: str) -> str:
    """The words of a part of the page."""
    found = re.search(
        rf'<section id="{anchor}">(.*?)</section>\s*(<section id|</div>)', html, re.DOTALL
    )
    assert found, anchor
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", found[1])).split())


def linked_data(html: str) -> dict[str, Any]:
    """What search engines are told."""
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_the_facts_are_those_that_are_known(page: Page) -> None:
    initiative = InitiativeFactory.create(
        owner=PartnerFactory.create(name="Skåne agency"),
        start="2013-11",
        end="2018",
        budget=Decimal("1250000.00"),
        currency="EUR",
        funding_source="Member regions",
        website="https://www.vanguard.example/about/",
        last_verified_on=date(2026, 10, 30),
    )
    initiative.regions.add(RegionFactory.create(code="SE2", name="Södra Sverige"))
    initiative.themes.add(ThemeFactory.create(labels={"en": "Pilots"}))
    initiative.ecosystems.add(EcosystemFactory.create(labels={"en": "Health"}))
    initiative.target_groups.add(TargetGroupFactory.create(labels={"en": "Policy makers"}))
    initiative.links.create(label="Declaration", url="https://milan.example/")

    known = facts(page(initiative, "?as_of=2016-06-21"))

    assert known == {
        "Status on 21 June 2016": ["Running"],
        "Start": ["November 2013"],
        "End": ["2018"],
        "Where": ["Södra Sverige Sweden"],
        "Budget": ["1,250,000 EUR"],
        "Funding": ["Member regions"],
        "Themes": ["Pilots"],
        "Industrial ecosystems": ["Health"],
        "For": ["Policy makers"],
        "Links": ["vanguard.example", "Declaration"],
        "Last verified": ["30 October 2026"],
        "Curated by": ["Skåne agency"],
    }


def test_a_map_shows_the_countries_it_takes_place_in(page: Page) -> None:
    somewhere, nowhere = InitiativeFactory.create_batch(2)
    somewhere.regions.add(RegionFactory.create(code="SE2"), RegionFactory.create(code="BE"))

    pages = [page(somewhere), page(nowhere)]

    label = 'aria-label="The countries it takes place in, on a map of Europe"'
    assert [html.count(label) for html in pages] == [1, 0]
    assert pages[0].count("map__country--4") == 2


def test_an_acronym_that_the_title_has_is_not_repeated(page: Page) -> None:
    initiative = InitiativeFactory.create(title="ESCA labels", acronym="ESCA")

    assert "page-head__acronym" not in page(initiative)


def test_what_is_not_known_is_left_out(page: Page) -> None:
    initiative = InitiativeFactory.create(owner=PartnerFactory.create(name="Agency"))

    known = facts(page(initiative))

    assert known == {"Status today": ["Status unknown"], "Curated by": ["Agency"]}


def test_an_open_end_and_cents_are_told(page: Page) -> None:
    initiative = InitiativeFactory.create(
        start="2013", open_ended=True, budget=Decimal("10.50"), currency="SEK"
    )

    known = facts(page(initiative))

    assert (known["End"], known["Budget"]) == (["none is set"], ["10.50 SEK"])


def test_organisations_stand_by_their_roles(page: Page) -> None:
    initiative = InitiativeFactory.create()
    for name, role in [
        ("Partner B", Involvement.Role.PARTNER),
        ("Owner", Involvement.Role.OWNER),
        ("Partner A", Involvement.Role.PARTNER),
    ]:
        InvolvementFactory.create(
            initiative=initiative,
            organisation=OrganisationFactory.create(name=name, slug=name.lower().replace(" ", "-")),
            role=role,
        )

    html = page(initiative)

    assert list(facts(html))[1:3] == ["Owner", "Partner"]
    assert facts(html)["Partner"] == ["Partner A", "Partner B"]
    assert '<a href="/organisations/partner-a/">Partner A</a>' in html


@time_machine.travel("2016-06-21")
@pytest.mark.parametrize(
    ("query", "status", "term"),
    [
        ("", "Running", "Status today"),
        ("?as_of=2016-06-21", "Running", "Status today"),
        ("?as_of=2010-01-01", "Upcoming", "Status on 1 January 2010"),
        ("?as_of=2030-01-01", "Ended", "Status on 1 January 2030"),
        ("?as_of=soon", "Running", "Status today"),
    ],
)
def test_the_page_tells_how_it_stood_on_a_day(
    page: Page, query: str, status: str, term: str
) -> None:
    initiative = InitiativeFactory.create(start="2013", end="2018")

    html = page(initiative, query)

    assert facts(html)[term] == [status]
    assert f"badge--{status.lower()}" in html


def test_a_day_that_is_none_is_explained_at_its_field(page: Page) -> None:
    html = page(InitiativeFactory.create(), "?as_of=soon")

    assert "Write the day as year-month-day, such as 2016-06-21." in html
    assert '<details class="standing" open>' in html
    assert "soon" not in html


def test_a_day_asked_for_stays_in_its_field(page: Page) -> None:
    html = page(InitiativeFactory.create(), "?as_of=2016-06-21")

    assert '<input type="date" name="as_of" value="2016-06-21"' in html


def test_the_story_is_told_in_order_with_an_outline(page: Page) -> None:
    initiative = InitiativeFactory.create(
        title="Vanguard", acronym="VI", problem="Too **small**.", how_it_works="Four phases."
    )
    initiative.preconditions.create(text="A mandate", position=2)
    initiative.preconditions.create(text="A strategy", position=1)
    initiative.lessons.create(kind="failure", text="Do not wait.")

    html = page(initiative)

    outline = re.findall(r'<li><a href="#([^"]*)">(.*?)</a></li>', html)
    assert outline == [
        ("problem", "The problem"),
        ("how-it-works", "How it works"),
        ("preconditions", "What must be in place"),
        ("lessons", "Lessons"),
    ]
    assert "<strong>small</strong>" in html
    assert section(html, "preconditions") == "What must be in place A strategy A mandate"
    assert section(html, "lessons") == "Lessons What did not work Do not wait."
    assert 'Vanguard <span class="page-head__acronym">VI</span></h1>' in html


def test_one_part_needs_no_outline(page: Page) -> None:
    html = page(InitiativeFactory.create(problem="Too small."))

    assert 'class="outline"' not in html


def test_evidence_shows_figures_dates_and_sources(page: Page) -> None:
    initiative = InitiativeFactory.create()
    EvidenceFactory.create(
        initiative=initiative, indicator="Members", value=35, unit="regions", measured="2018",
        source_url="https://source.example/", position=2,
    )  # fmt: skip
    EvidenceFactory.create(
        initiative=initiative, indicator="Founders", value=7, unit="regions", position=1
    )

    html = page(initiative)

    assert section(html, "evidence") == (
        "Evidence Indicator Value When Source Founders 7 regions "
        "Members 35 regions 2018 source : Members"
    )
    assert re.findall(r'<rect width="(\d+)"', html) == ["20", "100"]


def test_those_who_took_it_over_stand_on_a_line_in_time(page: Page) -> None:
    initiative = InitiativeFactory.create()
    region = RegionFactory.create(code="RO21", name="Nord-Est")
    agency = OrganisationFactory.create(name="Agency")
    for adopter in (
        {"region": region, "organisation": None, "date": "2017", "stage": "adapting",
         "what_changed": "Uses it for food.", "link": "https://region.example/"},
        {"organisation": agency, "date": "2015", "link": "javascript:alert(1)"},
    ):  # fmt: skip
        TransferFactory.create(initiative=initiative, **adopter)

    html = page(initiative)

    assert section(html, "adoption") == (
        "Taken over by 2015 Agency adopted 2017 Nord-Est adapting · source : Nord-Est "
        "Uses it for food."
    )
    assert '<a href="/regions/RO21/">Nord-Est</a>' in html
    assert "javascript:" not in html


def test_sessions_that_presented_it_tell_who_spoke_for_whom(page: Page) -> None:
    initiative = InitiativeFactory.create()
    agency = OrganisationFactory.create(name="Skåne European Office")
    workshops = [
        WorkshopFactory.create(title="Ostrava", starts_on=date(2018, 10, 3), slug="ostrava"),
        WorkshopFactory.create(title="Malmö", starts_on=date(2016, 6, 21), slug="malmo"),
    ]
    for workshop in workshops:
        session = SessionFactory.create(workshop=workshop, title=f"Talk in {workshop.title}")
        PresentationFactory.create(session=session, initiative=initiative)
    speaker = PersonFactory.create(given_name="Michael", family_name="Johnsson", slug="michael")
    ContributionFactory.create(session=session, person=speaker, organisation=agency)
    unlisted = PersonFactory.create(
        given_name="Una", family_name="Listed", visibility=Person.Visibility.NAME_ONLY
    )
    ContributionFactory.create(session=session, person=unlisted, position=1)

    html = page(initiative)

    assert section(html, "presented") == (
        "Presented at 3 October 2018 Ostrava Talk in Ostrava 21 June 2016 Malmö Talk in Malmö "
        "Michael Johnsson , Skåne European Office Una Listed"
    )
    assert f'href="/workshops/malmo/#session-{session.pk}"' in html
    assert '<a href="/people/michael/">Michael Johnsson</a>' in html
    assert "<li>Una Listed</li>" in html


def test_outcomes_of_workshops_that_concern_it_are_shown(page: Page) -> None:
    initiative = InitiativeFactory.create()
    workshop = WorkshopFactory.create(title="Malmö", slug="malmo")
    OutcomeFactory.create(
        initiative=initiative, workshop=workshop, what="Joint call", result="Done.", state="done"
    )

    html = page(initiative)

    assert section(html, "outcomes") == "What was agreed about it Joint call done Done. Malmö"


def test_related_initiatives_are_linked_from_both_sides(page: Page) -> None:
    network = InitiativeFactory.create(title="Vanguard")
    pilot = InitiativeFactory.create(title="Pilot", slug="pilot")
    Relation.objects.create(initiative=pilot, kind=Relation.Kind.PART_OF, related=network)

    texts = [section(page(network), "related"), section(page(pilot), "related")]

    assert texts == ["Related Includes Pilot", "Related Is part of Vanguard"]


def test_sources_that_contradict_each_other_stand_side_by_side(page: Page) -> None:
    initiative = InitiativeFactory.create()
    initiative.sources.create(title="Report", about="members", claim="35 regions", position=1)
    initiative.sources.create(title="Platform", about="members", claim="33 regions", position=2)
    initiative.sources.create(title="About page", position=3)

    assert section(page(initiative), "sources") == (
        "Sources Sources differ: members 35 regions Report 33 regions Platform About page"
    )


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
        OutcomeFactory.create(initiative=initiative)
        related = InvolvementFactory.create_batch(rows, initiative=InitiativeFactory.create())
        initiative.relations.create(kind="part-of", related=related[0].initiative)
        inverse = InvolvementFactory.create_batch(rows, initiative=InitiativeFactory.create())
        inverse[0].initiative.relations.create(kind="succeeds", related=initiative)
        session = PresentationFactory.create(initiative=initiative).session
        ContributionFactory.create_batch(
            rows, session=session, organisation=OrganisationFactory.create()
        )

    with django_assert_num_queries(25):
        client.get(initiative.get_absolute_url())
