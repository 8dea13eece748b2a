"""Decides for each field of a record whether the file or a person has the last word.

Each is looked at three times: what the file says, what the database holds, and what the file said
when it was last loaded. Where the database still holds the file's own words, the file wins; where
a person wrote something else since, that stays.
"""

from dataclasses import dataclass

from clusterix.content.plain import Plain, Values, comparable
from clusterix.content.reading import Record
from clusterix.content.shapes import KINDS, Kind

NOTHING: tuple[Plain, ...] = (None, "", [], {}, False)


@dataclass(frozen=True)
class Change:
    """What a load does to a record: the fields that it sets, and those that people keep."""

    kind: str
    key: str
    is_new: bool
    given: tuple[str, ...]
    kept: tuple[str, ...]
    remembered: Values

    @property
    def is_needed(self) -> bool:
        """There is something to write."""
        return self.is_new or bool(self.given)


def merge(record: Record, present: Values | None, last: Values) -> Change:
    """What to do about a record, given the row it has and what its file said the last time."""
    wanted = record.values
    if present is None:
        return Change(record.kind, record.key, True, tuple(wanted), (), wanted)
    kind = KINDS[record.kind]
    differing = [name for name in wanted if not _agree(kind, name, wanted, present)]
    given = tuple(name for name in differing if _is_untouched(kind, name, present, last))
    kept = tuple(name for name in differing if name not in given)
    remembered = {name: value for name, value in wanted.items() if name not in kept}
    remembered |= {name: last[name] for name in kept if name in last}
    return Change(record.kind, record.key, False, given, kept, remembered)


def _is_untouched(kind: Kind, name: str, present: Values, last: Values) -> bool:
    """The database holds what the file said, or nothing where the file said nothing yet."""
    if name in last:
        return _agree(kind, name, present, last)
    return present[name] in NOTHING


def _agree(kind: Kind, name: str, one: Values, other: Values) -> bool:
    return comparable(kind, name, one[name]) == comparable(kind, name, other[name])
