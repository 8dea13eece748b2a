"""The life of a private PostgreSQL server: made, started, used by several, stopped by the last."""

import fcntl
import hashlib
import os
import shlex
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

import psycopg
from psycopg import pq
from psycopg.conninfo import make_conninfo

from clusterix.database.identity import command_prefix
from clusterix.database.problem import UnavailableError
from clusterix.database.programs import Programs, find

DATABASE = "clusterix"
USER = "clusterix"
PORT = 5432
BUILTIN_LOCALES_SINCE = 17
LONGEST_TEMPORARY_FOLDER = 60  # a socket's whole address has 107 bytes
PATIENCE = "10"  # seconds, for pg_ctl fails to notice a start while the clock is set back
ATTEMPTS = 50  # of a tenth of a second each: enough for the children of a killed server to end


@dataclass(frozen=True)
class Server:
    """A server of a checkout's own, reached through a socket that only its user can open."""

    home: Path
    programs: Programs | None = None
    durable: bool = True

    def start(self) -> None:
        """Start the server unless it runs already, and keep it until `stop`."""
        with self._locked():
            self._start()
            self._kept.touch()

    def stop(self) -> None:
        """Stop the server, whoever uses it, and leave no process and no socket behind."""
        with self._locked():
            self._stop()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Have the server run for a while: the last of its users stops it, unless it is kept.

        Each user holds a shared lock, which the kernel takes back even from a killed process.
        """
        with self._lock_file("users") as users:
            with self._locked():
                self._start()
                fcntl.flock(users, fcntl.LOCK_SH)
            try:
                yield
            finally:
                with self._locked():
                    if is_alone(users) and not self._kept.exists():
                        self._stop()

    def answers(self) -> bool:
        """Tell whether the server accepts connections: what pg_isready asks."""
        return pq.PGconn.ping(self.conninfo("postgres").encode()) == pq.Ping.OK

    def conninfo(self, database: str = DATABASE) -> str:
        """Answer the connection string that libpq understands."""
        return make_conninfo(host=str(self.socket_folder), port=PORT, user=USER, dbname=database)

    def url(self, database: str = DATABASE) -> str:
        """Answer the DATABASE_URL of the running server."""
        place = urlencode({"host": str(self.socket_folder), "port": PORT})
        return f"postgres://{USER}@/{database}?{place}"

    @property
    def socket_folder(self) -> Path:
        """Where the server listens: a folder that does not exist before the first start."""
        if self._link.is_symlink() and self._link.readlink().name.startswith(self._mark):
            return self._link.readlink()
        return self.home / "not-started"

    @property
    def _mark(self) -> str:
        """What socket folders of this checkout begin with, for a copy has the original's link."""
        digest = hashlib.sha256(os.fsencode(self.home.resolve())).hexdigest()
        return f"clusterix-{digest[:8]}-"

    @property
    def _link(self) -> Path:
        return self.home / "socket"

    @property
    def _kept(self) -> Path:
        return self.socket_folder / "kept"

    @cached_property
    def _programs(self) -> Programs:
        return self.programs or find()

    @property
    def _folder(self) -> Path:
        return self.home.resolve() / f"postgresql-{self._programs.version}"

    @contextmanager
    def _lock_file(self, name: str) -> Iterator[int]:
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.home / f"{name}.lock", os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._lock_file("start") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            yield

    def _start(self) -> None:
        if not self.answers():
            if self._served_folder() and not self.socket_folder.exists():
                self._stop()
            if not self._folder.exists():
                self._initialise()
            self._launch()
        with psycopg.connect(self.conninfo("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE])
            if not known.rowcount:
                connection.execute(f"CREATE DATABASE {DATABASE}")

    def _initialise(self) -> None:
        """Make the data folder beside its place and move it there whole."""
        for left_by_a_killed_start in self.home.glob("new-*"):
            shutil.rmtree(left_by_a_killed_start, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="new-", dir=self.home.resolve()))
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        if self._programs.version >= BUILTIN_LOCALES_SINCE:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        access = [f"--username={USER}", "--auth=trust", f"--pgdata={folder}"]
        haste = [] if self.durable else ["--no-sync"]
        initdb = self._programs["initdb"]
        prefix = command_prefix(folder, initdb)
        made = run([*prefix, initdb, *locale, *access, *haste])
        if made.returncode:
            raise UnavailableError(f"PostgreSQL could not make its data folder:\n{made.stderr}")
        folder.rename(self._folder)

    def _launch(self) -> None:
        """Start the server, also while a killed one's children, or its own start, are not done."""
        pg_ctl = self._programs["pg_ctl"]
        prefix = command_prefix(self._folder, pg_ctl)
        self._open_socket_folder()
        log = self._folder / "server.log"
        arguments = [
            "start",
            "-t",
            PATIENCE,
            "-D",
            str(self._folder),
            "-l",
            str(log),
            "-o",
            self._options(),
        ]
        for _attempt in range(ATTEMPTS):
            if run([*prefix, pg_ctl, *arguments]).returncode == 0 or self.answers():
                return
        last_words = log.read_text(errors="replace").splitlines()[-12:]
        raise UnavailableError("\n".join(["PostgreSQL did not start:", *last_words]))

    def _open_socket_folder(self) -> None:
        """Keep the folder of the last start where it is still private, or make a new one.

        A new one has a name that cannot be guessed, so nobody can have put it there first.
        """
        owner = self._folder.stat().st_uid
        if is_private(self.socket_folder, owner):
            return
        usual = tempfile.gettempdir()
        short = usual if len(usual) < LONGEST_TEMPORARY_FOLDER else "/tmp"  # noqa: S108
        folder = tempfile.mkdtemp(prefix=self._mark, dir=short)
        os.chown(folder, owner, -1)
        self._link.unlink(missing_ok=True)
        self._link.symlink_to(folder)

    def _options(self) -> str:
        """Answer the server's settings as one shell word list, as pg_ctl wants them."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "port": str(PORT),
            "max_connections": "200",
            "timezone": "UTC",
        }
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "jit": "off"}
        return shlex.join(f"--{name}={value}" for name, value in settings.items())

    def _stop(self) -> None:
        if folder := self._served_folder():
            pg_ctl = self._programs["pg_ctl"]
            prefix = command_prefix(folder, pg_ctl)
            stopped = run([*prefix, pg_ctl, "stop", "-w", "-m", "fast", "-D", str(folder)])
            if stopped.returncode:
                raise UnavailableError(f"PostgreSQL did not stop:\n{stopped.stderr}")
        if self._link.is_symlink():
            shutil.rmtree(self.socket_folder, ignore_errors=True)
            self._link.unlink()

    def _served_folder(self) -> Path | None:
        """Answer the data folder in which a live server of this checkout works."""
        folders = self.home.resolve().glob("postgresql-*")
        return next((folder for folder in folders if is_served(folder)), None)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program of PostgreSQL, untouched by the caller's folder, language and PG variables."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return subprocess.run(
        command,
        cwd="/",
        env=environment | {"LC_ALL": "C"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def is_alone(lock: int) -> bool:
    """Tell whether nobody else holds a lock that the caller shares."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_private(folder: Path, owner: int) -> bool:
    """Tell whether a folder is the owner's own and closed to everybody else."""
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == owner
        and stat.S_IMODE(status.st_mode) == 0o700  # noqa: PLR2004 -- the mode reads best as it is
    )


def is_served(folder: Path) -> bool:
    """Tell whether the process that a data folder names is alive and works in that folder."""
    record = folder / "postmaster.pid"
    if not record.exists():
        return False
    process = record.read_text().partition("\n")[0]
    try:
        return Path(f"/proc/{process}/cwd").readlink() == folder
    except OSError:  # it is gone, or another user's
        return False
