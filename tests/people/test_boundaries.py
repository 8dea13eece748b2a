"""Shapes of regions are taken from a file as a whole, or not at all."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection

from people import boundaries
from people.boundaries import ATTRIBUTION, RefusedError, Report, load_boundaries
from people.models import Boundary
from tests.factories import RegionFactory

pytestmark = pytest.mark.django_db

Write = Callable[..., Path]


def square(longitude: float, latitude: float, size: float = 1.0) -> list[list[float]]:
    """A ring around a square of so many degrees."""
    return [
        [longitude, latitude],
        [longitude + size, latitude],
        [longitude + size, latitude + size],
        [longitude, latitude + size],
        [longitude, latitude],
    ]


def feature(code: object, *polygons: Any) -> dict[str, Any]:
    """A region of the file, in one piece or several."""
    geometry = (
        {"type": "Polygon", "coordinates": polygons[0]}
        if len(polygons) == 1
        else {"type": "MultiPolygon", "coordinates": list(polygons)}
    )
    return {"type": "Feature", "properties": {"NUTS_ID": code}, "geometry": geometry}


SOUTH = feature("SE22", [square(13, 55)])
NORTH = feature("SE33", [square(18, 65)], [square(20, 66)])


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """A GeoJSON file with those features."""

    def file(*features: object, **members: object) -> Path:
        path = tmp_path / "nuts.geojson"
        collection = {"type": "FeatureCollection", "features": features, **members}
        path.write_text(json.dumps(collection), encoding="utf-8")
        return path

    return file


@pytest.fixture(autouse=True)
def regions(db: None) -> None:
    """Some that files speak of."""
    for code in ("SE22", "SE33", "AT12", "FRY1"):
        RegionFactory.create(code=code)


def test_the_shapes_of_a_country_stand_on_one_grid(write: Write) -> None:
    report = load_boundaries(write(SOUTH, NORTH), "Who drew it")

    south, north = Boundary.objects.order_by("pk")
    assert report == Report(created=2)
    assert (south.pk, north.pk) == ("SE22", "SE33")
    assert north.south < south.north
    assert (north.path.count("M"), south.path.count("M")) == (2, 1)
    assert {south.attribution, north.attribution} == {"Who drew it"}
    assert str(south) == "SE22"


def test_the_same_file_twice_changes_nothing(write: Write) -> None:
    load_boundaries(write(SOUTH, NORTH))

    assert load_boundaries(write(NORTH, SOUTH)) == Report(unchanged=2)


def test_a_file_replaces_the_countries_and_levels_that_it_has(write: Write) -> None:
    load_boundaries(write(SOUTH, NORTH, feature("AT12", [square(15, 48)])))

    report = load_boundaries(write(feature("SE22", [square(13, 56)])))

    assert report == Report(changed=1, removed=1)
    assert sorted(Boundary.objects.values_list("pk", flat=True)) == ["AT12", "SE22"]


def test_what_lies_overseas_is_said_and_not_drawn(write: Write) -> None:
    report = load_boundaries(write(SOUTH, feature("FRY1", [square(-61, 16)])))

    assert report == Report(created=1, beyond=["FRY1"])


@pytest.mark.parametrize("crs", ["urn:ogc:def:crs:EPSG::4326", "EPSG:4326", "urn:x:CRS84"])
def test_degrees_may_be_named(write: Write, crs: str) -> None:
    file = write(SOUTH, crs={"type": "name", "properties": {"name": crs}})

    assert load_boundaries(file).created == 1


@pytest.mark.parametrize(
    ("crs", "said"),
    [
        ({"properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}, "urn:ogc:def:crs:EPSG::3857"),
        ({"properties": {"name": "EPSG:3035"}}, "EPSG:3035"),
        ({"properties": 7}, "{'properties': 7}"),
        ("metres", "metres"),
    ],
)
def test_other_coordinates_are_refused(write: Write, crs: object, said: str) -> None:
    with pytest.raises(RefusedError) as refused:
        load_boundaries(write(crs=crs))

    assert str(refused.value) == (
        f"The coordinates are in {said}. Take the file in EPSG:4326 (degrees)."
    )


TOO_FEW = [[13, 55], [14, 55], [13, 55]]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (7, "It has no property NUTS_ID."),
        ({"properties": []}, "It has no property NUTS_ID."),
        (feature(None, [square(13, 55)]), "It has no property NUTS_ID."),
        (feature("XX99" * 9, [square(13, 55)]), "no region has the code “XX99XX99XX99XX99XX99”."),
        (SOUTH, "SE22 is in the file twice."),
        ({"properties": {"NUTS_ID": "SE33"}}, "It is neither a Polygon nor a MultiPolygon."),
        (
            {"properties": {"NUTS_ID": "SE33"}, "geometry": {"type": "Point"}},
            "It is neither a Polygon nor a MultiPolygon.",
        ),
        (feature("SE33", []), "Its coordinates are not nested as GeoJSON wants it."),
        (feature("SE33", "abc"), "Its coordinates are not nested as GeoJSON wants it."),
        (feature("SE33", [7]), "Its coordinates are not nested as GeoJSON wants it."),
        (feature("SE33", [[1, 2, 3, 4]]), "Its coordinates are not nested as GeoJSON wants it."),
        (feature("SE33", [TOO_FEW]), "One of its rings has fewer than four points."),
        (
            feature("SE33", [square(1_450_000, 7_400_000)]),
            "[1450000, 7400000] is no longitude and latitude of a region.",
        ),
        (feature("SE33", [[*TOO_FEW, []]]), "[] is no longitude and latitude of a region."),
        (feature("SE33", [[*TOO_FEW, [13]]]), "[13] is no longitude and latitude of a region."),
        (
            feature("SE33", [[*TOO_FEW, ["13", True]]]),
            "['13', True] is no longitude and latitude of a region.",
        ),
    ],
)
def test_one_mistake_and_nothing_is_taken(write: Write, wrong: object, why: str) -> None:
    with pytest.raises(RefusedError) as refused:
        load_boundaries(write(SOUTH, wrong))

    assert str(refused.value) == f"Feature 2: {why}"
    assert not Boundary.objects.exists()


def test_mistakes_are_told_together_but_not_without_end(write: Write) -> None:
    with pytest.raises(RefusedError) as refused:
        load_boundaries(write(*[7] * 100))

    lines = str(refused.value).splitlines()
    assert len(lines) == boundaries.MOST_MISTAKES
    assert lines[1] == "Feature 2: It has no property NUTS_ID."


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "This is no GeoJSON: There is “” where “{” is expected."),
        (b"{}", "The file has no features."),
        (b'{"features": [', "This is no GeoJSON: The text ends within a value, or is no JSON."),
        (b'{"features": [' + b"[" * 100_000, "This is no GeoJSON: A value is nested too deeply."),
        (b'{"features": [[NaN]]}', "This is no GeoJSON: NaN is no number."),
        (b'{"features": ["\xff"]}', "This is no GeoJSON: 'utf-8' codec can't decode byte 0xff"),
    ],
)
def test_what_is_no_geojson_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    file = tmp_path / "nuts.geojson"
    file.write_bytes(content)

    with pytest.raises(RefusedError) as refused:
        load_boundaries(file)

    assert str(refused.value).startswith(why)


def test_a_file_that_is_too_large_is_not_even_opened(tmp_path: Path) -> None:
    file = tmp_path / "nuts.geojson"
    with file.open("wb") as hollow:
        hollow.truncate(boundaries.LARGEST_FILE + 1)

    with pytest.raises(RefusedError) as refused:
        load_boundaries(file)

    assert str(refused.value) == "The file is larger than 100 MB."


@pytest.mark.django_db(transaction=True)
def test_two_loads_at_once_leave_the_shapes_of_one_file(tmp_path: Path) -> None:
    files = [tmp_path / "both.geojson", tmp_path / "south.geojson"]
    for file, features in zip(files, ([SOUTH, NORTH], [SOUTH]), strict=True):
        file.write_text(json.dumps({"features": features}), encoding="utf-8")
    ready = Barrier(2)

    def load(file: Path) -> None:
        ready.wait()
        load_boundaries(file)
        connection.close()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(load, files))

    shapes = dict(Boundary.objects.values_list("pk", "path"))
    assert load_boundaries(files[len(shapes) == 1]) == Report(unchanged=len(shapes))


# The command


def test_the_command_says_what_changed(write: Write) -> None:
    said = StringIO()

    call_command("load_boundaries", write(SOUTH, feature("FRY1", [square(-61, 16)])), stdout=said)
    call_command("load_boundaries", write(SOUTH), "--attribution=Me", stdout=said)

    assert said.getvalue().splitlines() == [
        "boundaries: 1 new, 0 changed, 0 unchanged, 0 removed",
        "beyond the map of Europe: FRY1",
        "boundaries: 0 new, 1 changed, 0 unchanged, 0 removed",
    ]
    assert Boundary.objects.get().attribution == "Me"
    assert ATTRIBUTION.startswith("© EuroGeographics")


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["nowhere.geojson"], "There is no file nowhere.geojson."),
        (["x", "--attribution=" + "a" * 301], "The attribution has more than 300 characters."),
    ],
)
def test_the_command_refuses_what_it_cannot_use(arguments: list[str], why: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("load_boundaries", *arguments)

    assert str(refused.value) == why


def test_the_command_lists_the_mistakes(write: Write) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("load_boundaries", write(7))

    assert str(refused.value) == (
        "Nothing was loaded. Put these right first:\nFeature 1: It has no property NUTS_ID."
    )


# What must always be true


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"path": 'M0 0"/><script>'}, "An outline has moves, lines and numbers only."),
        ({"west": 5}, "West lies before east, and north before south."),
    ],
)
def test_a_boundary_is_an_outline_in_a_box(wrong: dict[str, Any], said: str) -> None:
    fields = {"path": "M0 0l1 0 0 1z", "west": 0, "north": 0, "east": 1, "south": 1} | wrong
    boundary = Boundary(region_id="SE22", attribution="Me", **fields)

    with pytest.raises(ValidationError) as refused:
        boundary.full_clean()
    with pytest.raises(IntegrityError):
        boundary.save()

    assert refused.value.messages == [said]
