"""The sessions of a programme as HTML: each made once for each state of it, not once a page."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from secrets import token_hex
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext

from clusterix.lib import markdown, marks
from clusterix.lib.cards import labelled, listed
from clusterix.lib.icons import icon
from people.models import NAMELESS
from workshops.agenda import MOST_KEPT, Item, Presented, Programme, Reading, Speaker, once
from workshops.models import Contribution, Material, ScheduleVersion, Workshop
from workshops.timetable import Cell, Day, Row, days, timetable
from workshops.versions.facts import Kind

MARK_SIZE = 40
MOST_TABLES = 64

PLACE = f"<!-- {token_hex()} -->"
"""Stands in a page where its programme goes, and nowhere else: nobody can guess it.

Each part of a template that encloses some text copies it, which takes longer than all the rest
where that is half a megabyte; so it is put in when the page is made.
"""

SAID_ELSEWHERE = {Kind.CANCELLED, Kind.REMOVED}
"""What a session's own line says anyway, or cannot say any more."""


class Frame(NamedTuple):
    """What the sessions of a programme depend on besides themselves, on a page."""

    slug: str
    language: str
    """That the programme is written in."""
    time_zone: str
    has_one_day: bool
    is_previewed: bool
    spoken: str
    """The language of the page."""

    @classmethod
    def of(cls, workshop: Workshop) -> "Frame":
        """The workshop's, in the active language."""
        return cls(
            slug=workshop.slug,
            language=workshop.language,
            time_zone=workshop.time_zone,
            has_one_day=workshop.starts_on == workshop.ends_on,
            is_previewed=workshop.is_previewed,
            spoken=get_language() or "",
        )

    @property
    def written(self) -> str:
        """Says in which language the words of an element are."""
        return f'lang="{escape(self.language)}"'


News = tuple[tuple[str, tuple[str, ...]], ...]
"""What became of sessions with the last version: kinds of change by guid."""


def news(version: ScheduleVersion | None) -> News:
    """What that version tells of."""
    kinds = version.kinds if version else {}
    return tuple((guid, tuple(found)) for guid, found in kinds.items())


@once
def whole(programme: Programme, frame: Frame, told: News) -> bytes:
    """All of a programme, day by day, as it goes into a page."""
    return by_days(programme.sessions, frame, told).encode()


def by_days(items: Sequence[Item], frame: Frame, told: News) -> str:
    """Sessions day by day: a table where rooms run side by side, and every session."""
    found = days(items, ZoneInfo(frame.time_zone))
    said = dict(told)
    return "\n".join(
        f"{heading(each, frame, is_alone=len(found) == 1)}{order(each)}"
        f"{make_table(tuple(each.sessions), frame)}"
        f'<ol class="programme">{sessions(each.sessions, frame, said)}</ol>'
        for each in found
    )


def heading(day: Day[Item], frame: Frame, *, is_alone: bool) -> str:
    """Which day it is, unless the workshop has no other."""
    if day.date is None or (is_alone and frame.has_one_day):
        return ""
    words = escape(date_format(day.date, "l j F"))
    if is_alone:
        return f'<p class="soft">{words}</p>'
    return f'<h3 class="programme__day">{words}</h3>'


def order(day: Day[Item]) -> str:
    """Why sessions have no times, where none of several has."""
    if day.has_times or len(day.sessions) == 1:
        return ""
    words = gettext("The record gives the order, not the times.")
    return f'<p class="soft">{escape(words)}</p>'


def make_table(items: tuple[Item, ...], frame: Frame) -> str:
    """The table of a day; that of a preview is made for it alone."""
    make = table if frame.is_previewed else known_table
    return make(items, frame)


def sessions(items: Iterable[Item], frame: Frame, told: Mapping[str, Sequence[str]]) -> str:
    """The items of a list of sessions, each with what is new about it."""
    make = session if frame.is_previewed else known_session
    return "\n".join(make(item, frame, marked(item, told)) for item in items)


def marked(item: Item, told: Mapping[str, Sequence[str]]) -> tuple[Kind, ...]:
    """What is new about a session, as far as its line does not say so itself."""
    if item.is_cancelled:
        return ()
    kinds = map(Kind, told.get(item.guid, ()))
    return tuple(kind for kind in kinds if kind not in SAID_ELSEWHERE)


