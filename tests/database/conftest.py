"""Private servers of the tests' own, beside the one that the suite runs on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clusterix.database import Server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server that was never started; it is stopped when the test ends."""
    server = Server(tmp_path / ".data", durable=False)
    yield server
    server.stop()
