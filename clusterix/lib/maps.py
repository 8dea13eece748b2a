"""The map of Europe, drawn on the server: countries shaded by a count, circles for places."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import sqrt
from pathlib import Path

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusterix.lib.countries import country_name
from clusterix.lib.data.prepare_europe import Country, Europe
from clusterix.lib.projection import project

SHADES = 4
SMALLEST_CIRCLE, LARGEST_CIRCLE = 13.0, 28.0


@dataclass(frozen=True, slots=True)
class Point:
    """A circle on the map: where (degrees), how many, what it is, and where a click leads."""

    longitude: float
    latitude: float
    count: int
    label: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Circle:
    """A point in units of the drawing."""

    x: float
    y: float
    count: int
    label: str
    url: str


def europe(
    counts: Mapping[str, int],
    *,
    title: str,
    description: str = "",
    urls: Mapping[str, str] | None = None,
    points: Sequence[Point] | None = None,
) -> SafeString:
    """The map as SVG. `counts` and `urls` go by NUTS country codes (EL and UK, not GR and GB).

    A country with a count is shaded and, where it has a URL, a link that the keyboard reaches.
    Circles stand at `points`; without them, at the countries that have a count.
    """
    drawing = outlines()
    links = urls or {}
    circles = (
        [on_map(drawing, point) for point in points]
        if points is not None
        else [
            at_country(country, counts[country["code"]])
            for country in drawing["countries"]
            if counts.get(country["code"])
        ]
    )
    largest = max((circle.count for circle in circles), default=1)
    ordered = sorted(circles, key=lambda circle: (-circle.count, circle.label))
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" role="group" aria-labelledby="map-title"'
        ' aria-describedby="map-description"><title id="map-title">{}</title>'
        '<desc id="map-description">{}</desc><path class="map__surroundings" d="{}"/>{}{}</svg>',
        drawing["width"],
        drawing["height"],
        title,
        description or summary(counts),
        drawing["surroundings"],
        format_html_join(
            "", "{}", ((area(country, counts, links),) for country in drawing["countries"])
        ),
        format_html_join("", "{}", ((dot(circle, largest),) for circle in ordered)),
    )


@dataclass(frozen=True, slots=True)
class Area:
    """A shape of a choropleth: how many, what it is, where a click leads, and if it is chosen."""

    path: str
    count: int
    label: str
    url: str = ""
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """The part of a plane that a drawing shows, and what lies around the areas."""

    west: int
    north: int
    width: int
    height: int
    surroundings: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A shade of a choropleth and the counts that it stands for."""

    shade: int
    fewest: int
    most: int


def choropleth(areas: Sequence[Area], frame: Frame, *, title: str) -> SafeString:
    """Areas shaded by their counts; what has a URL is a link that the keyboard reaches.

    Chosen areas are drawn last, so that their outlines lie over those of their neighbours.
    """
    largest = max((area.count for area in areas), default=0)
    return format_html(
        '<svg class="map map--choropleth" viewBox="{} {} {} {}" role="group" aria-label="{}">'
        '<path class="map__surroundings" d="{}"/>{}</svg>',
        frame.west,
        frame.north,
        frame.width,
        frame.height,
        title,
        frame.surroundings,
        format_html_join(
            "",
            "{}",
            ((shaded(area, largest),) for area in sorted(areas, key=lambda area: area.is_chosen)),
        ),
    )


def shaded(area: Area, largest: int) -> SafeString:
    """One area: a plain shape, or a link with its name and count."""
    shape = format_html(
        '<path class="map__country map__country--{}{}" d="{}"/>',
        shade(area.count, largest),
        " map__country--chosen" if area.is_chosen else "",
        area.path,
    )
    if not area.url:
        return shape
    return format_html(
        '<a class="map__link" href="{}" aria-label="{}"><title>{}</title>{}</a>',
        area.url,
        area.label,
        area.label,
        shape,
    )


def steps(largest: int) -> list[Step]:
    """The shades in use where that is the largest count, each with its counts."""
    found = []
    fewest = 1
    for number in range(1, SHADES + 1):
        most = last_of(number, largest)
        if most >= fewest:
            found.append(Step(number, fewest, most))
            fewest = most + 1
    return found


def last_of(number: int, largest: int) -> int:
    """The largest count that gets at most this shade."""
    most = int(largest * min(1.0, (number + 0.5) / SHADES) ** 2)
    return most if shade(most, largest) <= number else most - 1


def locator(codes: Sequence[str], *, title: str) -> SafeString:
    """A small map that picks out some countries: where an entry is at home."""
    drawing = outlines()
    chosen = set(codes)
    return format_html(
        '<svg class="map map--locator" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<path class="map__surroundings" d="{}"/>{}</svg>',
        drawing["width"],
        drawing["height"],
        title,
        drawing["surroundings"],
        format_html_join(
            "",
            '<path class="map__country map__country--{}" d="{}"/>',
            (
                (SHADES if country["code"] in chosen else 0, country["path"])
                for country in drawing["countries"]
            ),
        ),
    )


def summary(counts: Mapping[str, int]) -> str:
    """The map in words: the countries with their counts, the largest first."""
    ordered = sorted(((-count, country_name(code)) for code, count in counts.items() if count))
    return "; ".join(f"{name}: {-count}" for count, name in ordered) or _("No country has any.")


def area(country: Country, counts: Mapping[str, int], urls: Mapping[str, str]) -> SafeString:
    """One country: a plain shape, or a link where there is something to go to."""
    code = country["code"]
    count = counts.get(code, 0)
    shape = format_html(
        '<path class="map__country map__country--{}" d="{}"/>',
        shade(count, max(counts.values(), default=0)),
        country["path"],
    )
    if not count or code not in urls:
        return shape
    return format_html(
        '<a class="map__link" href="{}" aria-label="{}">{}</a>',
        urls[code],
        f"{country_name(code)}: {count}",
        shape,
    )


def shade(count: int, largest: int) -> int:
    """Which of the shades a count gets: 0 for none, then by the root of its share."""
    return max(1, round(SHADES * sqrt(count / largest))) if count else 0


def dot(circle: Circle, largest: int) -> SafeString:
    """One circle with its number; its area follows the count."""
    radius = max(SMALLEST_CIRCLE, LARGEST_CIRCLE * sqrt(circle.count / largest))
    drawn = format_html(
        '<circle class="map__circle" cx="{0}" cy="{1}" r="{2}"/>'
        '<text class="map__number" x="{0}" y="{1}" dy="0.35em">{3}</text>',
        round(circle.x),
        round(circle.y),
        round(radius, 1),
        circle.count,
    )
    if not circle.url:
        return format_html('<g class="map__point" aria-hidden="true">{}</g>', drawn)
    return format_html(
        '<a class="map__point" href="{}" aria-label="{}">{}</a>',
        circle.url,
        f"{circle.label}: {circle.count}",
        drawn,
    )


def at_country(country: Country, count: int) -> Circle:
    """The circle of a whole country; the country itself is the link."""
    return Circle(country["x"], country["y"], count, country["code"], "")


def on_map(drawing: Europe, point: Point) -> Circle:
    """The circle of a place."""
    x, y = project(point.longitude, point.latitude)
    return Circle(
        (x - drawing["west"]) * drawing["scale"],
        (y - drawing["north"]) * drawing["scale"],
        point.count,
        point.label,
        point.url,
    )


@cache
def outlines() -> Europe:
    """The prepared drawing; read once."""
    text = (Path(__file__).parent / "data" / "europe.json").read_text(encoding="utf-8")
    drawing: Europe = json.loads(text)
    return drawing
