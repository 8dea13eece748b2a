"""The shapes of regions, from an official NUTS file: GeoJSON in longitude and latitude."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from django.db import transaction

from clusterix.lib import geojson, shapes
from people.models import Boundary, Region

LARGEST_FILE = 100_000_000
MOST_MISTAKES = 50
LONGEST_CODE = 20
COLUMNS = ("path", "west", "north", "east", "south", "attribution")
ATTRIBUTION = "© EuroGeographics for the administrative boundaries"

Rings = list[shapes.Ring]
Sheet = tuple[str, int]
"""A country and a level: what one map shows."""


class RefusedError(Exception):
    """Why nothing of a file was taken: one mistake a line."""


@dataclass(slots=True)
class Report:
    """What a load did; `beyond` are the regions that lie outside the drawing of Europe."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    beyond: list[str] = field(default_factory=list)


def load_boundaries(file: Path, attribution: str = ATTRIBUTION) -> Report:
    """Take the shapes of a file: all of it, or nothing and RefusedError with the mistakes.

    They replace whatever was known of the countries and levels that the file has.
    """
    rings = read(file)
    known = Region.objects.in_bulk(list(rings))
    sheets = sorted(((known[code].country, known[code].level), code) for code in rings)
    wanted: list[Boundary] = []
    for _sheet, rows in groupby(sheets, key=lambda row: row[0]):
        drawn = {code: rings[code] for _same, code in rows if rings[code]}
        wanted += boundaries(drawn, attribution)
    report = store(wanted, {sheet for sheet, _code in sheets})
    report.beyond = sorted(code for code, parts in rings.items() if not parts)
    return report


def read(file: Path) -> dict[str, Rings]:
    """The rings of each region on the fine grid, without those beyond the drawing of Europe."""
    if file.stat().st_size > LARGEST_FILE:
        raise RefusedError(f"The file is larger than {LARGEST_FILE // 1_000_000} MB.")
    known = set(Region.objects.values_list("code", flat=True))
    rings: dict[str, Rings] = {}
    mistakes: list[str] = []
    try:
        for number, feature in enumerate(geojson.features(file), start=1):
            mistakes += take(feature, number, known, rings)
            if len(mistakes) >= MOST_MISTAKES:
                break
    except geojson.ShapeError as error:
        mistakes.append(str(error))
    if mistakes or not rings:
        raise RefusedError("\n".join(mistakes) or "The file has no features.")
    return rings


def take(feature: Any, number: int, known: set[str], rings: dict[str, Rings]) -> list[str]:
    """Add a feature's rings to the others; what is wrong with it, if anything."""
    try:
        code = geojson.name_of(feature, "NUTS_ID")
        outlines = geojson.rings_of(feature)
    except geojson.ShapeError as error:
        return [f"Feature {number}: {error}"]
    if code not in known:
        return [f"Feature {number}: no region has the code “{code[:LONGEST_CODE]}”."]
    if code in rings:
        return [f"Feature {number}: {code} is in the file twice."]
    rings[code] = [ring for ring in map(shapes.gridded, outlines) if shapes.is_in_europe(ring)]
    return []


def boundaries(rings: Mapping[str, Rings], attribution: str) -> list[Boundary]:
    """The shapes of a country's regions of one level, all on one grid; not saved."""
    if not rings:
        return []
    step = shapes.step_for(ring for parts in rings.values() for ring in parts)
    found = []
    for code, parts in rings.items():
        shape = shapes.drawn(parts, step)
        west, north, east, south = shape.box
        found.append(
            Boundary(
                region_id=code,
                path=shape.path,
                west=west,
                north=north,
                east=east,
                south=south,
                attribution=attribution,
            )
        )
    return found


@transaction.atomic
def store(wanted: list[Boundary], sheets: set[Sheet]) -> Report:
    """Put the shapes in the place of all that these sheets had; what is so already stays.

    One load at a time for a country, so that its shapes all come from one file.
    """
    countries = Region.objects.filter(pk__in={country for country, _level in sheets})
    list(countries.order_by("pk").select_for_update(no_key=True))
    present = {
        row.pk: row
        for row in Boundary.objects.select_related("region")
        if (row.region.country, row.region.level) in sheets
    }
    created = [row for row in wanted if row.pk not in present]
    changed = [row for row in wanted if row.pk in present and differs(row, present[row.pk])]
    gone = present.keys() - {row.pk for row in wanted}
    Boundary.objects.filter(pk__in=gone).delete()
    Boundary.objects.bulk_create(
        [*created, *changed],
        update_conflicts=True,
        unique_fields=["region"],
        update_fields=COLUMNS,
    )
    unchanged = len(wanted) - len(created) - len(changed)
    return Report(len(created), len(changed), unchanged, len(gone))


def differs(one: Boundary, other: Boundary) -> bool:
    """Whether two shapes of a region are not the same."""
    return any(getattr(one, name) != getattr(other, name) for name in COLUMNS)
