"""What a kind of entry is made of, as far as an import is concerned."""

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from django.db.models import Q
from django.utils.translation import gettext as _

from clusterix.curation.imports.mappings import Plan, Row, Rule
from clusterix.curation.imports.results import MOST_REMARKS, SHOWN, Remark
from clusterix.curation.imports.values import RefusedValueError, understood
from clusterix.curation.imports.words import folded
from clusterix.curation.models import Entry, Partner, Term, User

COMMON = ("language", "last_verified_on")

Columns = dict[str, Any]


@dataclass(frozen=True)
class Part:
    """Rows that belong to an entry: their model, its link to the entry, what tells them apart."""

    model: Any
    parent: str
    same: tuple[str, ...]

    def fresh(self, rows: Iterable[Columns], held: Sequence[tuple[Any, ...]]) -> list[Columns]:
        """Those rows that are not held, each once, in the places that follow."""
        known = set(held)
        found = []
        for row in rows:
            identity = self.identity(row)
            if identity not in known:
                known.add(identity)
                found.append(row)
        if not self.is_ordered:
            return found
        return [row | {"position": place} for place, row in enumerate(found, start=len(held))]

    @property
    def is_ordered(self) -> bool:
        """The rows stand in an order."""
        return any(column.name == "position" for column in self.model._meta.fields)

    def identity(self, row: Columns) -> tuple[Any, ...]:
        """What tells the row apart; a row that refers to something new is like no other's."""
        new = [id(value) for value in row.values() if isinstance(value, Entry) and not value.pk]
        return (*(_held(row, name) for name in self.same), *new)


def _held(row: Columns, name: str) -> Any:
    """What a column holds, as the database tells it: of another entry its id."""
    if name in row:
        return row[name]
    return getattr(row.get(name.removesuffix("_id")), "pk", "")


@dataclass
class Draft:
    """A row as it was understood: columns of the entry, what it points to, rows inside it."""

    number: int
    key: str
    columns: Columns = field(default_factory=dict)
    many: dict[str, list[Any]] = field(default_factory=dict)
    parts: dict[str, list[Columns]] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    is_refused: bool = False

    def remark(
        self, column: str, value: str, reason: str, *, is_minor: bool = False, twin: str = ""
    ) -> None:
        """Say something about it, once."""
        remark = Remark(column, value[: SHOWN + 1], reason, is_minor, twin)
        if remark not in self.remarks and len(self.remarks) < MOST_REMARKS:
            self.remarks.append(remark)

    def refuse(self, column: str, value: str, reason: str) -> None:
        """Leave the row out."""
        self.is_refused = True
        self.remark(column, value, reason)


class Kind(ABC):
    """A kind of entry: its fields, how to read them, and what is there already.

    One is made for each import, so what it looks up is read once. It sees what everyone may see
    and what belongs to the partner, and nothing else.
    """

    model: ClassVar[Any]
    name: ClassVar[str]
    columns: ClassVar[tuple[str, ...]]
    many: ClassVar[tuple[str, ...]] = ()
    parts: ClassVar[dict[str, Part]] = {}
    creates: ClassVar[dict[str, tuple[str, ...]]] = {}
    followers: ClassVar[tuple[str, ...]] = ()
    """Models whose rows come and go with entries by themselves, and hold on to none."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.terms: dict[str, Terms] = {}
        self.namesakes = defaultdict[str, list[int]](list)
        for pk, name in self.visible(self.model).values_list("pk", self.name).iterator():
            self.namesakes[folded(name)].append(pk)

    @classmethod
    def fields(cls) -> dict[str, Collection[str]]:
        """What a mapping may name, each with the fields of what it may create."""
        names = (*cls.columns, *COMMON, *cls.many, *cls.parts)
        return {name: cls.creates.get(name, ()) for name in names if name != "sources"}

    def check(self, plan: Plan) -> Iterator[tuple[int, str]]:
        """What is wrong with a mapping that only this kind knows, by line."""
        yield from ()

    def visible(self, model: Any) -> Any:
        """Rows of a kind of entry that this import may know of."""
        return model.unscoped.filter(Q(state=Entry.State.PUBLISHED) | Q(owner=self.partner))

    def column(self, name: str, text: str, rule: Rule) -> tuple[Any, str]:
        """The value of a column and a note on it; RefusedValueError where there is none."""
        return understood(self.model._meta.get_field(name), text, rule)

    def point(self, name: str, text: str) -> tuple[Any, str]:
        """The id of what a text points to and a note; RefusedValueError where there is none."""
        return self.terms[name].find(text), ""

    @abstractmethod
    def rows(self, name: str, text: str, rule: Rule, row: Row) -> tuple[Columns, str]:
        """A row inside the entry and a note; RefusedValueError where there is none."""

    def disagreements(self, columns: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Fields that do not go with others, each with the reason."""
        yield from ()

    def complete(self, draft: Draft) -> None:  # noqa: B027 (a kind may have nothing to do)
        """Fill in what follows from the rest of a row."""

    def before(  # noqa: B027 (a kind may have nothing to do)
        self, drafts: Iterable[Draft], reason: str, user: User | None
    ) -> None:
        """Save what rows refer to and what was not there."""

    def undone(self) -> None:  # noqa: B027 (a kind may have nothing to do)
        """What `before` saved last was rolled back."""

    def saved(self) -> Sequence[Entry]:
        """What `before` saved last: entries of other kinds, which rows refer to."""
        return ()

    @abstractmethod
    def countries(self, pks: Collection[int]) -> dict[int, set[str]]:
        """The countries of entries."""

    @abstractmethod
    def countries_of(self, draft: Draft) -> set[str]:
        """The countries of a row."""


class Terms:
    """The values of a vocabulary by their keys and by their labels in any language."""

    def __init__(self, model: type[Term]) -> None:
        self.ids: dict[str, int] = {}
        for term in model.objects.in_order():
            for name in (*term.labels.values(), term.key):
                self.ids[folded(name)] = term.pk

    def find(self, text: str) -> int:
        """The id of one; RefusedValueError where there is none."""
        found = self.ids.get(folded(text))
        if found is None:
            raise RefusedValueError(_("The vocabulary does not have it."))
        return found
