"""Building the index: one query, of which PostgreSQL packs the columns."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import psycopg
from django.db import connection
from django.db.models import TextChoices
from numpy.typing import NDArray

from clusterix.lib.bits import Places
from clusterix.lib.countries import country_name
from initiatives.index.catalogue import Catalogue, Question, Regions
from initiatives.index.columns import Dense, Sparse
from initiatives.index.keys import Ids, Keys
from initiatives.index.moments import Moments
from initiatives.index.query import EVERYTHING
from initiatives.index.vocabularies import (
    Place,
    Term,
    Vocabulary,
    of_choices,
    of_regions,
    of_terms,
)
from initiatives.models import Initiative, Proof


class Packed:
    """The columns of the answer, each given away once, so that its memory is free again."""

    def __init__(self, columns: Iterable[tuple[str, bytes | None]]) -> None:
        self._columns = dict(columns)

    def numbers(self, name: str, kind: str) -> NDArray[Any]:
        """A column of numbers of that numpy type, as PostgreSQL sends it; empty without rows."""
        packed = np.frombuffer(self._columns.pop(name) or b"", kind)
        return packed.astype(packed.dtype.newbyteorder("="))

    def rows(self, name: str) -> list[list[Any]]:
        """A list of rows."""
        rows: list[list[Any]] = json.loads(self._columns.pop(name) or b"[]")
        return rows

    def text(self, name: str) -> str:
        """A text."""
        return (self._columns.pop(name) or b"").decode()


def build() -> Catalogue:
    """The published catalogue as this connection sees it at this moment."""
    packed = fetch()
    place = packed.numbers("place", ">i8").astype(np.int32)
    keys = Keys.of(in_place(packed.numbers("ids", ">i8"), place))
    moments = Moments(
        **{
            name: in_place(packed.numbers(name, ">i4"), place)
            for name in ("start", "end", "first", "last")
        },
        is_open=in_place(packed.numbers("is_open", "?"), place),
    )
    published = in_place(packed.numbers("published", ">i8"), place)
    regions = [Place(*row) for row in packed.rows("regions")]
    return Catalogue(
        snapshot=packed.text("snapshot"),
        keys=keys,
        moments=moments,
        newest=falling(moments.start, keys.ids),
        published=falling(published, keys.ids),
        questions=questions(packed, regions, keys, place),
        regions=territory(regions),
    )


def fetch() -> Packed:
    """What the one query answers."""
    connection.ensure_connection()
    parameters = {"kinds": Initiative.Kind.values, "levels": Initiative.Level.values}
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return Packed(cursor.stream(EVERYTHING, parameters, binary=True))


def in_place(column: NDArray[Any], place: Places) -> NDArray[Any]:
    """The same, each value at the number of its initiative."""
    placed = np.empty_like(column)
    placed[place] = column
    return placed


def falling(column: NDArray[Any], ids: Ids) -> Places:
    """The numbers of initiatives by the largest value, then the largest primary key."""
    return np.lexsort((ids, column))[::-1].astype(np.int32)


def questions(
    packed: Packed, regions: Sequence[Place], keys: Keys, place: Places
) -> dict[str, Question]:
    """Everything that a facet can ask, but for where initiatives stand on a day."""
    terms = {
        name: of_terms([Term(*row) for row in packed.rows(f"{name}_terms")])
        for name in ("theme", "ecosystem", "target")
    }
    return {
        "level": of_list(Initiative.Level, packed.numbers("level", ">i2"), place),
        "kind": of_list(Initiative.Kind, packed.numbers("kind", ">i2"), place),
        "proof": proofs(packed, keys),
        **{name: of_pairs(packed, name, *known, keys) for name, known in terms.items()},
        **places(packed, regions, keys),
        "organisation": organisations(packed, keys),
    }


def of_list(choices: type[TextChoices], column: NDArray[np.int16], place: Places) -> Question:
    """A question of which each initiative has one answer; 0 is none that we know."""
    values = column.astype(np.int32) - 1
    known = values >= 0
    shape = (len(choices), len(place))
    return Question(of_choices(choices), Dense.of_pairs(place[known], values[known], shape))


def proofs(packed: Packed, keys: Keys) -> Question:
    """What speaks for an initiative's worth."""
    found = [keys.find(packed.numbers(proof.value, ">i8"))[0] for proof in Proof]
    values = np.repeat(np.arange(len(Proof), dtype=np.int32), [len(some) for some in found])
    shape = (len(Proof), len(keys.ids))
    return Question(of_choices(Proof), Dense.of_pairs(np.concatenate(found), values, shape))


