"""Measures the site on catalogues of several sizes and prints what its README explains."""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

import psycopg

from bench import site
from bench.curating import curating
from bench.importing import importing
from bench.measure import Wait, rate, wait
from bench.questions import Question, answer, questions
from bench.registering import registering

EXPORT = "/initiatives/export.csv"
AGAIN = "/initiatives/?level=regional&status=running"
PROGRAMME = "/workshops/synthetic-programme/"
PROGRAMMES = 60
EDIT = """
UPDATE workshops_session
SET title = split_part(title, ' #', 1) || ' #' || trunc(random() * 1e9)
WHERE id = (
    SELECT min(session.id) FROM workshops_session AS session
    JOIN workshops_workshop AS workshop ON workshop.id = workshop_id
    WHERE slug = 'synthetic-programme'
)
"""
COLUMNS = (
    *("page", "goal ms", "p50, first time", "p95, first time", "p50, cards known"),
    *("p95, cards known", "bare SQL p50", "page / SQL"),
)


@dataclass
class Found:
    """What was measured at one size."""

    size: int
    waits: dict[str, Wait] = field(default_factory=dict)
    """Of addresses that nobody asked for before, whose cards no process has rendered."""
    again: dict[str, Wait] = field(default_factory=dict)
    """Of the same addresses a second time: more than are remembered, of cards that are."""
    database: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Measure each size, then print the growth from the first to the last."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--seconds", type=float, default=5, help="for each rate")
    options = parser.parse_args()
    say(f"# {machine()}\n")
    with site.server().in_use():
        collect = site.server().url("postgres")
        site.manage(collect, "collectstatic", "--noinput", "--verbosity=0")
        found = [measured(size, options.seconds) for size in options.sizes]
        say(registrations(options.sizes[0], options.seconds))
        say(listed("Importing", importing(options.sizes[0])))
    if len(found) > 1:
        say(growth(found))


def measured(size: int, seconds: float) -> Found:
    """Everything at one size, printed as soon as it is known."""
    found = Found(size)
    say(f"## {size:,} entries\n")
    url = site.prepared(size)
    with psycopg.connect(url) as connection:
        asked = questions(connection)
        found.database = {one.name: bare(connection, one) for one in asked}
    with site.serving(url) as web:
        found.figures["memory before, MB a worker"] = web.memory()
        alone(web, asked, found)
        say(table(asked, found))
        together(web, asked, seconds, found)
        again = repeated(web, url, AGAIN, seconds)
        found.figures |= {f"the same page again, {name}": value for name, value in again.items()}
        made = programme(web, url, seconds)
        found.figures |= {f"200 sessions, {name}": value for name, value in made.items()}
        export(web, size, found)
        found.figures |= curating(web, url, size)
    for name, value in found.figures.items():
        say(f"- {name}: {value:,.1f}")
    say("")
    return found


def bare(connection: psycopg.Connection, asked: Question) -> float:
    """Milliseconds that PostgreSQL alone needs for a page and its number of hits (median)."""
    times = []
    for parameters in asked.parameters[:60]:
        before = time.perf_counter()
        answer(connection, asked.sql, parameters)
        times.append((time.perf_counter() - before) * 1000)
    return statistics.median(times)


def alone(web: site.Web, asked: Sequence[Question], found: Found) -> None:
    """How long one client waits for each kind of page, none of them asked for before."""
    for _ in range(2 * site.WORKERS):
        wait(web.url, ["/initiatives/?status=running"], 1)
    found.figures["memory with the index, MB a worker"] = web.memory()
    for one in asked:
        found.waits[one.name] = wait(web.url, one.paths, len(one.paths))
        found.again[one.name] = wait(web.url, one.paths, len(one.paths))


def together(web: site.Web, asked: Sequence[Question], seconds: float, found: Found) -> None:
    """Answers a second to 16 clients who ask for all kinds of pages, mixed."""
    paths = [path for one in asked for path in one.paths]
    Random(1).shuffle(paths)  # the same order at each run
    found.figures["all four kinds mixed, answers/s (goal 250)"] = rate(web.url, paths, seconds)


