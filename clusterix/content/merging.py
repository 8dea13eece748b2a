"""Decides for each field of a record whether the file or a person has the last word.

Each is looked at three times: what the file says, what the database holds, and what the file said
when it was last loaded. Where the database still holds the file's own words, or nothing where the
file said nothing yet, the file wins; where a person wrote something since, that stays.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from clusterix.content.plain import Plain, Values, comparable
from clusterix.content.reading import Record
from clusterix.content.shapes import KINDS, Kind

Digests = Mapping[str, str]
"""By the name of a field, what tells whether it holds what it held."""

NOTHING: tuple[Plain, ...] = (None, "", [], {}, False)


@dataclass(frozen=True)
class Change:
    """What a load does to a record: the fields that it sets, and those that people keep."""

    kind: str
    key: str
    is_new: bool
    given: tuple[str, ...]
    kept: tuple[str, ...]
    remembered: Digests

    @property
    def is_needed(self) -> bool:
        """There is something to write."""
        return self.is_new or bool(self.given)


def merge(record: Record, present: Values | None, last: Digests) -> Change:
    """What to do about a record, given the row it has and what its file said the last time."""
    kind = KINDS[record.kind]
    wanted = _digests(kind, record.values)
    if present is None:
        return Change(record.kind, record.key, True, tuple(wanted), (), wanted)
    stored = _digests(kind, present)
    differing = [name for name in wanted if wanted[name] != stored[name]]
    kept = tuple(
        name
        for name in differing
        if (stored[name] != last[name] if name in last else present[name] not in NOTHING)
    )
    given = tuple(name for name in differing if name not in kept)
    agreed = {name: digest for name, digest in wanted.items() if name not in kept}
    disputed = {name: last[name] for name in kept if name in last}
    return Change(record.kind, record.key, False, given, kept, agreed | disputed)


def _digests(kind: Kind, values: Values) -> dict[str, str]:
    texts = {name: comparable(kind, name, value) for name, value in values.items()}
    return {name: sha256(text.encode()).hexdigest() for name, text in texts.items()}
