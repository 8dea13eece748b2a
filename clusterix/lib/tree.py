"""A YAML file that people write, as a tree in which every value knows its line.

It is read from YAML's events: nothing is constructed, aliases and tags are refused, and depth and
size are bounded, so a hostile file costs no more than its length.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

MAX_BYTES = 1_000_000
MAX_DEPTH = 12

_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}


@dataclass(frozen=True, order=True)
class Mistake:
    """What is wrong with a file, and where."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True)
class Scalar:
    """A text, a truth value or nothing. Numbers and dates are text until a field reads them."""

    line: int
    value: str | bool | None


@dataclass(frozen=True)
class Sequence:
    """Values in order."""

    line: int
    items: list["Node"] = field(default_factory=list)


@dataclass(frozen=True)
class Mapping:
    """Values by name, and the line of each name."""

    line: int
    entries: dict[str, "Node"] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)


Node = Scalar | Sequence | Mapping


class UnreadableError(Exception):
    """A file is not what such files are written in."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason


def read(path: Path, name: str) -> tuple[Mapping, list[Mistake]]:
    """The tree of a file, and what was wrong with it; an empty tree if it cannot be read."""
    return parsed(path.read_bytes(), name)


def parsed(content: bytes, name: str) -> tuple[Mapping, list[Mistake]]:
    """The same for the content of a file of that name."""
    reader = _Reader(name)
    try:
        tree = reader.document(_text(content))
    except UnreadableError as error:
        return Mapping(1), [*reader.mistakes, Mistake(name, error.line, error.reason)]
    return tree, reader.mistakes


def _text(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise UnreadableError(1, f"The file is larger than {MAX_BYTES} bytes.")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableError(line, "This is not UTF-8.") from error


def _events(text: str) -> Iterator[yaml.Event]:
    try:
        yield from yaml.parse(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UnreadableError(line, f"This is not YAML: {error.problem}.") from error
    except yaml.YAMLError as error:
        position = getattr(error, "position", 0)
        line = text.count("\n", 0, position) + 1
        raise UnreadableError(line, "There is a sign that YAML does not allow.") from error


class _Reader:
    """Builds the tree and collects the mistakes that leave the rest readable."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.mistakes: list[Mistake] = []

    def document(self, text: str) -> Mapping:
        """The one mapping that a file consists of."""
        events = _events(text)
        root: Node = Mapping(1)
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise UnreadableError(_line(event), "A file holds one document only.")
                root = self.node(next(events), events, depth=0)
        if not isinstance(root, Mapping):
            raise UnreadableError(root.line, "A file begins with names and what they stand for.")
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        """The value that begins with that event."""
        line = _line(event)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise UnreadableError(line, "Anchors and aliases are not used here: write it out.")
        if getattr(event, "tag", None):
            raise UnreadableError(line, "Tags are not used here.")
        if depth > MAX_DEPTH:
            raise UnreadableError(line, "This is nested too deeply.")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(line, events, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(line, events, depth)
        scalar = cast("yaml.ScalarEvent", event)
        is_plain, _is_text = scalar.implicit
        text: str = scalar.value
        return Scalar(line, _CONSTANTS.get(text, text) if is_plain else text)

    def sequence(self, line: int, events: Iterator[yaml.Event], depth: int) -> Sequence:
        """The items up to the end of the sequence."""
        sequence = Sequence(line)
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            sequence.items.append(self.node(event, events, depth + 1))
        return sequence

    def mapping(self, line: int, events: Iterator[yaml.Event], depth: int) -> Mapping:
        """The names and values up to the end of the mapping."""
        mapping = Mapping(line)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            name = self.node(event, events, depth + 1)
            if not isinstance(name, Scalar) or not isinstance(name.value, str):
                raise UnreadableError(name.line, "A name must be a text.")
            value = self.node(next(events), events, depth + 1)
            if name.value in mapping.entries:
                first = mapping.lines[name.value]
                self.mistake(name.line, f"“{name.value}” stands in line {first} already.")
            else:
                mapping.entries[name.value] = value
                mapping.lines[name.value] = name.line
        return mapping

    def mistake(self, line: int, reason: str) -> None:
        """Note what is wrong and read on."""
        self.mistakes.append(Mistake(self.name, line, reason))


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1