def repeated(web: site.Web, url: str, path: str, seconds: float) -> dict[str, float]:
    """The same page again and again, beside the least that a page of its size can cost."""
    size = wait(web.url, [path], 3).size
    same = rate(web.url, [path], seconds)
    figures = {"answers/s": same}
    for name, variables in FLOORS.items():
        floor = {"DJANGO_SETTINGS_MODULE": "bench.floor.settings", "BENCH_BYTES": str(size)}
        with site.serving(url, **floor, **variables) as minimal:
            least = rate(minimal.url, ["/"], seconds)
        figures[f"{name}, answers/s"] = least
        figures[f"% of {name}"] = 100 * same / least
    return figures


def programme(web: site.Web, url: str, seconds: float) -> dict[str, float]:
    """A workshop of 200 sessions: made anew for each who asks, then the same page for many."""
    site.run(url, "-m", "bench.programme")
    first = wait(web.url, [f"{PROGRAMME}?first"], 1)
    wait(web.url, [f"{PROGRAMME}?warm={number}" for number in range(PROGRAMMES)], PROGRAMMES)
    fresh = [f"{PROGRAMME}?{number}" for number in range(PROGRAMMES)]
    alone = wait(web.url, fresh, PROGRAMMES)
    with psycopg.connect(url, autocommit=True) as connection:
        edited = wait(web.url, fresh, PROGRAMMES, before=lambda: edit(connection))
    again = repeated(web, url, PROGRAMME, seconds)
    return {
        "no session known, ms": first.median,
        "p50, ms": alone.median,
        "p95, ms (goal 20)": alone.p95,
        "p50 after an edit, ms": edited.median,
        "p95 after an edit, ms": edited.p95,
        **again,
    }


def edit(connection: psycopg.Connection) -> None:
    """Change a session of the programme, as organisers do while people read it."""
    connection.execute(EDIT)


def registrations(size: int, seconds: float) -> str:
    """How many register a second, on the smallest catalogue; it has no say in it."""
    url = site.prepared(size)
    with site.serving(url, TRUSTED_PROXIES="1") as web:
        figures = registering(web, url, seconds)
    return listed("Registering", figures)


def listed(title: str, figures: dict[str, float]) -> str:
    """Figures below a heading."""
    return "\n".join([f"## {title}\n", *(f"- {k}: {v:,.1f}" for k, v in figures.items()), ""])


FLOORS: dict[str, dict[str, str]] = {
    "a minimal view of that size": {},
    "a minimal view without middleware": {"BENCH_BARE": "1"},
}


def export(web: site.Web, size: int, found: Found) -> None:
    """All of the catalogue as CSV: rows a second, and how much memory that takes for a while."""
    web.forget_most()
    before = web.memory()
    taken = wait(web.url, [EXPORT], 1)
    found.figures["export as CSV, rows/s (goal 20,000)"] = size / taken.median * 1000
    found.figures["export as CSV, memory growth, MB (goal 50)"] = web.memory("VmHWM") - before


def table(asked: Sequence[Question], found: Found) -> str:
    """The waits of all kinds of page."""
    return as_table(
        COLUMNS,
        (
            (
                one.name,
                f"≤ {one.goal_ms:.0f}",
                f"{found.waits[one.name].median:.1f}",
                f"{found.waits[one.name].p95:.1f}",
                f"{found.again[one.name].median:.1f}",
                f"{found.again[one.name].p95:.1f}",
                f"{found.database[one.name]:.1f}",
                f"{found.again[one.name].median / found.database[one.name]:.2f}",
            )
            for one in asked
        ),
    )


def growth(found: Sequence[Found]) -> str:
    """How each kind of page grows with the catalogue: p95 at each size, last over first."""
    header = ("p95 ms, first time", *(f"{one.size:,}" for one in found), "growth")
    first, *_, last = found
    rows = (
        (
            name,
            *(f"{one.waits[name].p95:.1f}" for one in found),
            f"x {last.waits[name].p95 / first.waits[name].p95:.1f}",
        )
        for name in first.waits
    )
    return as_table(header, rows)


def as_table(header: Sequence[str], rows: Iterator[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def machine() -> str:
    """What it was measured on."""
    return f"{os.cpu_count()} cores, {site.WORKERS} workers of {site.THREADS} threads"


def say(text: str) -> None:
    """Print at once: a run takes minutes."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
