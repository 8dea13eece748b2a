"""What programs are told of each kind of thing, and what it costs."""

import json

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from initiatives.models import Initiative
from people.models import Region
from tests.api.conftest import Ask
from tests.factories import (
    AffiliationFactory,
    AliasFactory,
    ContributionFactory,
    EvidenceFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    PeerReviewFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    ThemeFactory,
    TransferFactory,
    WorkshopFactory,
)

pytestmark = pytest.mark.django_db

SITE = "http://testserver"


@time_machine.travel("2016-06-21", tick=False)
def test_a_list_tells_a_few_facts_of_each_initiative(ask: Ask) -> None:
    initiative = InitiativeFactory.create(
        slug="vanguard", key="vanguard", title="Vanguard", start="2013-11", open_ended=True
    )
    initiative.regions.add(RegionFactory.create(code="SE"))
    initiative.themes.add(ThemeFactory.create(key="pilots", labels={"en": "Pilots"}))
    body = OrganisationFactory.create(slug="agency", key="agency", name="Agency", kind="other")
    InvolvementFactory.create(initiative=initiative, organisation=body, role="funder")

    (row,) = ask("initiatives/")["results"]

    assert row == {
        "key": "vanguard",
        "slug": "vanguard",
        "title": "Vanguard",
        "acronym": "",
        "kind": "initiative",
        "level": "regional",
        "status": "running",
        "start": "2013-11",
        "end": None,
        "open_ended": True,
        "summary": "Brings clusters together.",
        "themes": [{"key": "pilots", "label": "Pilots"}],
        "regions": [
            {
                "code": "SE",
                "name": "Sweden",
                "country": "SE",
                "url": f"{SITE}/regions/SE/",
                "api_url": f"{SITE}/api/v1/regions/SE/",
            }
        ],
        "organisations": [
            {
                "role": "funder",
                "organisation": {
                    "key": "agency",
                    "slug": "agency",
                    "name": "Agency",
                    "short_name": "",
                    "kind": "other",
                    "url": f"{SITE}/organisations/agency/",
                    "api_url": f"{SITE}/api/v1/organisations/agency/",
                },
            }
        ],
        "language": "en",
        "published_at": "2016-06-21T00:00:00Z",
        "updated_at": "2016-06-21T00:00:00Z",
        "last_verified_on": None,
        "url": f"{SITE}/initiatives/vanguard/",
        "api_url": f"{SITE}/api/v1/initiatives/vanguard/",
    }


@pytest.fixture
def practice() -> Initiative:
    """A practice of which much is known."""
    practice: Initiative = InitiativeFactory.create(
        slug="clustra", title="Clustra", problem="Nobody **met**.", website="javascript:alert(1)"
    )
    practice.links.create(label="Elsewhere", url="https://clustra.example/")
    practice.lessons.create(kind="failure", text="Begin small.")
    practice.preconditions.create(text="A host")
    practice.sources.create(title="The report", accessed_on="2016-06-21")
    EvidenceFactory.create(initiative=practice, value="29", measured="2016")
    TransferFactory.create(initiative=practice, date="2017-23", stage="adopted")
    practice.relations.create(kind="part-of", related=InitiativeFactory.create(title="Wider"))
    InitiativeFactory.create(title="Later").relations.create(kind="succeeds", related=practice)
    for day in ("2016-06-21", "2018-03-01"):
        workshop = WorkshopFactory.create(title=f"Workshop of {day}", starts_on=day)
        session = SessionFactory.create(workshop=workshop, title=f"Session of {day}")
        PresentationFactory.create(session=session, initiative=practice)
        OutcomeFactory.create(workshop=workshop, initiative=practice, what=f"Agreed {day}")
    return practice


@pytest.mark.usefixtures("practice")
def test_a_record_tells_all_that_is_known_of_an_initiative(ask: Ask) -> None:
    record = ask("initiatives/clustra/")

    assert record["sections"]["problem"] == "Nobody **met**."
    assert record["website"] is None
    assert record["links"] == [{"label": "Elsewhere", "url": "https://clustra.example/"}]
    assert record["lessons"] == [{"kind": "failure", "text": "Begin small."}]
    assert record["preconditions"] == [{"text": "A host"}]
    assert [(row["value"], row["measured"]) for row in record["evidence"]] == [("29.00", "2016")]
    assert [(row["stage"], row["date"]) for row in record["transfers"]] == [("adopted", "2017-23")]
    assert [
        (row["kind"], row["initiative"]["title"])
        for row in record["relations"] + record["inverse_relations"]
    ] == [("part-of", "Wider"), ("succeeds", "Later")]
    assert [row["session"] for row in record["presented_at"]] == [
        "Session of 2018-03-01",
        "Session of 2016-06-21",
    ]
    assert [row["what"] for row in record["outcomes"]] == ["Agreed 2016-06-21", "Agreed 2018-03-01"]
    assert [row["title"] for row in record["sources"]] == ["The report"]


