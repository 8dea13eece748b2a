"""The history of entries that are written many at a time."""

from collections.abc import Sequence
from typing import Any

from clusterix.curation.history import choices_recorded
from clusterix.curation.models import User
from clusterix.curation.recording import record_choices

LONGEST_REASON = 100


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
        record_choices(model._meta.get_field(name), by_entry)
    return list(by_entry.values())


def record_deletion(model: Any, entries: Sequence[Any], user: User | None, reason: str) -> None:
    """Add a last version for each entry, which is about to go."""
    last = record(model, entries, user, reason, is_update=True)
    model.history.filter(pk__in=[version.pk for version in last]).update(history_type="-")
