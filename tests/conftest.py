"""What holds for every test."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings

settings.register_profile(
    "any machine", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")

LONG = {"browser", "matrix"}
"""The folders whose tests take longest."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that no process waits for another at the end.

    Those of the browser and of the matrix of access take longest; of all others, those with the
    most tests. Within a file, and among files that are alike in that, the order stays random.
    """
    sizes = Counter(item.path for item in items)
    items.sort(key=lambda item: (item.path.parent.name not in LONG, -sizes[item.path]))


@pytest.fixture(autouse=True)
def no_jobs_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Tests that commit leave no jobs to the next; Django empties its own tables only."""
    marker = request.node.get_closest_marker("django_db")
    if not marker or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers CASCADE")
