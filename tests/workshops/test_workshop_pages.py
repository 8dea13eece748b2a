"""The page of a workshop before and after it, and what it tells nobody."""

from datetime import date, time

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PartnerFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)
from tests.people.pages import linked_data
from tests.workshops.pages import fill, words
from workshops.models import Host, Material, WorkshopSource

pytestmark = pytest.mark.django_db


@time_machine.travel("2027-01-01 12:00+00:00")
def test_before_a_workshop_its_page_says_what_when_and_where(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="value-chains",
        owner=PartnerFactory.create(name="Region Skåne"),
        title="Investing jointly along value chains",
        summary="How regions pool money.",
        description="For those who **invest**.",
        starts_on=date(2027, 1, 21),
        ends_on=date(2027, 1, 22),
        start_time=time(9),
        end_time=time(16),
        time_zone="Europe/Stockholm",
        format="hybrid",
        venue="Media Evolution City",
        city="Malmö",
        region=RegionFactory.create(code="SE224", name="Skåne län"),
        languages=["en", "sv"],
        audience="Cluster managers",
        last_verified_on=date(2026, 12, 1),
    )
    host = OrganisationFactory.create(slug="skane", name="Region Skåne")
    Host.objects.create(workshop=workshop, organisation=host)

    page = words(client.get("/workshops/value-chains/").content.decode())

    assert "Investing jointly along value chains</h1>" in page
    assert "How regions pool money." in page
    assert "<strong>invest</strong>" in page
    assert "<dd>21–22 January 2027</dd>" in page
    assert (
        '<time datetime="2027-01-21T09:00:00+01:00" data-own-time="{time} on your clock">'
        "09:00</time>"
        '–<time datetime="2027-01-22T16:00:00+01:00">16:00</time>'
    ) in page
    assert "time of Europe/Stockholm" in page
    assert "<dd>Media Evolution City</dd>" in page
    assert 'Malmö, <a href="/regions/SE224/">Skåne län</a>, Sweden' in page
    assert "In person and online" in page
    assert '<dt>Host</dt> <dd><a href="/organisations/skane/">Region Skåne</a></dd>' in page
    assert "<dd>Cluster managers</dd>" in page
    assert "<dd>English, Swedish</dd>" in page
    assert "1 December 2026" in page
    assert '<a class="button button--quiet" href="/workshops/value-chains/calendar.ics">' in page
    assert 'content="noindex"' not in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"starts_on": date(2016, 6, 21)}, "The record does not name the venue."),
        ({"starts_on": date(2036, 6, 21)}, "The venue is not known yet."),
        ({"format": "online"}, "<dd>Online</dd>"),
        ({"city": "Malmö", "region": None}, "<dd>Malmö</dd>"),
    ],
)
def test_a_place_that_is_not_known_is_said_to_be_so(
    client: Client, fields: dict[str, object], said: str
) -> None:
    WorkshopFactory.create(slug="malmo", **fields)

    assert said in client.get("/workshops/malmo/").content.decode()


def test_an_example_says_so_and_keeps_out_of_search_engines(client: Client) -> None:
    WorkshopFactory.create(slug="example", is_example=True)

    page = client.get("/workshops/example/").content.decode()

    assert "Only an example." in page
    assert '<meta name="robots" content="noindex">' in page


def test_after_a_workshop_its_page_says_what_came_of_it(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo",
        starts_on=date(2016, 6, 21),
        report="What was *said*.",
        conclusions="What was **concluded**.",
    )
    session = SessionFactory.create(workshop=workshop)
    Material.objects.create(
        workshop=workshop, kind="photo", title="Photos", url="https://example.org/p", licence="CC0"
    )
    Material.objects.create(
        workshop=workshop,
        session=session,
        kind="slides",
        title="Slides",
        url="https://example.org/s",
    )
    outcome = OutcomeFactory.create(
        workshop=workshop,
        what="Peer review in Ostrava",
        organisation=OrganisationFactory.create(slug="msid", name="MSID"),
        initiative=InitiativeFactory.create(slug="peer", title="Peer review methodology"),
        due_on=date(2016, 10, 18),
        result="Held in October.",
        link="https://example.org/o",
    )
    OutcomeStepFactory.create(outcome=outcome, state="done", day=date(2016, 10, 18))
    WorkshopSource.objects.create(
        workshop=workshop, about="dates", claim="20 to 22 June", title="Press release"
    )
    WorkshopSource.objects.create(
        workshop=workshop, about="dates", claim="21 June", title="News article"
    )

    page = words(client.get("/workshops/malmo/").content.decode())

    assert "<em>said</em>" in page
    assert "<strong>concluded</strong>" in page
    assert '<a href="https://example.org/p" rel="noopener nofollow">Photos</a>' in page
    assert "photo, CC0" in page
    assert page.index(">Slides</a>") < page.index(">Photos</a>")
    assert "Peer review in Ostrava" in page
    assert '<span class="badge badge--done">done</span>' in page
    assert '<a href="/organisations/msid/">MSID</a>' in page
    assert "due 18 October 2016" in page
    assert 'concerns <a href="/initiatives/peer/">Peer review methodology</a>' in page
    assert "Held in October." in page
    assert '<a href="https://example.org/o" rel="noopener nofollow">Read more' in page
    assert "Sources differ: dates" in page
    assert page.index("20 to 22 June") < page.index("21 June</p>")


