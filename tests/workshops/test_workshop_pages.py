"""The list of workshops, and their pages before, during and after."""

from datetime import UTC, date, datetime, time

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    InvolvementFactory,
    OrganisationFactory,
    OutcomeFactory,
    OutcomeStepFactory,
    PartnerFactory,
    PersonFactory,
    PresentationFactory,
    RecommendationFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)
from tests.people.pages import linked_data, names
from workshops.models import Host, Material, Workshop, WorkshopSource

pytestmark = pytest.mark.django_db

MIDSUMMER = "2016-06-21 10:00+00:00"


def words(page: str) -> str:
    """A page with its white space made even."""
    return " ".join(page.split())


@time_machine.travel(MIDSUMMER)
def test_the_list_begins_with_the_next_workshop_and_then_looks_back(client: Client) -> None:
    WorkshopFactory.create(title="Later", starts_on=date(2016, 10, 18))
    WorkshopFactory.create(title="Next", starts_on=date(2016, 6, 21), city="Malmö")
    WorkshopFactory.create(title="Past", starts_on=date(2016, 4, 1))
    WorkshopFactory.create(title="Long past", starts_on=date(2015, 4, 1))

    page = client.get("/workshops/").content.decode()

    assert names(page) == ["Next", "Later", "Past", "Long past"]
    assert page.index("Coming up") < page.index("Later") < page.index("Past workshops")
    assert "Malmö" in page
    assert "18 October 2016" in page
    assert '<a href="/workshops/calendar.ics">' in page


def test_an_example_is_marked_as_one_in_the_list(client: Client) -> None:
    WorkshopFactory.create(is_example=True)

    assert "only an example" in client.get("/workshops/").content.decode()


def test_the_list_is_searched(client: Client) -> None:
    WorkshopFactory.create(title="Peer review in Ostrava")
    WorkshopFactory.create(title="Another", starts_on=date(2016, 6, 21))

    page = client.get("/workshops/", {"q": "ostrava"}).content.decode()

    assert names(page) == ["Peer review in Ostrava"]


def test_a_search_that_finds_no_workshop_leads_back_to_all(client: Client) -> None:
    WorkshopFactory.create(title="Another")

    page = client.get("/workshops/", {"q": "nothing"}).content.decode()

    assert "No workshop found" in page
    assert '<a href="/workshops/">Show all</a>' in page


def test_words_that_are_too_long_are_refused_beside_the_field(client: Client) -> None:
    WorkshopFactory.create(title="Shown all the same")

    response = client.get("/workshops/", {"q": "w" * 201})

    assert response.status_code == 200
    assert "at most 200 characters" in response.content.decode()
    assert names(response.content.decode()) == ["Shown all the same"]


def test_only_the_first_page_of_the_past_shows_what_is_coming_up(client: Client) -> None:
    WorkshopFactory.create(title="Coming")
    for month in range(1, 13):
        WorkshopFactory.create(starts_on=date(2015, month, 1))
        WorkshopFactory.create(starts_on=date(2014, month, 1))

    first = client.get("/workshops/").content.decode()
    second = client.get("/workshops/", {"page": "2"}).content.decode()

    assert len(names(first)) == 21
    assert len(names(second)) == 4
    assert "Coming" not in second


def test_drafts_are_nowhere_in_the_list(client: Client) -> None:
    for state in ("draft", "in_review", "archived"):
        WorkshopFactory.create(title="Canary", state=state)

    for path in ("/workshops/", "/workshops/?q=canary"):
        assert 'class="card"' not in client.get(path).content.decode()
    assert "Canary" not in client.get("/workshops/").content.decode()


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


