"""Whether somebody waits for what this connection holds."""

import time

import pytest
from django.db import connection

SECONDS = 180
WAITING = "SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"


def somebody_waits() -> bool:
    """Another connection stands before a lock of this one, at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone() is not None


def wait_until_somebody_waits() -> None:
    """Return once another connection is held up by this one."""
    give_up = time.monotonic() + SECONDS
    while not somebody_waits():
        if time.monotonic() > give_up:
            pytest.fail("Nobody waited: the two did not meet.")
        time.sleep(0.01)
