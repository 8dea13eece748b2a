"""What a client of the site sees: how long one waits alone, and how many are served at once."""

import http.client
import re
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

import httpx

CONNECTIONS = 16
SCRIPT = Path(__file__).with_name("rotate.lua")
MOST_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Wait:
    """Milliseconds from asking to the last byte, at one connection, and the size of an answer."""

    median: float
    p95: float
    size: int


def wait(
    url: str,
    paths: Sequence[str],
    requests: int,
    before: Callable[[], None] = lambda: None,
    cookie: str = "",
) -> Wait:
    """Ask for so many of the addresses, one after the other; at most a minute long.

    What is done before each question is not counted.
    """
    place = urlsplit(url)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=MOST_SECONDS)
    headers = {"Cookie": cookie} if cookie else {}
    times, sizes = [], []
    deadline = time.monotonic() + MOST_SECONDS
    for path in islice(cycle(paths), requests):
        before()
        asked = time.perf_counter()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        content = response.read()
        times.append((time.perf_counter() - asked) * 1000)
        sizes.append(len(content))
        if response.status != HTTPStatus.OK:
            raise RuntimeError(f"{path}: {response.status}")
        if time.monotonic() > deadline:
            break
    connection.close()
    p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return Wait(statistics.median(times), p95, round(statistics.median(sizes)))


def rate(url: str, paths: Sequence[str], seconds: float) -> float:
    """Answers a second to 16 connections at once."""
    wrk = shutil.which("wrk")
    return by_wrk(wrk, url, paths, seconds) if wrk else by_httpx(url, paths, seconds)


def by_wrk(wrk: str, url: str, paths: Sequence[str], seconds: float) -> float:
    """As wrk counts them."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(paths))
        file.flush()
        said = subprocess.run(
            [
                *(wrk, "--threads", "1", "--connections", str(CONNECTIONS)),
                *("--duration", f"{seconds:.0f}s", "--timeout", "30s", "--script", str(SCRIPT)),
                *(url, "--", file.name, "1"),
            ],
            check=True,
            capture_output=True,
            text=True,
            timeout=seconds + MOST_SECONDS,
        ).stdout
    if "Non-2xx" in said:
        raise RuntimeError(said)
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    if not found:
        raise RuntimeError(said)
    return float(found[1])


def by_httpx(url: str, paths: Sequence[str], seconds: float) -> float:
    """As a client in Python counts them, which takes more of the machine for itself."""
    deadline = time.monotonic() + seconds
    counts = [0] * CONNECTIONS
    threads = [
        threading.Thread(
            target=ask_until, args=(url, from_place(paths, number), deadline, counts, number)
        )
        for number in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / seconds


def from_place(paths: Sequence[str], place: int) -> Iterator[str]:
    """The addresses over and over, begun at another place for each client."""
    return islice(cycle(paths), place * len(paths) // CONNECTIONS, None)


def ask_until(
    url: str, paths: Iterator[str], deadline: float, counts: list[int], number: int
) -> None:
    """Ask until the time is over, and count the answers."""
    with httpx.Client(base_url=url, timeout=MOST_SECONDS) as client:
        while time.monotonic() < deadline:
            client.get(next(paths)).raise_for_status()
            counts[number] += 1
