"""The page of a session: what it is about, who took part, and where it stands in the programme."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import (
    ContributionFactory,
    InitiativeFactory,
    OrganisationFactory,
    PersonFactory,
    PresentationFactory,
    RegionFactory,
    SessionFactory,
    WorkshopFactory,
)
from tests.people.pages import linked_data
from tests.workshops.pages import fill, words
from workshops.models import Material, Session, Workshop

pytestmark = pytest.mark.django_db


@pytest.fixture
def malmo() -> Workshop:
    """A workshop of one day in Sweden."""
    workshop: Workshop = WorkshopFactory.create(
        slug="malmo",
        title="Open workshop",
        starts_on=date(2027, 1, 21),
        time_zone="Europe/Stockholm",
        venue="Town hall",
        city="Malmö",
        languages=["en"],
    )
    return workshop


@pytest.fixture
def pilots(malmo: Workshop) -> Session:
    """Its session about pilots, from nine to ten."""
    session: Session = SessionFactory.create(
        workshop=malmo,
        kind="panel",
        title="Pilots",
        abstract="What they **cost**.",
        room="Main hall",
        track="Money",
        starts_at=datetime(2027, 1, 21, 8, tzinfo=UTC),
        ends_at=datetime(2027, 1, 21, 9, tzinfo=UTC),
    )
    return session


def page_of(client: Client, session: Session) -> str:
    return words(client.get(session.get_absolute_url()).content.decode())


def test_a_session_has_a_page_of_its_own(client: Client, pilots: Session) -> None:
    page = page_of(client, pilots)

    assert "<title>Pilots · Clusterix</title>" in page
    assert '<h1 lang="en">Pilots</h1>' in page
    assert '<span class="level level--inter-regional">Panel</span>' in page
    assert '<span lang="en">Money</span>' in page
    assert "What they <strong>cost</strong>." in page
    assert "<dd>Thursday 21 January 2027</dd>" in page
    assert (
        '<time datetime="2027-01-21T09:00:00+01:00" data-own-time="{time} on your clock">'
        '09:00</time>–<time datetime="2027-01-21T10:00:00+01:00">10:00</time>'
    ) in page
    assert "time of Europe/Stockholm" in page
    assert "<dd>Main hall</dd> <dd>Town hall</dd> <dd>Malmö</dd>" in page
    assert '<a href="/workshops/malmo/" lang="en">Open workshop</a>' in page
    assert f'href="/workshops/malmo/calendar.ics?session={pilots.guid}"' in page
    assert 'content="noindex"' not in page


def test_its_page_says_for_whom_people_stood_there_then(client: Client, pilots: Session) -> None:
    ContributionFactory.create(
        session=pilots,
        person=PersonFactory.create(slug="johnsson", given_name="Michael", family_name="Johnsson"),
        organisation=OrganisationFactory.create(slug="office", name="Skåne European Office"),
        affiliation="Skåne's office in Brussels",
    )

    assert (
        '<a href="/people/johnsson/">Michael Johnsson</a>, '
        '<a href="/organisations/office/">Skåne&#x27;s office in Brussels</a>'
    ) in page_of(client, pilots)


def test_its_page_leads_to_what_it_presents_and_to_what_there_is_to_read(
    client: Client, pilots: Session
) -> None:
    initiative = InitiativeFactory.create(slug="vanguard", title="The Vanguard Initiative")
    PresentationFactory.create(session=pilots, initiative=initiative)
    Material.objects.create(
        workshop=pilots.workshop,
        session=pilots,
        kind="slides",
        title="Slides",
        url="https://example.org/s",
    )

    page = page_of(client, pilots)

    assert '<a href="/initiatives/vanguard/">The Vanguard Initiative</a>' in page
    assert '<a href="https://example.org/s" rel="noopener nofollow">Slides</a>' in page


def test_the_page_of_a_session_without_times_says_what_is_known(
    client: Client, malmo: Workshop
) -> None:
    on_a_day = SessionFactory.create(workshop=malmo, day=date(2027, 1, 21))
    some_time = SessionFactory.create(workshop=malmo)

    assert "<dd>Thursday 21 January 2027</dd>" in page_of(client, on_a_day)
    assert "<dd>21 January 2027</dd>" in page_of(client, some_time)
    assert "The time is not known." in page_of(client, some_time)


def test_a_page_without_a_place_says_nothing_of_one(client: Client) -> None:
    session = SessionFactory.create()

    assert "<dt>Where</dt>" not in page_of(client, session)


def test_one_reads_on_in_the_order_of_the_programme(client: Client, malmo: Workshop) -> None:
    last, first, middle = (
        SessionFactory.create(workshop=malmo, title=title, position=position)
        for title, position in (("Last", 3), ("First", 1), ("Middle", 2))
    )

    page = page_of(client, middle)

    before, after = (f'href="/workshops/malmo/sessions/{each.pk}/"' for each in (first, last))
    assert f'{before} rel="prev"><span class="soft">Before it</span>' in page
    assert f'{after} rel="next"><span class="soft">After it</span>' in page
    assert "Before it" not in page_of(client, first)
    assert "After it" not in page_of(client, last)
    assert 'href="/workshops/malmo/#programme"' in page


def test_the_session_of_an_example_says_so(client: Client) -> None:
    page = page_of(client, SessionFactory.create(workshop__is_example=True))

    assert "Only an example." in page
    assert '<meta name="robots" content="noindex">' in page


@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_a_session_of_a_workshop_that_is_not_public_has_no_page(client: Client, state: str) -> None:
    session = SessionFactory.create(
        workshop__slug="malmo", workshop__state=state, title="Canary", abstract="Canary"
    )

    response = client.get(session.get_absolute_url())

    assert response.status_code == 404
    assert "Canary" not in response.content.decode()


def test_a_session_is_not_found_under_another_workshop(client: Client, pilots: Session) -> None:
    WorkshopFactory.create(slug="other")

    assert client.get(f"/workshops/other/sessions/{pilots.pk}/").status_code == 404


@pytest.mark.parametrize("number", ["0", "99999999", "9" * 40])
def test_a_number_that_no_session_has_is_not_found(
    client: Client, malmo: Workshop, number: str
) -> None:
    assert client.get(f"/workshops/malmo/sessions/{number}/").status_code == 404


def test_under_a_former_address_of_its_workshop_it_leads_to_the_present_one(
    client: Client, pilots: Session
) -> None:
    pilots.workshop.slug = "moved"
    pilots.workshop.save()

    response = client.get(f"/workshops/malmo/sessions/{pilots.pk}/")

    assert response.status_code == 301
    assert response["Location"] == f"/workshops/moved/sessions/{pilots.pk}/"


def test_a_session_page_is_read_only(client: Client, pilots: Session) -> None:
    assert client.post(pilots.get_absolute_url()).status_code == 405
    assert client.head(pilots.get_absolute_url()).status_code == 200


def test_the_page_of_a_session_withholds_who_is_not_public(client: Client, pilots: Session) -> None:
    for fields in ({"state": "draft"}, {"visibility": "withheld"}):
        ContributionFactory.create(
            session=pilots,
            person=PersonFactory.create(family_name="Canary", **fields),
            affiliation="Head of Canary",
            organisation=OrganisationFactory.create(name="Canary"),
        )
    PresentationFactory.create(
        session=pilots, initiative=InitiativeFactory.create(title="Canary", state="draft")
    )

    page = page_of(client, pilots)

    assert "canary" not in page.lower()
    assert page.count("Speaker withheld") == 2


def test_what_people_write_never_runs_on_the_page_of_a_session(client: Client) -> None:
    attack = "</script><script>alert(1)</script>"
    session = SessionFactory.create(title=attack, abstract=attack, room=attack, track=attack[:100])
    ContributionFactory.create(session=session, affiliation=attack, person__family_name=attack)

    page = client.get(session.get_absolute_url()).content.decode()

    assert "<script>alert" not in page
    assert linked_data(page)["name"] == attack


def test_search_engines_are_told_of_a_session_as_part_of_its_workshop(
    client: Client, pilots: Session
) -> None:
    speaker = PersonFactory.create(slug="ada", family_name="Berg")
    ContributionFactory.create(session=pilots, person=speaker)

    data = linked_data(client.get(pilots.get_absolute_url()).content.decode())

    assert data == {
        "@context": "https://schema.org",
        "@type": "Event",
        "@id": f"http://testserver/workshops/malmo/sessions/{pilots.pk}/",
        "name": "Pilots",
        "url": f"http://testserver/workshops/malmo/sessions/{pilots.pk}/",
        "startDate": "2027-01-21T09:00:00+01:00",
        "endDate": "2027-01-21T10:00:00+01:00",
        "eventStatus": "https://schema.org/EventScheduled",
        "eventAttendanceMode": "https://schema.org/OfflineEventAttendanceMode",
        "inLanguage": ["en"],
        "location": [
            {
                "@type": "Place",
                "name": "Town hall",
                "address": {"@type": "PostalAddress", "addressLocality": "Malmö"},
            }
        ],
        "superEvent": {
            "@type": "Event",
            "@id": "http://testserver/workshops/malmo/",
            "name": "Open workshop",
        },
        "performer": [
            {"@type": "Person", "name": "Ada Berg", "url": "http://testserver/people/ada/"}
        ],
    }


def test_where_its_time_is_not_known_search_engines_hear_of_the_days(
    client: Client, malmo: Workshop
) -> None:
    session = SessionFactory.create(workshop=malmo)

    data = linked_data(client.get(session.get_absolute_url()).content.decode())

    assert (data["startDate"], data["endDate"]) == ("2027-01-21", "2027-01-21")


def test_the_programme_leads_to_the_page_of_each_session(client: Client, pilots: Session) -> None:
    page = words(client.get("/workshops/malmo/").content.decode())

    assert f'<a href="/workshops/malmo/sessions/{pilots.pk}/">Pilots</a></h3>' in page
    assert f'id="session-{pilots.pk}"' in page


def test_sessions_are_found_with_the_workshop_that_they_are_part_of(
    client: Client, pilots: Session
) -> None:
    SessionFactory.create(workshop__state="draft", title="Canary pilots")

    page = words(client.get("/search/", {"q": "pilots"}).content.decode())

    assert 'id="sessions">Sessions <span class="soft">1</span>' in page
    assert f'<a href="{pilots.get_absolute_url()}"><mark>Pilots</mark></a>' in page
    assert "Open workshop, 21 January 2027" in page
    assert "Canary" not in page


def test_search_engines_are_led_to_the_sessions_of_public_workshops(
    client: Client, pilots: Session
) -> None:
    SessionFactory.create(workshop__slug="secret", workshop__state="draft")
    SessionFactory.create(workshop__slug="example", workshop__is_example=True)

    sitemap = client.get("/sitemap.xml").content.decode()

    assert f"<loc>http://testserver/workshops/malmo/sessions/{pilots.pk}/</loc>" in sitemap
    assert sitemap.count("/sessions/") == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_session_costs_the_same_for_one_and_for_three(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, rows: int
) -> None:
    workshop = WorkshopFactory.create(slug="malmo", region=RegionFactory.create(code="SE22"))
    fill(workshop, rows)
    session = workshop.sessions.in_order().first()

    with django_assert_num_queries(7):
        client.get(session.get_absolute_url())
