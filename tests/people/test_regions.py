"""The regions of Europe come from the NUTS classification."""

import time

import pytest
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from people import regions
from people.models import Region
from people.regions import Changes, load_regions


@pytest.fixture(scope="module")
def classification() -> dict[str, Region]:
    """Every region by its code, as it would be stored."""
    return {region.code: region for region in regions.regions()}


@pytest.mark.django_db
def test_every_region_is_loaded_once_and_in_little_time(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    started = time.process_time()

    first = load_regions()
    seconds = time.process_time() - started
    with django_assert_num_queries(3):  # reads all regions; opens and closes a savepoint
        second = load_regions()

    assert first == Changes(created=Region.objects.count(), changed=0)
    assert second == Changes(created=0, changed=0)
    assert seconds < 3


@pytest.mark.django_db
def test_a_region_that_differs_from_the_classification_is_put_right() -> None:
    load_regions()
    Region.objects.filter(code="SE224").update(name="Scania", successor="SE110")

    changes = load_regions()

    skane = Region.objects.get(code="SE224")
    assert changes == Changes(created=0, changed=1)
    assert skane.name == "Skåne län"
    assert skane.successor is None


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("SE", ("Sweden", 0, None, 2024)),
        ("SE2", ("Södra Sverige", 1, "SE", 2024)),
        ("SE22", ("Sydsverige", 2, "SE2", 2024)),
        ("SE224", ("Skåne län", 3, "SE22", 2024)),
        ("EL", ("Greece", 0, None, 2024)),
        ("EL3", ("Αττική (Attiki)", 1, "EL", 2024)),
        ("BG311", ("Видин (Vidin)", 3, "BG31", 2024)),
        ("NO081", ("Oslo", 3, "NO08", 2024)),
        ("UK", ("United Kingdom", 0, None, 2018)),
        ("UKN0", ("Northern Ireland", 2, "UKN", 2018)),
        ("UKN16", ("Fermanagh and Omagh", 3, "UKN0", 2018)),
    ],
)
def test_a_region_has_its_place(
    classification: dict[str, Region], code: str, place: tuple[str, int, str | None, int]
) -> None:
    region = classification[code]

    actual = (region.name, region.level, region.parent_id, region.version)

    assert actual == place
    assert not region.is_retired


@pytest.mark.parametrize(
    ("code", "successor"),
    [
        pytest.param("NL332", "NL361", id="the code changed"),
        pytest.param("NL31", "NL35", id="the boundary moved, the name stayed"),
        pytest.param("LV003", "LV00B", id="a small region whose boundary moved"),
        pytest.param("DEG0N", "DEG0R", id="merged into another"),
        pytest.param("LV007", "LV00A", id="merged with another"),
        pytest.param("PT17", None, id="split into two"),
    ],
)
def test_a_retired_code_leads_to_what_took_its_place(
    classification: dict[str, Region], code: str, successor: str | None
) -> None:
    region = classification[code]

    fate = (region.is_retired, region.version, region.successor_id)

    assert fate == (True, 2021, successor)


def test_only_regions_that_were_split_have_no_successor(
    classification: dict[str, Region],
) -> None:
    retired = [region for region in classification.values() if region.is_retired]

    lost = sorted(region.code for region in retired if region.successor_id is None)

    assert lost == ["NO074", "NO082", "NO091", "PT17", "PT170"]


def test_no_successor_is_retired_itself(classification: dict[str, Region]) -> None:
    successors = {region.successor_id for region in classification.values()} - {None}

    retired = [code for code in successors if classification[str(code)].is_retired]

    assert retired == []


def test_embassies_and_ships_are_no_regions(classification: dict[str, Region]) -> None:
    outside = [code for code in classification if set(code[2:]) == {"Z"}]

    assert outside == []


def test_every_country_has_a_name_in_the_language_of_the_page(
    classification: dict[str, Region],
) -> None:
    countries = [region for region in classification.values() if region.level == 0]

    with translation.override("sv"):
        labels = {region.code: region.label for region in countries}

    assert len(labels) == 40
    assert all(label != code for code, label in labels.items())
    assert labels["SE"] == "Sverige"


def test_the_fingerprint_stays_while_the_files_do() -> None:
    first = regions.fingerprint()

    second = regions.fingerprint()

    assert first == second
