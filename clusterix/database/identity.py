"""As whom the server runs: PostgreSQL refuses root, and root's folders refuse everybody else."""

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

from clusterix.database.problem import UnavailableError

NOBODY = "nobody"


def command_prefix(folder: Path, program: str, user: int | None = None) -> list[str]:
    """Answer the command that runs a program as somebody who may write to the data folder.

    A plain user needs none. Root takes the first that works of: the folder's owner, where that is
    a plain user; a user namespace in which root's own files belong to nobody, so that a checkout
    below a closed folder needs no wider permissions; nobody, who is then given the data folder.
    """
    if (os.geteuid() if user is None else user) != 0:
        return []
    for prefix in identities(folder):
        if can(prefix, folder, program):
            return prefix
    raise UnavailableError(
        "PostgreSQL cannot run as root, and neither unshare nor setpriv (package util-linux) "
        "could change the user. Run the command as a plain user, or set DATABASE_URL."
    )


def identities(folder: Path) -> Iterator[list[str]]:
    """Yield root's ways to be somebody else, the least powerful first."""
    nobody = pwd.getpwnam(NOBODY)
    if folder.stat().st_uid == 0:  # pragma: no cover -- for a plain user such a folder is closed
        mapping = [f"--map-user={nobody.pw_uid}", f"--map-group={nobody.pw_gid}"]
        yield ["unshare", "--user", *mapping]
        give(folder, nobody.pw_uid, nobody.pw_gid)
    owner = folder.stat()
    user = ["setpriv", f"--reuid={owner.st_uid}", f"--regid={owner.st_gid}", "--clear-groups"]
    yield [*user, "--inh-caps=-all", "--ambient-caps=-all"]
    # Folders above the checkout may be closed to everybody but root: opening them is not ours.
    yield [*user, "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override"]


def give(folder: Path, user: int, group: int) -> None:
    """Make a user the owner of a folder and of all that is in it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, group, follow_symlinks=False)


def can(prefix: list[str], folder: Path, program: str) -> bool:
    """Tell whether a command prefix lets one run the program and write to the folder."""
    script = 'test -w "$1" && exec "$2" --version'
    command = [*prefix, "sh", "-c", script, "sh", str(folder), program]
    try:
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0
    except FileNotFoundError:
        return False
