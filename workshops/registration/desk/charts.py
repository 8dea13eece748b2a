"""How many people had registered for a workshop by each day, as a picture and as numbers."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workshops.models import Workshop
from workshops.registration.models import EventKind, RegistrationEvent, State

ENDED = (State.CANCELLED, State.DECLINED, State.EXPIRED)
"""Nobody comes by them, and nobody waits."""

ENDINGS = (EventKind.DECLINED, EventKind.REFUSED, EventKind.EXPIRED)
"""When they came to that, unless they were cancelled, which their rows know."""

WIDTH, HEIGHT = 1_000, 100
"""Of the drawing, which the page stretches."""

HEADROOM = 1.15


@dataclass(frozen=True)
class Day:
    """How many people were registered at the end of a day, those who wait among them."""

    day: date
    people: int


def days(workshop: Workshop) -> list[Day]:
    """The days on which that number changed, by the clock of the place; from two queries."""
    rows = workshop.registrations.order_by()
    zone = workshop.zone
    events = RegistrationEvent.objects.filter(registration=OuterRef("pk"), kind__in=ENDINGS)
    ending = Coalesce(
        "cancelled_at", Subquery(events.order_by("-at").values("at")[:1]), "created_at"
    )
    change: Counter[date] = Counter()
    for sign, moment, some in (
        (1, F("created_at"), rows),
        (-1, ending, rows.filter(state__in=ENDED)),
    ):
        by_day = some.annotate(day=TruncDate(moment, tzinfo=zone)).values_list("day")
        for day, people in by_day.annotate(people=Sum("party_size")):
            change[day] += sign * people
    changed = sorted(change)
    totals = accumulate(change[day] for day in changed)
    return [Day(day, people) for day, people in zip(changed, totals, strict=True)]


def picture(known: list[Day], capacity: int | None, at: datetime) -> SafeString:
    """A stepped line through the days up to that moment, and a line at the capacity."""
    first = known[0].day
    last = max(known[-1].day, at.date())
    end = last + timedelta(days=1)
    top = max(*(day.people for day in known), capacity or 0, 1) * HEADROOM
    steps = [*known, Day(end, known[-1].people)]
    places = [
        (WIDTH * (day.day - first).days / (end - first).days, HEIGHT * (1 - day.people / top))
        for day in steps
    ]
    line = f"M0 {HEIGHT}V{places[0][1]:.2f}" + "".join(
        f"H{x:.2f}V{y:.2f}" for _before, (x, y) in pairwise(places)
    )
    return format_html(
        '<svg class="curve" width="100%" height="232" role="img" aria-label="{}">'
        '<svg y="8" width="100%" height="200" viewBox="0 0 {} {}" preserveAspectRatio="none">'
        '<path class="curve__area" d="{}V{}Z"/>'
        '<path class="curve__line" vector-effect="non-scaling-stroke" d="{}"/></svg>'
        '<line class="curve__ground" x1="0" x2="100%" y1="208" y2="208"/>{}{}</svg>',
        summary(known, capacity),
        WIDTH,
        HEIGHT,
        line,
        HEIGHT,
        line,
        _level(capacity, top),
        _ends(first, last),
    )


def _level(capacity: int | None, top: float) -> str:
    """The line that nobody has a place above."""
    if capacity is None:
        return ""
    height = f"{8 + 200 * (1 - capacity / top):.1f}"
    words = ngettext("%(count)d place", "%(count)d places", capacity) % {"count": capacity}
    return format_html(
        '<line class="curve__capacity" x1="0" x2="100%" y1="{}" y2="{}"/>'
        '<text class="curve__word" x="0" y="{}" dy="-5">{}</text>',
        height,
        height,
        height,
        words,
    )


def _ends(first: date, last: date) -> SafeString:
    ends = [("0", "start", first), ("100%", "end", last)]
    return format_html_join(
        "",
        '<text class="curve__word" x="{}" y="226" text-anchor="{}">{}</text>',
        ((x, anchor, date_format(day, "j F Y")) for x, anchor, day in ends),
    )


def summary(known: list[Day], capacity: int | None) -> str:
    """The same in a sentence, for those who do not see it."""
    words = ngettext(
        "%(count)d person is registered, the first since %(day)s",
        "%(count)d people are registered, the first since %(day)s",
        known[-1].people,
    ) % {"count": known[-1].people, "day": date_format(known[0].day, "j F Y")}
    if capacity is None:
        return f"{words}."
    places = ngettext("%(count)d place", "%(count)d places", capacity) % {"count": capacity}
    return _("%(words)s; there are %(places)s.") % {"words": words, "places": places}
