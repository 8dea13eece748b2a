"""What the catalogue knows of a region: how much, on which themes, in which parts, on the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from clusterix.lib import maps
from clusterix.lib.bits import every
from clusterix.lib.countries import country_name
from initiatives.atlas import frame
from initiatives.index.catalogue import Catalogue
from people.models import Region

MOST_THEMES = 10
MOST_SHAPES = 130
"""Countries with more regions of a size are drawn as a whole: no page may grow without end."""

LISTED = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """Something with a page, and how many initiatives it has."""

    label: str
    url: str
    count: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Country:
    """A country with the regions in it that have most initiatives."""

    label: str
    url: str
    count: int
    regions: Sequence[Counted]
    others: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A region among the others of its size, and whom the map has to name."""

    svg: SafeString
    attribution: str


def counts(catalogue: Catalogue) -> dict[str, int]:
    """How many initiatives take place in each region or its parts, by its code; no zeros."""
    asked = catalogue.questions["region"]
    found = asked.column.counts(every(catalogue.size)).tolist()
    return {code: count for code, count in zip(asked.vocabulary.keys, found, strict=True) if count}


def themes(catalogue: Catalogue, code: str, known: Mapping[str, int]) -> list[Counted]:
    """What the initiatives of a region are about, most first; each leads to those in the list."""
    places, asked = catalogue.questions["region"], catalogue.questions["theme"]
    if code not in known:
        return []
    found = asked.column.counts(places.having([code])).tolist()
    keys = asked.vocabulary.keys
    ordered = sorted((-count, number) for number, count in enumerate(found) if count)
    return [
        Counted(
            asked.vocabulary.label(keys[number]),
            f"{reverse('initiatives:list')}?{urlencode({'region': code, 'theme': keys[number]})}",
            -count,
        )
        for count, number in ordered[:MOST_THEMES]
    ]


def picture(region: Region, known: Mapping[str, int]) -> Picture | None:
    """The regions of its country that are of its size, shaded by their counts; None without shapes.

    A country is drawn with the regions that policy is made for.
    """
    level = region.level or Region.Level.BASIC
    rows = list(Region.objects.of_division(region.country, level).with_boundaries())
    drawn = [row for row in rows if hasattr(row, "boundary")]
    if not drawn or len(drawn) > MOST_SHAPES:
        return None
    areas = [
        maps.Area(
            row.boundary.path,
            known.get(row.code, 0),
            _("%(place)s: %(count)s") % {"place": row.label, "count": known.get(row.code, 0)},
            row.get_absolute_url() if row.code in known and row != region else "",
            row == region,
        )
        for row in drawn
    ]
    shapes = [row.boundary for row in drawn]
    title = _("%(region)s on the map of %(country)s") % {
        "region": region.label,
        "country": region.country_label,
    }
    attribution = " · ".join(sorted({shape.attribution for shape in shapes}))
    return Picture(maps.choropleth(areas, frame(shapes), title=title), attribution)


def countries(catalogue: Catalogue) -> list[Country]:
    """All countries by their names, each with its regions that have most initiatives."""
    known, places = counts(catalogue), catalogue.questions["region"].vocabulary
    within: dict[str, list[Counted]] = {}
    for code, level in zip(places.keys, catalogue.regions.levels.tolist(), strict=True):
        if level == Region.Level.BASIC and code in known:
            name = places.name(places.numbers[code])
            within.setdefault(code[:2], []).append(Counted(name, page(code), known[code], code))
    return sorted(
        (
            country(code, known.get(code, 0), within.get(code, []))
            for code in catalogue.questions["country"].vocabulary.keys
        ),
        key=lambda one: one.label,
    )


def country(code: str, count: int, regions: Sequence[Counted]) -> Country:
    """A country in the list."""
    first = sorted(regions, key=lambda region: (-region.count, region.label))[:LISTED]
    return Country(country_name(code), page(code), count, first, len(regions) - len(first))


def page(code: str) -> str:
    """The address of a region's page."""
    return reverse("regions:detail", args=[code])
