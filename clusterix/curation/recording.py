"""How versions of entries are written."""

from collections import defaultdict
from typing import Any

from simple_history.models import HistoricalRecords

from clusterix.curation.models import Entry


class Versions(HistoricalRecords):  # type: ignore[misc] # the library is untyped
    """The versions of an entry with what it has chosen, written in few queries.

    The library asks once a field for the columns that versions leave out, which nothing needs.
    """

    def create_historical_record_m2ms(self, history_instance: Any, instance: Entry) -> None:
        """Keep what the entry has chosen in its fields that hold many."""
        for field in history_instance._history_m2m_fields:  # noqa: SLF001 (no public name)
            record_choices(field, {instance.pk: history_instance})


def record_choices(field: Any, by_entry: dict[int, Any]) -> None:
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
