"""How many people can register a second, beside bare transactions of the same shape."""

import http.client
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from urllib.parse import urlencode, urlsplit

import psycopg

from bench import site
from bench.measure import CONNECTIONS, MOST_SECONDS

SPREAD = 100
MOST_A_SECOND = 1_000
COOKIE = 32 * "x"

TABLES = """
CREATE TABLE IF NOT EXISTS bench_terms (id integer PRIMARY KEY, capacity integer NOT NULL);
CREATE TABLE IF NOT EXISTS bench_places (
    id bigserial PRIMARY KEY, terms_id integer NOT NULL, party_size integer NOT NULL,
    name text NOT NULL, email text NOT NULL UNIQUE
);
CREATE INDEX IF NOT EXISTS bench_places_terms ON bench_places (terms_id);
TRUNCATE bench_places;
INSERT INTO bench_terms SELECT number, 1000000 FROM generate_series(0, %d) number
ON CONFLICT DO NOTHING;
"""


@dataclass(frozen=True)
class Registered:
    """How many a second, and how long 19 of 20 waited at most (ms)."""

    a_second: float
    p95: float


def registering(web: site.Web, url: str, seconds: float) -> dict[str, float]:
    """For one workshop that everybody wants, and spread over a hundred."""
    keys = round(seconds * MOST_A_SECOND) * 2
    told = json.loads(site.run(url, "-m", "bench.terms", str(SPREAD + 1), str(keys)))
    forms = iter(told["keys"])
    hot, *spread = told["paths"]
    figures: dict[str, float] = {}
    for name, paths, goal in (("one workshop", [hot], 40), ("a hundred workshops", spread, 10)):
        bare = at_once(bare_places(url, len(paths)), seconds)
        found = at_once(filled_in(web, paths, told["consent"], forms), seconds)
        figures |= {
            f"{name}, registrations/s": found.a_second,
            f"{name}, p95 of 16 clients, ms (goal 150)": found.p95,
            f"{name}, bare transactions/s": bare.a_second,
            f"{name}, % of bare transactions (goal {goal})": 100 * found.a_second / bare.a_second,
        }
    return figures


def at_once(client: Callable[[int], Iterator[None]], seconds: float) -> Registered:
    """Have 16 clients do it again and again, each on a connection of its own."""
    times: list[float] = []
    deadline = time.monotonic() + seconds
    threads = [
        threading.Thread(target=until, args=(client(number), deadline, times))
        for number in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Registered(len(times) / seconds, statistics.quantiles(times, n=20)[-1])


def until(steps: Iterator[None], deadline: float, times: list[float]) -> None:
    """Do it until the time is over, and note how long each took (ms)."""
    while time.monotonic() < deadline:
        before = time.perf_counter()
        next(steps)
        times.append((time.perf_counter() - before) * 1000)


def bare_places(url: str, workshops: int) -> Callable[[int], Iterator[None]]:
    """Lock, count and insert, and nothing else."""
    with psycopg.connect(url) as connection:
        connection.execute(TABLES % SPREAD)

    def client(number: int) -> Iterator[None]:
        with psycopg.connect(url) as connection:
            for turn in count():
                terms = (number + turn) % workshops
                place_in(connection, terms, f"{number}-{turn}@example.org")
                yield

    return client


def place_in(connection: psycopg.Connection, terms: int, email: str) -> None:
    """One transaction."""
    with connection.transaction():
        connection.execute("SELECT FROM bench_terms WHERE id = %s FOR UPDATE", [terms])
        connection.execute("SELECT sum(party_size) FROM bench_places WHERE terms_id = %s", [terms])
        connection.execute(
            "INSERT INTO bench_places (terms_id, party_size, name, email) VALUES (%s, 1, %s, %s)",
            [terms, "Ada Andersson", email],
        )


def filled_in(
    web: site.Web, paths: list[str], consent: str, keys: Iterator[str]
) -> Callable[[int], Iterator[None]]:
    """Send the form as a browser does, each time as somebody else."""
    place = urlsplit(web.url)

    def client(number: int) -> Iterator[None]:
        server = http.client.HTTPConnection(place.hostname or "", place.port, timeout=MOST_SECONDS)
        for turn in count():
            key = next(keys)
            send(server, paths[(number + turn) % len(paths)], consent, key, f"{number}-{turn}")
            yield

    return client


def send(
    server: http.client.HTTPConnection, path: str, consent: str, key: str, somebody: str
) -> None:
    """One registration; anything but a place is an error of the measurement."""
    fields = {
        "csrfmiddlewaretoken": COOKIE,
        "form_key": key,
        "consent": "on",
        "consent_version": consent,
        "name": "Ada Andersson",
        "email": f"{somebody}-{key[:12]}@example.org",
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={COOKIE}",
        "X-Forwarded-For": f"198.51.100.{hash(somebody) % 250}",
    }
    server.request("POST", path, urlencode(fields), headers)
    response = server.getresponse()
    response.read()
    if response.status != HTTPStatus.SEE_OTHER:
        raise RuntimeError(f"{path}: {response.status}")
