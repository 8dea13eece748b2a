"""Initiatives on the map of Europe: how many where, and the way to those of a place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusterix.lib import maps
from clusterix.lib.countries import country_name
from initiatives.addresses import asking, toggled
from initiatives.selection import Selection
from people.models import Boundary, Region

LISTED = 12
AIR = 40


@dataclass(frozen=True, slots=True)
class Place:
    """A place with its count; a click chooses it, or gives the choice up."""

    code: str
    name: str
    count: int
    url: str
    is_chosen: bool

    @property
    def label(self) -> str:
        """In words, for those who do not see the picture."""
        words = {"place": self.name, "count": self.count}
        if self.is_chosen:
            return _("%(place)s: %(count)s, chosen") % words
        return _("%(place)s: %(count)s") % words


@dataclass(frozen=True, slots=True)
class Division:
    """A level of NUTS that a country's regions can be shown at, and the way there."""

    label: str
    url: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A map with what explains it: the shades, the same as a table, and who drew the shapes."""

    title: str
    column: str
    picture: SafeString
    places: list[Place]
    divisions: Sequence[Division] = ()
    attribution: str = ""

    @property
    def steps(self) -> list[maps.Step]:
        """The shades in use, each with its counts."""
        return maps.steps(max((place.count for place in self.places), default=0))

    @property
    def first(self) -> list[Place]:
        """The places that the table shows at once."""
        return self.places[:LISTED]

    @property
    def others(self) -> list[Place]:
        """The places behind a disclosure."""
        return self.places[LISTED:]


def sheets(selection: Selection, query: QueryDict) -> list[Sheet]:
    """Europe by country; before it, where all that is chosen lies in one country, its regions."""
    europe = countries(selection, query)
    asked = selection.asked.answers
    chosen = set(asked.get("country") or [code[:2] for code in asked.get("region") or []])
    zoomed = regions(selection, query, *chosen) if len(chosen) == 1 else None
    return [zoomed, europe] if zoomed else [europe]


def regions(selection: Selection, query: QueryDict, country: str) -> Sheet | None:
    """The selection by region of a country, where their shapes are known.

    The regions that are chosen do not narrow it down.
    """
    levels = list(Region.objects.levels_with_boundaries(country))
    if not levels:
        return None
    level = level_of(query, levels)
    rows = list(Region.objects.of_division(country, level).with_boundaries())
    names = {row.code: row.label for row in rows}
    chosen = [code for code in selection.asked.answers.get("region") or [] if code in names]
    counts = selection.counts("region")
    here = {code: counts[code] for code in names if code in counts}
    found = places(here, chosen, query, "region", names)
    drawn = [row.boundary for row in rows if hasattr(row, "boundary")]
    title = _("Initiatives in %(country)s, by region") % {"country": country_name(country)}
    areas = [area(shape.pk, shape.path, found) for shape in drawn]
    return Sheet(
        title,
        _("Region"),
        maps.choropleth(areas, frame(drawn), title=title),
        by_count(found.values()),
        divisions=[division(other, query, is_shown=other == level) for other in levels],
        attribution=" · ".join(sorted({shape.attribution for shape in drawn})),
    )


def level_of(query: QueryDict, levels: Sequence[int]) -> int:
    """The level asked for; else that of the regions that policy is made for, or the finest."""
    asked = query.get("nuts", "")
    known = {str(level): level for level in levels}
    usual = Region.Level.BASIC.value
    return known.get(asked, usual if usual in levels else levels[-1])


def division(level: int, query: QueryDict, *, is_shown: bool) -> Division:
    """The way to another level."""
    return Division(str(Region.Level(level).label), asking(query, nuts=str(level)), is_shown)


def frame(shapes: Sequence[Boundary]) -> maps.Frame:
    """The part of the plane that holds all the shapes, with some air around them."""
    west, north = min(shape.west for shape in shapes), min(shape.north for shape in shapes)
    east, south = max(shape.east for shape in shapes), max(shape.south for shape in shapes)
    air = max(east - west, south - north) // AIR + 1
    return maps.Frame(west - air, north - air, east - west + 2 * air, south - north + 2 * air)


def countries(selection: Selection, query: QueryDict) -> Sheet:
    """The selection by country; the countries that are chosen do not narrow it down."""
    chosen = selection.asked.answers.get("country") or []
    counts = selection.counts("country")
    names = {code: country_name(code) for code in (*counts, *chosen)}
    found = places(counts, chosen, query, "country", names)
    drawing = maps.outlines()
    areas = [area(country["code"], country["path"], found) for country in drawing["countries"]]
    whole = maps.Frame(0, 0, drawing["width"], drawing["height"], drawing["surroundings"])
    title = _("Initiatives by country")
    picture = maps.choropleth(areas, whole, title=title)
    return Sheet(title, _("Country"), picture, by_count(found.values()))


def by_count(found: Iterable[Place]) -> list[Place]:
    """The largest counts first."""
    return sorted(found, key=lambda place: (-place.count, place.name))


def places(
    counts: Mapping[str, int],
    chosen: Sequence[str],
    query: QueryDict,
    question: str,
    names: Mapping[str, str],
) -> dict[str, Place]:
    """By code, the places that have a count or are chosen."""
    codes = dict.fromkeys([*counts, *chosen])
    return {
        code: Place(
            code,
            names[code],
            counts.get(code, 0),
            toggled(query, question, code),
            code in chosen,
        )
        for code in codes
    }


def area(code: str, path: str, found: Mapping[str, Place]) -> maps.Area:
    """A place as the map draws it; one without a count is land."""
    place = found.get(code)
    if place is None:
        return maps.Area(path, 0, "")
    return maps.Area(path, place.count, place.label, place.url, place.is_chosen)
