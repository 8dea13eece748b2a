"""How many rows a second an import tries out, keeps and takes back, and what memory that takes."""

import csv
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench import site

ROWS = 50_000
WORDS = ("cluster", "region", "policy", "network", "digital", "green", "skills", "growth", "trade")
COLUMNS = ("key", "title", "kind", "level", "summary", "description", "start", "website")
DONE = re.compile(r"This is import (\d+)")


def importing(size: int) -> dict[str, float]:
    """A table of initiatives, imported on a catalogue of that size by the command, then undone."""
    url = site.prepared(size)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.csv"
        write(file)
        command = ["import_entries", "initiatives.Initiative", str(file)]
        nothing, _said = timed(url, "check", "--verbosity=0")
        tried, _said = timed(url, *command, "--dry-run")
        kept, said = timed(url, *command)
        again, _said = timed(url, *command)
    found = DONE.search(said)
    if not found:
        raise RuntimeError(said)
    undone, _said = timed(url, "import_entries", "--undo", found[1])
    return {
        "tried out, rows/s (goal 2,000)": ROWS / (tried[0] - nothing[0]),
        "kept, rows/s (goal 800)": ROWS / (kept[0] - nothing[0]),
        "kept, seconds for 50,000 rows (goal 60)": kept[0],
        "the same file again, rows/s": ROWS / (again[0] - nothing[0]),
        "taken back, rows/s": ROWS / (undone[0] - nothing[0]),
        "memory at its most, MB": max(tried[1], kept[1], again[1], undone[1]),
        "memory of a command that does nothing, MB": nothing[1],
    }


def write(file: Path) -> None:
    """A table of as many rows as an import is meant for, each with a text of 600 characters."""
    with file.open("w", newline="", encoding="utf-8") as out:
        table = csv.writer(out)
        table.writerow(COLUMNS)
        for number in range(ROWS):
            text = " ".join(WORDS[number * step % len(WORDS)] for step in range(1, 9))
            title = f"Imported {number} {WORDS[number % len(WORDS)]}"
            what = ("good-practice", "regional", f"{text}, row {number}.", f"{text}. " * 8)
            address = f"https://example.org/{number}"
            table.writerow([f"bulk-{number}", title, *what, 2000 + number % 25, address])


def timed(url: str, *command: str) -> tuple[tuple[float, float], str]:
    """Seconds and MB at the most that a command took, and what it said."""
    begun = time.perf_counter()
    said = site.run(url, "-m", "bench.importing", *command)
    seconds = time.perf_counter() - begun
    *words, memory = said.splitlines()
    return (seconds, json.loads(memory)), "\n".join(words)


def main() -> None:
    """Run a command of manage.py as a process of its own, then say how much memory that took."""
    done = subprocess.run(
        [sys.executable, "manage.py", *sys.argv[1:]],
        cwd=site.CHECKOUT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    sys.stdout.write(f"{done.stdout}\n{json.dumps(most)}\n")


if __name__ == "__main__":
    main()
