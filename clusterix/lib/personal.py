"""How the apps declare what they hold about people: what for, how long, and how it goes again.

Each app has a `personal.py`; `clusterix.privacy.registry` puts them together.
"""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import Enum
from functools import cached_property, reduce
from operator import or_
from typing import Any, Self

from django.core.validators import validate_email
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Cast, Lower, Trim, TruncDay
from django.db.models.lookups import Exact
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise
Rows = models.QuerySet[Any]
Done = dict[str, list[Any]]
"""By model, the keys of the rows of which something was erased."""

LONGEST_ADDRESS = 254
SHORTEST_NAME = 3
STRUCK_OUT = "[erased]"
JOINER = "\u2060?"
"""What our mails put into addresses so that no mail program makes links of them."""


class Fate(Enum):
    """What erasure does to a field."""

    DELETED = _("deleted")
    EMPTIED = _("emptied")
    REPLACED = _("replaced by something random")
    COARSENED = _("rounded to the day")
    STRUCK_OUT = _("the address is struck out of it")
    KEPT = _("kept")


@dataclass(frozen=True)
class Subject:
    """A person as we know them: by an address, and by the names that go with it."""

    email: str
    names: frozenset[str] = frozenset()

    @classmethod
    def of(cls, written: str) -> Self:
        """Whoever has that address, however it is written; ValidationError if it is none."""
        email = written.strip().lower() if len(written) <= 2 * LONGEST_ADDRESS else ""
        validate_email(email if email.isprintable() else "")
        return cls(email)

    def known_as(self, names: Iterable[str]) -> "Subject":
        """The same person, with those names."""
        return Subject(self.email, frozenset(name for name in names if len(name) >= SHORTEST_NAME))

    @cached_property
    def pattern(self) -> str:
        """The address in any text of ours, as PostgreSQL and Python both understand it.

        Not as a part of another address.
        """
        return rf"(?<![\w.%+-]){spelt(self.email)}(?![\w-]|{JOINER}\.\w)"

    @cached_property
    def name_pattern(self) -> str:
        """The address or one of the names."""
        names = sorted(self.names, key=lambda name: (-len(name), name))
        return "|".join([self.pattern, *(rf"(?<!\w){spelt(name)}(?!\w)" for name in names)])

    def written_in(self, column: str) -> Any:
        """The condition that a column holds the address, however it is written."""
        return Exact(Lower(Trim(F(column))), Lower(Value(self.email)))

    def mentioned_in(self, *columns: str) -> Q:
        """The condition that one of these columns has the address somewhere in its text."""
        return reduce(or_, (Q(**{f"{as_text(name)}__iregex": self.pattern}) for name in columns))


def spelt(words: str) -> str:
    """A pattern for words as texts, pages, mails and JSON spell them."""
    return JOINER.join(_letter(letter) for letter in words)


def _letter(letter: str) -> str:
    ways = {letter: 0, html.escape(letter): 0, json.dumps(letter)[1:-1]: 0}
    return "|".join(map(re.escape, ways)).join(("(?:", ")") if len(ways) > 1 else ("", ""))


def every_row(model: type[models.Model]) -> Rows:
    """All rows of a table, also those that its default manager keeps back."""
    rows: Rows = model._base_manager.all()  # noqa: SLF001 (Django documents it under this name)
    return rows


def as_text(column: str) -> str:
    """The name under which `texts` annotates a column as text."""
    return f"{column}_as_text"


def mentioning(rows: Rows, columns: Iterable[str], subject: Subject) -> Rows:
    """Those of the rows in which one of the columns mentions the address."""
    columns = list(columns)
    texts = {as_text(name): _text(rows.model._meta.get_field(name)) for name in columns}
    found: Rows = rows.alias(**texts).filter(subject.mentioned_in(*columns))
    return found


def _text(field: Any) -> Any:
    """A column as text; of a file, what of it is text."""
    if isinstance(field, models.BinaryField):
        bytewise = F(field.name), Value("escape")
        return Func(*bytewise, function="encode", output_field=models.TextField())
    return Cast(field.name, models.TextField())


def strike_out(rows: Rows, columns: Iterable[str], pattern: str) -> list[Any]:
    """Strike what the pattern finds out of these texts; the rows it was found in."""
    found = re.compile(pattern, re.IGNORECASE)
    names = list(columns)
    struck = []
    for row in rows.order_by("pk").only("pk", *names):
        texts = {name: found.sub(STRUCK_OUT, getattr(row, name) or "") for name in names}
        new = {name: text for name, text in texts.items() if text != (getattr(row, name) or "")}
        if new:
            bounded = {name: text[: _bound(row, name)] for name, text in new.items()}
            every_row(type(row)).filter(pk=row.pk).update(**bounded)
            struck.append(row.pk)
    return struck


def _bound(row: models.Model, name: str) -> int | None:
    bound: int | None = getattr(row._meta.get_field(name), "max_length", None)
    return bound


def day(moment: datetime) -> datetime:
    """The midnight before it."""
    return datetime.combine(moment.date(), time.min, moment.tzinfo)


def coarsened(*columns: str) -> Mapping[str, Any]:
    """What an update sets so that these columns say the day and no time.

    So nothing else that happened in the same second, and was noted elsewhere, leads to the row.
    """
    return {name: TruncDay(name) for name in columns}


@dataclass(frozen=True)
class Fields:
    """Personal fields of a table that share what becomes of them.

    A purpose of their own is said where that of the whole holding says too little. What is not
    told opens something, so that a copy of it would be a danger to whom it is about.
    """

    spaced: str
    """Their names, with a space between."""
    fate: Fate
    purpose: Words = ""
    because: Words = ""
    is_told: bool = True
    said: Words = ""
    """What people call them, where their labels are of no use to them."""

    @property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return tuple(self.spaced.split())


@dataclass(frozen=True)
class Part:
    """A table whose rows belong to those of another, by a column that leads there."""

    model: str
    link: str
    fields: tuple[Fields, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table that holds personal data, and which of its rows are about somebody.

    `columns` names those that are exported, where not all of them are about the person.
    """

    model: str
    fields: tuple[Fields, ...]
    rows: Callable[[Subject], Rows]
    parts: tuple[Part, ...] = ()
    columns: tuple[str, ...] = ()

    @property
    def kept(self) -> Iterator[Fields]:
        """The fields that erasure leaves, each with its reason."""
        return (group for group in self.fields if group.fate is Fate.KEPT)


@dataclass(frozen=True)
class Purge:
    """What goes once its time is over: `rows` says what is due, `run` lets it go."""

    what: Words
    rows: Callable[[datetime], Rows]
    run: Callable[[datetime], int]


def nothing(_subject: Subject, _at: datetime) -> Done:
    """Erase nothing: what is held must stay, and says why."""
    return {}


def nameless(_subject: Subject) -> Iterable[str]:
    """No names go with an address there."""
    return ()


@dataclass(frozen=True)
class Holding:
    """Something that the site holds about people, in one table or several.

    `erase` lets go of what is about somebody, in as many transactions as its own rules ask for,
    and finds nothing the second time. Where those are durable, `rehearse` does the same to the
    rows in the caller's transaction, which is then undone.
    """

    name: str
    title: Words
    purpose: Words
    retention: Words
    tables: tuple[Table, ...]
    erase: Callable[[Subject, datetime], Done] = nothing
    rehearse: Callable[[Subject, datetime], Done] | None = None
    names: Callable[[Subject], Iterable[str]] = nameless
    purges: tuple[Purge, ...] = ()
