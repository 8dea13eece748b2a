"""The rules of time zones as iCalendar states them, for programs that know none by name."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

Rule = TimezoneStandard | TimezoneDaylight


def rules(zone: ZoneInfo, years: Iterable[int]) -> Timezone:
    """What the clocks of a zone do in those years."""
    found = Timezone()
    found.add("tzid", zone.key)
    for year in sorted(years):
        for rule in rules_of(zone, year):
            found.add_component(rule)
    return found


@lru_cache(maxsize=200)
def rules_of(zone: ZoneInfo, year: int) -> list[Rule]:
    """The time on the day before that year, and each change of the clocks in it."""
    start, end = datetime(year, 1, 1, tzinfo=UTC) - DAY, datetime(year + 1, 1, 1, tzinfo=UTC)
    return [rule(zone, moment) for moment in (start, *changes(zone, start, end))]


def rule(zone: ZoneInfo, moment: datetime) -> Rule:
    """What the clocks do from that moment on, told by the clock as it was just before."""
    before, after = (moment - MINUTE).astimezone(zone), moment.astimezone(zone)
    old, new = before.utcoffset() or timedelta(), after.utcoffset() or timedelta()
    found = TimezoneDaylight() if new > old else TimezoneStandard()
    found.add("dtstart", before.replace(tzinfo=None, fold=0) + MINUTE)
    found.add("tzname", after.tzname())
    found.add("tzoffsetfrom", old)
    found.add("tzoffsetto", new)
    return found


def changes(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[datetime]:
    """The moments from start to end, in UTC, at which clocks are put forward or back."""
    day = start
    while day < end:
        if day.astimezone(zone).utcoffset() != (day + DAY).astimezone(zone).utcoffset():
            yield change(zone, day)
        day += DAY


def change(zone: ZoneInfo, day: datetime) -> datetime:
    """The moment within a day from that one at which the clock is changed."""
    old, low, high = day.astimezone(zone).utcoffset(), day, day + DAY
    while high - low > MINUTE:
        middle = low + (high - low) // MINUTE // 2 * MINUTE
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high
