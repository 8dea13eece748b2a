"""A day on which everything is killed: nobody is lost, nobody comes twice, no place is sold twice.

Each client sends its form until it gets an answer that means something. `make faults` has the
day of 20,000 attempts.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any

import psycopg
import pytest

from clusterix.database import Server
from tests.faults import site
from tests.faults.ledger import Ledger, insist, send
from tests.faults.scale import DAY, SECONDS

pytestmark = [pytest.mark.alone, pytest.mark.django_db(transaction=True)]

CLIENTS = 64


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A migrated database on a server that may crash; what it acknowledges is on the disk."""
    server = Server(tmp_path)
    with server.in_use():
        python(server, "manage.py", "migrate", "--verbosity=0")
        yield server


def python(server: Server, *command: str) -> str:
    """What a command of the site printed, run on that server."""
    environment = site.environment(DATABASE_URL=server.url())
    command = (sys.executable, *command)
    done = subprocess.run(
        command, cwd=site.CHECKOUT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout


def faults(server: Server, web: site.Web, stack: ExitStack) -> dict[int, Callable[[], None]]:
    """After how many answers what happens, spread over the day."""
    rng = Random(1)

    def kill() -> None:
        if workers := web.workers():
            os.kill(rng.choice(workers), signal.SIGKILL)

    def restart() -> None:
        site.crash(server)
        stack.enter_context(server.in_use())

    def spread(times: int) -> list[int]:
        return rng.sample(range(1, DAY.attempts), times)

    return dict.fromkeys(spread(DAY.kills), kill) | dict.fromkeys(spread(DAY.restarts), restart)


def rows(server: Server, query: str) -> list[Any]:
    """What the database holds, asked without the site."""
    with psycopg.connect(server.conninfo("clusterix")) as connection:
        return [value for (value,) in connection.execute(query)]


def test_whatever_is_killed_exactly_the_places_are_taken_by_those_who_were_told_so(
    server: Server,
) -> None:
    told = json.loads(
        python(server, "-m", "tests.faults.prepare", str(DAY.places), str(DAY.attempts))
    )
    ledger = Ledger()
    until = time.monotonic() + SECONDS

    def attempt(number: int) -> tuple[str, int, int]:
        email = f"a{number}@example.org"
        fields = {
            "form_key": told["keys"][number],
            "consent": "on",
            "consent_version": told["consent"],
            "name": f"Somebody {number}",
            "email": email,
        }
        client = f"198.51.100.{number % 250}"
        return email, *insist(lambda: send(web.port, told["path"], fields, client), until)

    with (
        ExitStack() as stack,
        site.serving("clusterix.wsgi", DATABASE_URL=server.url(), TRUSTED_PROXIES="1") as web,
        ThreadPoolExecutor(CLIENTS) as crowd,
    ):
        happens = faults(server, web, stack)
        for count, (email, status, repeats) in enumerate(crowd.map(attempt, range(DAY.attempts))):
            ledger.told[email] = status
            ledger.repeats += repeats
            happens.get(count, lambda: None)()

        confirmed = rows(
            server, "SELECT email FROM registration_registration WHERE state = 'confirmed'"
        )
        written = rows(server, 'SELECT "to" FROM mail_message')

    assert ledger.undecided == {}
    assert ledger.repeats > 0
    assert sorted(confirmed) == sorted(ledger.taken)
    assert len(confirmed) == DAY.places
    assert sorted(written) == sorted(confirmed)
