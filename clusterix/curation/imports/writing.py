"""Writes what rows say: many at a time, and one by one where the database objects to some."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import DataError, IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from clusterix.curation.imports.kinds import COMMON, Draft, Kind
from clusterix.curation.imports.results import Outcome, Result
from clusterix.curation.imports.words import folded
from clusterix.curation.models import Entry, Partner, User
from clusterix.curation.recording import record

LONGEST_SLUG = 120
WAITING = (Entry.State.DRAFT, Entry.State.IN_REVIEW)


@dataclass(frozen=True)
class Order:
    """Who imports, for whom, why, and what is to become of it."""

    partner: Partner
    reason: str
    at: datetime
    user: User | None = None
    publish: bool = False
    dry_run: bool = False
    strict: bool = False


class Ledger(Protocol):
    """Keeps what an import does to entries, within its transaction."""

    def before(self, kind: Kind, changed: Sequence[Entry]) -> None:
        """These entries of a kind are about to change."""

    def after(self, kind: Kind, changed: Sequence[Entry], new: Sequence[Entry]) -> None:
        """These have changed, those are new, and so are `kind.saved()`; all with their rows."""


@dataclass
class Task:
    """A row, the entry that it is about, and what of it changes."""

    draft: Draft
    entry: Any
    is_new: bool
    changed: list[str]
    many: dict[str, list[Any]]
    parts: dict[str, list[dict[str, Any]]]

    @property
    def result(self) -> Result:
        """What becomes of the row."""
        outcome = Outcome.UPDATED if self.changed else Outcome.UNCHANGED
        return Result(
            self.draft.number,
            self.draft.key,
            Outcome.CREATED if self.is_new else outcome,
            () if self.is_new else tuple(self.changed),
            tuple(self.draft.remarks),
        )


class Writer:
    """Writes drafts of one kind of entry, within a transaction that the caller holds."""

    def __init__(self, kind: Kind, order: Order, ledger: Ledger | None = None) -> None:
        self.kind = kind
        self.order = order
        self.ledger = None if order.dry_run else ledger
        self.added = defaultdict[str, list[tuple[str, set[str]]]](list)

    def write(self, drafts: Sequence[Draft]) -> list[Result]:
        """What became of each; those that the database objects to are refused in words."""
        try:
            with transaction.atomic():
                return self._write(drafts, self._tasks(drafts))
        except (IntegrityError, DataError):
            self.kind.undone()
            return [self._alone(draft) for draft in drafts]

    def _alone(self, draft: Draft) -> Result:
        """The same for one row, looked at by its model first."""
        try:
            with transaction.atomic():
                tasks = self._tasks([draft])
                self._name([task for task in tasks if task.is_new])
                for task in tasks:
                    task.entry.full_clean()
                return self._write([draft], tasks)[0]
        except ValidationError as error:
            for name, messages in error.message_dict.items():
                place = "" if name == NON_FIELD_ERRORS else name
                draft.refuse(place, str(draft.columns.get(name, "")), " ".join(messages))
        except (IntegrityError, DataError):
            self.kind.undone()
            reason = _("The database refuses it: somebody else may be changing the same.")
            draft.refuse("", "", reason)
        return _refused(draft)

    def _write(self, drafts: Sequence[Draft], tasks: Sequence[Task]) -> list[Result]:
        """Save what differs, and what is to be known of it later."""
        needed = [task for task in tasks if task.is_new or task.changed]
        self.kind.before([task.draft for task in needed], self.order.reason, self.order.user)
        new = [task for task in needed if task.is_new]
        old = [task for task in needed if not task.is_new]
        self._name([task for task in new if not task.entry.slug])
        if self.ledger:
            self.ledger.before(self.kind, [task.entry for task in old])
        model = self.kind.model
        model.unscoped.bulk_create([task.entry for task in new])
        self._update(old)
        for name in self.kind.many:
            self._point(name, needed)
        for name, part in self.kind.parts.items():
            part.model.objects.bulk_create(
                part.model(**{part.parent: task.entry}, **columns)
                for task in needed
                for columns in task.parts.get(name, [])
            )
        if not self.order.dry_run:
            self._record([task.entry for task in new], [task.entry for task in old])
        results = {task.draft.number: task.result for task in tasks}
        return [results.get(draft.number) or _refused(draft) for draft in drafts]

    def _record(self, new: Sequence[Entry], changed: Sequence[Entry]) -> None:
        """One version in the history for each entry, and a line in the ledger."""
        model, order = self.kind.model, self.order
        record(model, new, order.user, order.reason, is_update=False)
        record(model, changed, order.user, order.reason, is_update=True)
        if self.ledger:
            self.ledger.after(self.kind, changed, new)

    def _tasks(self, drafts: Iterable[Draft]) -> list[Task]:
        """What is to be done about each draft that is not refused."""
        wanted = [draft for draft in drafts if not draft.is_refused]
        keys = [draft.key for draft in wanted]
        rows = self.kind.model.unscoped.filter(key__in=keys).order_by("key")
        present = {entry.key: entry for entry in rows.select_for_update(of=("self",))}
        related = _Related(self.kind, [entry.pk for entry in present.values()])
        tasks = []
        for draft in wanted:
            entry = present.get(draft.key)
            task = self._change(draft, entry, related) if entry else self._addition(draft)
            if not draft.is_refused:
                tasks.append(task)
        self._flag([task.draft for task in tasks if task.is_new])
        return tasks

    def _addition(self, draft: Draft) -> Task:
        """A new entry; refused where a field that it needs is empty."""
        model = self.kind.model
        for field in model._meta.concrete_fields:
            needed = field.name in self.kind.columns and not (field.blank or field.has_default())
            if needed and field.attname not in draft.columns:
                draft.refuse("", "", _("“%(name)s” is missing.") % {"name": field.verbose_name})
        entry = model(
            key=draft.key,
            owner=self.order.partner,
            created_by=self.order.user,
            **draft.columns,
        )
        self._publish(draft, entry)
        parts = {name: self.kind.parts[name].fresh(rows, ()) for name, rows in draft.parts.items()}
        return Task(draft, entry, True, [], draft.many, parts)

    def _change(self, draft: Draft, entry: Any, related: "_Related") -> Task:
        """What a row says that an entry does not: values are replaced, lists only added to."""
        user = self.order.user
        if entry.owner_id != self.order.partner.pk:
            draft.refuse("", draft.key, _("This key belongs to an entry of another partner."))
        elif user and not user.can_change(entry):
            draft.refuse("", draft.key, _("You may not change this entry as it stands."))
        changed = [name for name, value in draft.columns.items() if getattr(entry, name) != value]
        for name in changed:
            setattr(entry, name, draft.columns[name])
        changed = [entry._meta.get_field(name).name for name in changed]
        changed += ["state"] if self._publish(draft, entry) else []
        many, parts = related.missing(draft, entry.pk)
        return Task(draft, entry, False, [*changed, *many, *parts], many, parts)

    def _publish(self, draft: Draft, entry: Entry) -> bool:
        """Make it public where that was asked for; whether it was not yet."""
        if not self.order.publish or entry.state not in WAITING:
            return False
        if self.order.user and not self.order.user.can_publish(entry):
            draft.refuse("", "", _("You may not publish for this partner."))
        entry.state = Entry.State.PUBLISHED
        entry.published_at = entry.published_at or self.order.at
        return True

    def _flag(self, drafts: Sequence[Draft]) -> None:
        """Remark upon new entries that look like others, of the same name in the same country."""
        kind = self.kind
        names = {draft.number: folded(draft.columns[kind.name]) for draft in drafts}
        alike = {pk for name in names.values() for pk in kind.namesakes.get(name, ())}
        countries = kind.countries(alike) if alike else {}
        keys = dict(kind.model.unscoped.filter(pk__in=alike).values_list("pk", "key"))
        for draft in drafts:
            name, own = names[draft.number], kind.countries_of(draft)
            there = [(keys[pk], countries.get(pk, set())) for pk in kind.namesakes.get(name, ())]
            before = [other for other in self.added[name] if other[0] != draft.key]
            for key, others in [*there, *before]:
                if own & others or not own or not others:
                    reason = _("“%(key)s” is called so too: perhaps it is the same.")
                    called = draft.columns[kind.name]
                    draft.remark(kind.name, called, reason % {"key": key}, twin=key)
            self.added[name].append((draft.key, own))

    def _name(self, tasks: Sequence[Task]) -> None:
        """Give new entries addresses that nobody has: from their names, or with their keys too."""
        names = {
            task.draft.number: slugify(task.draft.columns[self.kind.name])[:LONGEST_SLUG].strip("-")
            for task in tasks
        }
        rows = self.kind.model.unscoped.filter(slug__in=names.values())
        taken = {*rows.values_list("slug", flat=True), *self.kind.model.reserved}
        for task in tasks:
            slug, key = names[task.draft.number], task.draft.key
            if not slug or slug in taken:
                slug = f"{slug[: max(0, LONGEST_SLUG - len(key) - 1)]}-{key}".strip("-")
            task.entry.slug = slug
            taken.add(slug)

    def _update(self, tasks: Sequence[Task]) -> None:
        """Save the columns of entries that are there: an insert that meets them updates them."""
        model = self.kind.model
        made = {task.entry.pk: task.entry.created_at for task in tasks}
        columns = [*self.kind.columns, *COMMON, "state", "published_at", "updated_at"]
        if tasks:
            model.unscoped.bulk_create(
                [task.entry for task in tasks],
                update_conflicts=True,
                unique_fields=["pk"],
                update_fields=columns,
            )
        for task in tasks:
            task.entry.created_at = made[task.entry.pk]

    def _point(self, name: str, tasks: Sequence[Task]) -> None:
        """Save what entries point to."""
        field = self.kind.model._meta.get_field(name)
        own, other = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        through = field.remote_field.through
        through.objects.bulk_create(
            through(**{own: task.entry.pk, other: pk})
            for task in tasks
            for pk in task.many.get(name, [])
        )


class _Related:
    """What entries point to and hold already, read once for all of them."""

    def __init__(self, kind: Kind, pks: Sequence[int]) -> None:
        self.kind = kind
        self.many = {name: self._pointed(name, pks) for name in kind.many if pks}
        self.parts = {name: self._held(name, pks) for name in kind.parts if pks}

    def _pointed(self, name: str, pks: Sequence[int]) -> dict[int, set[Any]]:
        field = self.kind.model._meta.get_field(name)
        own, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        found = defaultdict[int, set[Any]](set)
        rows = field.remote_field.through.objects.filter(**{f"{own}__in": pks})
        for pk, target in rows.values_list(own, other):
            found[pk].add(target)
        return found

    def _held(self, name: str, pks: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
        part = self.kind.parts[name]
        found = defaultdict[int, list[tuple[Any, ...]]](list)
        rows = part.model.objects.filter(**{f"{part.parent}__in": pks})
        for pk, *same in rows.values_list(part.parent, *part.same):
            found[pk].append(tuple(same))
        return found

    def missing(
        self, draft: Draft, pk: int
    ) -> tuple[dict[str, list[Any]], dict[str, list[dict[str, Any]]]]:
        """What a row says that the entry does not have, by field; nothing where it has all."""
        many = {
            name: [target for target in targets if target not in self.many[name][pk]]
            for name, targets in draft.many.items()
        }
        parts = {
            name: self.kind.parts[name].fresh(rows, self.parts[name][pk])
            for name, rows in draft.parts.items()
        }
        return (
            {name: found for name, found in many.items() if found},
            {name: found for name, found in parts.items() if found},
        )


def _refused(draft: Draft) -> Result:
    return Result(draft.number, draft.key, Outcome.REFUSED, (), tuple(draft.remarks))
