"""Which column is which field, as people choose it on a page: guessed, remembered, written down.

What is chosen becomes a mapping file, so that page and command read tables by the same words.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from clusterix.curation.batches.models import ImportBatch
from clusterix.curation.imports.kinds import Kind
from clusterix.curation.imports.mappings import REFUSE, Plan, RefusedError, parsed
from clusterix.curation.imports.tables import Wishes
from clusterix.curation.imports.words import folded
from clusterix.lib.partial_dates import PartialDateField

KEY = "key"
FORMATS = ["%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%m.%Y", "%m/%Y"]
"""How dates are written in Europe, besides 2016, 2016-06 and 2016-06-21."""
BETWEEN_VALUES = [";", "\n", "|"]
ALSO_CALLED = {
    KEY: "id identifier nr no number code",
    "title": "name label",
    "name": "title organisation organization",
    "summary": "abstract short_description",
    "description": "text long_description details",
    "website": "url homepage web link site",
    "kind": "type category",
    "regions": "region country countries nuts geography",
    "region": "country nuts",
    "start": "begin from start_date year",
    "end": "until to end_date",
    "organisations": "organisation owner organization",
    "links": "urls",
    "themes": "theme topic topics tags",
    "ecosystems": "ecosystem sector sectors",
    "target_groups": "target_group target audience",
}
"""What columns are often called, by field, as single words."""


@dataclass
class Choices:
    """What somebody says of a table's columns."""

    fields: dict[str, str] = field(default_factory=dict)
    """By column, the field it is."""
    constants: dict[str, str] = field(default_factory=dict)
    """By field, the value of every row."""
    prefix: str = ""
    on_error: str = REFUSE

    def as_file(self, kind: type[Kind], wishes: Wishes) -> str:
        """The same as the text of a mapping file."""
        how = {
            "encoding": wishes.encoding,
            "delimiter": wishes.delimiter,
            "sheet": wishes.sheet,
        }
        key = next((column for column, name in self.fields.items() if name == KEY), "")
        rules = {
            name: rule(kind, name, column) for column, name in self.fields.items() if name != KEY
        }
        rules |= {name: {"constant": value} for name, value in self.constants.items()}
        told: dict[str, Any] = {"file": {name: word for name, word in how.items() if word}}
        told |= {
            "on_error": self.on_error,
            "key": {"column": key, "prefix": self.prefix} if self.prefix else key,
            "fields": rules,
        }
        given = {name: part for name, part in told.items() if part}
        return yaml.safe_dump(given, allow_unicode=True, sort_keys=False, width=1_000)


def rule(kind: type[Kind], name: str, column: str) -> Any:
    """How a column is read as a field: lists are divided, dates read as Europeans write them."""
    if name in kind.many or name in kind.parts:
        return {"column": column, "split": BETWEEN_VALUES}
    is_date = isinstance(kind.model._meta.get_field(name), PartialDateField | models.DateField)
    return {"column": column, "formats": FORMATS} if is_date else column


def labels(kind: type[Kind]) -> dict[str, str]:
    """What fields are called, the key first."""
    return {KEY: _("Key, by which it is known again")} | {
        name: capfirst(_label(kind, name)) for name in kind.fields()
    }


def _label(kind: type[Kind], name: str) -> str:
    if name in kind.parts:
        return str(kind.parts[name].model._meta.verbose_name_plural)
    return str(kind.model._meta.get_field(name).verbose_name)


def needed(kind: type[Kind]) -> list[str]:
    """The fields without which there is no entry."""
    fields = (kind.model._meta.get_field(name) for name in kind.columns)
    return [field.name for field in fields if not (field.blank or field.has_default())]


def choosable(kind: type[Kind]) -> dict[str, list[tuple[str, str]]]:
    """The needed fields that have few values, each with them: one may hold for every row."""
    fields = (kind.model._meta.get_field(name) for name in needed(kind))
    return {field.name: list(field.flatchoices) for field in fields if field.flatchoices}


def guess(kind: type[Kind], columns: Iterable[str]) -> dict[str, str]:
    """By column, the field that it likely is, going by its name; each field once."""
    names: dict[str, str] = {}
    for name, label in labels(kind).items():
        for word in (name, label, *ALSO_CALLED.get(name, "").split()):
            names.setdefault(folded(word.replace("_", " ")), name)
    found: dict[str, str] = {}
    for column in columns:
        name = names.get(folded(column.replace("_", " ")), "")
        if name and name not in found.values():
            found[column] = name
    return found


def chosen(plan: Plan) -> Choices:
    """What a mapping says, as far as the page can show it."""
    found = Choices(prefix=plan.key.prefix, on_error=plan.key.on_error)
    for name, one in {KEY: plan.key, **plan.fields}.items():
        if one.constant:
            found.constants[name] = one.constant
        for column in one.columns[:1]:
            found.fields.setdefault(column, name)
    return found


def plan_of(batch: ImportBatch) -> Plan:
    """The mapping of an import; RefusedError names its mistakes."""
    return parsed(batch.mapping.encode(), batch.mapping_name, batch.kind.fields())


def remembered(batch: ImportBatch) -> ImportBatch | None:
    """The last import of this partner whose mapping goes with the columns of this one."""
    columns = set(batch.seen["columns"])
    for other in ImportBatch.objects.with_mapping(batch)[:20]:
        try:
            if plan_of(other).columns <= columns:
                return other
        except RefusedError:
            continue
    return None


def proposed(batch: ImportBatch) -> Choices:
    """What the page shows first: the mapping in use, one that is remembered, or a guess."""
    with_mapping = batch if batch.mapping else remembered(batch)
    if with_mapping:
        return chosen(plan_of(with_mapping))
    return Choices(guess(batch.kind, batch.seen["columns"]))


def missing(kind: type[Kind], names: Collection[str], constants: Mapping[str, str]) -> list[str]:
    """What those fields are called that an entry needs and nobody says."""
    told = labels(kind)
    lacking = [name for name in (KEY, *needed(kind)) if name not in {*names, *constants}]
    return [told[name] for name in lacking]