def test_a_programme_without_times_keeps_its_order_and_says_why(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", starts_on=date(2016, 6, 20), ends_on=date(2016, 6, 22)
    )
    vanguard = SessionFactory.create(
        workshop=workshop,
        day=date(2016, 6, 21),
        title="Vanguard",
        position=2,
        abstract="*New* hope",
    )
    SessionFactory.create(workshop=workshop, day=date(2016, 6, 21), title="Peer review", position=1)
    ContributionFactory.create(
        session=vanguard,
        person=PersonFactory.create(slug="johnsson", given_name="Michael", family_name="Johnsson"),
        organisation=OrganisationFactory.create(slug="office", name="Skåne European Office"),
        affiliation="Skåne's office in Brussels",
    )
    PresentationFactory.create(
        session=vanguard,
        initiative=InitiativeFactory.create(slug="vanguard", title="The Vanguard Initiative"),
    )

    page = words(client.get("/workshops/malmo/").content.decode())

    assert page.index("Peer review") < page.index(">Vanguard<")
    assert "The record gives the order, not the times." in page
    assert "Tuesday 21 June" in page
    assert "<table" not in page
    assert f'id="session-{vanguard.pk}"' in page
    assert "<em>New</em> hope" in page
    assert (
        '<a href="/people/johnsson/">Michael Johnsson</a>, '
        '<a href="/organisations/office/">Skåne&#x27;s office in Brussels</a>'
    ) in page
    assert '<a class="chip" href="/initiatives/vanguard/">The Vanguard Initiative</a>' in page


def test_a_programme_with_rooms_side_by_side_is_a_table_too(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="malmo", time_zone="Europe/Stockholm")
    hall = SessionFactory.create(
        workshop=workshop,
        title="Pilots",
        room="Main hall",
        starts_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 10, tzinfo=UTC),
    )
    SessionFactory.create(
        workshop=workshop,
        title="Evidence",
        room="Room 2",
        starts_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 9, 30, tzinfo=UTC),
    )
    SessionFactory.create(
        workshop=workshop,
        title="Lunch",
        kind="break",
        starts_at=datetime(2027, 1, 21, 11, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 12, tzinfo=UTC),
    )
    for _ in range(2):
        ContributionFactory.create(session=hall, person__family_name="Berg")

    page = words(client.get("/workshops/malmo/").content.decode())

    table = page[page.index("<table") : page.index("</table>")]
    assert '<th scope="col">Main hall</th> <th scope="col">Room 2</th>' in table
    assert f'rowspan="2"> <a href="#session-{hall.pk}">Pilots</a>' in table
    assert "Ada Berg, Ada Berg" in table
    assert 'colspan="2"' in table
    assert '<time datetime="2027-01-21T10:00:00+01:00">10:00</time>' in table
    assert "The record gives the order" not in page
    assert "Main hall</span>" in page


def test_a_programme_of_several_days_names_them(client: Client) -> None:
    workshop = WorkshopFactory.create(slug="malmo")
    SessionFactory.create(workshop=workshop, day=date(2016, 6, 21))
    SessionFactory.create(workshop=workshop, day=date(2016, 6, 22))
    SessionFactory.create(workshop=workshop, title="Some day")

    page = client.get("/workshops/malmo/").content.decode()

    assert page.index("Tuesday 21 June") < page.index("Wednesday 22 June") < page.index("Some day")


@time_machine.travel("2016-06-21 08:30+00:00")
def test_during_a_workshop_its_page_says_what_is_on(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", starts_on=date(2016, 6, 21), time_zone="Europe/Stockholm"
    )
    now = SessionFactory.create(
        workshop=workshop,
        title="Vanguard",
        room="Main hall",
        starts_at=datetime(2016, 6, 21, 8, tzinfo=UTC),
        ends_at=datetime(2016, 6, 21, 9, tzinfo=UTC),
    )
    SessionFactory.create(workshop=workshop, title="Later")

    page = words(client.get("/workshops/malmo/").content.decode())

    notice = page[page.index('id="on-now"') : page.index('id="programme"')]
    assert f'<a href="{now.get_absolute_url()}" lang="en">Vanguard</a>' in notice
    assert "Main hall, until 11:00" in notice
    assert "Later" not in notice


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


