"""The programme of a workshop at `schedule.json` and `schedule.xml`."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from xml.etree.ElementTree import Element, fromstring

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import ContributionFactory, PersonFactory, SessionFactory, WorkshopFactory
from workshops.models import Material, Session, Workshop

pytestmark = pytest.mark.django_db

GUID = UUID("7a0fc001-e587-47e1-b378-b6ec7e666337")
PATHS = ["/workshops/malmo/schedule.json", "/workshops/malmo/schedule.xml"]


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    return datetime(2027, 1, day, hour, minute, tzinfo=UTC)


def timed(workshop: Workshop, **fields: Any) -> Session:
    """A session with times, from nine to ten at the venue unless they are given."""
    session: Session = SessionFactory.create(
        workshop=workshop, **{"starts_at": at(8), "ends_at": at(9)} | fields
    )
    return session


@pytest.fixture
def malmo() -> Workshop:
    """A workshop of two days in Sweden."""
    workshop: Workshop = WorkshopFactory.create(
        slug="malmo",
        title="Open workshop",
        time_zone="Europe/Stockholm",
        starts_on=date(2027, 1, 21),
        ends_on=date(2027, 1, 22),
    )
    return workshop


def conference(client: Client) -> dict[str, Any]:
    """What `schedule.json` says of the workshop."""
    found: dict[str, Any] = client.get(PATHS[0]).json()["schedule"]["conference"]
    return found


def document(client: Client) -> Element:
    return fromstring(client.get(PATHS[1]).content)


def events(client: Client) -> list[dict[str, Any]]:
    days = conference(client)["days"]
    return [event for day in days for rows in day["rooms"].values() for event in rows]


def full_session(workshop: Workshop) -> Session:
    """A session of which everything is known."""
    session = timed(
        workshop,
        guid=GUID,
        kind="panel",
        title="Money & <risk>",
        abstract="Who *pays*?\n\nAll of us.",
        room="Main hall",
        track="Policy",
    )
    person = PersonFactory.create(slug="berg", given_name="Bo", family_name="Berg")
    ContributionFactory.create(session=session, person=person, position=1)
    unlisted = PersonFactory.create(given_name="Al", family_name="Ahl", visibility="name")
    ContributionFactory.create(session=session, person=unlisted, position=2)
    rows = [("slides", "Slides"), ("paper", "Paper"), ("recording", "Film"), ("page", "More")]
    for position, (kind, title) in enumerate(rows):
        Material.objects.create(
            workshop=workshop,
            session=session,
            kind=kind,
            title=title,
            url=f"https://example.org/{kind}",
            position=position,
        )
    return session


def test_a_session_is_told_in_json_as_the_format_has_it(client: Client, malmo: Workshop) -> None:
    session = full_session(malmo)

    response = client.get(PATHS[0])

    assert response["Content-Type"] == "application/json"
    assert response.json()["generator"] == {"name": "clusterix"}
    assert response.json()["schedule"]["version"] == malmo.version
    assert events(client) == [
        {
            "guid": str(GUID),
            "id": session.pk,
            "date": "2027-01-21T09:00:00+01:00",
            "start": "09:00",
            "end": "2027-01-21T10:00:00+01:00",
            "duration": "01:00",
            "room": "Main hall",
            "slug": f"malmo-session-{session.pk}",
            "url": f"http://testserver/workshops/malmo/sessions/{session.pk}/",
            "title": "Money & <risk>",
            "subtitle": "",
            "track": "Policy",
            "type": "panel",
            "language": "en",
            "abstract": "Who *pays*?\n\nAll of us.",
            "persons": [
                {"name": "Bo Berg", "url": "http://testserver/people/berg/"},
                {"name": "Al Ahl"},
            ],
            "links": [
                {"url": "https://example.org/recording", "title": "Film", "type": "media"},
                {"url": "https://example.org/page", "title": "More", "type": "web"},
            ],
            "attachments": [
                {"url": "https://example.org/slides", "title": "Slides", "type": "slides"},
                {"url": "https://example.org/paper", "title": "Paper", "type": "paper"},
            ],
        }
    ]


def test_a_session_is_told_in_xml_as_the_format_has_it(client: Client, malmo: Workshop) -> None:
    session = full_session(malmo)

    response = client.get(PATHS[1])

    assert response["Content-Type"] == "application/xml; charset=utf-8"
    [event] = document(client).iterfind("day/room[@name='Main hall']/event")
    assert event.attrib == {"id": str(session.pk), "guid": str(GUID)}
    assert [(child.tag, child.text) for child in event if not len(child)] == [
        ("room", "Main hall"),
        ("title", "Money & <risk>"),
        ("subtitle", None),
        ("type", "panel"),
        ("date", "2027-01-21T09:00:00+01:00"),
        ("start", "09:00"),
        ("duration", "01:00"),
        ("abstract", "Who *pays*?\n\nAll of us."),
        ("slug", f"malmo-session-{session.pk}"),
        ("track", "Policy"),
        ("language", "en"),
        ("url", f"http://testserver/workshops/malmo/sessions/{session.pk}/"),
    ]
    assert [person.text for person in event.iterfind("persons/person")] == ["Bo Berg", "Al Ahl"]
    links = [*event.iterfind("links/link"), *event.iterfind("attachments/attachment")]
    assert [(link.text, link.get("href"), link.get("type")) for link in links] == [
        ("Film", "https://example.org/recording", "media"),
        ("More", "https://example.org/page", "web"),
        ("Slides", "https://example.org/slides", "slides"),
        ("Paper", "https://example.org/paper", "paper"),
    ]


def test_both_files_name_the_workshop_its_days_and_its_tracks(
    client: Client, malmo: Workshop
) -> None:
    timed(malmo, track="Policy")
    timed(malmo, track="Money", starts_at=at(8, day=22), ends_at=at(9, day=22))

    told, root = conference(client), document(client)

    del told["days"][0]["rooms"], told["days"][1]["rooms"]
    assert told == {
        "acronym": "malmo",
        "title": "Open workshop",
        "start": "2027-01-21",
        "end": "2027-01-22",
        "daysCount": 2,
        "timeslot_duration": "00:05",
        "time_zone_name": "Europe/Stockholm",
        "url": "http://testserver/workshops/malmo/",
        "tracks": [{"name": "Money"}, {"name": "Policy"}],
        "days": [
            {
                "index": day - 20,
                "date": f"2027-01-{day}",
                "day_start": f"2027-01-{day}T00:00:00+01:00",
                "day_end": f"2027-01-{day + 1}T00:00:00+01:00",
            }
            for day in (21, 22)
        ],
    }
    found = root.find("conference")
    assert found is not None
    assert [(child.tag, child.text or child.get("name")) for child in found] == [
        ("title", "Open workshop"),
        ("acronym", "malmo"),
        ("start", "2027-01-21"),
        ("end", "2027-01-22"),
        ("days", "2"),
        ("timeslot_duration", "00:05"),
        ("url", "http://testserver/workshops/malmo/"),
        ("time_zone_name", "Europe/Stockholm"),
        ("track", "Money"),
        ("track", "Policy"),
    ]
    assert [day.attrib for day in root.iterfind("day")] == [
        {
            "index": str(day["index"]),
            "date": day["date"],
            "start": day["day_start"],
            "end": day["day_end"],
        }
        for day in told["days"]
    ]


def test_a_day_lasts_until_its_last_session_ends(client: Client, malmo: Workshop) -> None:
    timed(malmo, starts_at=at(21), ends_at=at(1, 30, day=22))

    [day] = conference(client)["days"]

    assert (day["date"], day["day_end"]) == ("2027-01-21", "2027-01-22T02:30:00+01:00")


def test_sessions_without_times_or_too_long_for_the_format_are_left_out(
    client: Client, malmo: Workshop
) -> None:
    timed(malmo, title="Told")
    SessionFactory.create(workshop=malmo, title="Canary", day=date(2027, 1, 21))
    timed(malmo, title="Canary", ends_at=at(8) + timedelta(hours=100))

    assert [event["title"] for event in events(client)] == ["Told"]
    assert b"Canary" not in client.get(PATHS[1]).content


def test_a_workshop_without_times_has_a_day_without_rooms(client: Client, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo)

    [day] = conference(client)["days"]

    assert (day["date"], day["rooms"]) == ("2027-01-21", {})
    assert [list(day) for day in document(client).iterfind("day")] == [[]]


@pytest.mark.parametrize(
    ("slug", "zone", "acronym", "name"),
    [
        ("value-chains", "America/Argentina/Salta", "value_chains", "America/Argentina/Salta"),
        ("Oslo", "UTC", "oslo", "UTC"),
        ("spa", "Etc/GMT-1", "workshop_spa", None),
    ],
)
def test_names_that_the_formats_cannot_say_are_changed_or_left_out(
    client: Client, slug: str, zone: str, acronym: str, name: str | None
) -> None:
    WorkshopFactory.create(slug=slug, time_zone=zone)

    told = client.get(f"/workshops/{slug}/schedule.json").json()["schedule"]["conference"]

    assert (told["acronym"], told.get("time_zone_name")) == (acronym, name)


def test_seconds_count_as_a_whole_minute(client: Client, malmo: Workshop) -> None:
    timed(malmo, ends_at=at(8) + timedelta(seconds=61))

    [event] = events(client)

    assert (event["duration"], event["end"]) == ("00:02", "2027-01-21T09:01:01+01:00")


@pytest.mark.parametrize("fields", [{"state": "draft"}, {"visibility": "withheld"}])
def test_people_who_are_not_public_are_not_named(
    client: Client, malmo: Workshop, fields: dict[str, str]
) -> None:
    person = PersonFactory.create(slug="canary", family_name="Canary", **fields)
    ContributionFactory.create(session=timed(malmo), person=person)

    contents = [client.get(path).content for path in PATHS]

    assert [b"anary" in content for content in contents] == [False, False]
    assert [b"Speaker withheld" in content for content in contents] == [True, True]


def test_text_that_no_xml_can_hold_or_that_poses_as_markup_stays_text(
    client: Client, malmo: Workshop
) -> None:
    attack = '</title><script>1</script>]]>&amp;"\x01\r\n'
    timed(malmo, title=attack, room=attack, track=attack, abstract=attack)

    root = document(client)

    assert root.findtext("day/room/event/abstract") == attack.replace("\x01", "")
    assert root.find("day/room/event/title/script") is None
    assert json.loads(client.get(PATHS[0]).content)["schedule"]["conference"]["tracks"] == [
        {"name": attack}
    ]


def test_only_links_of_the_web_are_told(client: Client, malmo: Workshop) -> None:
    session = timed(malmo)
    Material.objects.create(
        workshop=malmo, session=session, kind="paper", title="Canary", url="ftp://example.org/a"
    )

    assert [event["attachments"] for event in events(client)] == [[]]


@pytest.mark.parametrize("name", ["schedule.json", "schedule.xml"])
def test_a_former_address_leads_to_the_present_one(client: Client, name: str) -> None:
    workshop = WorkshopFactory.create(slug="old")
    workshop.slug = "new"
    workshop.save()

    response = client.get(f"/workshops/old/{name}")

    assert (response.status_code, response["Location"]) == (301, f"/workshops/new/{name}")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("state", ["draft", "in_review", "archived"])
def test_only_public_workshops_have_schedules(client: Client, path: str, state: str) -> None:
    timed(WorkshopFactory.create(slug="malmo", title="Canary", state=state), title="Canary")

    response = client.get(path)

    assert response.status_code == 404
    assert b"Canary" not in response.content


@pytest.mark.parametrize("path", PATHS)
def test_schedules_are_read_only_and_may_be_kept_by_caches(
    client: Client, malmo: Workshop, path: str
) -> None:
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200
    assert client.get(path)["Cache-Control"].startswith("public")


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("rows", [1, 3])
def test_schedules_cost_the_same_for_one_and_for_three(
    client: Client,
    malmo: Workshop,
    django_assert_num_queries: DjangoAssertNumQueries,
    path: str,
    rows: int,
) -> None:
    for hour in range(rows):
        session = timed(malmo, starts_at=at(hour), ends_at=at(hour + 1))
        ContributionFactory.create_batch(rows, session=session)
        Material.objects.create(
            workshop=malmo, session=session, kind="paper", title="A", url="https://example.org/"
        )

    with django_assert_num_queries(4):
        client.get(path)


def test_the_page_leads_to_both(client: Client, malmo: Workshop) -> None:
    page = client.get("/workshops/malmo/").content.decode()

    assert [f'<a href="{path}">' in page for path in PATHS] == [True, True]
