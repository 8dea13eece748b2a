"""Mapping files: which column of a table is which field of an entry, and how its cells are read."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path

from django.utils.translation import gettext as _

from clusterix.curation.imports.tables import Wishes
from clusterix.curation.imports.words import addresses, folded, tidy
from clusterix.lib import tree
from clusterix.lib.tree import Mistake

SKIP, REFUSE = "skip value", "refuse row"
CUT, SENTENCES = "cut", "sentences"
ADDRESSES = "addresses"
CHOICES = {
    "on_error": (SKIP, REFUSE),
    "take": ("first", "others"),
    "too_long": (REFUSE, CUT, SENTENCES),
}
TOP = ("file", "on_error", "key", "source", "fields")
SOURCE = ("title", "url", "publisher", "accessed_on")
WISHES = ("encoding", "delimiter", "sheet")
TEXTS = ("constant", "default", "join", "prefix", "role")
LISTS = ("split", "formats")
RULE = ("column", "columns", "values", "create", *TEXTS, *LISTS, *CHOICES)
MOST_VALUES = 100

Row = Mapping[str, str]
"""The cells of a row by the names of their columns."""


class RefusedError(Exception):
    """A mapping with mistakes, each with its line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = sorted(set(mistakes))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True)
class Picked:
    """What a rule takes from a row: the values, and what it left out of a cell."""

    values: list[str]
    left_out: str = ""


@dataclass(frozen=True)
class Rule:
    """Where a field's values come from, and what is done to them on the way."""

    columns: tuple[str, ...] = ()
    constant: str = ""
    default: str = ""
    join: str | None = None
    prefix: str = ""
    split: tuple[str, ...] = ()
    take: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ()
    too_long: str = REFUSE
    on_error: str = REFUSE
    role: str = ""
    create: "Mapping[str, Rule] | None" = None
    line: int = 1

    def pick(self, row: Row) -> Picked:
        """The values that the row has for the field, before they are understood."""
        cell = self.constant or self.cell(row)
        pieces, left_out = self._pieces(cell)
        if self.take:
            pieces = pieces[:1] if self.take == "first" else pieces[1:]
        if self.values:
            pieces = [self.values.get(folded(piece), piece) for piece in pieces]
        values = list(dict.fromkeys(filter(None, pieces)))
        if not values and self.default and not left_out:
            values = [self.default]
        return Picked(values[:MOST_VALUES], left_out)

    def cell(self, row: Row) -> str:
        """The text of the first column that has any, or of all of them joined."""
        texts = [text for column in self.columns if (text := tidy(row[column]))]
        return self.join.join(texts) if self.join is not None else next(iter(texts), "")

    def _pieces(self, cell: str) -> tuple[list[str], str]:
        if self.split == (ADDRESSES,):
            return addresses(cell)
        for sign in self.split[1:]:
            cell = cell.replace(sign, self.split[0])
        pieces = cell.split(self.split[0]) if self.split else [cell]
        return [text for piece in pieces if (text := tidy(piece))], ""


@dataclass(frozen=True)
class Plan:
    """A mapping that was understood."""

    key: Rule
    fields: Mapping[str, Rule]
    source: Mapping[str, str] = field(default_factory=dict)
    wishes: Wishes = field(default_factory=Wishes)
    name: str = ""

    @property
    def columns(self) -> set[str]:
        """The columns that it names."""
        rules = [self.key, *self.fields.values()]
        rules += [inner for rule in rules for inner in (rule.create or {}).values()]
        return {column for rule in rules for column in rule.columns}

    def check(self, columns: Collection[str]) -> None:
        """RefusedError for each column that it names and the table does not have."""
        rules = [self.key, *self.fields.values()]
        rules += [inner for rule in rules for inner in (rule.create or {}).values()]
        mistakes = [
            Mistake(
                self.name,
                rule.line,
                _("The table has no column “%(name)s”.") % {"name": column}
                + meant(column, columns),
            )
            for rule in rules
            for column in rule.columns
            if column not in columns
        ]
        if mistakes:
            raise RefusedError(mistakes)


def obvious(columns: Collection[str], fields: Collection[str], name: str) -> Plan:
    """The mapping of a table whose columns are called as the fields are, lists divided by “;”."""
    if "key" not in columns:
        reason = _("There is no column “key”. Name one for it in a mapping file.")
        raise RefusedError([Mistake(name, 1, reason)])
    named = {column: Rule(columns=(column,)) for column in columns if column in fields}
    return Plan(key=Rule(columns=("key",)), fields=named, name=name)


def read(path: Path, fields: Mapping[str, Collection[str]]) -> Plan:
    """The mapping in a file; RefusedError names every mistake.

    `fields` are those of the kind of entry, each with the fields of what it may create.
    """
    return parsed(path.read_bytes(), path.name, fields)


def parsed(content: bytes, name: str, fields: Mapping[str, Collection[str]]) -> Plan:
    """The same for the content of a file of that name."""
    root, mistakes = tree.parsed(content, name)
    if mistakes:
        raise RefusedError(mistakes)
    plan = _Reader(name, fields, mistakes).plan(root)
    if mistakes:
        raise RefusedError(mistakes)
    return plan


def meant(name: str, known: Iterable[str]) -> str:
    """A guess at what somebody meant to write."""
    close = get_close_matches(name, known, n=1)
    return " " + _("Did you mean “%(name)s”?") % {"name": close[0]} if close else ""