def session(item: Item, frame: Frame, kinds: tuple[Kind, ...]) -> str:
    """One item of a programme, inside <ol class="programme">."""
    looks = " session--cancelled" if item.is_cancelled else ""
    first = item.presented[0] if item.presented else None
    body = [
        star(item.title),
        line(item, frame),
        f'<h3 class="session__title" {frame.written}>{title(item, frame)}</h3>',
        badges(kinds),
        cancelled(item, frame.language),
        f'<ul class="session__people">{people(item.speakers)}</ul>',
        abstract(item.abstract, frame),
        presented(item.presented),
        materials(item.readings, frame),
    ]
    return (
        f'<li class="session session--{item.kind}{looks}" id="{item.anchor}"'
        f' data-session="{item.guid}"{moments(item, frame)}>{mark(first)}'
        f'<div class="session__body">{" ".join(filter(None, body))}</div></li>'
    )


known_session = lru_cache(maxsize=MOST_KEPT)(session)


def moments(item: Item, frame: Frame) -> str:
    """From when until when a session is, for scripts; nothing for what does not take place."""
    if item.is_cancelled or not (item.starts_at and item.ends_at):
        return ""
    zone = ZoneInfo(frame.time_zone)
    starts, ends = item.starts_at.astimezone(zone), item.ends_at.astimezone(zone)
    return f' data-starts="{starts.isoformat()}" data-ends="{ends.isoformat()}"'


def mark(initiative: Presented | None) -> str:
    """The mark of what a session presents first."""
    if initiative is None:
        return ""
    drawn = marks.mark(initiative.key, initiative.mark_nodes(), size=MARK_SIZE)
    return f'<div class="session__mark">{drawn}</div>'


def star(name: str) -> str:
    """The button that keeps a session in one's own programme; a script shows it."""
    words = gettext("In my programme: %(title)s") % {"title": name}
    return (
        '<button class="star" type="button" data-star aria-pressed="false" hidden>'
        f'{icon("star")}<span class="visually-hidden">{escape(words)}</span></button>'
    )


def line(item: Item, frame: Frame) -> str:
    """When and where a session is, of which kind, and what it belongs to."""
    parts = [
        f'<span class="session__when">{when(item, frame)}</span>' if item.starts_at else "",
        f"<span>{escape(capfirst(str(item.kind.label)))}</span>",
        f"<span>{escape(item.room)}</span>" if item.room else "",
        f"<span {frame.written}>{escape(item.track)}</span>" if item.track else "",
    ]
    return f'<p class="session__line">{" ".join(filter(None, parts))}</p>'


def when(item: Item, frame: Frame) -> str:
    """The times of a session by the clock of the venue; a script adds the reader's own."""
    zone = ZoneInfo(frame.time_zone)
    own = escape(gettext("{time} on your clock"))
    starts, ends = (at.astimezone(zone) for at in (item.starts_at, item.ends_at) if at)
    return (
        f'<time datetime="{starts.isoformat()}" data-own-time="{own}">{starts:%H:%M}</time>–'
        f'<time datetime="{ends.isoformat()}">{ends:%H:%M}</time>'
    )


def title(item: Item, frame: Frame) -> str:
    """The title of a session; a link to its page once that answers."""
    if frame.is_previewed:
        return escape(item.title)
    url = reverse("workshops:session", args=[frame.slug, item.pk])
    return f'<a href="{escape(url)}">{escape(item.title)}</a>'


def badges(kinds: Iterable[Kind]) -> str:
    """What is new about a session, in words."""
    labels = " ".join(labelled("badge", kind.value, str(kind.label)) for kind in kinds)
    return f'<p class="session__notice">{labels}</p>' if labels else ""


def cancelled(item: Item, language: str) -> SafeString:
    """That a session does not take place, and why; nothing for one that does."""
    if not item.is_cancelled:
        return SafeString()
    reason = escape(item.cancelled_because)
    why = f': <span lang="{escape(language)}">{reason}</span>' if reason else ""
    word = escape(gettext("Cancelled"))
    return SafeString(f'<p class="session__notice"><strong>{word}</strong>{why}</p>')


def people(speakers: Iterable[Speaker]) -> SafeString:
    """Who takes part, as items of a list."""
    return SafeString(" ".join(f"<li>{contribution(each)}</li>" for each in speakers))