@pytest.mark.usefixtures("practice")
def test_the_whole_catalogue_comes_as_the_same_records_line_by_line(
    client: Client, ask: Ask
) -> None:
    response = client.get("/api/v1/initiatives.jsonl?sort=title")

    records = [json.loads(line) for line in response.getvalue().splitlines()]
    assert response["Content-Type"] == "application/jsonl"
    assert [record["title"] for record in records] == ["Clustra", "Later", "Wider"]
    assert records[0] == ask("initiatives/clustra/")


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("status=ended", ["Ended"]),
        ("status=ended&as_of=2010-01-01", []),
        ("level=local&level=national", ["Ended", "Local"]),
        ("q=loc", ["Local"]),
        ("sort=newest", ["Ended", "Local"]),
        ("page=7&view=map&colour=red&cursor=", ["Ended", "Local"]),
    ],
)
@pytest.mark.parametrize("address", ["initiatives/", "initiatives.jsonl"])
def test_what_is_asked_narrows_both_answers(
    client: Client, address: str, query: str, titles: list[str]
) -> None:
    InitiativeFactory.create(title="Ended", level="national", start="2013", end="2015")
    InitiativeFactory.create(title="Local", level="local")

    content = client.get(f"/api/v1/{address}?{query}").getvalue().decode()

    rows = (
        [json.loads(line) for line in content.splitlines()]
        if address.endswith("jsonl")
        else json.loads(content)["results"]
    )
    assert [row["title"] for row in rows] == titles


def test_a_record_stands_as_on_the_day_asked_for(client: Client, ask: Ask) -> None:
    InitiativeFactory.create(slug="a", start="2013", end="2015")

    statuses = [ask(f"initiatives/a/{day}")["status"] for day in ("", "?as_of=2014-01-01")]
    wrong = client.get("/api/v1/initiatives/a/?as_of=2014")

    assert statuses == ["ended", "running"]
    assert wrong.status_code == 400


@pytest.mark.parametrize(
    ("kind", "factory"),
    [
        ("initiatives", InitiativeFactory),
        ("organisations", OrganisationFactory),
        ("people", PersonFactory),
        ("workshops", WorkshopFactory),
        ("reviews", PeerReviewFactory),
    ],
)
def test_a_former_address_leads_to_the_present_one(
    client: Client, kind: str, factory: type[InitiativeFactory]
) -> None:
    entry = factory.create(slug="before")
    entry.slug = "after"
    entry.save()

    response = client.get(f"/api/v1/{kind}/before/")

    assert response.status_code == 301
    assert response["Location"] == f"{SITE}/api/v1/{kind}/after/"
    assert client.get(response["Location"]).json()["slug"] == "after"


def test_an_organisation_is_told_with_its_names_and_people(ask: Ask) -> None:
    successor = OrganisationFactory.create(name="Business Sweden")
    body = OrganisationFactory.create(
        slug="agency", name="Agency", region=RegionFactory.create(code="SE"), successor=successor
    )
    AliasFactory.create(organisation=body, name="Old agency", until="2014")
    AffiliationFactory.create(organisation=body, person__given_name="Bo", role="Analyst")

    record = ask("organisations/agency/")
    found = ask("organisations/?q=old&kind=cluster&country=SE")

    assert record["region"]["name"] == "Sweden"
    assert record["aliases"] == [
        {"name": "Old agency", "kind": "former", "until": "2014", "note": ""}
    ]
    assert record["continued_by"]["name"] == "Business Sweden"
    assert [(row["role"], row["person"]["name"][:2]) for row in record["people"]] == [
        ("Analyst", "Bo")
    ]
    assert [row["name"] for row in found["results"]] == ["Agency"]


def test_a_person_is_told_with_roles_and_links(ask: Ask) -> None:
    person = PersonFactory.create(slug="ada", family_name="Åström", orcid="0000-0002-1825-0097")
    person.links.create(label="Blog", url="https://ada.example/")
    AffiliationFactory.create(person=person, role="Director", start="2012", end="2014-06")

    record = ask("people/ada/")
    found = ask("people/?q=astrom")

    assert record["links"] == [{"label": "Blog", "url": "https://ada.example/"}]
    assert [(row["role"], row["start"], row["end"]) for row in record["affiliations"]] == [
        ("Director", "2012", "2014-06")
    ]
    assert [row["slug"] for row in found["results"]] == ["ada"]