def test_who_is_not_public_is_withheld_with_all_that_would_tell(client: Client) -> None:
    session = SessionFactory.create(workshop__slug="malmo", title="Open session")
    for fields in ({"state": "draft"}, {"state": "archived"}, {"visibility": "withheld"}):
        ContributionFactory.create(
            session=session,
            person=PersonFactory.create(family_name="Canary", **fields),
            affiliation="Head of Canary",
            organisation=OrganisationFactory.create(name="Canary"),
        )
    ContributionFactory.create(
        session=session, person=PersonFactory.create(family_name="Nameonly", visibility="name")
    )

    page = client.get("/workshops/malmo/").content.decode()

    assert "Canary" not in page
    assert page.count("Speaker withheld") == 3
    assert "Ada Nameonly" in page
    assert "/people/person" not in page


def test_drafts_of_others_do_not_show_on_a_workshops_page(client: Client) -> None:
    draft = OrganisationFactory.create(name="Canary", slug="canary", state="draft")
    initiative = InitiativeFactory.create(title="Canary", slug="canary", state="draft")
    session = SessionFactory.create(workshop__slug="malmo")
    Host.objects.create(workshop=session.workshop, organisation=draft)
    ContributionFactory.create(session=session, organisation=draft)
    PresentationFactory.create(session=session, initiative=initiative)
    OutcomeFactory.create(workshop=session.workshop, organisation=draft, initiative=initiative)

    page = client.get("/workshops/malmo/").content.decode()

    assert "canary" not in page.lower()


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_a_workshop_that_is_not_published_has_no_page(client: Client, state: str) -> None:
    WorkshopFactory.create(slug="malmo", title="Canary", state=state)

    response = client.get("/workshops/malmo/")

    assert response.status_code == 404
    assert "Canary" not in response.content.decode()


def test_a_former_address_leads_to_the_present_one_for_good(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="old")
    workshop.slug = "new"
    workshop.save()

    response = client.get("/workshops/old/")

    assert (response.status_code, response["Location"]) == (301, "/workshops/new/")


@pytest.mark.parametrize("path", ["/workshops/", "/workshops/malmo/"])
def test_pages_of_workshops_are_read_only(client: Client, path: str) -> None:
    WorkshopFactory.create(slug="malmo")

    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


def test_what_people_write_never_runs(client: Client) -> None:
    attack = "</script><script>alert(1)</script>"
    workshop = WorkshopFactory.create(
        slug="malmo", title=attack, summary=attack, description=attack, report=attack, venue=attack
    )
    session = SessionFactory.create(workshop=workshop, title=attack, abstract=attack, room=attack)
    ContributionFactory.create(session=session, affiliation=attack, person__family_name=attack)
    OutcomeFactory.create(workshop=workshop, what=attack, result=attack)

    for path in ("/workshops/malmo/", "/workshops/", f"/workshops/?q={attack}"):
        assert "<script>alert" not in client.get(path).content.decode()

    assert linked_data(client.get("/workshops/malmo/").content.decode())["name"] == attack


@pytest.mark.parametrize("rows", [1, 3])
def test_a_workshops_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    fill(WorkshopFactory.create(slug="malmo", region=RegionFactory.create(code="SE22")), rows)

    with django_assert_num_queries(16):
        client.get("/workshops/malmo/")
