"""What the tests of faults share: data that is really committed, and goes away again."""

from collections.abc import Iterator

import pytest
from django.db import connection


@pytest.fixture
def no_jobs(transactional_db: None) -> Iterator[None]:
    """Jobs that a test leaves behind are gone after it; Django empties the other tables."""
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
