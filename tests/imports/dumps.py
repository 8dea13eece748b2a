"""All that the database holds, as tests of undoing compare it."""

from django.db import connection

Rows = dict[str, list[str]]

APART = (
    "batches_%",  # imports remember themselves
    "procrastinate_%",
    "django_%",
    "%\\_historical%",  # an undoing is history too
    "initiatives_change",  # which transactions changed anything
    "curation_knownword",  # words that were public once are still offered, and swept by themselves
    "pg_%",
)


def everything() -> Rows:
    """Each row of each table as PostgreSQL writes it, but for what only ever grows."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'"
            " AND table_type = 'BASE TABLE' AND NOT table_name LIKE ANY (%s) ORDER BY 1",
            [list(APART)],
        )
        tables = [name for (name,) in cursor.fetchall()]
        return {name: rows(name) for name in tables}


def rows(table: str) -> list[str]:
    """The rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
        return [text for (text,) in cursor.fetchall()]


def differences(before: Rows, after: Rows) -> set[str]:
    """The tables that are not the same."""
    return {name for name in before if before[name] != after[name]}