class _Reader:
    """Reads the tree of a mapping file and notes what it does not understand."""

    def __init__(
        self, name: str, fields: Mapping[str, Collection[str]], mistakes: list[Mistake]
    ) -> None:
        self.name = name
        self.fields = fields
        self.mistakes = mistakes

    def plan(self, root: tree.Mapping) -> Plan:
        """All that the file says."""
        self.known(root, TOP)
        on_error = self.choice(root, "on_error", REFUSE)
        for name in ("key", "fields"):
            if name not in root.entries:
                self.mistake(1, _("“%(name)s” is missing.") % {"name": name})
        base = Rule(on_error=on_error)
        fields = self.rules(root.entries.get("fields", tree.Mapping(1)), self.fields, base)
        key = root.entries.get("key")
        return Plan(
            key=self.rule("key", key, base) if key else base,
            fields=fields,
            source=self.texts(root, "source", SOURCE),
            wishes=Wishes(**self.texts(root, "file", WISHES)),
            name=self.name,
        )

    def rules(self, node: tree.Node, names: Collection[str], base: Rule) -> dict[str, Rule]:
        """The rules by the fields that they are for."""
        if not isinstance(node, tree.Mapping):
            self.mistake(node.line, _("Here stand fields, each with a column or a rule."))
            return {}
        self.known(node, names)
        return {
            name: self.rule(name, value, base)
            for name, value in node.entries.items()
            if name in names
        }

    def rule(self, name: str, node: tree.Node, base: Rule) -> Rule:
        """A rule, or the column that stands in its place."""
        if isinstance(node, tree.Scalar) and isinstance(node.value, str):
            return replace(base, columns=(node.value,), line=node.line)
        if not isinstance(node, tree.Mapping):
            self.mistake(node.line, _("Here stands a column or a rule."))
            return base
        self.known(node, RULE)
        columns = [*self.listed(node, "column"), *self.listed(node, "columns")]
        texts = {word: self.text(node, word) for word in TEXTS if word in node.entries}
        rule = replace(
            base,
            columns=tuple(filter(None, columns)),
            **texts,  # type: ignore[arg-type] # each of TEXTS is a text
            **{word: tuple(self.listed(node, word)) for word in LISTS},  # type: ignore[arg-type]
            **{word: self.choice(node, word, getattr(base, word)) for word in CHOICES},  # type: ignore[arg-type]
            values=self.values(node),
            create=self.created(name, node, base),
            line=node.line,
        )
        if not (rule.columns or rule.constant or rule.default):
            self.mistake(node.line, _("Say which column “%(name)s” is in.") % {"name": name})
        return rule

    def created(self, name: str, node: tree.Mapping, base: Rule) -> dict[str, Rule] | None:
        """How what is not found is made, where the mapping allows it."""
        value = node.entries.get("create")
        if value is None:
            return None
        return self.rules(value, self.fields.get(name, ()), base)

    def values(self, node: tree.Mapping) -> dict[str, str]:
        """What is read for what; nothing (~) leaves a value out."""
        found = node.entries.get("values", tree.Mapping(node.line))
        if not isinstance(found, tree.Mapping):
            self.mistake(found.line, _("Here stand values, each with what it is read as."))
            return {}
        return {folded(name): self.text(found, name) for name in found.entries}

    def texts(self, node: tree.Mapping, name: str, known: tuple[str, ...]) -> dict[str, str]:
        """Texts by name."""
        found = node.entries.get(name, tree.Mapping(node.line))
        if not isinstance(found, tree.Mapping):
            self.mistake(found.line, _("Here stand names, each with a text."))
            return {}
        self.known(found, known)
        return {word: self.text(found, word) for word in known if word in found.entries}

    def listed(self, node: tree.Mapping, name: str) -> list[str]:
        """A text or a list of them."""
        value = node.entries.get(name)
        if not isinstance(value, tree.Sequence):
            return [self.text(node, name)] if value is not None else []
        items = [item.value for item in value.items if isinstance(item, tree.Scalar)]
        texts = [item for item in items if isinstance(item, str) and item]
        if len(texts) != len(value.items):
            self.mistake(value.line, _("Here stands a list of texts."))
        return texts

    def text(self, node: tree.Mapping, name: str) -> str:
        """A text; nothing for nothing."""
        value = node.entries[name]
        if isinstance(value, tree.Scalar):
            return str(value.value).lower() if isinstance(value.value, bool) else value.value or ""
        self.mistake(value.line, _("Here stands a text."))
        return ""

    def choice(self, node: tree.Mapping, name: str, default: str) -> str:
        """One of the words that there are for it."""
        if name not in node.entries:
            return default
        value = self.text(node, name)
        if value not in CHOICES[name]:
            words = ", ".join(f"“{word}”" for word in CHOICES[name])
            self.mistake(
                node.lines[name],
                _("“%(name)s” is one of %(words)s.") % {"name": name, "words": words},
            )
        return value

    def known(self, node: tree.Mapping, names: Collection[str]) -> None:
        """Note names that mean nothing here."""
        for name in node.entries:
            if name not in names:
                reason = _("“%(name)s” is nothing that is known here.") % {"name": name}
                self.mistake(node.lines[name], reason + meant(name, names))

    def mistake(self, line: int, reason: str) -> None:
        """Note what is wrong and read on."""
        self.mistakes.append(Mistake(self.name, line, reason))
