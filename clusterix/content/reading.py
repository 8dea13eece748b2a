"""From the tree of a file to its records: every value checked, every mistake with its line."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models

from clusterix.content.plain import Plain, Values, plain
from clusterix.content.shapes import KINDS, Kind, Model, Part, Shape
from clusterix.lib import tree
from clusterix.lib.tree import Mistake

Word = str | bool | None
Place = tuple[str | int, ...]
Keys = Mapping[Model, set[str]]

_IN_DAYS = re.compile(r"in (?P<days>[1-9][0-9]{0,3}) days")
_ON_DAY = re.compile(
    r"(day (?P<day>[1-9][0-9]?)|(?P<before>[1-9][0-9]{0,2}) days? before)( (?P<time>\d\d:\d\d))?"
)


@dataclass
class Record:
    """One record of a file: its tree, and once read its values with the line of each."""

    kind: str
    key: str
    file: str
    line: int
    index: int
    node: tree.Mapping
    values: Values = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)

    def mistake(self, reason: str, place: Place = ()) -> Mistake:
        """A mistake at that value, or else at what the value belongs to."""
        while place and place not in self.lines:
            place = place[:-1]
        return Mistake(self.file, self.lines.get(place, self.line), reason)


@dataclass(frozen=True)
class Days:
    """What the relative dates of a record count from, and the zone that its times are in."""

    first: date
    zone: ZoneInfo

    @classmethod
    def of(cls, node: tree.Mapping, today: date, present: Values | None) -> "Days":
        """Those of a record that is stored so already, or not stored."""
        return cls(
            first=_first_day(_text(node, "starts_on", ""), today, present),
            zone=_zone(_text(node, "time_zone", "Europe/Brussels")),
        )

    def date_of(self, text: str) -> date:
        """`in 60 days`, `day 2`, `1 day before` or a date; ValueError for anything else."""
        if _IN_DAYS.fullmatch(text):
            return self.first
        match = _ON_DAY.fullmatch(text)
        return self._day(match) if match and not match["time"] else date.fromisoformat(text)

    def moment_of(self, text: str) -> datetime:
        """`day 2 09:30`, or a date and time; ValueError for anything else."""
        match = _ON_DAY.fullmatch(text)
        if match and match["time"]:
            return datetime.combine(self._day(match), time.fromisoformat(match["time"]), self.zone)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)

    def _day(self, match: re.Match[str]) -> date:
        days = int(match["day"]) - 1 if match["day"] else -int(match["before"])
        return self.first + timedelta(days=days)


def _first_day(text: str, today: date, present: Values | None) -> date:
    """A day that was relative when it was stored stays what it was until all of it is over."""
    match = _IN_DAYS.fullmatch(text)
    if not match:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return today
    if present and date.fromisoformat(str(present["ends_on"])) >= today:
        return date.fromisoformat(str(present["starts_on"]))
    return today + timedelta(days=int(match["days"]))


def _zone(name: str) -> ZoneInfo:
    """The zone of that name; for one that there is not, any: its field tells of the mistake."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _text(node: tree.Mapping, name: str, default: str) -> str:
    value = node.entries.get(name)
    text = value.value if isinstance(value, tree.Scalar) else None
    return text if isinstance(text, str) else default


def records(file: str, root: tree.Mapping, mistakes: list[Mistake]) -> Iterator[Record]:
    """The records of a file, their values still to be read."""
    for kind, section in root.entries.items():
        if kind not in KINDS:
            reason = f"“{kind}” is no kind of record.{_meant(kind, KINDS)}"
            mistakes.append(Mistake(file, root.lines[kind], reason))
        elif not isinstance(section, tree.Mapping):
            reason = f"“{kind}” holds records, each under its key."
            mistakes.append(Mistake(file, section.line, reason))
        else:
            for index, (key, node) in enumerate(section.entries.items()):
                line = section.lines[key]
                if isinstance(node, tree.Mapping):
                    yield Record(kind, key, file, line, index, node)
                else:
                    mistakes.append(Mistake(file, line, f"“{key}” holds no fields."))


def _meant(word: str, words: Any) -> str:
    close = get_close_matches(word, list(words), n=1)
    return f" Did you mean “{close[0]}”?" if close else ""


class WrongError(Exception):
    """A value is not what its field can hold."""


