"""When an event is, from whatever a file says of it."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_duration
from django.utils.translation import gettext as _

from workshops.interchange.told import Told

Say = Callable[[str], None]
"""Takes note of a repair, in words."""

YEARS = range(1900, 2201)
LONGEST = timedelta(days=14)

CLOCK = re.compile(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?")
HOURS = re.compile(r"(\d{1,3}):(\d{1,2})(?::\d{1,2})?")
ISO = re.compile(r"P(?:\d{1,4}D)?(?:T(?:\d{1,4}H)?(?:\d{1,6}M)?(?:\d{1,8}S)?)?")
MINUTES = re.compile(r"(\d{1,4})(?:\.0+)?")


class RefusedError(Exception):
    """An event that cannot be taken in, with the reason in words."""


class Span(NamedTuple):
    """A day at the venue, with start and end where both are known."""

    day: date
    start: datetime | None = None
    end: datetime | None = None


def span(told: Told, zone: ZoneInfo, say: Say) -> Span:
    """When the event is; RefusedError where no day is known or it ends before it starts."""
    day = known_day(told, say)
    start = known_start(told, day, zone, say)
    if start is None:
        say(_("it has no time: kept for its day, %(day)s") % {"day": in_years(day)})
        return Span(day)
    in_years(start.date())
    here = start.astimezone(zone)
    end = known_end(told, start, zone, say)
    if end is None:
        say(
            _("it does not say how long it lasts: kept for its day, without its start, %(time)s")
            % {"time": f"{here:%H:%M}"}
        )
        return Span(here.date())
    if end <= start:
        raise RefusedError(_("It ends before it starts, or when it starts."))
    if end - start > LONGEST:
        raise too_long()
    return Span(here.date(), start.astimezone(UTC), end.astimezone(UTC))


def known_day(told: Told, say: Say) -> date:
    """The day that the event gives, or the one under which it is listed."""
    if told.date:
        try:
            return datetime.fromisoformat(told.date.strip()).date()
        except ValueError:
            say(_("date “%(text)s” cannot be read") % {"text": told.date[:40]})
    try:
        return date.fromisoformat(told.day.strip())
    except ValueError as error:
        raise RefusedError(_("It does not say on which day it is.")) from error


def in_years(day: date) -> date:
    """The same day; RefusedError where a workshop cannot be."""
    if day.year not in YEARS:
        raise RefusedError(_("The year %(year)d cannot be meant.") % {"year": day.year})
    return day


def known_start(told: Told, day: date, zone: ZoneInfo, say: Say) -> datetime | None:
    """The moment it starts; None where only the day is known."""
    whole = moment(told.date, zone, say)
    if whole:
        return whole
    clock = CLOCK.fullmatch(told.start.strip())
    if not clock:
        return None
    hours, minutes = int(clock[1]), int(clock[2])
    if hours >= 24:  # noqa: PLR2004 (the hours of a day)
        say(_("start %(time)s read as after midnight") % {"time": told.start})
    begins = datetime.combine(in_years(day), time.min) + timedelta(hours=hours, minutes=minutes)
    return placed(begins, zone, say)


def known_end(told: Told, start: datetime, zone: ZoneInfo, say: Say) -> datetime | None:
    """The moment it ends, by itself or after how long; None where neither is known."""
    end = moment(told.end, zone, say)
    if end:
        in_years(end.date())
        return end
    lasts = duration(told.duration.strip(), say)
    if lasts and lasts > LONGEST:
        raise too_long()
    return None if lasts is None else start + lasts


def too_long() -> RefusedError:
    """The reason why an event that goes on for weeks is refused."""
    return RefusedError(_("It lasts longer than %(days)d days.") % {"days": LONGEST.days})


def moment(text: str, zone: ZoneInfo, say: Say) -> datetime | None:
    """A moment in ISO 8601, by the clock of the zone where it names none; None for a mere day."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if is_day(text) else placed(found, zone, say)


def is_day(text: str) -> bool:
    """A date without a time."""
    try:
        date.fromisoformat(text.strip())
    except ValueError:
        return False
    return True


def placed(found: datetime, zone: ZoneInfo, say: Say) -> datetime:
    """The same moment by its own zone, or else by that of the venue."""
    if found.tzinfo:
        return found
    say(_("time without zone read as %(zone)s") % {"zone": zone.key})
    return found.replace(tzinfo=zone)


def duration(text: str, say: Say) -> timedelta | None:
    """How long: hours and minutes, a number of minutes, or ISO 8601; None for anything else."""
    hours, minutes, whole = HOURS.fullmatch(text), MINUTES.fullmatch(text), ISO.fullmatch(text)
    if hours:
        found = timedelta(hours=int(hours[1]), minutes=int(hours[2]))
        is_odd = len(hours[2]) == 1 or int(hours[2]) >= 60  # noqa: PLR2004 (the minutes of an hour)
    elif minutes:
        found, is_odd = timedelta(minutes=int(minutes[1])), True
    elif whole:
        found, is_odd = parse_duration(text) or timedelta(), False
    else:
        if text:
            say(_("duration “%(text)s” cannot be read") % {"text": text[:40]})
        return None
    if is_odd:
        say(_("duration %(text)s read as %(time)s") % {"text": text, "time": in_hours(found)})
    return found


def in_hours(lasts: timedelta) -> str:
    """Hours and minutes, begun ones counted whole, as in 01:30."""
    minutes = -(-int(lasts.total_seconds()) // 60)
    return f"{minutes // 60:02}:{minutes % 60:02}"
