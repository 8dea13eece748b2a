"""Loads content files: all of them, or nothing and a list of every mistake."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from clusterix.content.merging import Change, merge
from clusterix.content.models import Loaded
from clusterix.content.plain import Values, stored
from clusterix.content.reading import Days, Reader, Record, records
from clusterix.content.shapes import KINDS, Model, key_of
from clusterix.content.writing import Writer
from clusterix.lib import tree
from clusterix.lib.tree import Mistake
from people.models import Region
from people.regions import Changes as RegionChanges
from people.regions import fingerprint, load_regions

ONE_AT_A_TIME = 0x636F6E74
"""The advisory lock that loads take, so that the second sees what the first did."""


NO_REGIONS = RegionChanges(0, 0)


class RefusedError(Exception):
    """Files with mistakes: nothing of them was loaded."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass
class Report:
    """What a load did."""

    regions: RegionChanges = NO_REGIONS
    changes: list[Change] = field(default_factory=list)
    unchanged: Counter[str] = field(default_factory=Counter)

    @property
    def did_nothing(self) -> bool:
        """All was as the files say, or as people want it."""
        touched = any(change.is_needed for change in self.changes)
        return not touched and self.regions == NO_REGIONS

    @property
    def kinds(self) -> list[str]:
        """The kinds that the files hold."""
        present = {*self.unchanged, *(change.kind for change in self.changes)}
        return [kind for kind in KINDS if kind in present]

    def add(self, change: Change) -> None:
        """Take note of what happened to a record."""
        if change.is_needed or change.kept:
            self.changes.append(change)
        else:
            self.unchanged[change.kind] += 1


def load(paths: Sequence[Path], *, today: date) -> Report:
    """Load files and folders, all of it or nothing; RefusedError names every mistake."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        report = Report(regions=_load_regions())
        mistakes: list[Mistake] = []
        found = list(_read(paths, mistakes))
        present = _present(found)
        _understand(found, present, today, mistakes)
        if not mistakes:
            changes = list(_changes(found, present))
            for _record, change in changes:
                report.add(change)
            Writer(mistakes).write([pair for pair in changes if pair[1].is_needed])
        if mistakes:
            raise RefusedError(mistakes)
    return report


def _load_regions() -> RegionChanges:
    """The classification, unless it is the one that was loaded last."""
    last = Loaded.objects.filter(kind="regions").first() or Loaded(kind="regions", key="nuts")
    known = {"fingerprint": fingerprint(), "count": Region.objects.count()}
    if last.digests == known:
        return NO_REGIONS
    changes = load_regions()
    last.digests = known | {"count": Region.objects.count()}
    last.save()
    return changes


def _read(paths: Sequence[Path], mistakes: list[Mistake]) -> Iterator[Record]:
    """The records of all files, each key once."""
    seen: dict[tuple[str, str], Record] = {}
    for path in paths:
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            name = _name(file)
            root, unreadable = tree.read(file, name)
            mistakes.extend(unreadable)
            for record in records(name, root, mistakes):
                first = seen.setdefault((record.kind, record.key), record)
                if first is record:
                    yield record
                else:
                    place = f"{first.file}:{first.line}"
                    mistakes.append(record.mistake(f"“{record.key}” stands in {place} already."))


def _name(file: Path) -> str:
    """How reports call a file: by its place in the checkout, where it is in it."""
    absolute = file.resolve()
    inside = absolute.is_relative_to(settings.BASE_DIR)
    return str(absolute.relative_to(settings.BASE_DIR) if inside else file)


def _present(found: list[Record]) -> dict[str, dict[str, Values]]:
    """What the database holds of the records, by kind and key."""
    keys = defaultdict[str, set[str]](set)
    for record in found:
        keys[record.kind].add(record.key)
    return {name: stored(kind, keys[name]) for name, kind in KINDS.items()}


def _understand(
    found: list[Record],
    present: Mapping[str, Mapping[str, Values]],
    today: date,
    mistakes: list[Mistake],
) -> None:
    """Read the values of every record."""
    keys = _known_keys()
    for record in found:
        keys[KINDS[record.kind].model].add(record.key)
    for record in found:
        days = Days.of(record.node, today, present[record.kind].get(record.key))
        Reader(record, keys, days, mistakes).read(KINDS[record.kind])


def _known_keys() -> dict[Model, set[str]]:
    """What files can refer to already."""
    known: list[Model] = [Region, *(kind.model for kind in KINDS.values())]
    return {
        model: set(model._base_manager.values_list(key_of(model), flat=True)) for model in known
    }


def _changes(
    found: list[Record], present: Mapping[str, Mapping[str, Values]]
) -> Iterator[tuple[Record, Change]]:
    """What each record asks to be changed; what the files say is remembered for the next time."""
    known = {(loaded.kind, loaded.key): loaded for loaded in Loaded.objects.all()}
    for record in found:
        loaded = known.get((record.kind, record.key)) or Loaded(kind=record.kind, key=record.key)
        change = merge(record, present[record.kind].get(record.key), loaded.digests)
        if loaded.digests != change.remembered:
            loaded.digests = change.remembered
            loaded.save()
        yield record, change
