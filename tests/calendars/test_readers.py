"""Programs that know nothing of each other read the same out of our calendars."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Event

from tests.calendars.readers import READERS, Moment, Read, Reader
from workshops.calendar import calendar, one_line, session_event, workshop_event
from workshops.models import Session, Workshop

GUID = "7a0fc001-e587-47e1-b378-b6ec7e666337"
CHANGED = datetime(2026, 11, 1, 12, tzinfo=UTC)
HALF = timedelta(minutes=30)

AWKWARD = [
    "Commas, semicolons; and colons:",
    r"A back\slash and a \n that is none",
    "Two\nlines",
    "Launch 🎉 of 👩‍👩‍👧",
    "ערב טוב – مرحبا",
    "å" * 120,
    "BEGIN:VEVENT",
    "“Quotes” and 'others' \"too\" & <b>tags</b>",
    "%s {0} $x",
]


@pytest.fixture(params=sorted(READERS))
def read(request: pytest.FixtureRequest) -> Reader:
    return READERS[request.param]


def workshop(**fields: object) -> Workshop:
    """A workshop of one day that is not in the database."""
    usual = {
        "key": "malmo-2027",
        "slug": "malmo",
        "title": "Open workshop",
        "summary": "Seven inputs.",
        "starts_on": date(2027, 3, 28),
        "ends_on": date(2027, 3, 28),
        "updated_at": CHANGED,
        "sequence": 0,
    }
    return Workshop(**usual | fields)


def session(around: Workshop, start: datetime, end: datetime, **fields: object) -> Event:
    """The event of a session from one moment to another."""
    usual = {"guid": GUID, "title": "Opening", "changed_at": CHANGED, "pk": 7}
    return session_event(Session(workshop=around, **usual | fields), start, end, around)


def file(*events: Event) -> bytes:
    return calendar(events, "Open workshop")


def shown(moment: datetime, zone: str) -> Moment:
    """A moment as readers should tell it."""
    local, utc = moment.astimezone(ZoneInfo(zone)), moment.astimezone(UTC)
    return Moment(*(when.replace(tzinfo=None).isoformat() for when in (local, utc)))


def test_all_of_an_event_is_read(read: Reader) -> None:
    around = workshop(venue="Town hall", city="Malmö", sequence=3)
    start = datetime(2027, 1, 21, 8, tzinfo=UTC)
    end = start + timedelta(hours=1)

    found = read(
        file(session(around, start, end, room="Main hall", abstract="Who *we* are.", sequence=2))
    )

    assert found == [
        Read(
            uid=f"{GUID}@testserver",
            sequence=5,
            status="CONFIRMED",
            summary="Opening",
            description="Who we are.\nOpen workshop",
            location="Main hall, Town hall, Malmö",
            start=Moment("2027-01-21T09:00:00", "2027-01-21T08:00:00"),
            end=Moment("2027-01-21T10:00:00", "2027-01-21T09:00:00"),
        )
    ]


def test_a_cancelled_session_is_read_as_cancelled(read: Reader) -> None:
    start = datetime(2027, 1, 21, 8, tzinfo=UTC)

    [event] = read(
        file(session(workshop(), start, start + timedelta(hours=1), cancelled_at=CHANGED))
    )

    assert event.status == "CANCELLED"


@pytest.mark.parametrize("day", [date(2027, 3, 28), date(2027, 10, 31)])
def test_on_the_days_on_which_clocks_are_changed_every_hour_is_read_right(
    read: Reader, day: date
) -> None:
    zone = "Europe/Brussels"
    midnight = datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
    hours = [midnight + n * HALF for n in range(48)]

    found = read(file(*(session(workshop(), hour, hour + HALF) for hour in hours)))

    from_two_to_three_twice = {datetime(2027, 10, 31, 0, tzinfo=UTC) + n * HALF for n in range(4)}
    assert [event.start for event in found] == [
        shown(hour, "UTC" if hour in from_two_to_three_twice else zone) for hour in hours
    ]


def test_a_workshop_over_the_change_keeps_its_hours(read: Reader) -> None:
    around = workshop(
        starts_on=date(2027, 3, 27),
        start_time=time(9),
        end_time=time(16),
        time_zone="Europe/Brussels",
    )

    [event] = read(file(workshop_event(around)))

    assert event.uid == "workshop-malmo-2027@testserver"
    assert event.start == Moment("2027-03-27T09:00:00", "2027-03-27T08:00:00")
    assert event.end == Moment("2027-03-28T16:00:00", "2027-03-28T14:00:00")


def test_a_workshop_without_times_is_read_as_whole_days(read: Reader) -> None:
    [event] = read(file(workshop_event(workshop())))

    assert (event.start, event.end) == (Moment("2027-03-28", ""), Moment("2027-03-29", ""))


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_signs_are_read_as_they_were_written(read: Reader, text: str) -> None:
    [event] = read(file(workshop_event(workshop(title=text, summary=text, venue=text))))

    expected = " ".join(text.split())
    said = (event.summary, event.description, event.location)
    assert [readable(one) for one in said] == [readable(expected)] * 3


def readable(text: str) -> str:
    """Without the joiners that no calendar shows."""
    return " ".join(text.replace("\u200d", " ").split())


@pytest.mark.parametrize("zones", [("Europe/Brussels", "Europe/Lisbon"), ("UTC", "Asia/Kathmandu")])
def test_workshops_in_several_zones_are_read_each_by_its_own(
    read: Reader, zones: tuple[str, str]
) -> None:
    times = {"start_time": time(9), "end_time": time(16)}
    events = [workshop_event(workshop(time_zone=zone, key=zone[:3], **times)) for zone in zones]

    found = read(file(*events))

    expected = [datetime(2027, 3, 28, 9, tzinfo=ZoneInfo(zone)) for zone in zones]
    assert [event.start for event in found] == [
        shown(start, zone) for start, zone in zip(expected, zones, strict=True)
    ]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


@given(title=TEXTS, summary=TEXTS)
def test_lines_are_folded_between_signs_and_unfold_to_the_same(title: str, summary: str) -> None:
    content = file(workshop_event(workshop(title=title, summary=summary)))

    lines = content.split(b"\r\n")
    assert lines[-1] == b""
    assert max(map(len, lines)) <= 75
    assert all(line.decode() or line == b"" for line in lines)
    assert b"\n" not in b"".join(lines)
    assert b"\r" not in b"".join(lines)
    [event] = READERS["icalendar"](content)
    assert (event.summary, event.description) == (one_line(title), one_line(summary))


@settings(max_examples=60)
@given(
    minute=st.integers(0, 2 * 365 * 24 * 60),
    minutes=st.integers(1, 600),
    zone=st.sampled_from(["Europe/Brussels", "Europe/Lisbon", "America/St_Johns", "Asia/Tokyo"]),
)
def test_any_moment_means_the_same_to_whoever_goes_by_the_rules_in_the_file(
    minute: int, minutes: int, zone: str
) -> None:
    start = datetime(2027, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    end = start + timedelta(minutes=minutes)
    content = file(session(workshop(time_zone=zone), start, end))

    [event] = READERS["vobject"](content)

    assert (event.start.utc, event.end.utc) == (shown(start, zone).utc, shown(end, zone).utc)
