"""Reads areas from a GeoJSON collection in degrees, and trusts nothing that stands in it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from clusterix.lib.long_json import MalformedError, members

IN_DEGREES = ("EPSG::4326", "EPSG:4326", "CRS84")
LONGITUDES, LATITUDES = (-75, 75), (-30, 85)
"""Where regions of NUTS lie, those overseas included."""

SMALLEST_RING = 4
LONGEST_NAME = 80

Ring = list[Sequence[float]]


class ShapeError(Exception):
    """What is wrong with a file or with one feature of it."""


def features(file: Path) -> Iterator[Any]:
    """The features of the file, one after another; ShapeError where it is no such file."""
    try:
        with file.open(encoding="utf-8-sig") as stream:
            for name, value in members(stream, "features"):
                if name == "features":
                    yield value
                elif name == "crs":
                    check_system(value)
    except (MalformedError, UnicodeDecodeError) as error:
        raise ShapeError(f"This is no GeoJSON: {error}") from error


def check_system(crs: Any) -> None:
    """Refuses coordinates in anything but degrees."""
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else crs
    if crs is not None and not str(name).endswith(IN_DEGREES):
        raise ShapeError(
            f"The coordinates are in {str(name)[:LONGEST_NAME]}. "
            "Take the file in EPSG:4326 (degrees)."
        )


def name_of(feature: Any, name: str) -> str:
    """A property of a feature that names it."""
    properties = feature.get("properties") if isinstance(feature, dict) else None
    value = properties.get(name) if isinstance(properties, dict) else None
    if not isinstance(value, str):
        raise ShapeError(f"It has no property {name}.")
    return value


def rings_of(feature: Any) -> list[Ring]:
    """The rings of an area, outer and inner, each of longitudes and latitudes."""
    geometry = feature.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ShapeError("It is neither a Polygon nor a MultiPolygon.")
    polygons = geometry.get("coordinates")
    if kind == "Polygon":
        polygons = [polygons]
    return [checked(ring) for polygon in lists(polygons) for ring in lists(polygon)]


def lists(value: Any) -> list[list[Any]]:
    """A list of lists, and not an empty one."""
    if not isinstance(value, list) or not value or not all(isinstance(it, list) for it in value):
        raise ShapeError("Its coordinates are not nested as GeoJSON wants it.")
    return value


def checked(ring: list[Any]) -> Ring:
    """A ring whose points all lie where regions do."""
    if len(ring) < SMALLEST_RING:
        raise ShapeError("One of its rings has fewer than four points.")
    for point in lists(ring):
        if not (within(point[:1], LONGITUDES) and within(point[1:2], LATITUDES)):
            raise ShapeError(
                f"{str(point)[:LONGEST_NAME]} is no longitude and latitude of a region."
            )
    return ring


def within(number: list[Any], limits: tuple[int, int]) -> bool:
    """Whether there is a number, and it lies between the limits."""
    return all(type(it) in (int, float) and limits[0] <= it <= limits[1] for it in number) and (
        bool(number)
    )
