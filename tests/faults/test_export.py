"""Files of the catalogue, in a real web server: how much they hold, and whom they wait for."""

import re
import socket
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.db import connection

from initiatives.models import Initiative
from tests.factories import InitiativeFactory, PartnerFactory
from tests.faults.site import serving

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

STRANGER = {"Host": "testserver"}
ENTRIES = 4_000
LETTERS = 15_000
MEGABYTE = 1_000_000
MOST_GROWTH = 50 * MEGABYTE
SECONDS = 60


@pytest.fixture
def large_catalogue() -> None:
    """Sixty megabytes of entries, in a text that search does not look at: quickly made."""
    owner = PartnerFactory.create()
    Initiative.unscoped.bulk_create(
        InitiativeFactory.build_batch(ENTRIES, owner=owner, further_information="." * LETTERS)
    )


def get(port: int, address: str) -> bytes:
    """What the site answers, read to its end."""
    line = HTTPConnection("127.0.0.1", port, timeout=SECONDS)
    line.request("GET", address, headers=STRANGER)
    body = line.getresponse().read()
    line.close()
    return body


def most_memory(pid: int) -> int:
    """The most that a process has held in memory so far, in bytes."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    assert found
    return int(found[1]) * 1024


def wait_until_nothing_is_open() -> None:
    """Return once no other connection is in the middle of anything."""
    deadline = time.monotonic() + SECONDS
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND state <> 'idle'"
            )
            if not cursor.rowcount:
                return
            time.sleep(0.1)
    pytest.fail("Something stayed open in the database.")


def test_a_file_needs_no_more_memory_for_being_long(large_catalogue: None) -> None:
    with serving("clusterix.wsgi", processes=1, threads=1) as web:
        get(web.port, "/initiatives/export.csv?q=nothing")
        (worker,) = web.workers()
        before = most_memory(worker)

        body = get(web.port, "/initiatives/export.csv")

        assert len(body) > ENTRIES * LETTERS
        assert most_memory(worker) - before < MOST_GROWTH


def begin(port: int) -> socket.socket:
    """A reader who has the first bytes of a file and does not read on."""
    reader = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    reader.sendall(b"GET /initiatives/export.csv HTTP/1.1\r\nHost: testserver\r\n\r\n")
    assert reader.recv(1_000).startswith(b"HTTP/1.1 200 OK")
    return reader


def test_whoever_reads_slowly_or_goes_away_leaves_nothing_open(large_catalogue: None) -> None:
    with serving("clusterix.wsgi", processes=1, threads=2) as web:
        for _more_than_there_are_threads in range(3):
            reader = begin(web.port)
            wait_until_nothing_is_open()
            meanwhile = get(web.port, "/initiatives/export.csv?q=nothing")
            reader.close()

        wait_until_nothing_is_open()
        after = get(web.port, "/initiatives/export.csv?q=nothing")

        assert after == meanwhile
        assert after.startswith(b'\xef\xbb\xbf"key",')