def of_pairs(
    packed: Packed, name: str, vocabulary: Vocabulary, pks: Sequence[int], keys: Keys
) -> Question:
    """A question of which each initiative has any number of answers, and those around them."""
    values, places = pairs(packed, name, keys)
    numbers, known = Keys.of(np.array(pks, np.int64)).find(values)
    wider, places = rolled_up(vocabulary, numbers, places[known])
    shape = (len(vocabulary.keys), len(keys.ids))
    return Question(vocabulary, Dense.of_pairs(places, wider, shape))


def pairs(packed: Packed, name: str, keys: Keys) -> tuple[Ids, Places]:
    """Values with the initiatives that have them, for as far as those are public."""
    places, known = keys.find(packed.numbers(f"{name}_entries", ">i8"))
    return packed.numbers(f"{name}_values", ">i8")[known], places


def rolled_up(vocabulary: Vocabulary, numbers: Places, places: Places) -> tuple[Places, Places]:
    """Pairs of values and initiatives with all that those values lie within."""
    around = [vocabulary.around(number) for number in range(len(vocabulary.keys))]
    depth = max((len(wider) for wider in around), default=1)
    table = np.full((len(around), depth), -1, np.int32)
    for number, wider in enumerate(around):
        table[number, : len(wider)] = wider
    wide = table[numbers]
    known = wide >= 0
    return wide[known], np.broadcast_to(places[:, np.newaxis], wide.shape)[known]


def places(packed: Packed, rows: Sequence[Place], keys: Keys) -> dict[str, Question]:
    """Where initiatives take place: the countries, and the regions with all they lie in."""
    regions = of_regions(rows)
    values, where = pairs(packed, "region", keys)
    present = np.array([regions.numbers.get(row.code, -1) for row in rows], np.int32)[values]
    known = present >= 0
    wider, placed = rolled_up(regions, present[known], where[known])
    numbers = numbered_countries(rows)
    codes = list(numbers)
    country = np.array([numbers[row.country] for row in rows], np.int32)[values]
    size = len(keys.ids)
    return {
        "country": Question(
            Vocabulary(codes, lambda number: country_name(codes[number])),
            Dense.of_pairs(where, country, (len(codes), size)),
        ),
        "region": Question(regions, Sparse.of_pairs(placed, wider, (len(regions.keys), size))),
    }


def numbered_countries(places: Iterable[Place]) -> dict[str, int]:
    """The number of each country, by its code."""
    return {code: number for number, code in enumerate(sorted({row.country for row in places}))}


def territory(places: Sequence[Place]) -> Regions:
    """How the regions lie."""
    vocabulary = of_regions(places)
    by_code = {place.code: place for place in places}
    present = [by_code[code] for code in vocabulary.keys]
    countries = numbered_countries(places)
    return Regions(
        np.array([place.level for place in present], np.int8),
        np.array(vocabulary.parents, np.int32),
        np.array([countries[place.country] for place in present], np.int32),
    )


def organisations(packed: Packed, keys: Keys) -> Question:
    """Who is involved, for as far as everyone may know; by the address of one merged too."""
    rows = packed.rows("organisations")
    places_of = {row[0]: number for number, row in enumerate(rows)}
    former = {slug: places_of[pk] for slug, pk in packed.rows("merged") if pk in places_of}
    names = [row[2] for row in rows]
    values, places = pairs(packed, "organisation", keys)
    numbers, known = Keys.of(np.array([row[0] for row in rows], np.int64)).find(values)
    shape = (len(rows), len(keys.ids))
    return Question(
        Vocabulary([row[1] for row in rows], names.__getitem__, former=former),
        Sparse.of_pairs(places[known], numbers, shape),
    )