def contribution(speaker: Speaker) -> str:
    """Who did what in a session: the name, and for whom the person stood there at the time."""
    name = linked("people:detail", speaker.slug, speaker.name or str(NAMELESS))
    role = ""
    if speaker.role != Contribution.Role.SPEAKER:
        word = escape(Contribution.Role(speaker.role).label)
        role = f' <span class="soft">({word})</span>'
    slug = speaker.body.slug if speaker.body else ""
    stood_for = linked("organisations:detail", slug, speaker.stood_for)
    return f"{name}{role}{', ' if stood_for else ''}{stood_for}"


def linked(page: str, slug: str, words: str) -> str:
    """Words that lead to the page of that name, where there is one."""
    if not slug:
        return escape(words)
    return f'<a href="{escape(reverse(page, args=[slug]))}">{escape(words)}</a>'


def abstract(text: str, frame: Frame) -> str:
    """What a session is about."""
    if not text:
        return ""
    return f'<div class="session__text" {frame.written}>{markdown.render(text)}</div>'


def presented(initiatives: Iterable[Presented]) -> str:
    """The initiatives that a session presents."""
    return listed(
        (each.title, reverse("initiatives:detail", args=[each.slug])) for each in initiatives
    )


def materials(readings: Sequence[Reading], frame: Frame) -> SafeString:
    """What there is to read or watch, links and files, as a list."""
    rows = " ".join(f"<li>{material(reading, frame)}</li>" for reading in readings)
    return SafeString(f'<ul class="materials">{rows}</ul>' if rows else "")


def material(reading: Reading, frame: Frame) -> str:
    """Something to read or watch, with what is known of it."""
    sign = ""
    if reading.kind == Material.Kind.RECORDING:
        sign = f"{icon('play')} "
    elif not reading.url:
        sign = f"{icon('download')} "
    facts = [str(Material.Kind(reading.kind).label)]
    if not reading.url:
        facts += [reading.name.rpartition(".")[2].upper(), filesizeformat(reading.size)]
    facts += filter(None, [reading.licence])
    where = address(reading, frame)
    return f'{sign}{where} <span class="soft">{escape(", ".join(facts))}</span>'


def address(reading: Reading, frame: Frame) -> str:
    """The title of something to read or watch; a link, once it answers."""
    name = escape(reading.title)
    if reading.url:
        return f'<a href="{escape(reading.url)}" rel="noopener nofollow">{name}</a>'
    if frame.is_previewed:
        return name
    url = reverse("workshops:material", args=[frame.slug, reading.reference])
    return f'<a href="{escape(url)}">{name}</a>'


def table(items: tuple[Item, ...], frame: Frame) -> SafeString:
    """A day of a programme as a table, for wide screens; nothing where none could be true."""
    drawn = timetable(items)
    if drawn is None:
        return SafeString()
    rooms = " ".join(f'<th scope="col">{escape(room)}</th>' for room in drawn.rooms)
    rows = "\n".join(row(each, frame) for each in drawn.rows)
    return SafeString(
        f'<div class="timetable" role="region" aria-label="{escape(gettext("Timetable"))}"'
        ' tabindex="0"><table>'
        f'<thead><tr><th scope="col">{escape(gettext("Time"))}</th> {rooms}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


known_table = lru_cache(maxsize=MOST_TABLES)(table)


def row(drawn: Row[Item], frame: Frame) -> str:
    """What begins at a moment."""
    at = drawn.starts_at.astimezone(ZoneInfo(frame.time_zone))
    cells = " ".join(map(cell, drawn.cells))
    return (
        f'<tr><th scope="row"><time datetime="{at.isoformat()}">{at:%H:%M}</time></th> {cells}</tr>'
    )


def cell(drawn: Cell[Item]) -> str:
    """A session in the table, with its room where it goes across several; or nothing."""
    item = drawn.session
    if item is None:
        return "<td></td>"
    rows = f' rowspan="{drawn.rows}"' if drawn.rows > 1 else ""
    columns = f' colspan="{drawn.columns}"' if drawn.columns > 1 else ""
    names = ", ".join(speaker.name or str(NAMELESS) for speaker in item.speakers)
    parts = [
        f'<a href="#{item.anchor}">{escape(item.title)}</a>',
        f'<span class="timetable__room">{escape(item.room)}</span>'
        if columns and item.room
        else "",
        f'<span class="timetable__people">{escape(names)}</span>',
    ]
    return (
        f'<td class="timetable__{item.kind}"{rows}{columns}> {" ".join(filter(None, parts))}</td>'
    )
