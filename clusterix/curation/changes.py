"""What changed last on the public page of an entry, as its readers are told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Min, OuterRef, Window
from django.db.models.functions import JSONObject, Lag

from clusterix.curation.history import UNSEEN_FIELDS, choices_recorded
from clusterix.curation.models import Entry

UNTOLD = UNSEEN_FIELDS | {"id", "key", "slug", "owner", "state", "published_at", "last_verified_on"}

NEW_FOR = timedelta(days=1)
"""What is put right so soon after a page was first public belongs to its first version."""


@dataclass(frozen=True, slots=True)
class LastChange:
    """When a page last changed before everyone's eyes, and in what: never what it said."""

    at: datetime
    labels: list[str]

    def __str__(self) -> str:
        return ", ".join(self.labels)


def last_change(entry: Entry) -> LastChange | None:
    """The latest difference between two versions that were public; None where there is none.

    One query, however long the history is. What was drafted, proposed or archived in between
    counts from the moment on which it is public.
    """
    kind = type(entry)
    fields = told(kind)
    public = kind.history.filter(id=entry.pk, state=Entry.State.PUBLISHED)
    compared = public.annotate(
        content=content(kind, fields),
        before=Window(Lag("content"), order_by=["history_date", "history_id"]),
        first=Window(Min("history_date")),
    )
    later = compared.filter(history_date__gt=F("first") + NEW_FOR)
    latest = later.exclude(content=F("before")).order_by("-history_date", "-history_id")
    row = latest.values_list("history_date", "content", "before").first()
    if row is None:
        return None
    at, now, then = row
    changes = [field for name, field in fields.items() if now[name] != then[name]]
    return LastChange(at, [str(field.verbose_name) for field in changes])


def told(kind: type[Entry]) -> dict[str, Any]:
    """The fields of a kind of entry whose changes readers hear of, in the order of the form."""
    recorded = {field.name for field in kind.history.model.tracked_fields}
    names = (recorded | choices_recorded(kind)) - UNTOLD - kind.untold
    fields = [*kind._meta.fields, *kind._meta.many_to_many]
    return {field.name: field for field in fields if field.name in names}


def content(kind: type[Entry], fields: dict[str, Any]) -> JSONObject:
    """All that a version says in those fields."""
    chosen = choices_recorded(kind)
    return JSONObject(
        **{
            name: _chosen(kind, field) if name in chosen else F(field.attname)
            for name, field in fields.items()
        }
    )


def _chosen(kind: type[Entry], field: Any) -> ArraySubquery:
    """What a version has chosen in a field that holds many."""
    rows: Any = getattr(kind.history.model, field.name).model
    target = field.m2m_reverse_field_name()
    mine = rows.objects.filter(history=OuterRef("pk"))
    return ArraySubquery(mine.order_by(target).values(target))
