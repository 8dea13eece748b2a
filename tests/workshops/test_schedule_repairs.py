"""What is not quite right in a schedule is repaired or refused, in words, event by event."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.factories import SessionFactory
from tests.workshops.conftest import GUID, Take, as_json, event
from workshops.models import Session, Workshop

pytestmark = pytest.mark.django_db


def remarks(take: Take, **fields: Any) -> tuple[str, ...]:
    """What is said of an event with those fields."""
    return take(as_json(event(**fields))).results[0].remarks


def minutes() -> float:
    """How long the one session lasts."""
    session = Session.objects.get()
    assert session.starts_at
    assert session.ends_at
    return (session.ends_at - session.starts_at).total_seconds() / 60


@pytest.mark.parametrize(
    ("fields", "source"),
    [
        ({"guid": ""}, "its title and start"),
        ({"guid": None, "id": 17}, "its id “17”"),
        ({"guid": "x", "slug": "opening"}, "its id “opening”"),
        ({"guid": 5, "code": "ABC"}, "its id “ABC”"),
    ],
)
def test_a_missing_guid_is_made_the_same_each_time(
    take: Take, fields: dict[str, Any], source: str
) -> None:
    said = remarks(take, **fields)
    remarks(take, **fields)

    assert said == (f"guid was missing: made from {source}",)
    assert Session.objects.get().guid.version == 5


@pytest.mark.parametrize(
    ("duration", "lasts", "said"),
    [
        ("00:45", 45, ()),
        ("1:30:00", 90, ()),
        ("PT1H30M", 90, ()),
        ("1:70", 130, ("duration 1:70 read as 02:10",)),
        ("0:5", 5, ("duration 0:5 read as 00:05",)),
        (45, 45, ("duration 45 read as 00:45",)),
        (90.0, 90, ("duration 90.0 read as 01:30",)),
    ],
)
def test_odd_durations_are_read(
    take: Take, duration: str | float, lasts: int, said: tuple[str, ...]
) -> None:
    assert remarks(take, duration=duration) == said
    assert minutes() == lasts


def test_the_end_counts_more_than_the_duration(take: Take) -> None:
    said = remarks(take, end="2027-01-21T09:20:00+01:00", duration="x")

    assert (said, minutes()) == ((), 20)


@pytest.mark.parametrize(
    ("duration", "said"), [("soon", ("duration “soon” cannot be read",)), ("", ()), (None, ())]
)
def test_an_event_of_unknown_length_is_kept_for_its_day(
    take: Take, duration: str | None, said: tuple[str, ...]
) -> None:
    kept = "it does not say how long it lasts: kept for its day, without its start, 09:00"

    assert remarks(take, duration=duration) == (*said, kept)
    session = Session.objects.get()
    assert (session.day, session.starts_at) == (date(2027, 1, 21), None)


@pytest.mark.parametrize(
    ("fields", "said", "hour"),
    [
        ({"date": "2027-01-21T09:00:00"}, ("time without zone read as Europe/Stockholm",), 8),
        (
            {"date": "2027-01-21", "start": "09:30"},
            ("time without zone read as Europe/Stockholm",),
            8.5,
        ),
        ({"date": "", "start": "9:00"}, ("time without zone read as Europe/Stockholm",), 8),
        (
            {"date": "today", "start": "09:00"},
            ("date “today” cannot be read", "time without zone read as Europe/Stockholm"),
            8,
        ),
        (
            {"date": None, "start": "25:00"},
            ("start 25:00 read as after midnight", "time without zone read as Europe/Stockholm"),
            24,
        ),
    ],
)
def test_starts_are_read_from_whatever_says_them(
    take: Take, fields: dict[str, Any], said: tuple[str, ...], hour: float
) -> None:
    assert remarks(take, **fields) == said
    starts_at = Session.objects.get().starts_at
    assert starts_at
    assert (starts_at - datetime(2027, 1, 21, tzinfo=UTC)).total_seconds() == hour * 3600


def test_times_without_zone_are_read_by_the_clock_of_the_file(take: Take) -> None:
    start, end = "2027-01-21T09:00:00", "2027-01-21T10:00:00"

    report = take(as_json(event(date=start, end=end), time_zone_name="Europe/Lisbon"))

    assert report.results[0].remarks == ("time without zone read as Europe/Lisbon",)
    assert Session.objects.get().starts_at == datetime(2027, 1, 21, 9, tzinfo=UTC)


def test_a_zone_that_nobody_knows_is_that_of_the_workshop(take: Take) -> None:
    report = take(as_json(event(date="2027-01-21T09:00:00"), time_zone_name="Mars/Base"))

    assert list(report.lines())[1] == "The time zone “Mars/Base” is not known."
    assert Session.objects.get().starts_at == datetime(2027, 1, 21, 8, tzinfo=UTC)


def test_an_event_without_time_is_kept_for_its_day(take: Take) -> None:
    said = remarks(take, date="2027-01-22", start="morning")

    assert said == ("it has no time: kept for its day, 2027-01-22",)
    assert Session.objects.get().day == date(2027, 1, 22)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": " \x00 "}, "It has no title."),
        ({"duration": "00:00"}, "It ends before it starts, or when it starts."),
        ({"end": "2027-01-21T08:00:00+01:00"}, "It ends before it starts, or when it starts."),
        ({"end": "2027-03-21T08:00:00+01:00"}, "It lasts longer than 14 days."),
        ({"duration": "999:00"}, "It lasts longer than 14 days."),
        ({"duration": "P9999D"}, "It lasts longer than 14 days."),
        ({"date": "0001-01-01T00:00:00+14:00"}, "The year 1 cannot be meant."),
        ({"end": "9999-12-31T23:59:59-12:00"}, "The year 9999 cannot be meant."),
        ({"date": "9999-12-31", "start": "24:00"}, "The year 9999 cannot be meant."),
        ({"date": "9999-12-31"}, "The year 9999 cannot be meant."),
    ],
)
def test_what_cannot_be_repaired_is_refused(
    take: Take, fields: dict[str, Any], reason: str
) -> None:
    report = take(as_json(event(**fields)))

    assert report.results[0].remarks[0] == reason
    assert list(report.lines())[-1] == "0 created, 0 updated, 0 unchanged, 1 refused."
    assert not Session.objects.exists()


def test_a_refusal_names_the_event_by_title_and_guid(take: Take) -> None:
    report = take(as_json(event(duration="0:00"), event(title="", guid="", duration="0:00")))

    assert [result.label for result in report.results] == [f"“Opening” ({GUID})", "“(no title)”"]


def test_a_guid_that_stands_twice_is_taken_once(take: Take) -> None:
    report = take(as_json(event(), event(title="Again", room="Foyer")))

    assert report.results[1].remarks == (f"Its guid is that of “Opening” ({GUID}) already.",)
    assert Session.objects.get().title == "Opening"


@pytest.mark.parametrize(
    ("kind", "found", "said"),
    [
        ("Lecture", "talk", ()),
        ("study_visit", "study-visit", ()),
        ("Study visit", "study-visit", ()),
        ("Coffee break", "break", ()),
        ("performance", "talk", ("type “performance” is not known here",)),
        ("", "talk", ()),
    ],
)
def test_types_are_understood(take: Take, kind: str, found: str, said: tuple[str, ...]) -> None:
    assert remarks(take, type=kind) == said
    assert Session.objects.get().kind == found


def test_a_type_that_is_not_known_leaves_the_kind_as_it_was(take: Take, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo, guid=GUID, kind="panel")

    remarks(take, type="performance")

    assert Session.objects.get().kind == "panel"


def test_a_new_track_is_pointed_out_once(take: Take, malmo: Workshop) -> None:
    SessionFactory.create(workshop=malmo, track="Old")
    guids = [f"{n}{GUID[1:]}" for n in range(1, 5)]
    tracks = ["Old", "Declared", "New", "New"]
    events = [
        event(guid=guid, track=track, room=guid) for guid, track in zip(guids, tracks, strict=True)
    ]

    report = take(as_json(*events, tracks=[{"name": "Declared"}, {"slug": "x"}]))

    assert [result.remarks for result in report.results] == [(), (), ("track “New” is new",), ()]


def test_a_day_outside_the_workshop_is_pointed_out(take: Take) -> None:
    said = remarks(take, date="2027-01-23T09:00:00+01:00")

    assert said == ("2027-01-23 is none of the workshop's days",)


def test_markup_becomes_markdown(take: Take) -> None:
    said = remarks(take, abstract="<p>Who <b>pays</b>?</p><script>canary()</script>")

    assert said == ("markup in the text was made into Markdown",)
    assert Session.objects.get().abstract == "Who **pays**?"


def test_signs_that_no_text_can_hold_are_removed(take: Take) -> None:
    said = remarks(take, abstract="A\x00B\ud800", title="O\u0007pening\r\nEND:VEVENT")

    session = Session.objects.get()
    assert said == ("signs that no text can hold were removed",)
    assert (session.abstract, session.title) == ("AB", "Opening END:VEVENT")


def test_what_is_too_long_is_cut(take: Take) -> None:
    said = remarks(take, title="t" * 300, room="r" * 300, abstract="a" * 10_001)

    session = Session.objects.get()
    assert said == (
        "title was longer than 250 characters: cut",
        "room was longer than 100 characters: cut",
        "abstract was longer than 10000 characters: cut",
    )
    assert (len(session.title), len(session.room), len(session.abstract)) == (250, 100, 10_000)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "mailto:bo@example.org",
        "data:text/html,x",
        "file:///etc/passwd",
        "http://[",
        "https://example.org/" + "x" * 500,
        "/relative",
        "../../x",
        "",
    ],
)
def test_links_that_do_not_lead_to_the_web_are_left_out(take: Take, url: str) -> None:
    links, attachments = [{"url": url, "title": "Canary"}], [{"url": url}]

    [said] = remarks(take, links=links, attachments=attachments)

    assert said.startswith("link “")
    assert said.endswith("” does not lead to the web: left out")
    assert not Session.objects.get().materials.exists()


def test_an_address_without_its_scheme_is_completed(take: Take) -> None:
    said = remarks(take, links=[{"url": "example.org/a", "title": ""}])

    assert said == ("link “example.org/a” read as https://example.org/a",)
    assert Session.objects.get().materials.get().title == "https://example.org/a"


def test_relative_addresses_begin_at_the_base_of_the_file(take: Take) -> None:
    links = [{"url": "/a.pdf", "title": "A", "type": "paper"}]

    take(as_json(event(attachments=links), base_url="https://example.org/2027/"))

    material = Session.objects.get().materials.get()
    assert (material.url, material.kind) == ("https://example.org/a.pdf", "paper")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("C:\\slides.pdf", "slides.pdf"),
        ("/etc/", "etc"),
        ("..", "a.pdf"),
        ("", "a.pdf"),
        ("Slides 1/2", "Slides 1/2"),
    ],
)
def test_names_of_attachments_lead_nowhere(take: Take, name: str, kept: str) -> None:
    remarks(take, attachments=[{"url": "https://example.org/x/a.pdf", "title": name}])

    assert Session.objects.get().materials.get().title == kept


def test_an_attachment_without_any_name_is_called_by_its_site(take: Take) -> None:
    remarks(take, attachments=[{"url": "https://example.org"}])

    assert Session.objects.get().materials.get().title == "example.org"


def test_more_links_and_people_than_a_session_has_are_left_out(take: Take) -> None:
    links = [{"url": f"https://example.org/{n}", "title": "A"} for n in range(31)]
    people = [f"Ada {chr(65 + n)}" for n in range(31)]

    report = take(as_json(event(links=links, persons=people)), dry_run=True)

    assert report.results[0].remarks[:2] == (
        "more than 30 people: the others were left out",
        "more than 30 links: the others were left out",
    )
    assert len(report.results[0].remarks) == 32


def test_people_without_a_name_of_theirs_are_left_out(take: Take) -> None:
    said = remarks(take, persons=["bo@example.org", "Speaker withheld", " ", {}, None])

    assert said == (
        "an e-mail address in place of a name was left out",
        "a speaker whose name is withheld was left out",
    )
    assert not Session.objects.get().contributions.exists()
