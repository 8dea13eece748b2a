"""The rules of time zones, as calendars carry them."""

from zoneinfo import ZoneInfo

import pytest

from workshops.time_zones import rules


def lines(zone: str, *years: int) -> list[str]:
    content: bytes = rules(ZoneInfo(zone), years).to_ical()
    return content.decode().split("\r\n")


def onsets(zone: str, *years: int) -> list[str]:
    """When the clocks are changed, by the clock as it was, with the offsets before and after."""
    told = lines(zone, *years)
    names = ("DTSTART:", "TZOFFSETFROM:", "TZOFFSETTO:")
    values = [[line.partition(":")[2] for line in told if line.startswith(name)] for name in names]
    return [" ".join(row) for row in zip(*values, strict=True)]


def test_summer_begins_and_ends_by_the_clock_as_it_was() -> None:
    assert onsets("Europe/Brussels", 2027) == [
        "20261231T010000 +0100 +0100",
        "20270328T020000 +0100 +0200",
        "20271031T030000 +0200 +0100",
    ]


def test_forward_is_daylight_and_back_is_standard() -> None:
    kinds = [line for line in lines("Europe/Brussels", 2027) if line.startswith("BEGIN:")]

    assert kinds == ["BEGIN:VTIMEZONE", "BEGIN:STANDARD", "BEGIN:DAYLIGHT", "BEGIN:STANDARD"]


def test_only_the_years_asked_for_are_told() -> None:
    assert [onset[:4] for onset in onsets("Europe/Lisbon", 2999, 2027)] == [
        *("2026", "2027", "2027"),
        *("2998", "2999", "2999"),
    ]


@pytest.mark.parametrize(
    ("zone", "onset"),
    [
        ("Asia/Kathmandu", ["20261231T054500 +0545 +0545"]),
        ("Australia/Lord_Howe", "20270404T020000 +1100 +1030"),
        ("America/St_Johns", "20270314T020000 -0330 -0230"),
    ],
)
def test_odd_zones_are_told_to_the_minute(zone: str, onset: str | list[str]) -> None:
    found = onsets(zone, 2027)

    assert found == onset if isinstance(onset, list) else onset in found