def test_a_workshop_is_told_with_its_programme(ask: Ask) -> None:
    workshop = WorkshopFactory.create(slug="open", title="Open workshop")
    session = SessionFactory.create(workshop=workshop, title="Opening", kind="opening")
    withheld = PersonFactory.create(visibility="withheld", family_name="Secret")
    ContributionFactory.create(session=session, person=withheld, affiliation="Secret agency")
    ContributionFactory.create(session=session, person__family_name="Berg", affiliation="Host")
    workshop.materials.create(kind="slides", title="All slides", url="https://slides.example/")
    workshop.host_rows.create(organisation=OrganisationFactory.create(name="Host"))
    OutcomeFactory.create(workshop=workshop, what="Write a joint call")

    record = ask("workshops/open/")
    found = ask("workshops/?q=open")

    (told,) = record["sessions"]
    assert (told["title"], told["kind"]) == ("Opening", "opening")
    assert [
        (row["name"], row["stood_for"], row["person"] and row["person"]["name"])
        for row in told["contributions"]
    ] == [("Speaker withheld", "", None), ("Ada Berg", "Host", "Ada Berg")]
    assert [row["title"] for row in record["materials"]] == ["All slides"]
    assert [row["name"] for row in record["hosts"]] == ["Host"]
    assert [row["what"] for row in record["outcomes"]] == ["Write a joint call"]
    assert [row["slug"] for row in found["results"]] == ["open"]


def test_a_region_is_told_with_those_around_it(client: Client, ask: Ask) -> None:
    RegionFactory.create(code="SE22")
    Region.objects.filter(code="SE2").update(name="Southern Sweden")
    RegionFactory.create(code="AT1")

    record = ask("regions/SE2/")
    found = ask("regions/?country=SE&level=1&q=southern")
    missing = client.get("/api/v1/regions/XX/")

    assert (record["broader"], record["is_retired"]) == ("SE", False)
    assert [child["code"] for child in record["children"]] == ["SE22"]
    assert [row["code"] for row in found["results"]] == ["SE2"]
    assert missing.status_code == 404


def test_vocabularies_are_told_with_their_values_in_order(client: Client, ask: Ask) -> None:
    wide = ThemeFactory.create(key="wide", labels={"en": "Wide"}, position=1)
    ThemeFactory.create(key="narrow", labels={"en": "Narrow"}, parent=wide, position=2)

    names = [row["name"] for row in ask("vocabularies/")["results"]]
    themes = ask("vocabularies/themes/")["values"]
    levels = ask("vocabularies/initiative-levels/")["values"]
    missing = client.get("/api/v1/vocabularies/colours/")

    assert all(ask(f"vocabularies/{name}/")["name"] == name for name in names)
    assert themes == [
        {"key": "wide", "label": "Wide", "broader": None},
        {"key": "narrow", "label": "Narrow", "broader": "wide"},
    ]
    assert levels[0] == {"key": "european", "label": "European", "broader": None}
    assert missing.status_code == 404


def test_the_way_in_leads_everywhere(client: Client, ask: Ask) -> None:
    root = ask("")

    assert {client.get(address).status_code for address in root.values()} == {200}


COSTS = {
    "initiatives/": 5,
    "initiatives.jsonl": 21,
    "organisations/": 2,
    "people/": 3,
    "workshops/": 5,
    "reviews/": 4,
    "regions/": 2,
}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", sorted(COSTS))
def test_a_list_costs_the_same_however_long_it_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str, rows: int
) -> None:
    region = RegionFactory.create(code="SE")
    for _ in range(rows):
        initiative = InitiativeFactory.create()
        initiative.regions.add(region)
        InvolvementFactory.create(initiative=initiative, organisation__region=region)
        TransferFactory.create(initiative=initiative)
        initiative.relations.create(kind="part-of", related=InitiativeFactory.create())
        session = SessionFactory.create()
        session.workshop.host_rows.create(organisation=OrganisationFactory.create())
        PresentationFactory.create(session=session, initiative=initiative)
        contribution = ContributionFactory.create(session=session)
        AffiliationFactory.create(person=contribution.person)
        OutcomeFactory.create(workshop=session.workshop, initiative=initiative)
        PeerReviewFactory.create(region=region)

    with django_assert_num_queries(COSTS[address]):
        client.get(f"/api/v1/{address}").getvalue()