class Reader:
    """Reads the values of one record; what is wrong goes to the list of mistakes."""

    def __init__(self, record: Record, keys: Keys, days: Days, mistakes: list[Mistake]) -> None:
        self.record = record
        self.keys = keys
        self.days = days
        self.mistakes = mistakes

    def read(self, kind: Kind) -> None:
        """Fill the record's values."""
        key = kind.model._meta.get_field(kind.key)
        with self.at(()):
            self.scalar(key, self.record.key)
        defaults = dict(kind.defaults) | ({"slug": self.record.key} if kind.key_is_slug else {})
        self.record.values = self.shape(kind, self.record.node, (), defaults)
        if kind.is_ordered:
            self.record.values["position"] = self.record.index

    def shape(
        self, shape: Shape, node: tree.Mapping, place: Place, defaults: Mapping[str, str]
    ) -> Values:
        """The values of a mapping: each field and each part of the shape."""
        known = (*shape.fields, *shape.parts)
        for name, line in node.lines.items():
            self.record.lines[*place, name] = line
            if name not in known:
                self.mistake(f"“{name}” is no field here.{_meant(name, known)}", (*place, name))
        values: Values = dict.fromkeys(known)
        for name in shape.fields:
            default = defaults.get(name)
            given = node.entries.get(name) or (default and tree.Scalar(node.line, default)) or None
            with self.at((*place, name)):
                field = shape.model._meta.get_field(name)
                values[name] = self.value(field, given, (*place, name))
        for name, part in shape.parts.items():
            with self.at((*place, name)):
                values[name] = self.rows(part, node.entries.get(name), (*place, name))
        return values

    def value(self, field: Any, node: tree.Node | None, place: Place) -> Plain:
        """The value of a field of the model."""
        if node is None or (isinstance(node, tree.Scalar) and node.value is None):
            return self.absent(field)
        if field.many_to_many:
            read = partial(self.reference, field.related_model)
            return [*sorted({str(key) for key in self.each(node, read, place)})]
        if isinstance(field, ArrayField):
            return self.each(node, partial(self.scalar, field.base_field), place)
        if isinstance(field, models.JSONField):
            return self.words(node, place)
        if not isinstance(node, tree.Scalar):
            raise WrongError(f"“{field.name}” is one value.")
        if field.is_relation:
            return self.reference(field.related_model, node.value)
        return self.scalar(field, node.value)

    def absent(self, field: Any) -> Plain:
        """What a field holds when the file leaves it out."""
        if field.many_to_many:
            return []
        if field.has_default():
            return plain(field.get_default())
        if field.null:
            return None
        if field.blank:
            return ""
        raise WrongError(f"“{field.name}” is missing.")

    def scalar(self, field: Any, value: Word) -> Plain:
        """The value of a simple column, checked as a form would."""
        if isinstance(field, models.BooleanField) is not isinstance(value, bool):
            raise WrongError(f"“{value}” is not what “{field.name}” can hold.")
        if isinstance(value, str) and "\0" in value:
            raise WrongError("There is a sign that no text can hold.")
        try:
            return plain(field.clean(self.moment(field, value), None))
        except (ValueError, OverflowError) as error:
            raise WrongError(f"{field.name}: “{value}” is no date or time.") from error
        except ValidationError as error:
            raise WrongError(f"{field.name}: {' '.join(error.messages)}") from error

    def moment(self, field: Any, value: Word) -> Any:
        """A text as a date or moment where the field is one; ValueError where the text is none."""
        if not isinstance(value, str):
            return value
        if isinstance(field, models.DateTimeField):
            return self.days.moment_of(value)
        if isinstance(field, models.DateField):
            return self.days.date_of(value)
        return value.strip()

    def reference(self, model: Model, key: Word) -> Plain:
        """The key of a row that is stored, or will be."""
        if key in self.keys[model]:
            return key
        name = model._meta.verbose_name
        raise WrongError(f"There is no {name} “{key}”.{_meant(str(key), self.keys[model])}")

    def each(self, node: tree.Node, read: Callable[[Word], Plain], place: Place) -> list[Plain]:
        """The words of a list, each read on its own."""
        found: list[Plain] = []
        for index, item in enumerate(self.items(node)):
            self.record.lines[*place, index] = item.line
            with self.at((*place, index)):
                if not isinstance(item, tree.Scalar):
                    raise WrongError("This is a list of words.")
                found.append(read(item.value))
        return found

    def words(self, node: tree.Node, place: Place) -> Plain:
        """A text by each name."""
        if not isinstance(node, tree.Mapping):
            raise WrongError("Give a text for each language.")
        found: Values = {}
        for name, item in node.entries.items():
            self.record.lines[*place, name] = item.line
            with self.at((*place, name)):
                if not isinstance(item, tree.Scalar) or not isinstance(item.value, str):
                    raise WrongError(f"“{name}” is a text.")
                found[name] = item.value
        return found

    def rows(self, part: Part, node: tree.Node | None, place: Place) -> list[Plain]:
        """The rows of a part."""
        rows: list[Plain] = []
        items = [node] if part.is_single and isinstance(node, tree.Mapping) else self.items(node)
        for index, item in enumerate(items):
            here = (*place, index)
            self.record.lines[here] = item.line
            row = item
            if isinstance(item, tree.Scalar) and part.short:
                row = tree.Mapping(item.line, {part.short: item}, {part.short: item.line})
            with self.at(here):
                if not isinstance(row, tree.Mapping):
                    raise WrongError("A row is made of fields.")
                rows.append(self.shape(part, row, here, {}))
        return rows

    def items(self, node: tree.Node | None) -> list[tree.Node]:
        """What a list holds; nothing where there is none."""
        if node is None:
            return []
        if isinstance(node, tree.Sequence):
            return node.items
        raise WrongError("This is a list.")

    @contextmanager
    def at(self, place: Place) -> Iterator[None]:
        """Note what is wrong with the value at that place, and go on reading."""
        try:
            yield
        except WrongError as error:
            self.mistake(str(error), place)

    def mistake(self, reason: str, place: Place) -> None:
        """Note what is wrong."""
        self.mistakes.append(self.record.mistake(reason, place))