def test_search_engines_are_told_of_an_event_as_far_as_it_is_known(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="malmo", title="Open workshop", summary="Seven inputs.", starts_on=date(2016, 6, 21)
    )
    Workshop.objects.update(city="")

    data = linked_data(client.get("/workshops/malmo/").content.decode())

    assert workshop.venue == ""
    assert data == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": "http://testserver/workshops/malmo/",
        "name": "Open workshop",
        "description": "Seven inputs.",
        "url": "http://testserver/workshops/malmo/",
        "startDate": "2016-06-21",
        "endDate": "2016-06-21",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
    }


def test_search_engines_are_told_times_places_hosts_and_listed_speakers(client: Client) -> None:
    workshop = WorkshopFactory.create(
        slug="chains",
        starts_on=date(2027, 1, 21),
        start_time=time(9),
        end_time=time(16),
        time_zone="Europe/Stockholm",
        format="hybrid",
        venue="Town hall",
        city="Malmö",
        region=RegionFactory.create(code="SE22"),
        languages=["en"],
    )
    host = OrganisationFactory.create(slug="skane", name="Region Skåne")
    Host.objects.create(workshop=workshop, organisation=host)
    speaker = PersonFactory.create(slug="ada", family_name="Berg")
    for _ in range(2):
        ContributionFactory.create(session__workshop=workshop, person=speaker)
    ContributionFactory.create(session__workshop=workshop, person__visibility="name")

    data = linked_data(client.get("/workshops/chains/").content.decode())

    assert (data["startDate"], data["endDate"]) == (
        "2027-01-21T09:00:00+01:00",
        "2027-01-21T16:00:00+01:00",
    )
    assert data["location"] == [
        {
            "@type": "Place",
            "name": "Town hall",
            "address": {
                "@type": "PostalAddress",
                "addressLocality": "Malmö",
                "addressCountry": "Sweden",
            },
        },
        {"@type": "VirtualLocation", "url": "http://testserver/workshops/chains/"},
    ]
    assert data["organizer"] == [
        {
            "@type": "Organization",
            "@id": "http://testserver/organisations/skane/",
            "name": "Region Skåne",
            "url": "http://testserver/organisations/skane/",
        }
    ]
    assert data["performer"] == [
        {"@type": "Person", "name": "Ada Berg", "url": "http://testserver/people/ada/"}
    ]


@time_machine.travel(MIDSUMMER)
@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    for day in (date(2016, 6, 1), date(2016, 7, 1)):
        for _ in range(rows):
            fill(WorkshopFactory.create(starts_on=day, region=RegionFactory.create(code="SE22")), 1)

    with django_assert_num_queries(10):
        client.get("/workshops/")


@pytest.mark.parametrize("rows", [1, 3])
def test_a_workshops_page_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    fill(WorkshopFactory.create(slug="malmo", region=RegionFactory.create(code="SE22")), rows)

    with django_assert_num_queries(16):
        client.get("/workshops/malmo/")


def fill(workshop: Workshop, rows: int) -> None:
    """So many rows of everything that the pages show."""
    for _ in range(rows):
        Host.objects.create(workshop=workshop, organisation=OrganisationFactory.create())
        session = SessionFactory.create(workshop=workshop)
        for _ in range(rows):
            ContributionFactory.create(session=session, organisation=OrganisationFactory.create())
            initiative = PresentationFactory.create(session=session).initiative
            InvolvementFactory.create(initiative=initiative)
        for of_session in (None, session):
            Material.objects.create(
                workshop=workshop,
                session=of_session,
                kind="slides",
                title="Slides",
                url="https://example.org/",
            )
        outcome = OutcomeFactory.create(
            workshop=workshop,
            organisation=OrganisationFactory.create(),
            initiative=InitiativeFactory.create(),
        )
        OutcomeStepFactory.create(outcome=outcome)
        RecommendationFactory.create().outcomes.add(outcome)
        WorkshopSource.objects.create(workshop=workshop, title="Press release")
