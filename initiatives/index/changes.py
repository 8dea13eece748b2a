"""Which changes of the catalogue an index has not seen.

Each transaction that changes what the catalogue is searched by notes its own number, by triggers,
in a table where nobody has to wait for anybody. A number that is there now, and that PostgreSQL
would not have shown when the index was built, is a change that the index does not have.
"""

from typing import NamedTuple

from django.db import connection

LOOK = """
SELECT pg_current_xact_id_if_assigned() IS NOT NULL, EXISTS (
    SELECT FROM initiatives_change
    WHERE xid >= pg_snapshot_xmin(%(seen)s::pg_snapshot)
        AND xid < pg_snapshot_xmax(pg_current_snapshot())
        AND NOT pg_visible_in_snapshot(xid, %(seen)s::pg_snapshot)
)
"""
"""The first two conditions spare the index of the table all that is old, and all numbers that a
restored dump brought along from another server."""

MARK = "UPDATE initiatives_change SET seen_at = now() WHERE seen_at IS NULL"
FORGET = "DELETE FROM initiatives_change WHERE seen_at < now() - interval '1 day'"


class Look(NamedTuple):
    """What this connection sees."""

    has_written: bool
    """Its transaction changed something, which nobody else may see yet."""
    has_news: bool
    """Something was committed that was not seen before."""


def look(snapshot: str | None) -> Look:
    """What there is now that was not to be seen in that snapshot."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, {"seen": snapshot})
        return Look(*cursor.fetchone())


def forget() -> None:
    """Delete the notes that everybody could see a day ago, marked then: by now all have looked."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET)
        cursor.execute(MARK)
