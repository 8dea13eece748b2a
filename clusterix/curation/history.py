"""How an entry came to be as it is: its versions, and what differs between one and the next."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, cast

from django.db import models
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext

from clusterix.curation.models import Entry, User, entry_kind

LONG_TEXT = 2_000
TAGS = {"delete": "del", "insert": "ins", "equal": "span"}
UNSEEN_FIELDS = {"created_at", "updated_at", "created_by"}


@dataclass(frozen=True)
class Change:
    """What became of a field: removed words struck out, new ones underlined."""

    label: str
    difference: SafeString


@dataclass(frozen=True)
class Version:
    """A state of an entry: who made it, why, and what changed against the one before."""

    record: Any
    changes: list[Change]
    is_first: bool


@contextmanager
def unrecorded(entry: Entry) -> Iterator[None]:
    """Keeps what is done inside out of the history, for one version to be saved after all of it."""
    entry.skip_history_when_saving = True  # type: ignore[attr-defined] # simple_history's switch
    try:
        yield
    finally:
        del entry.skip_history_when_saving  # type: ignore[attr-defined]


def choices_recorded(model: type[Entry]) -> set[str]:
    """The fields of that kind of entry that hold many rows and are part of its versions."""
    return {field.name for field in model.history.model._history_m2m_fields}  # noqa: SLF001 (no public name)


def versions(records: Sequence[Any], user: User, *, whole: bool) -> list[Version]:
    """The versions that historical records tell of, the latest first.

    Unless `whole`, the last record only serves to compare the one before with. Names of entries
    that the user may not see stay unnamed.
    """
    if not records:
        return []
    told = _Names(records, user)
    compared = [
        Version(new, told.differences(old, new), is_first=False) for new, old in pairwise(records)
    ]
    return [*compared, Version(records[-1], [], is_first=True)] if whole else compared


def comparison(old: Any, new: Any, user: User) -> list[Change]:
    """What differs between any two versions of an entry, told as `versions` does."""
    return _Names([new, old], user).differences(old, new)


def bring_back(entry: Entry, record: Any, fields: Iterable[str], reason: str) -> None:
    """Make these fields of an entry what they were in a version, as a new version.

    Raises ValidationError where what they were is not possible any more. What was chosen then and
    is gone since stays away. The caller holds the entry, in a transaction.
    """
    chosen = choices_recorded(type(entry))
    for name in fields:
        if name not in chosen:
            attribute = entry._meta.get_field(name).attname  # type: ignore[union-attr]
            setattr(entry, attribute, getattr(record, attribute))
    entry.full_clean()
    with unrecorded(entry):
        entry.save()
        for name in chosen.intersection(fields):
            field: Any = entry._meta.get_field(name)
            target = field.m2m_reverse_field_name()
            then = getattr(record, name).values_list(target, flat=True)
            getattr(entry, name).set(field.related_model.objects.filter(pk__in=list(then)))
    entry.because(reason).save()


class Comparison:
    """What differs between historical records of one kind of entry."""

    def __init__(self, records: Sequence[Any]) -> None:
        model: type[Entry] = records[0].instance_type
        names = choices_recorded(model)
        self.fields = [
            model._meta.get_field(field.name)
            for field in records[0].tracked_fields
            if field.editable and field.name not in UNSEEN_FIELDS | names
        ]
        self.many = [model._meta.get_field(name) for name in sorted(names)]
        self.chosen = {field.name: self._chosen(field, records) for field in self.many}

    def _chosen(self, field: Any, records: Sequence[Any]) -> dict[int, list[str]]:
        rows = getattr(records[0], field.name).model.objects.filter(history__in=records)
        target = field.m2m_reverse_field_name()
        names = defaultdict(list)
        for row in rows.select_related(target).order_by("pk"):
            names[row.history_id].append(str(getattr(row, target)))
        return names

    def changed(self, old: Any, new: Any) -> list[Any]:
        """The fields that differ, in the order of the form."""
        return [
            field
            for field in [*self.fields, *self.many]
            if self.value(field, old) != self.value(field, new)
        ]

    def value(self, field: Any, record: Any) -> Any:
        """What a record says of a field."""
        if field in self.many:
            return sorted(self.chosen[field.name].get(record.pk, []))
        return getattr(record, field.attname)


class _Names(Comparison):
    """What the values in historical records are called."""

    def __init__(self, records: Sequence[Any], user: User) -> None:
        super().__init__(records)
        self.linked = {
            field.name: self._linked(field, records, user)
            for field in self.fields
            if isinstance(field, models.ForeignKey)
        }

    def _linked(
        self, field: "models.ForeignKey[Any, Any]", records: Sequence[Any], user: User
    ) -> dict[Any, Any]:
        ids = {getattr(record, field.attname) for record in records} - {None}
        kind = entry_kind(field)
        if kind:
            return dict(user.linkable_entries(kind).in_bulk(ids))
        return dict(cast("Any", field.related_model).objects.in_bulk(ids))

    def differences(self, old: Any, new: Any) -> list[Change]:
        """The changes of one version, in the order of the fields."""
        return [
            Change(
                label_of(field),
                difference(
                    self._text(field, old), self._text(field, new), in_lines=field in self.many
                ),
            )
            for field in self.changed(old, new)
        ]

    def _text(self, field: Any, record: Any) -> str:
        value = self.value(field, record)
        if value is None or value == "":
            return ""
        if isinstance(value, list):
            return "\n".join(str(item) for item in value)
        if field.name in self.linked:
            return str(self.linked[field.name].get(value) or gettext("(not shown)"))
        return str(dict(field.flatchoices).get(value, value))


def label_of(field: Any) -> str:
    """What a field is called, as a heading."""
    return str(capfirst(str(getattr(field, "verbose_name", ""))))


def difference(old: str, new: str, *, in_lines: bool = False) -> SafeString:
    """Both texts in one: what went struck out, what came underlined, the rest as it is.

    It compares words, or whole lines where told to and in long texts.
    """
    pattern = r"(\n)" if in_lines or len(old) + len(new) > LONG_TEXT else r"(\s+)"
    before, after = re.split(pattern, old), re.split(pattern, new)
    parts = []
    for is_same, a, b, c, d in _runs(before, after):
        steps = ("equal",) if is_same else ("delete", "insert")
        for step in steps:
            words = "".join(after[c:d] if step == "insert" else before[a:b])
            parts.append((TAGS[step], words, TAGS[step]))
    marked = format_html_join("", "<{}>{}</{}>", (part for part in parts if part[1]))
    return format_html("{}", marked)


def _runs(before: list[str], after: list[str]) -> list[tuple[bool, int, int, int, int]]:
    """What is the same and what is not, by turns; mere spaces between changes belong to those."""
    runs: list[tuple[bool, int, int, int, int]] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(a=before, b=after).get_opcodes():
        is_same = kind == "equal" and not (runs and "".join(before[a:b]).isspace())
        if runs and runs[-1][0] == is_same:
            _same, first, _end, start, _stop = runs.pop()
            runs.append((is_same, first, b, start, d))
        else:
            runs.append((is_same, a, b, c, d))
    return runs
