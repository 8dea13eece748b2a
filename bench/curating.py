"""How long curators wait: for the list of all entries in the admin, and for an approval."""

import http.client
import json
import statistics
import time
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from bench import site
from bench.measure import MOST_SECONDS, wait

APPROVALS = 60
PAGES = 60
LIST = "/admin/initiatives/initiative/"
A_PAGE = 50
WORDS = ("cluster", "digital", "harbour", "skills", "region")
COOKIE = 32 * "x"


def lists(size: int) -> dict[str, list[str]]:
    """Addresses of pages of the list in the admin."""
    return {
        "no filter": [f"{LIST}?p={number}" for number in range(1, min(PAGES, size // A_PAGE) + 1)],
        "two filters": [
            f"{LIST}?state__exact=published&kind__exact=network&o={n}" for n in (1, -1)
        ],
        "a word": [f"{LIST}?q={word}" for word in WORDS],
    }


def curating(web: site.Web, url: str, size: int) -> dict[str, float]:
    """Pages of the list in the admin, and proposals approved one after the other."""
    told = json.loads(site.run(url, "-m", "bench.curator", str(APPROVALS)))
    cookie = f"{told['cookie']}; csrftoken={COOKIE}"
    figures: dict[str, float] = {}
    for name, paths in lists(size).items():
        wait(web.url, paths, 2 * site.WORKERS, cookie=cookie)
        waited = wait(web.url, paths, PAGES, cookie=cookie)
        figures[f"admin list, {name}, p50, ms"] = waited.median
        figures[f"admin list, {name}, p95, ms (goal 150)"] = waited.p95
    times = [approved(web, path, seen, cookie) for path, seen in told["decisions"]]
    figures["approving, p50, ms (goal 100)"] = statistics.median(times)
    figures["approving, p95, ms"] = statistics.quantiles(times, n=20)[-1]
    return figures


def approved(web: site.Web, path: str, seen: str, cookie: str) -> float:
    """Milliseconds until an approval is answered; anything but that is an error."""
    place = urlsplit(web.url)
    server = http.client.HTTPConnection(place.hostname or "", place.port, timeout=MOST_SECONDS)
    fields = {"csrfmiddlewaretoken": COOKIE, "decision": "approve", "seen": seen, "comment": ""}
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    before = time.perf_counter()
    server.request("POST", path, urlencode(fields), headers)
    response = server.getresponse()
    response.read()
    passed = (time.perf_counter() - before) * 1000
    server.close()
    if response.status != HTTPStatus.FOUND:
        raise RuntimeError(f"{path}: {response.status}")
    return passed
