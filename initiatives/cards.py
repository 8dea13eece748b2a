"""The cards of the catalogue as HTML: rendered once for each state of an entry, not once a page."""

import json
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.db import connection
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from clusterix.lib.cards import card, listed
from clusterix.lib.partial_dates import PartialDate
from initiatives import texts
from initiatives.models import Initiative, Involvement, PartPlayed, Theme

MOST_KEPT = 4_000
"""Some kilobytes each."""

TITLE, SUMMARY = "\ue000", "\ue001"
"""Stand in a card where its title and its summary go, which a search marks its words in."""

ROWS = """
SELECT id, key, slug, language, title, summary, kind, level, start, "end", open_ended,
    (
        SELECT json_agg(json_build_array(
            role, organisation.key, organisation.kind, coalesce(nullif(short_name, ''), name)
        ) ORDER BY array_position(%s, role::text), position, name, involvement.id)::text
        FROM initiatives_involvement AS involvement
        JOIN people_organisation AS organisation ON organisation.id = organisation_id
        WHERE initiative_id = initiative.id AND organisation.state = 'published'
    ),
    (
        SELECT json_agg(json_build_array(theme.key, labels) ORDER BY position, theme.key)::text
        FROM initiatives_initiative_themes
        JOIN initiatives_theme AS theme ON theme.id = theme_id
        WHERE initiative_id = initiative.id
    )
FROM initiatives_initiative AS initiative
WHERE id = ANY(%s) AND state = 'published'
"""


class Row(NamedTuple):
    """All that a card tells of, as it is now; what is the same makes the same card."""

    pk: int
    key: str
    slug: str
    language: str
    title: str
    summary: str
    kind: str
    level: str
    start: str | None
    end: str | None
    open_ended: bool
    involved: str | None
    """Who is involved, as JSON, the leading ones first."""
    themes: str | None
    """The keys and labels of its themes, as JSON."""


class Card(NamedTuple):
    """A card with room for its title and summary, and both as they are without a search."""

    html: str
    title: str
    summary: str


def cards(pks: Sequence[int], day: date, words: str) -> list[SafeString]:
    """A page of cards in that order, the words marked; what is public no more is left out."""
    if not pks:
        return []
    language = get_language() or ""
    found = {row.pk: rendered(row, day, language) for row in rows(pks)}
    marked = texts.highlighted(words, pks) if words else {}
    return [filled(found[pk], *marked.get(pk, ())) for pk in pks if pk in found]


def rows(pks: Sequence[int]) -> list[Row]:
    """What these initiatives' cards tell of, in no order; the public ones' only."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [Involvement.Role.values, list(pks)])
        return [Row(*row) for row in cursor]


def filled(made: Card, title: str = "", summary: str = "") -> SafeString:
    """The card with its title and summary, or with these, which are HTML."""
    html = made.html.replace(TITLE, title or made.title, 1)
    return SafeString(html.replace(SUMMARY, summary or made.summary, 1))


@lru_cache(maxsize=MOST_KEPT)
def rendered(row: Row, day: date, language: str) -> Card:
    """The card of an initiative on that day, in the active language."""
    initiative = loaded(row)
    status = initiative.status(day)
    html = card(
        initiative.get_absolute_url(),
        TITLE,
        entry=initiative,
        level=row.level,
        level_label=str(Initiative.Level(row.level).label),
        status=status.value,
        status_label=str(status.label),
        when=initiative.period(day),
        kind=str(Initiative.Kind(row.kind).label),
        byline=initiative.byline,
        summary=SUMMARY,
        chips=chips(row.themes, language),
        language=row.language,
    )
    return Card(
        f"<li>{html}{pick(row)}</li>",
        conditional_escape(row.title),
        conditional_escape(row.summary),
    )


@lru_cache(maxsize=MOST_KEPT)
def chips(themes: str | None, _language: str) -> SafeString:
    """Themes, given as JSON, as chips in the active language: many initiatives have the same."""
    named = (Theme(key=key, labels=labels) for key, labels in json.loads(themes or "[]"))
    return listed((theme.label, theme.url) for theme in named)


def pick(entry: Row | Initiative) -> SafeString:
    """A box that takes an initiative into the comparison, a form that stands after the list's."""
    return format_html(
        '<label class="pick"><input type="checkbox" form="compare" name="slug" value="{}"'
        ' autocomplete="off"><span class="pick__word">{}</span>'
        ' <span class="visually-hidden" lang="{}">{}</span></label>',
        entry.slug,
        gettext("Compare"),
        entry.language,
        entry.title,
    )


def loaded(row: Row) -> Initiative:
    """The initiative with as much of it as its card needs."""
    initiative = Initiative(
        key=row.key,
        slug=row.slug,
        start=row.start and PartialDate(row.start),
        end=row.end and PartialDate(row.end),
        open_ended=row.open_ended,
    )
    initiative.parts_played = [PartPlayed(*part) for part in json.loads(row.involved or "[]")]
    return initiative
