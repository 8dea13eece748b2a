"""How versions of entries are written: one with its entry, or those of many at a time."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from simple_history.models import HistoricalRecords

from clusterix.curation.history import choices_recorded
from clusterix.curation.models import Entry, User

LONGEST_REASON = 100


class Versions(HistoricalRecords):  # type: ignore[misc] # the library is untyped
    """The versions of an entry with what it has chosen, written in few queries.

    The library asks once a field for the columns that versions leave out, which nothing needs.
    """

    def create_historical_record_m2ms(self, history_instance: Any, instance: Entry) -> None:
        """Keep what the entry has chosen in its fields that hold many."""
        for field in history_instance._history_m2m_fields:  # noqa: SLF001 (no public name)
            _record_choices(field, {instance.pk: history_instance})


def record(
    model: Any, entries: Sequence[Any], user: User | None, reason: str, *, is_update: bool
) -> list[Any]:
    """Add a version for each entry as it is now stored, with all that it points to."""
    if not entries:
        return []
    versions = model.history.bulk_history_create(
        entries,
        update=is_update,
        default_user=user,
        default_change_reason=reason[:LONGEST_REASON],
    )
    by_entry = {version.id: version for version in versions}
    for name in sorted(choices_recorded(model)):
        _record_choices(model._meta.get_field(name), by_entry)
    return list(by_entry.values())


def record_deletion(model: Any, entries: Sequence[Any], user: User | None, reason: str) -> None:
    """Add a last version for each entry, which is about to go."""
    last = record(model, entries, user, reason, is_update=True)
    model.history.filter(pk__in=[version.pk for version in last]).update(history_type="-")


def _record_choices(field: Any, by_entry: dict[int, Any]) -> None:
    """Add to versions what their entries point to through one field."""
    through = field.remote_field.through
    own = f"{field.m2m_field_name()}_id"
    kept = getattr(next(iter(by_entry.values())), field.name).model
    columns = [column.attname for column in through._meta.concrete_fields]
    found = through.objects.filter(**{f"{own}__in": list(by_entry)}).order_by("pk")
    rows = defaultdict[int, list[dict[str, Any]]](list)
    for row in found.values(*columns):
        rows[row[own]].append(row)
    kept.objects.bulk_create(
        kept(history=version, **row) for pk, version in by_entry.items() for row in rows[pk]
    )
