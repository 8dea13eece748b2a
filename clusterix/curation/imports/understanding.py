"""From the cells of a row to what an entry would be made of, and what there is to say about it."""

from collections.abc import Sequence
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from clusterix.curation.imports.kinds import Draft, Kind
from clusterix.curation.imports.mappings import REFUSE, Plan, Row, Rule
from clusterix.curation.imports.values import RefusedValueError

LONGEST_KEY = 100


class Reader:
    """Understands the rows of a table by a mapping."""

    def __init__(self, kind: Kind, plan: Plan, source: Sequence[dict[str, Any]]) -> None:
        self.kind = kind
        self.plan = plan
        self.source = source
        self.seen: dict[str, int] = {}

    def draft(self, number: int, row: Row) -> Draft:
        """What a row says."""
        draft = Draft(number, self.key(row))
        self.tell_apart(draft)
        for name, rule in self.plan.fields.items():
            self.field(draft, name, rule, row)
        for name, reason in list(self.kind.disagreements(draft.columns)):
            rule = self.plan.fields.get(name, Rule())
            self.fail(draft, rule, name, str(draft.columns.pop(name)), reason)
        if self.source:
            draft.parts["sources"] = list(self.source)
        self.kind.complete(draft)
        return draft

    def key(self, row: Row) -> str:
        """The stable name of a row's entry; empty where the row has none."""
        value = next(iter(self.plan.key.pick(row).values), "")
        return f"{self.plan.key.prefix}{slugify(value)}" if slugify(value) else ""

    def tell_apart(self, draft: Draft) -> None:
        """A row without a key, or with that of a row before it, is refused."""
        column = ", ".join(self.plan.key.columns)
        first = self.seen.setdefault(draft.key, draft.number)
        if not draft.key:
            draft.refuse(column, "", _("There is no key, so the row cannot be known again."))
        elif len(draft.key) > LONGEST_KEY:
            draft.refuse(column, draft.key, _("The key is longer than 100 characters."))
        elif first != draft.number:
            draft.refuse(column, draft.key, _("Row %(row)d has this key.") % {"row": first})

    def field(self, draft: Draft, name: str, rule: Rule, row: Row) -> None:
        """Read one field of a row."""
        picked = rule.pick(row)
        if picked.left_out:
            reason = _("This is no web address. It was left out.")
            draft.remark(_place(rule, name), picked.left_out, reason)
        if name in self.kind.many:
            found = [self.value(draft, rule, name, text, row) for text in picked.values]
            draft.many[name] = list(dict.fromkeys(pk for pk in found if pk is not None))
        elif name in self.kind.parts:
            rows = [self.value(draft, rule, name, text, row) for text in picked.values]
            draft.parts[name] = [columns for columns in rows if columns is not None]
        elif len(picked.values) > 1:
            reason = _("There are several values. Say which to take.")
            self.fail(draft, rule, name, rule.cell(row), reason)
        elif picked.values:
            value = self.value(draft, rule, name, picked.values[0], row)
            if value is not None:
                draft.columns[self.kind.model._meta.get_field(name).attname] = value

    def value(self, draft: Draft, rule: Rule, name: str, text: str, row: Row) -> Any:
        """What a text stands for; None where it stands for nothing, which is remarked upon."""
        try:
            if name in self.kind.many:
                value, note = self.kind.point(name, text)
            elif name in self.kind.parts:
                value, note = self.kind.rows(name, text, rule, row)
            else:
                value, note = self.kind.column(name, text, rule)
        except RefusedValueError as error:
            self.fail(draft, rule, name, text, str(error))
            return None
        if note:
            draft.remark(_place(rule, name), text, note, is_minor=True)
        return value

    def fail(self, draft: Draft, rule: Rule, name: str, text: str, reason: str) -> None:
        """Leave out the value or the row, as the mapping says."""
        if rule.on_error == REFUSE:
            draft.refuse(_place(rule, name), text, reason)
        else:
            left_out = _("It was left out.")
            draft.remark(_place(rule, name), text, f"{reason} {left_out}")


def _place(rule: Rule, name: str) -> str:
    """How a remark calls where a value stands."""
    return ", ".join(rule.columns) or name
